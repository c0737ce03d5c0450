"""Web addresses that an operator writes: what is accepted, and which hosts are this machine."""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

PLAIN: Final = re.compile(r"[!-~]+")
PATH: Final = re.compile(r"(/[A-Za-z0-9_.-]+)*")


def is_loopback(host: str) -> bool:
    """Tell whether the host name or IP address is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def split_address(address: str) -> SplitResult:
    """Take an http or https address apart.

    Raises ``ValueError`` unless it is a scheme, a host and an optional path: a name, password,
    query or fragment does not belong into what an operator writes.
    """
    if not PLAIN.fullmatch(address):
        raise ValueError("must be an address in plain ASCII without spaces")
    parts = _parts(address)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address such as https://host.example")
    if "@" in parts.netloc or "?" in address or "#" in address:
        raise ValueError("must not hold a user name, a password, a query or a fragment")
    return parts


def _parts(address: str) -> SplitResult | None:
    """None for a host in wrong brackets or a port that is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    return None if port == 0 else parts


def web_address(address: str) -> str:
    """Return the address as it is; raise ``ValueError`` unless it is http(s)."""
    split_address(address)
    return address


def safe_address(address: str) -> str:
    """Return the address as it is; raise ``ValueError`` for http that leaves this machine."""
    parts = split_address(address)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError("must begin with https:// (http is accepted on localhost only)")
    return address


def optional_address(address: str) -> str:
    """Return an empty text or a safe address; raise ``ValueError`` for anything else."""
    return safe_address(address) if address else ""


def public_address(address: str) -> str:
    """Return origin and path without a slash at the end; raise ``ValueError`` if unfit."""
    parts = split_address(safe_address(address))
    path = parts.path.rstrip("/")
    if not PATH.fullmatch(path) or ".." in path:
        raise ValueError("may hold a path of letters, digits, '.', '_' and '-' only")
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"
