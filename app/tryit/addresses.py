"""Looking up a host once, and saying which of its addresses a call may go to."""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, Final

from app.domain.destinations import Address, Destinations, Origin

Lookup = Callable[..., list[Any]]
ADDRESS: Final = 4  # where a looked-up entry has its address


class Forbidden(Exception):
    """The host may not be called."""


def checked_addresses(
    origin: Origin, destinations: Destinations, lookup: Lookup = socket.getaddrinfo
) -> list[str]:
    """Return the addresses to connect to; they are not looked up again, so they cannot change.

    Raises ``Forbidden`` when any address of the host is one that may not be reached, and
    ``OSError`` when it has none.
    """
    try:
        found = lookup(origin.host, origin.port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError from error
    addresses = list(dict.fromkeys(str(each[ADDRESS][0]) for each in found))
    if not addresses:
        raise OSError
    if not all(destinations.may_reach(origin, _address(each)) for each in addresses):
        raise Forbidden
    return addresses


def _address(text: str) -> Address:
    return ip_address(text.partition("%")[0])
