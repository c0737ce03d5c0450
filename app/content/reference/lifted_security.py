"""Addresses and security of a document of Swagger 2.0 in the words of OpenAPI 3.0."""

from collections.abc import Mapping
from typing import Final

from app.content.shapes import Node, mapping, text, texts

FLOWS: Final[Mapping[str, str]] = {
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}


def servers(old: Node) -> list[Node]:
    """Return the addresses that scheme, host and base path make."""
    host, base = text(old.get("host")), text(old.get("basePath"))
    if not host:
        return [{"url": base}] if base else []
    return [{"url": f"{each}://{host}{base}"} for each in texts(old.get("schemes")) or ("https",)]


def security_schemes(old: Node) -> Node:
    """Return the security definitions as security schemes."""
    return {name: _scheme(mapping(each)) for name, each in old.items()}


def _scheme(old: Node) -> Node:
    kept = {name: each for name, each in old.items() if name == "description" or name[:2] == "x-"}
    if old.get("type") == "basic":
        return {**kept, "type": "http", "scheme": "basic"}
    if old.get("type") != "oauth2":
        return old
    addresses = {name: old[name] for name in ("authorizationUrl", "tokenUrl") if name in old}
    flow = text(old.get("flow"))
    flows = {FLOWS.get(flow, flow): {**addresses, "scopes": mapping(old.get("scopes"))}}
    return {**kept, "type": "oauth2", "flows": flows}
