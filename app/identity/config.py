"""What the operator says about one OpenID provider and about the way out of the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import SplitResult, urlsplit

from app.domain.addresses import is_loopback
from app.domain.claims import STANDARD, TENANT, ClaimNames, path_of
from app.domain.secret import Secret

DEFAULT_SCOPE: Final = "openid profile email"
# What Entra ID has in the place of a tenant where it describes itself to all of them.
ANY_TENANT: Final = "organizations"


@dataclass(frozen=True, slots=True)
class ClientKey:
    """The client's own private key, for ``private_key_jwt``: a PEM file, read for each use."""

    file: Path
    kid: str = ""


@dataclass(frozen=True, slots=True)
class StepUp:
    """What proves a fresh sign-in: one of these ``acr`` (empty = any), and ``auth_time``.

    ``without_auth_time`` takes the word of a provider that never says when somebody signed in.
    """

    acr: tuple[str, ...] = ()
    without_auth_time: bool = False


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """One provider.

    ``groups_claim`` is a path as in ``domain.claims``; ``roles`` leads from a value found there
    to a role of the portal. ``trusts_email`` counts an address as verified when the provider
    says nothing about it; people whose address is not in ``email_domains`` are not signed in
    (empty = every domain). ``client_method`` is one of RFC 6749 and OpenID Connect Core 9, or
    empty: the first with a secret that the provider announces. With ``tenants`` the issuer holds
    ``{tenantid}`` in their place. Raises ``ValueError`` for an issuer or a scope that cannot work.
    """

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: Secret
    scope: str = DEFAULT_SCOPE
    groups_claim: str = "groups"
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sign_up_url: str = ""
    account_url: str = ""
    trusts_email: bool = False
    email_domains: frozenset[str] = frozenset()
    claims: ClaimNames = STANDARD
    groups_in_access_token: bool = False
    tenants: frozenset[str] = frozenset()
    client_method: str = ""
    client_key: ClientKey | None = None
    step_up: StepUp = field(default_factory=StepUp)
    prompt_again: str = "login"

    def __post_init__(self) -> None:
        if not is_safe_address(self.issuer, allow_http=True) or urlsplit(self.issuer).query:
            raise ValueError(
                f"The issuer of the provider {self.name} must be an https address without a query "
                "(http on loopback only)."
            )
        if "openid" not in self.scope.split():
            raise ValueError(f"The scope of the provider {self.name} must hold openid.")
        if self.roles and not self.groups_path:
            raise ValueError(f"The provider {self.name} has roles but no groups claim.")
        if bool(self.tenants) != (TENANT in self.issuer):
            raise ValueError(f"The provider {self.name} needs tenants for a {TENANT}.")

    @property
    def groups_path(self) -> tuple[str, ...]:
        """The names that lead to the groups, from the outermost claim inwards."""
        return path_of(self.groups_claim)

    @property
    def issuers(self) -> frozenset[str]:
        """Every issuer that a token may name."""
        if not self.tenants:
            return frozenset({self.issuer})
        return frozenset(self.issuer.replace(TENANT, tenant) for tenant in self.tenants)

    @property
    def discovery_address(self) -> str:
        """Where the provider describes itself (OpenID Connect Discovery 1.0, 4)."""
        base = self.issuer.replace(TENANT, ANY_TENANT).rstrip("/")
        return f"{base}/.well-known/openid-configuration"

    @property
    def allows_http(self) -> bool:
        """Whether plain http will do: only for a provider that is itself on loopback."""
        return urlsplit(self.issuer).scheme == "http"


def is_safe_address(url: str, *, allow_http: bool) -> bool:
    """Tell whether an address may be called: https, or http on loopback where allowed."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and _is_plain(url, parts) and _is_secure(parts, allow_http=allow_http)


def _is_plain(url: str, parts: SplitResult) -> bool:
    tidy = url.isascii() and url.isprintable() and " " not in url
    return tidy and "@" not in parts.netloc and not parts.fragment


def _is_secure(parts: SplitResult, *, allow_http: bool) -> bool:
    if parts.scheme == "https":
        return True
    return allow_http and parts.scheme == "http" and is_loopback(parts.hostname or "")
