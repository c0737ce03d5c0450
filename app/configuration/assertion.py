"""The settings of the other way in: a proxy that signs who somebody is."""

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from app.configuration.oidc import Claim
from app.configuration.roles import KnownRole
from app.configuration.section import OptionalAddress, Section
from app.configuration.sections import bare_domains
from app.domain.addresses import safe_address
from app.domain.claims import STANDARD

HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
PATH: Final = re.compile(r"/[A-Za-z0-9_.-][A-Za-z0-9_./-]*")
TAKEN: Final = frozenset({"authorization", "cookie", "host", "x-forwarded-for", "x-csrftoken"})
NEEDED: Final = ("issuer", "audience", "jwks_url", "sign_out_url")


def _header(name: str) -> str:
    if name and (not HEADER.fullmatch(name) or name.lower() in TAKEN):
        raise ValueError("must be the name of a header of letters, digits and '-' of the proxy's")
    return name


def _path_or_address(text: str) -> str:
    return text if not text or PATH.fullmatch(text) else safe_address(text)


class Assertion(Section):
    """Sign-in by a proxy (Google IAP, Pomerium, mod_auth_openidc) in place of [oidc.…].

    The proxy signs a header on each request; see docs/signed-header.md.
    """

    header: Annotated[str, AfterValidator(_header)] = Field(
        "",
        description="Header with the signed JWT, such as x-goog-iap-jwt-assertion; empty = off.",
    )
    title: str = Field("Company sign-in", min_length=1, description="What people call it.")
    issuer: str = Field("", description="What iss says, letter by letter.")
    audience: str = Field("", description="What aud says, letter by letter, and nothing beside it.")
    jwks_url: OptionalAddress = Field("", description="Where the proxy's public keys are.")
    algorithms: tuple[Literal["ES256", "RS256", "PS256", "EdDSA"], ...] = Field(
        ("ES256",),
        min_length=1,
        description="How it is signed: ES256, RS256, PS256, EdDSA.",
    )
    sign_out_url: Annotated[str, AfterValidator(_path_or_address)] = Field(
        "", description="Where the proxy signs people out: a path of its own, or an address."
    )
    email_claim: Claim = Field(STANDARD.email, description="Claim with the e-mail address.")
    email_trusted: bool = Field(
        False, description="Take an address as verified when nothing is said about it, as IAP does."
    )
    email_domains: Annotated[tuple[str, ...], AfterValidator(bare_domains)] = Field(
        (), description="E-mail domains that are let in; empty = every domain."
    )
    first_name_claim: Claim = Field(STANDARD.first_name, description="Claim: first name.")
    last_name_claim: Claim = Field(STANDARD.last_name, description="Claim: last name.")
    user_name_claim: Claim = Field(STANDARD.user_name, description="Claim: user name.")
    groups_claim: Claim = Field("groups", description="Claim that names groups, or a path to it.")
    roles: dict[str, KnownRole] = Field(
        {}, description="Value of the groups claim to role, as with a provider."
    )

    def contradictions(self) -> Iterator[str]:
        missing = [name for name in NEEDED if not getattr(self, name)]
        if self.header and missing:
            yield f"header needs {', '.join(missing)} as well"
        given = [name for name in (*NEEDED, "roles") if getattr(self, name)]
        if given and not self.header:
            yield f"{given[0]} has no effect without header: name it"
