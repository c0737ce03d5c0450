"""What the operator says about one OpenID provider and about the way out of the house."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import MappingProxyType
from typing import Final
from urllib.parse import SplitResult, urlsplit

from app.domain.secret import Secret

DEFAULT_SCOPE: Final = "openid profile email"


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """One provider.

    ``groups_claim`` is a path such as ``realm_access.roles``; a dot (or backslash) that belongs
    to a name is written with a backslash before it. ``roles`` leads from a value found there to
    a role of the portal. ``trusts_email`` counts an address as verified when the provider says
    nothing about it. Raises ``ValueError`` for an issuer or a scope that cannot work.
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

    @property
    def groups_path(self) -> tuple[str, ...]:
        """The names that lead to the groups, from the outermost claim inwards."""
        parts: list[str] = re.findall(r"(?:\\.|[^.\\])+", self.groups_claim)
        return tuple(re.sub(r"\\(.)", r"\1", part) for part in parts)

    @property
    def allows_http(self) -> bool:
        """Whether plain http will do: only for a provider that is itself on loopback."""
        return urlsplit(self.issuer).scheme == "http"


def is_loopback(host: str) -> bool:
    """Tell whether the host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
