"""What AppGroups of X and companies of Edge have in common: both own apps and have a status."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from emulator.attributes import Held
from emulator.calls import Call, Reply
from emulator.developers import activity
from emulator.errors import group_exists, group_missing, name_mismatch
from emulator.model import Flavor, Group
from emulator.names import check_group_name
from emulator.wire import Json, Names

# The fields a caller sets, as the flavour knows them, and those the API sets itself.
SETTINGS: Mapping[Flavor, tuple[str, ...]] = {
    "x": ("displayName", "channelId", "channelUri", "email"),
    "edge": ("displayName",),
}
_KNOWN = {
    "appGroupId",
    "attributes",
    "createdAt",
    "lastModifiedAt",
    "name",
    "organization",
    "status",
}


def find_group(call: Call) -> Group:
    """The AppGroup or company of the address; raises 404."""
    name = call.names["group"]
    group = call.store.groups.get(name)
    if group is None:
        raise group_missing(name, call.site.flavor)
    return group


def shape(call: Call, group: Group) -> Json:
    """The group as the flavour writes it."""
    names = Names(call.store.app_names(group))
    return call.wire.group(group, names, call.site.organization)


def create(call: Call) -> Reply:
    """Add a group, always active whatever status is sent."""
    settings = _settings(call)
    name = check_group_name(call.fields.text("name"), call.site.flavor)
    if name in call.store.groups or call.store.reserved("groups", name):
        raise group_exists(name, call.switches)
    group = Group(
        group_id=call.site.new_id(),
        name=name,
        attributes=call.fields.attributes(),
        settings=settings,
        stamp=call.new_stamp(),
    )
    call.store.put(group)
    status = call.switches.group_create_status if call.site.flavor == "x" else 201
    return Reply(status, shape(call, group))


def read(call: Call) -> Reply:
    """One group."""
    return Reply(200, shape(call, find_group(call)))


def update(call: Call) -> Reply:
    """Replace a group whole; name, status and members stay."""
    old = find_group(call)
    settings = _settings(call, old.settings)
    if call.site.flavor == "x" and call.fields.text("name", old.name) != old.name:
        raise name_mismatch(call.switches)
    group = replace(
        old,
        attributes=call.fields.attributes(),
        settings=settings,
        stamp=call.touch(old.stamp),
    )
    call.store.put(group)
    return Reply(200, shape(call, group))


def set_status(call: Call) -> Group:
    """Do what `?action=active|inactive` asks for; the changed group."""
    old = find_group(call)
    group = replace(old, status=activity(call), stamp=call.touch(old.stamp))
    call.store.put(group)
    return group


def delete(call: Call) -> Reply:
    """Remove a group with apps and keys; the answer is the group as it was."""
    group = find_group(call)
    last = shape(call, group)
    call.store.remove_group(group)
    return Reply(200, last)


def attributes_of(call: Call) -> Held:
    """The attributes of the group of the address."""
    return Held(call, find_group(call))


def _settings(call: Call, held: Collection[str] = ()) -> dict[str, Any]:
    fields, named = call.fields, SETTINGS[call.site.flavor]
    extra = fields.others({*_KNOWN, *named}, set(held) - set(named))
    return {**{name: fields.text(name) for name in named if name in fields}, **extra}
