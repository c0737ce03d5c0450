"""Apps of developers and groups: list, create, read, replace, new key pair, status, delete."""

from collections.abc import Collection
from dataclasses import replace

from emulator.attributes import Held, attribute_routes
from emulator.calls import BOTH, EDGE_ONLY, Call, Reply, Route, route
from emulator.errors import (
    app_exists,
    app_missing,
    bad_action,
    name_mismatch,
    products_required,
)
from emulator.fields import Fields
from emulator.granting import new_credential
from emulator.model import DeveloperApp, Flavor, Owner
from emulator.names import check_app_name
from emulator.owners import created, find_owner, owned_by
from emulator.paging import key_page
from emulator.store import reserved_name
from emulator.wire import Json

_KNOWN = {
    "apiProducts",
    "appId",
    "attributes",
    "callbackUrl",
    "createdAt",
    "credentials",
    "keyExpiresIn",
    "lastModifiedAt",
    "name",
    "scopes",
    "status",
}
# Fields of the API that nothing here depends on; they are kept as they were sent.
_KEPT = {"appFamily"}
STATUS_OF_ACTION = {"approve": "approved", "revoke": "revoked"}


def find_app(call: Call) -> DeveloperApp:
    """The app of the address, found through its owner; raises 404."""
    owner = find_owner(call)
    name = call.names["app"]
    app = call.store.app(owner, name)
    if app is None:
        raise app_missing(name, owner.label)
    return app


def status_of(call: Call, action: str | None = None) -> str:
    """The status that `?action=approve|revoke` asks for; raises 400."""
    wanted = call.query.get("action", "") if action is None else action
    if wanted not in STATUS_OF_ACTION:
        raise bad_action(wanted, call.switches)
    return STATUS_OF_ACTION[wanted]


def list_apps(call: Call) -> Reply:
    """An owner's apps by name: stubs, or whole with `expand` or `shallowExpand`."""
    owner = find_owner(call)
    ordered = call.store.app_names(owner)
    names = key_page(call, ordered, "app", cap=call.switches.developer_apps_page)
    apps = [app for name in names if (app := call.store.app(owner, name))]
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
    owner = find_owner(call)
    fields = _checked(call)
    name = check_app_name(fields.text("name"))
    reserved = call.store.reserved("apps", reserved_name(owner.owner, name))
    if reserved or call.store.app(owner, name):
        raise app_exists(name, call.switches)
    if call.switches.products_required and not fields.texts("apiProducts"):
        raise products_required()
    app = _new_app(call, owner, name)
    call.store.put(app)
    return Reply(created(call), call.wire.app(app))


def _new_app(call: Call, owner: Owner, name: str) -> DeveloperApp:
    fields = call.fields
    scopes = fields.texts("scopes")
    family = {"appFamily": "default"} if _says_family(call) else {}
    return DeveloperApp(
        app_id=call.site.new_id(),
        **owned_by(owner),
        name=name,
        callback_url=fields.text("callbackUrl"),
        attributes=fields.attributes(),
        scopes=scopes,
        credentials=(new_credential(call, fields.texts("apiProducts"), scopes),),
        extra={**family, **fields.others(_known(call), _KEPT)},
        stamp=call.new_stamp(),
    )


def _says_family(call: Call) -> bool:
    return call.switches.x_app_family and call.site.flavor == "x" and "developer" in call.names


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
        set_status(call)
        return Reply(204)
    return _replace(call, with_key=True)


def set_status(call: Call) -> DeveloperApp:
    """Do what `?action=approve|revoke` asks for; the changed app."""
    old = find_app(call)
    app = replace(old, status=status_of(call), stamp=call.touch(old.stamp))
    call.store.put(app)
    return app


def _replace(call: Call, *, with_key: bool) -> Reply:
    old = find_app(call)
    fields = _checked(call, old.extra)
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
        extra=fields.others(_known(call), {*_KEPT, *old.extra}),
        stamp=call.touch(old.stamp),
    )
    call.store.put(app)
    return Reply(200, call.wire.app(app))


def delete(call: Call) -> Reply:
    """Remove an app with its keys; the answer is the app as it was."""
    app = find_app(call)
    call.store.remove_app(app)
    return Reply(200, call.wire.app(app))


def _checked(call: Call, held: Collection[str] = ()) -> Fields:
    call.fields.only({*_known(call), *_KEPT, *held})
    return call.fields


def _known(call: Call) -> set[str]:
    return {*_KNOWN, "developerId" if "developer" in call.names else "appGroup"}


def _attributes(call: Call) -> Held:
    return Held(call, find_app(call))


def _routes(owner: str, flavors: frozenset[Flavor]) -> tuple[Route, ...]:
    every, one = f"{owner}/apps", f"{owner}/apps/{{app}}"
    return (
        route(
            "GET", every, list_apps, flavors=flavors, query="count expand shallowExpand startKey"
        ),
        route("POST", every, create, flavors=flavors),
        route("GET", one, read, flavors=flavors, query="entity query"),
        route("PUT", one, update, flavors=flavors),
        route("POST", one, post, flavors=flavors, query="action"),
        route("DELETE", one, delete, flavors=flavors),
        *attribute_routes(one, _attributes, flavors),
    )


ROUTES = (
    *_routes("developers/{developer}", BOTH),
    *_routes("companies/{group}", EDGE_ONLY),
)
