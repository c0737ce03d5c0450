"""Where Try-it may call: exact origins, and which addresses of the network may be behind them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias

from app.domain.addresses import split_address

Address: TypeAlias = IPv4Address | IPv6Address

PORTS: Final = {"http": 80, "https": 443}
# Where clouds tell a machine its secrets: never called, whatever the operator marks.
METADATA: Final = frozenset(
    map(
        ip_address,
        ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"),
    )
)
NAT64: Final = ip_network("64:ff9b::/96")
# Given up, but not taken for private by Python: IPv6's site-local addresses, and relays of 6to4.
GIVEN_UP: Final = (ip_network("fec0::/10"), ip_network("192.88.99.0/24"))
LAST_32_BITS: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port, which are compared as a whole."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Origin":
        """Return the origin of an address; raise ``ValueError`` unless it is plain http(s)."""
        parts = split_address(url.partition("?")[0])
        port = PORTS[parts.scheme] if parts.port is None else parts.port
        return cls(parts.scheme, parts.hostname or "", port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if PORTS[self.scheme] == self.port else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


@dataclass(frozen=True, slots=True)
class Destinations:
    """The origins that an operator allows besides an API's own.

    Those that are ``internal`` may be at addresses that are not public, and speak http.
    """

    hosts: frozenset[Origin] = field(default_factory=frozenset)
    internal: frozenset[Origin] = field(default_factory=frozenset)

    def knows(self, url: str) -> bool:
        """Tell whether the address is at one of the origins."""
        origin = _origin(url)
        return origin in self.hosts or origin in self.internal

    def admits(self, url: str, own: Iterable[str]) -> bool:
        """Tell whether a call may go there: to an API's ``own`` addresses, or a known origin.

        By http only what is internal is called: anywhere else the key could be read on the way.
        """
        origin = _origin(url)
        if origin is None:
            return False
        if origin.scheme == "http" and origin not in self.internal:
            return False
        return self.knows(url) or origin in {_origin(each) for each in own if each}

    def may_reach(self, origin: Origin, address: Address) -> bool:
        """Tell whether the machine behind an origin may have this address."""
        return _is_public(address) or (origin in self.internal and _may_be_internal(address))


def _origin(url: str) -> Origin | None:
    try:
        return Origin.of(url)
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    plain = _meant(address)
    is_special = plain.is_multicast or plain.is_reserved or plain.is_link_local
    is_given_up = any(plain in each for each in GIVEN_UP)
    return plain.is_global and not (is_special or is_given_up or plain in METADATA)


def _may_be_internal(address: Address) -> bool:
    plain = _meant(address)
    if plain.is_loopback:
        return True
    is_special = plain.is_multicast or plain.is_reserved or plain.is_link_local
    return not (is_special or plain.is_unspecified or plain in METADATA)


def _meant(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one leads to, where it is of such a kind."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & LAST_32_BITS)
    inside = address.ipv4_mapped or address.sixtofour
    return inside or (address.teredo[1] if address.teredo else address)
