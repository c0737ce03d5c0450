"""How the portal reaches other machines: through which proxy, trusting which authorities."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from app.domain.addresses import is_loopback


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Proxies by the scheme of the address asked for, hosts without one, a file of authorities.

    ``no_proxy`` holds names (with everything below them), addresses and networks
    (``10.0.0.0/8``). ``ca_file`` replaces the usual authorities; empty means those. A proxy's
    address may hold a password and is never shown.
    """

    proxy: str = field(default="", repr=False)
    no_proxy: tuple[str, ...] = ()
    ca_file: str = ""
    http_proxy: str | None = field(default=None, repr=False)

    def proxies_for(self, url: str) -> dict[str, str]:
        """Return the proxies for this address, in the form of requests; loopback needs none."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if is_loopback(host) or any(_covers(pattern, host) for pattern in self.no_proxy):
            return {}
        plain = self.proxy if self.http_proxy is None else self.http_proxy
        proxy = plain if parts.scheme == "http" else self.proxy
        return {parts.scheme: proxy} if proxy else {}

    @property
    def authorities(self) -> str | bool:
        """What a certificate is checked against, in the form of requests."""
        return self.ca_file or True

    def or_as_in(self, environment: Mapping[str, str]) -> "Outgoing":
        """Return this, with the customary variables in place of what is not set.

        Those are ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, in small letters
        first, for the proxy; ``REQUESTS_CA_BUNDLE`` and ``CURL_CA_BUNDLE`` for the authorities.
        """
        bundles = (environment.get(name, "") for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
        chosen = replace(self, ca_file=self.ca_file or next(filter(None, bundles), ""))
        if self.proxy:
            return chosen
        every = _variable(environment, "all_proxy")
        return replace(
            chosen,
            proxy=_variable(environment, "https_proxy") or every,
            http_proxy=_variable(environment, "http_proxy") or every,
            no_proxy=tuple(_variable(environment, "no_proxy").split(",")),
        )


def _variable(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.upper()) or ""


def _covers(pattern: str, host: str) -> bool:
    name = pattern.strip().lower()
    try:
        return ip_address(host) in ip_network(name, strict=False)
    except ValueError:
        pass  # One of the two is a name.
    suffix = name.lstrip("*.")
    return name == "*" or (bool(suffix) and (host == suffix or host.endswith(f".{suffix}")))
