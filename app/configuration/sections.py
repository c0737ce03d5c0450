"""The tables of the settings; each field carries its default and what it means."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic import NonNegativeInt as Seconds

from app.domain.addresses import (
    is_loopback,
    optional_address,
    safe_address,
    split_address,
    web_address,
)
from app.domain.people import ROLES

RATE: Final = re.compile(r"([1-9]\d*) per ((?:[1-9]\d* )?(?:second|minute|hour|day)s?)")


def _rate(text: str) -> str:
    if not RATE.fullmatch(text):
        raise ValueError('must read like "20 per minute" or "100 per 5 minutes"')
    return text


Address = Annotated[str, AfterValidator(safe_address)]
OptionalAddress = Annotated[str, AfterValidator(optional_address)]
Rate = Annotated[str, AfterValidator(_rate)]
LimitName = Literal["sign_in", "reveal", "create_app", "write", "search"]


def known_role(role: str) -> str:
    """Return the role; raise ``ValueError`` if the portal does not know it."""
    if role not in ROLES:
        raise ValueError(f"must be one of {', '.join(sorted(ROLES))}")
    return role


class Section(BaseModel):
    """A frozen group of settings that refuses unknown names and contradictions."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def contradictions(self) -> Iterator[str]:
        """Yield what does not fit together, each with what to do about it."""
        yield from ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if found := list(self.contradictions()):
            raise ValueError("\n".join(found))
        return self


class Flavor(StrEnum):
    """Which Apigee the organization lives on."""

    X = "x"
    EDGE = "edge"


class ApigeeAuth(StrEnum):
    """How the portal proves to Apigee who it is."""

    SERVICE_ACCOUNT = "service_account"
    BASIC = "basic"


GOOGLE: Final = "https://apigee.googleapis.com/v1"


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
        description="service_account (flavor x) or basic (flavor edge).",
    )
    service_account_file: Path | None = Field(
        None, description="Key file of the Google service account, for auth = service_account."
    )
    username: str = Field("", description="User for auth = basic.")
    password: SecretStr | None = Field(None, description="Password for auth = basic.")
    allow_http: bool = Field(
        False, description="Accept an endpoint with http:// that is not on this machine."
    )
    deadline_seconds: float = Field(
        8.0, ge=0.5, le=60, description="How long one page may wait for Apigee altogether."
    )

    @field_validator("auth", mode="before")
    @classmethod
    def _supported(cls, auth: object) -> object:
        if auth in {"metadata", "oauth"}:
            raise ValueError(
                "is not supported by this version: use service_account (flavor x) or basic (edge)"
            )
        return auth

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

    def contradictions(self) -> Iterator[str]:
        address = split_address(self.endpoint)
        if address.scheme == "http" and not self.allow_http and not _is_here(address.hostname):
            yield "endpoint sends credentials over http: use https, or set allow_http = true"
        if self.flavor is Flavor.EDGE and self.endpoint == GOOGLE:
            yield "flavor is edge but endpoint is Google's: set endpoint to the Edge address"
        yield from (
            self._service_account_problems()
            if self.auth is ApigeeAuth.SERVICE_ACCOUNT
            else self._basic_problems()
        )

    def _service_account_problems(self) -> Iterator[str]:
        if self.flavor is not Flavor.X:
            yield "auth = service_account works with flavor x only: set auth = basic"
        if self.service_account_file is None:
            yield "auth = service_account needs service_account_file: name the key file"
        if self.username or self.password:
            yield "username and password have no effect with auth = service_account: remove them"

    def _basic_problems(self) -> Iterator[str]:
        if self.flavor is not Flavor.EDGE:
            yield "auth = basic works with flavor edge only: set auth = service_account"
        if not self.username or not self.password:
            yield "auth = basic needs username and password: set both"
        if self.service_account_file is not None:
            yield "service_account_file has no effect with auth = basic: remove it"


def _is_here(host: str | None) -> bool:
    return host is not None and is_loopback(host)


