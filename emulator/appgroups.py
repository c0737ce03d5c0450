"""AppGroups of X: list and filter, create, read, replace, status, delete.

Who is in an AppGroup is no matter of the API: portals keep it in the attribute
`__apigee_reserved__developer_details`, which is an attribute like every other here.
"""

from collections.abc import Callable, Mapping, Sequence

from emulator import groups
from emulator.calls import X_ONLY, Call, Reply, route
from emulator.errors import bad_request
from emulator.groups import shape
from emulator.model import Group
from emulator.paging import token_page
from emulator.wire import Json


def list_appgroups(call: Call) -> Reply:
    """AppGroups by name in token pages, all or those that the filter fits."""
    names = _filtered(call)
    page = token_page(call, names)
    answer: Json = {"nextPageToken": page.next_token} if page.next_token else {}
    if names:
        answer["totalSize"] = len(names)
    shapes = [shape(call, call.store.groups[name]) for name in page.keys]
    return Reply(200, {**call.wire.page("appGroups", shapes), **answer})


def _filtered(call: Call) -> Sequence[str]:
    """One `field=value`; how several would be joined is not documented."""
    expression = call.query.get("filter", "")
    if not expression:
        return call.store.group_names
    field, found, value = expression.partition("=")
    readers: Mapping[str, Callable[[Group], str]] = {
        "status": lambda group: group.status,
        **{name: _setting(name) for name in ("channelId", "channelUri")},
    }
    read = readers.get(field.strip())
    if not found or read is None:
        raise bad_request(f"Invalid filter {expression}")
    wanted = value.strip().strip('"')
    every = call.store.groups
    return [name for name in call.store.group_names if read(every[name]) == wanted]


def _setting(name: str) -> Callable[[Group], str]:
    return lambda group: str(group.settings.get(name, ""))


def update(call: Call) -> Reply:
    """With `?action=` set the status, else replace the AppGroup."""
    return _set_status(call) if "action" in call.query else groups.update(call)


def _set_status(call: Call) -> Reply:
    group = groups.set_status(call)
    return acted(call, lambda: shape(call, group))


def acted(call: Call, answer: Callable[[], Json]) -> Reply:
    """The answer to an action on something of an AppGroup: nothing, or the entity."""
    status = call.switches.group_action_status
    return Reply(status, None if status == 204 else answer())  # noqa: PLR2004 - the status itself


_ALL, _ONE = "appgroups", "appgroups/{group}"
ROUTES = (
    route("GET", _ALL, list_appgroups, flavors=X_ONLY, query="filter pageSize pageToken"),
    route("POST", _ALL, groups.create, flavors=X_ONLY),
    route("GET", _ONE, groups.read, flavors=X_ONLY),
    route("PUT", _ONE, update, flavors=X_ONLY, query="action"),
    route("POST", _ONE, update, flavors=X_ONLY, query="action", switch="group_action_by_post"),
    route("DELETE", _ONE, groups.delete, flavors=X_ONLY),
)
