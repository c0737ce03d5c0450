"""The attributes sub-resource, the same under developers, groups, apps, products, keys."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from emulator.calls import BOTH, Call, Reply, Route, route
from emulator.errors import attribute_missing
from emulator.fields import check_attributes
from emulator.model import ApiProduct, Attributes, Developer, DeveloperApp, Flavor, Group


class Owner(Protocol):
    """Where attributes hang: read them, or put others in their place."""

    @property
    def attributes(self) -> Attributes: ...

    def replace(self, attributes: Attributes) -> None: ...


@dataclass(frozen=True)
class Held:
    """The attributes of an entity that is stored by itself."""

    call: Call
    entity: Developer | Group | DeveloperApp | ApiProduct

    @property
    def attributes(self) -> Attributes:
        return self.entity.attributes

    def replace(self, attributes: Attributes) -> None:
        stamp = self.call.touch(self.entity.stamp)
        self.call.store.put(replace(self.entity, attributes=attributes, stamp=stamp))


FindOwner = Callable[[Call], Owner]


class AttributeCalls:
    """The calls on the attributes of whatever `find` finds."""

    def __init__(self, find: FindOwner) -> None:
        self._find = find

    def read_all(self, call: Call) -> Reply:
        return Reply(200, call.wire.attributes(self._find(call).attributes))

    def replace_all(self, call: Call) -> Reply:
        owner = self._find(call)
        call.fields.only({"attribute"})
        attributes = call.fields.attributes("attribute")
        owner.replace(attributes)
        return Reply(200, call.wire.attributes(attributes))

    def read(self, call: Call) -> Reply:
        name, value = _pick(call, self._find(call))
        return Reply(200, call.wire.attribute(name, value))

    def write(self, call: Call) -> Reply:
        owner = self._find(call)
        call.fields.only({"name", "value"})
        name = call.names["attribute"]
        value = call.fields.text("value")
        attributes = {**owner.attributes, name: value}
        check_attributes(attributes, call.site.flavor)
        owner.replace(attributes)
        return Reply(200, call.wire.attribute(name, value))

    def delete(self, call: Call) -> Reply:
        owner = self._find(call)
        name, value = _pick(call, owner)
        owner.replace({key: each for key, each in owner.attributes.items() if key != name})
        return Reply(200, call.wire.attribute(name, value))


def attribute_routes(
    pattern: str, find: FindOwner, flavors: frozenset[Flavor] = BOTH
) -> tuple[Route, ...]:
    """The five calls on attributes below the entity at `pattern`."""
    calls = AttributeCalls(find)
    every, one = f"{pattern}/attributes", f"{pattern}/attributes/{{attribute}}"
    return (
        route("GET", every, calls.read_all, flavors=flavors),
        route("POST", every, calls.replace_all, flavors=flavors),
        route("GET", one, calls.read, flavors=flavors),
        route("POST", one, calls.write, flavors=flavors),
        route("DELETE", one, calls.delete, flavors=flavors),
    )


def _pick(call: Call, owner: Owner) -> tuple[str, str]:
    name = call.names["attribute"]
    if name not in owner.attributes:
        raise attribute_missing(name)
    return name, owner.attributes[name]
