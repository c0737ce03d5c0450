"""Developer apps: list, create, read, replace, new key pair, approve and revoke, delete."""

from dataclasses import dataclass, replace

from emulator.attributes import attribute_routes
from emulator.calls import Call, Reply, route
from emulator.developers import find_developer
from emulator.errors import app_exists, app_missing, bad_request, name_mismatch
from emulator.fields import Fields
from emulator.granting import new_credential
from emulator.model import Attributes, Developer, DeveloperApp
from emulator.names import check_app_name
from emulator.paging import key_page
from emulator.wire import Json

_KNOWN = {
    "apiProducts",
    "appFamily",
    "appId",
    "attributes",
    "callbackUrl",
    "createdAt",
    "credentials",
    "developerId",
    "keyExpiresIn",
    "lastModifiedAt",
    "name",
    "scopes",
    "status",
}
STATUS_OF_ACTION = {"approve": "approved", "revoke": "revoked"}


@dataclass(frozen=True)
class AppAttributes:
    """The attributes of one app."""

    call: Call
    app: DeveloperApp

    @property
    def attributes(self) -> Attributes:
        return self.app.attributes

    def replace(self, attributes: Attributes) -> None:
        stamp = self.call.touch(self.app.stamp)
        self.call.store.put(replace(self.app, attributes=attributes, stamp=stamp))


def find_app(call: Call) -> DeveloperApp:
    """The app of the address, found through its developer; raises 404."""
    developer = find_developer(call)
    name = call.names["app"]
    app = call.store.app(developer, name)
    if app is None:
        raise app_missing(name, developer.email)
    return app


def status_of(call: Call) -> str:
    """The status that `?action=approve|revoke` asks for; raises 400."""
    action = call.query.get("action", "")
    if action not in STATUS_OF_ACTION:
        raise bad_request(f"Invalid action {action}: approve or revoke is expected")
    return STATUS_OF_ACTION[action]


def list_apps(call: Call) -> Reply:
    """A developer's apps by name: stubs, or whole with `expand` or `shallowExpand`."""
    developer = find_developer(call)
    ordered = call.store.app_names(developer)
    names = key_page(call, ordered, "app", cap=call.switches.developer_apps_page)
    apps = [app for name in names if (app := call.store.app(developer, name))]
    if call.flag("expand"):
        return Reply(200, call.wire.page("app", [call.wire.app(each) for each in apps]))
    if call.flag("shallowExpand"):
        secret = call.switches.shallow_has_credentials
        shapes = [call.wire.app(each, credentials=secret) for each in apps]
        return Reply(200, call.wire.page("app", shapes))
    return Reply(200, call.wire.stubs("app", [_stub(call, each) for each in apps]))


def _stub(call: Call, app: DeveloperApp) -> Json:
    if call.site.flavor == "edge":
        return {"name": app.name}
    values = {"name": app.name, "appId": app.app_id}
    return {field: values[field] for field in call.switches.app_stub_fields}


def create(call: Call) -> Reply:
    """Add an app with one new credential, even when no product is named."""
    developer = find_developer(call)
    fields = _checked(call)
    name = check_app_name(fields.text("name"))
    if call.store.app(developer, name):
        raise app_exists(name, call.switches)
    app = _new_app(call, developer, name)
    call.store.put(app)
    return Reply(201, call.wire.app(app))


def _new_app(call: Call, developer: Developer, name: str) -> DeveloperApp:
    fields = call.fields
    scopes = fields.texts("scopes")
    return DeveloperApp(
        app_id=call.site.new_id(),
        developer_id=developer.developer_id,
        name=name,
        callback_url=fields.text("callbackUrl"),
        attributes=fields.attributes(),
        scopes=scopes,
        credentials=(new_credential(call, fields.texts("apiProducts"), scopes),),
        stamp=call.new_stamp(),
    )


def read(call: Call) -> Reply:
    """An app with its credentials."""
    return Reply(200, call.wire.app(find_app(call)))


def update(call: Call) -> Reply:
    """Replace attributes and callback; naming products makes one more key pair with them."""
    wanted = call.fields.texts("apiProducts")
    return _replace(call, with_key=bool(wanted))


def post(call: Call) -> Reply:
    """With `?action=` set the status, else generate a key pair."""
    if "action" in call.query:
        app = find_app(call)
        call.store.put(replace(app, status=status_of(call), stamp=call.touch(app.stamp)))
        return Reply(204)
    return _replace(call, with_key=True)


def _replace(call: Call, *, with_key: bool) -> Reply:
    old = find_app(call)
    fields = _checked(call)
    if call.site.flavor == "x" and fields.text("name", old.name) != old.name:
        raise name_mismatch(call.switches)
    credentials = old.credentials
    if with_key:
        # Clients take the first credential of the answer for the new one.
        wanted, scopes = fields.texts("apiProducts"), fields.texts("scopes")
        credentials = (new_credential(call, wanted, scopes), *credentials)
    app = replace(
        old,
        callback_url=fields.text("callbackUrl"),
        attributes=fields.attributes(),
        credentials=credentials,
        stamp=call.touch(old.stamp),
    )
    call.store.put(app)
    return Reply(200, call.wire.app(app))


def delete(call: Call) -> Reply:
    """Remove an app with its keys; the answer is the app as it was."""
    app = find_app(call)
    call.store.remove_app(app)
    return Reply(200, call.wire.app(app))


def _checked(call: Call) -> Fields:
    call.fields.only(_KNOWN)
    return call.fields


def _attributes(call: Call) -> AppAttributes:
    return AppAttributes(call, find_app(call))


_ALL, _ONE = "developers/{developer}/apps", "developers/{developer}/apps/{app}"
ROUTES = (
    route("GET", _ALL, list_apps, query="count expand shallowExpand startKey"),
    route("POST", _ALL, create),
    route("GET", _ONE, read, query="entity query"),
    route("PUT", _ONE, update),
    route("POST", _ONE, post, query="action"),
    route("DELETE", _ONE, delete),
    *attribute_routes(_ONE, _attributes),
)
