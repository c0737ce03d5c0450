"""The tables of the OpenID Connect providers, ``[oidc.<name>]``."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import AfterValidator, Field, SecretStr, field_validator

from app.configuration.roles import KnownRole
from app.configuration.section import Address, OptionalAddress, Section
from app.configuration.sections import bare_domains
from app.domain.claims import STANDARD, TENANT, path_of

SMALLEST_RSA: Final = 2048
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _claim(path: str) -> str:
    if not path_of(path):
        raise ValueError("must name a claim, such as email, or a path such as profile.email")
    return path


def _can_sign(file: Path) -> bool:
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    if isinstance(key, rsa.RSAPrivateKey):
        return key.key_size >= SMALLEST_RSA
    return isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)


Claim = Annotated[str, AfterValidator(_claim)]


class Oidc(Section):
    """One OpenID Connect provider; the portal is registered there as a client."""

    title: str = Field("", description="What people call it; empty = its name, capitalised.")
    issuer: Address = Field(
        description="The issuer, letter by letter as the provider's discovery document has it.",
        examples=["https://sso.example.com"],
    )
    tenants: tuple[str, ...] = Field(
        (),
        description="Ids of the tenants that are let in, for an issuer of Entra ID that serves "
        "many and holds {tenantid}.",
    )
    client_id: str = Field(
        min_length=1, description="The portal's client id.", examples=["developer-portal"]
    )
    client_auth: Literal["auto", "client_secret_basic", "client_secret_post", "private_key_jwt"] = (
        Field(
            "auto",
            description="How the portal proves to the provider that it is the client: "
            "client_secret_basic, client_secret_post, private_key_jwt; "
            "auto = the first of the two with a secret that the provider announces.",
        )
    )
    client_secret: SecretStr = Field(
        SecretStr(""),
        description="The client's secret, required but for private_key_jwt; "
        "better given as a variable or a file.",
        examples=["from-the-provider"],
    )
    private_key_file: Path | None = Field(
        None,
        description="For private_key_jwt: PEM file with the client's private key (RSA or P-256). "
        "It is read for each use, so that a new key needs no restart.",
    )
    private_key_id: str = Field(
        "", description="The key's id (kid), if the provider wants to be told."
    )
    scope: str = Field("openid profile email", description="Scopes, separated by spaces.")
    email_claim: Claim = Field(
        STANDARD.email,
        description="Claim with the e-mail address. This and the following: a path such as "
        "profile.email works; a dot that belongs to a name gets a \\ before it.",
    )
    email_verified_claim: Claim = Field(
        STANDARD.email_verified,
        description="Claim that says with true that the address was verified.",
    )
    email_trusted: bool = Field(
        False,
        description="Take an address as verified when the provider says nothing about it. "
        "Only where people cannot change their address there themselves.",
    )
    email_domains: tuple[str, ...] = Field(
        (),
        description="E-mail domains that this provider may speak for; people with another "
        "address, or none, are not signed in. Empty = every domain.",
    )
    first_name_claim: Claim = Field(STANDARD.first_name, description="Claim: first name.")
    last_name_claim: Claim = Field(STANDARD.last_name, description="Claim: last name.")
    user_name_claim: Claim = Field(STANDARD.user_name, description="Claim: user name.")
    groups_claim: Claim = Field(
        "groups", description="Claim that names groups; a path such as realm_access.roles works."
    )
    groups_in_access_token: bool = Field(
        False,
        description="Look for groups in the access token, too, where the others have none. "
        "It must be a JWT that the provider signed for this client (as Keycloak's is).",
    )
    roles: dict[str, KnownRole] = Field(
        {},
        description="Value of the groups claim to role: "
        "developer, support, product_owner, administrator or one of [roles.<name>]. "
        "The provider can give no other role than these.",
    )
    step_up_acr: tuple[str, ...] = Field(
        (),
        description="Values of acr that prove a sign-in strong enough for the actions of "
        "[step_up]; they are asked for, and one must come back. Empty = any.",
    )
    step_up_without_auth_time: bool = Field(
        False,
        description="Accept a fresh sign-in though the provider never says when it was "
        "(auth_time). Then only its word to heed prompt=login stands for it.",
    )
    prompt_again: Literal["login", "select_account"] = Field(
        "login",
        description="What makes the provider ask although its own session lives (prompt): "
        "login = for the password, select_account = which account, where it knows no login.",
    )
    sign_up_url: OptionalAddress = Field(
        "",
        description="Where people get an account there; not needed where the provider "
        "announces prompt=create.",
    )
    account_url: OptionalAddress = Field("", description="Where people manage their account.")

    @field_validator("scope")
    @classmethod
    def _asks_for_an_id_token(cls, scope: str) -> str:
        if "openid" not in scope.split():
            raise ValueError("must contain openid")
        return scope

    @field_validator("private_key_file", mode="before")
    @classmethod
    def _given_or_none(cls, value: object) -> object:
        return value or None

    @field_validator("private_key_file")
    @classmethod
    def _readable(cls, file: Path | None) -> Path | None:
        if file is not None and not _can_sign(file):
            raise ValueError(
                "must hold a private key (PEM) without a password: "
                f"RSA of {SMALLEST_RSA} bits or more, or P-256"
            )
        return file

    @field_validator("email_domains")
    @classmethod
    def _bare_domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        return bare_domains(domains)

    @field_validator("tenants")
    @classmethod
    def _tenant_ids(cls, tenants: tuple[str, ...]) -> tuple[str, ...]:
        if not all(UUID.fullmatch(tenant) for tenant in tenants):
            raise ValueError("must be tenant ids such as 72f988bf-86f1-41af-91ab-2d7cd011db47")
        return tenants

    def contradictions(self) -> Iterator[str]:
        yield from self._client_contradictions()
        if bool(self.tenants) != (self.issuer.count(TENANT) == 1):
            yield (
                f"tenants and an issuer with {TENANT} (once) belong together: "
                "name the tenants that are let in, or the issuer of one tenant"
            )

    def _client_contradictions(self) -> Iterator[str]:
        has_secret, has_key = bool(self.client_secret.get_secret_value()), self.private_key_file
        if self.client_auth == "private_key_jwt":
            if not has_key:
                yield "client_auth = private_key_jwt needs private_key_file"
            if has_secret:
                yield "client_secret has no effect with client_auth = private_key_jwt: remove it"
            return
        if not has_secret:
            yield "client_secret is missing: set it, or client_auth = private_key_jwt"
        if has_key or self.private_key_id:
            yield "a private key has no effect without client_auth = private_key_jwt"
