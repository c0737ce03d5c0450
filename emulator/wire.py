"""The shapes the two flavours give to the same entities.

X writes proto3 JSON (int64 as strings, nothing empty) without audit names; Edge writes numbers,
empty lists and who did it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from emulator.errors import ApiError
from emulator.model import (
    ApiProduct,
    Attributes,
    Credential,
    Developer,
    DeveloperApp,
    Flavor,
    Group,
)
from emulator.organization import Organization

Json = dict[str, Any]
# A developer carries at most this many names of its apps.
MAX_APP_NAMES = 100


@dataclass(frozen=True, slots=True)
class Names:
    """The names an owner's answer lists: of its apps, and of a developer's companies."""

    apps: Sequence[str] = ()
    companies: Sequence[str] = ()


class Wire(Protocol):
    """One flavour's way of writing every answer."""

    flavor: Flavor
    content_type: str

    def organization(self, organization: Organization) -> Json: ...

    def organizations(self, organization: Organization) -> Json | list[str]: ...

    def environment(self, organization: Organization, name: str) -> Json: ...

    def developer(self, developer: Developer, names: Names, organization: Organization) -> Json: ...

    def group(self, group: Group, names: Names, organization: Organization) -> Json: ...

    def app(self, app: DeveloperApp, *, credentials: bool = True) -> Json: ...

    def credential(self, credential: Credential) -> Json: ...

    def new_key(self, credential: Credential) -> Json: ...

    def product(self, product: ApiProduct) -> Json: ...

    def attributes(self, attributes: Attributes) -> Json: ...

    def attribute(self, name: str, value: str) -> Json: ...

    def page(self, kind: str, items: list[Json]) -> Json: ...

    def stubs(self, kind: str, items: list[Json]) -> Json | list[str]: ...

    def error(self, error: ApiError, path: str, *, old_format: bool) -> Json: ...


def pairs(attributes: Attributes) -> list[Json]:
    """Attributes as the list both flavours use."""
    return [{"name": name, "value": value} for name, value in attributes.items()]


def prune(values: Mapping[str, Any]) -> Json:
    """Leave out what proto3 JSON leaves out: whatever is empty, false, null or zero."""
    pruned = {}
    for name, value in values.items():
        kept = _prune_inside(value)
        if kept:
            pruned[name] = kept
    return pruned


def _prune_inside(value: Any) -> Any:
    if isinstance(value, Mapping):
        return prune(value)
    if isinstance(value, list | tuple):
        return [_prune_inside(each) for each in value]
    return value