class Oidc(Section):
    """One OpenID Connect provider; the portal is registered there as a client."""

    title: str = Field("", description="What people call it; empty = its name, capitalised.")
    issuer: Address = Field(
        description="The issuer, letter by letter as the provider's discovery document has it.",
        examples=["https://sso.example.com"],
    )
    client_id: str = Field(
        min_length=1, description="The portal's client id.", examples=["developer-portal"]
    )
    client_secret: SecretStr = Field(
        min_length=1,
        description="The client's secret; better given as a variable or a file.",
        examples=["from-the-provider"],
    )
    scope: str = Field("openid profile email", description="Scopes, separated by spaces.")
    groups_claim: str = Field(
        "groups",
        min_length=1,
        description="Claim that names groups; a path such as realm_access.roles works.",
    )
    roles: dict[str, Annotated[str, AfterValidator(known_role)]] = Field(
        {},
        description="Value of the groups claim to role: "
        "developer, support, product_owner or administrator.",
    )
    sign_up_url: OptionalAddress = Field("", description="Where people get an account there.")
    account_url: OptionalAddress = Field("", description="Where people manage their account.")

    @field_validator("scope")
    @classmethod
    def _asks_for_an_id_token(cls, scope: str) -> str:
        if "openid" not in scope.split():
            raise ValueError("must contain openid")
        return scope


class Cache(Section):
    """How long facts of Apigee may be shown before they are read again; 0 = off."""

    apps_seconds: Seconds = Field(60, description="A developer's apps, without keys.")
    products_seconds: Seconds = Field(300, description="The product catalogue.")
    developers_seconds: Seconds = Field(30, description="A developer's status.")


class Registration(Section):
    """Who becomes a developer on Apigee, and how."""

    policy: Literal["open"] = Field("open", description="open: whoever signs in may register.")
    existing: Literal["link", "refuse"] = Field(
        "link",
        description="When Apigee has a developer of that verified e-mail address: link or refuse.",
    )
    domains: tuple[str, ...] = Field(
        (), description="E-mail domains that may register; empty = every domain."
    )
    terms_version: str = Field(
        "", description="Version of the terms that people accept; empty = none are asked for."
    )

    @field_validator("policy", "existing", mode="before")
    @classmethod
    def _supported(cls, value: object) -> object:
        if value in {"approval", "invited"}:
            raise ValueError("is not supported by this version: use open")
        if value == "administrator":
            raise ValueError("is not supported by this version: use link or refuse")
        return value

    @field_validator("domains")
    @classmethod
    def _bare_domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        folded = tuple(domain.lower() for domain in domains)
        if not all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain) for domain in folded):
            raise ValueError("must be domains such as example.com, without @ and *")
        return folded


class Sessions(Section):
    """How long a sign-in lasts."""

    idle_minutes: PositiveInt = Field(60, description="Ends after this long without a request.")
    absolute_hours: PositiveInt = Field(12, description="Ends after this long in any case.")

    def contradictions(self) -> Iterator[str]:
        if self.idle_minutes > self.absolute_hours * 60:
            yield "idle_minutes is longer than absolute_hours: lower it"


class Limits(Section):
    """How often one person or address may do what costs; reading is not limited."""

    multiplier: PositiveInt = Field(1, description="Multiplies every limit below.")
    sign_in: Rate = Field("20 per minute", description="Sign-ins that are started, per address.")
    reveal: Rate = Field("10 per minute", description="Keys and secrets shown.")
    create_app: Rate = Field("5 per minute", description="Apps created.")
    write: Rate = Field("30 per minute", description="Other changes.")
    search: Rate = Field("60 per minute", description="Searches.")

    def effective(self, name: LimitName) -> str:
        """Return the limit with the multiplier applied, such as ``400 per minute``."""
        rates = {
            "sign_in": self.sign_in,
            "reveal": self.reveal,
            "create_app": self.create_app,
            "write": self.write,
            "search": self.search,
        }
        count, per = rates[name].split(" per ")
        return f"{int(count) * self.multiplier} per {per}"


class Branding(Section):
    """What the portal is called."""

    name: str = Field("Developer portal", min_length=1, description="Name in titles and header.")
    tagline: str = Field("", description="One sentence below the name on the home page.")
