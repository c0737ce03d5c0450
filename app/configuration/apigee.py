"""The table of the organization: where it lives and how the portal is let in."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, SecretStr, field_validator

from app.configuration.section import Section
from app.domain.addresses import is_loopback, split_address, web_address


class Flavor(StrEnum):
    """Which Apigee the organization lives on."""

    X = "x"
    EDGE = "edge"


class ApigeeAuth(StrEnum):
    """How the portal proves to Apigee who it is."""

    SERVICE_ACCOUNT = "service_account"
    METADATA = "metadata"
    BASIC = "basic"
    OAUTH = "oauth"


GOOGLE: Final = "https://apigee.googleapis.com/v1"
EDGE_TOKENS: Final = "https://login.apigee.com/oauth/token"
KINDS: Final[Mapping[Flavor, tuple[ApigeeAuth, ApigeeAuth]]] = {
    Flavor.X: (ApigeeAuth.SERVICE_ACCOUNT, ApigeeAuth.METADATA),
    Flavor.EDGE: (ApigeeAuth.BASIC, ApigeeAuth.OAUTH),
}
NEEDED: Final[Mapping[ApigeeAuth, tuple[str, ...]]] = {
    ApigeeAuth.SERVICE_ACCOUNT: ("service_account_file",),
    ApigeeAuth.METADATA: (),
    ApigeeAuth.BASIC: ("username", "password"),
    ApigeeAuth.OAUTH: ("username", "password"),
}
PROOFS: Final = ("service_account_file", "username", "password", "token_url")


def _optional(address: str) -> str:
    return web_address(address) if address else ""


class Apigee(Section):
    """The organization whose developers, apps and products the portal shows."""

    flavor: Flavor = Field(Flavor.X, description="x (Apigee X and hybrid) or edge.")
    endpoint: Annotated[str, AfterValidator(web_address)] = Field(
        GOOGLE, description="Address of the management API, with the /v1 at its end."
    )
    organization: str = Field(
        min_length=1, description="Name of the organization.", examples=["acme"]
    )
    auth: ApigeeAuth = Field(
        ApigeeAuth.SERVICE_ACCOUNT,
        description="Flavor x: service_account (a key file) or metadata (the account of the "
        "machine or workload on Google Cloud, no key). Flavor edge: oauth (a machine user, works "
        "with SAML) or basic.",
    )
    service_account_file: Path | None = Field(
        None,
        description="Key file of the Google service account, for auth = service_account. Other "
        "users of the machine must not be able to read it: mode 0600, or 0440 with a group.",
    )
    username: str = Field("", description="User for auth = basic or oauth.")
    password: SecretStr | None = Field(None, description="Password for auth = basic or oauth.")
    token_url: Annotated[str, AfterValidator(_optional)] = Field(
        "",
        description="Token address for auth = oauth; empty = "
        f"{EDGE_TOKENS}. A zone has one of its own: https://ZONE.login.apigee.com/oauth/token.",
    )
    allow_http: bool = Field(
        False,
        description="Accept http:// beyond this machine, for endpoint and token address; for "
        "tests in closed networks, since credentials are sent in the clear.",
    )

    deadline_seconds: float = Field(
        8.0, ge=0.5, le=60, description="How long one page may wait for Apigee altogether."
    )

    @field_validator("flavor", mode="before")
    @classmethod
    def _hybrid_is_x(cls, flavor: object) -> object:
        if flavor == "hybrid":
            raise ValueError("hybrid has the management API of X: write x")
        return flavor

    @field_validator("service_account_file", "password", mode="before")
    @classmethod
    def _given_or_none(cls, value: object) -> object:
        return value or None

    @field_validator("organization")
    @classmethod
    def _one_segment(cls, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._$%-]*", name):
            raise ValueError("must be the organization's name, not a path or an address")
        return name

    @field_validator("endpoint")
    @classmethod
    def _versioned(cls, endpoint: str) -> str:
        if not endpoint.rstrip("/").endswith("/v1"):
            raise ValueError("must end with /v1")
        return endpoint.rstrip("/")

    @property
    def token_address(self) -> str:
        """Where Edge gives tokens."""
        return self.token_url or EDGE_TOKENS

    def contradictions(self) -> Iterator[str]:
        for name, address in (("endpoint", self.endpoint), ("token_url", self.token_url)):
            if address and not self.allow_http and _leaves_in_the_clear(address):
                yield f"{name} sends credentials over http: use https, or set allow_http = true"
        if self.flavor is Flavor.EDGE and self.endpoint == GOOGLE:
            yield "flavor is edge but endpoint is Google's: set endpoint to the Edge address"
        if self.auth not in KINDS[self.flavor]:
            right = next(flavor for flavor, kinds in KINDS.items() if self.auth in kinds)
            others = " or ".join(KINDS[self.flavor])
            yield f"auth = {self.auth} works with flavor {right} only: set auth = {others}"
        yield from self._proof_problems()

    def _proof_problems(self) -> Iterator[str]:
        needed = NEEDED[self.auth]
        if not all(getattr(self, name) for name in needed):
            yield f"auth = {self.auth} needs {' and '.join(needed)}"
        usable = {*needed, "token_url"} if self.auth is ApigeeAuth.OAUTH else set(needed)
        for name in PROOFS:
            if getattr(self, name) and name not in usable:
                yield f"{name} has no effect with auth = {self.auth}: remove it"


def _leaves_in_the_clear(address: str) -> bool:
    parts = split_address(address)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")
