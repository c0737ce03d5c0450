"""Companies of Edge: list, create, read, replace, status, attributes, members, delete."""

from dataclasses import replace
from typing import Any

from emulator import groups
from emulator.attributes import attribute_routes
from emulator.calls import EDGE_ONLY, Call, Reply, route
from emulator.developers import find_developer
from emulator.errors import bad_request, developer_missing, member_missing
from emulator.groups import find_group, shape
from emulator.model import Developer, Group, Member
from emulator.paging import key_page
from emulator.wire import Json


def list_companies(call: Call) -> Reply:
    """Companies by name in pages."""
    names = key_page(call, call.store.group_names, "company")
    if call.flag("expand"):
        shapes = [shape(call, call.store.groups[name]) for name in names]
        return Reply(200, call.wire.page("company", shapes))
    return Reply(200, call.wire.stubs("company", [{"name": name} for name in names]))


def post(call: Call) -> Reply:
    """With `?action=` set the status, else replace the company."""
    if "action" in call.query:
        groups.set_status(call)
        return Reply(204)
    return groups.update(call)


def list_members(call: Call) -> Reply:
    """The members with their roles."""
    return Reply(200, _members(call, find_group(call)))


def add_members(call: Call) -> Reply:
    """Add developers, or give those who are members another role; all members are answered."""
    group = find_group(call)
    sent = call.fields.raw.get("developer")
    if not isinstance(sent, list):
        raise bad_request("A list of developers is expected")
    known = {each.developer_id: each for each in group.members}
    for each in (_member(call, raw) for raw in sent):
        known[each.developer_id] = each
    changed = replace(group, members=tuple(known.values()), stamp=call.touch(group.stamp))
    call.store.put(changed)
    return Reply(call.switches.company_members_status, _members(call, changed))


def _member(call: Call, raw: Any) -> Member:
    if not isinstance(raw, dict):
        raise bad_request("A list of developers is expected")
    email = str(raw.get("email", ""))
    developer = call.store.developer(email)
    if developer is None:
        raise developer_missing(email, call.site.organization.name)
    return Member(developer.developer_id, str(raw.get("role", "")))


def remove_member(call: Call) -> Reply:
    """Take a developer out; the answer is the member as it was."""
    group, developer = find_group(call), find_developer(call)
    found = next((m for m in group.members if m.developer_id == developer.developer_id), None)
    if found is None:
        raise member_missing(developer.email, group.name)
    stay = tuple(each for each in group.members if each is not found)
    call.store.put(replace(group, members=stay, stamp=call.touch(group.stamp)))
    answer = _shape(developer, found)
    return Reply(
        200, answer if call.switches.removed_member_has_role else {"email": answer["email"]}
    )


def _members(call: Call, group: Group) -> Json:
    every = call.store.developers
    shapes = [_shape(every[each.developer_id], each) for each in group.members]
    return {"developer": shapes}


def _shape(developer: Developer, member: Member) -> Json:
    return {"email": developer.email, "role": member.role}


_ALL, _ONE = "companies", "companies/{group}"
_MEMBERS = f"{_ONE}/developers"
ROUTES = (
    route("GET", _ALL, list_companies, flavors=EDGE_ONLY),
    route("POST", _ALL, groups.create, flavors=EDGE_ONLY),
    route("GET", _ONE, groups.read, flavors=EDGE_ONLY),
    route("PUT", _ONE, groups.update, flavors=EDGE_ONLY),
    route("POST", _ONE, post, flavors=EDGE_ONLY),
    route("DELETE", _ONE, groups.delete, flavors=EDGE_ONLY),
    route("GET", _MEMBERS, list_members, flavors=EDGE_ONLY),
    route("POST", _MEMBERS, add_members, flavors=EDGE_ONLY),
    route("DELETE", f"{_MEMBERS}/{{developer}}", remove_member, flavors=EDGE_ONLY),
    *attribute_routes(_ONE, groups.attributes_of, EDGE_ONLY),
)
