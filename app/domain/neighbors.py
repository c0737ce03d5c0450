"""Who asks from the same network as somebody else, by their addresses."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

PREFIX: Final = 64  # bits of an IPv6 address that one customer of a network has in common


def network_of(address: str) -> str:
    """Return the address; of IPv6 the network that one household or machine is given."""
    if ":" not in address:
        return address
    try:
        whole = ip_address(address)
    except ValueError:  # whatever a proxy wrote there
        return address
    own = getattr(whole, "ipv4_mapped", None) or whole
    return str(IPv6Network((own, PREFIX), strict=False) if isinstance(own, IPv6Address) else own)
