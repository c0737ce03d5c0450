"""Apps and keys of AppGroups, where X has other calls for them than for those of developers."""

from dataclasses import replace

from emulator import apps, keys
from emulator.appgroups import acted
from emulator.calls import X_ONLY, Call, Reply, route
from emulator.groups import find_group
from emulator.keys import Held, changed, find_key
from emulator.paging import token_page
from emulator.wire import Json


def list_apps(call: Call) -> Reply:
    """The AppGroup's apps by name, always whole, in token pages."""
    group = find_group(call)
    page = token_page(call, call.store.app_names(group))
    found = [app for name in page.keys if (app := call.store.app(group, name))]
    asked = "pageSize" in call.query or call.switches.group_apps_token_unasked
    token: Json = {"nextPageToken": page.next_token} if page.next_token and asked else {}
    return Reply(
        200, {**call.wire.page("appGroupApps", [call.wire.app(a) for a in found]), **token}
    )


def update(call: Call) -> Reply:
    """With `?action=` set the status, else replace; naming products makes one more key pair."""
    if "action" in call.query:
        app = apps.set_status(call)
        return acted(call, lambda: call.wire.app(app))
    return apps.update(call)


def update_key(call: Call) -> Reply:
    """Add products, replace scopes and attributes, set the status the body's `action` names.

    The status also comes as `?action=`, which the document does not have but clients send.
    """
    held = find_key(call)
    if "action" in call.query:
        _set_status(held, call.query["action"])
        return acted(call, lambda: call.wire.credential(find_key(call).credential))
    fields = call.fields
    fields.only({"action", "apiProducts", "appGroupAppKey"})
    amended = fields.inside("appGroupAppKey")
    amended.only(keys.KNOWN)
    held.put(changed(held, amended, fields.texts("apiProducts")))
    if "action" in fields:
        _set_status(find_key(call), fields.text("action"))
    return Reply(200, call.wire.credential(find_key(call).credential))


def _set_status(held: Held, action: str) -> None:
    held.put(replace(held.credential, status=apps.status_of(held.call, action)))


_APPS = "appgroups/{group}/apps"
_APP, _KEYS = f"{_APPS}/{{app}}", f"{_APPS}/{{app}}/keys"
ROUTES = (
    route("GET", _APPS, list_apps, flavors=X_ONLY, query="pageSize pageToken"),
    route("POST", _APPS, apps.create, flavors=X_ONLY),
    route("GET", _APP, apps.read, flavors=X_ONLY),
    route("PUT", _APP, update, flavors=X_ONLY, query="action"),
    route("POST", _APP, update, flavors=X_ONLY, query="action", switch="group_action_by_post"),
    route("DELETE", _APP, apps.delete, flavors=X_ONLY),
    route("POST", _KEYS, keys.create, flavors=X_ONLY),
    route("POST", f"{_KEYS}/{{key}}", update_key, flavors=X_ONLY, query="action"),
    *keys.common_routes(_KEYS, X_ONLY),
)
