"""The organisation's apps, whoever owns them: `/apps` with its filters, and `/apps/{appId}`."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from emulator.calls import Call, Reply, route
from emulator.errors import app_id_missing, bad_request
from emulator.model import DeveloperApp, Owner
from emulator.paging import key_page, token_page
from emulator.wire import Json

Test = Callable[[DeveloperApp], bool]


def list_apps(call: Call) -> Reply:
    """Apps by appId; `pageSize` or `pageToken` give X's token pages, else rows and startKey."""
    ordered = _filtered(call)
    answer: Json = {}
    if call.site.flavor == "x" and ("pageSize" in call.query or "pageToken" in call.query):
        page = token_page(call, ordered)
        keys: Sequence[str] = page.keys
        answer = {"nextPageToken": page.next_token} if page.next_token else {}
        if ordered:
            answer["totalSize"] = len(ordered)
    else:
        keys = key_page(call, ordered, "app", count="rows")
    body = _shapes(call, [call.store.apps[key] for key in keys])
    return Reply(200, {**body, **answer} if isinstance(body, dict) else body)


def _shapes(call: Call, apps: Sequence[DeveloperApp]) -> Json | list[str]:
    if not call.flag("expand"):
        return call.wire.stubs("app", [{"appId": each.app_id} for each in apps])
    secret = call.flag("includeCred", default=call.switches.credentials_unasked)
    shapes = [call.wire.app(each, credentials=secret) for each in apps]
    return call.wire.page("app", shapes)


def _filtered(call: Call) -> Sequence[str]:
    tests = [*_parameter_tests(call), *_filter_tests(call)]
    if not tests:
        return call.store.app_ids
    few = _candidates(call)
    if few is None:
        return call.store.apps_where(lambda app: all(test(app) for test in tests))
    return sorted(app.app_id for app in few if all(test(app) for test in tests))


def _candidates(call: Call) -> Iterable[DeveloperApp] | None:
    """The few apps a filter leads straight to; None where it is about all of them."""
    field, _, raw = call.query.get("filter", "").partition("=")
    store, value = call.store, raw.strip().strip('"')
    finders: Mapping[str, Callable[[], Iterable[DeveloperApp | None]]] = {
        "consumerKey": lambda: [store.app_of_key(value)],
        "developerEmail": lambda: _apps_of(call, store.developer(value)),
        "appGroup": lambda: _apps_of(call, store.groups.get(value)),
        "appName": lambda: store.apps_named(value),
        "appId": lambda: [store.apps.get(value)],
    }
    find = finders.get(field.strip())
    if find:
        return filter(None, find())
    ids = call.query.get("ids")
    return filter(None, map(store.apps.get, set(ids.split(",")))) if ids else None


def _apps_of(call: Call, owner: Owner | None) -> list[DeveloperApp]:
    return call.store.apps_of(owner) if owner else []


def _parameter_tests(call: Call) -> list[Test]:
    usual = call.switches.apps_default_status if call.site.flavor == "x" else ""
    query = {"status": usual, "keyStatus": usual, **call.query}
    makers: dict[str, Callable[[str], Test]] = {
        "status": lambda value: lambda app: app.status == value,
        "keyStatus": lambda value: (
            lambda app: any(_key_status(value, app, at) for at in range(len(app.credentials)))
        ),
        "apiProduct": _has_product,
        "ids": lambda value: lambda app: app.app_id in value.split(","),
    }
    if call.site.flavor == "edge":
        # X has the type in its filter, and passes the old parameter over.
        makers["apptype"] = lambda value: lambda app: (value == "company") is bool(app.group)
        makers["appfamily"] = lambda value: (
            lambda app: app.extra.get("appFamily", "default") == value
        )
    return [make(query[name]) for name, make in makers.items() if query.get(name)]


def _key_status(value: str, app: DeveloperApp, at: int) -> bool:
    """Edge also takes `pending`, which is a product's status on the key."""
    credential = app.credentials[at]
    return credential.status == value or any(each.status == value for each in credential.products)


def _has_product(name: str) -> Test:
    def test(app: DeveloperApp) -> bool:
        keys = app.credentials
        return any(each.name == name for key in keys for each in key.products)

    return test


def _filter_tests(call: Call) -> list[Test]:
    """X's `filter`, one `field=value`; how several would be joined is not documented."""
    expression = call.query.get("filter", "")
    if not expression:
        return []
    field, found, value = expression.partition("=")
    makers: Mapping[str, Callable[[str], Test]] = {
        "developerEmail": lambda email: _of_developer(call, email),
        "apiProduct": _has_product,
        "consumerKey": lambda key: lambda app: call.store.app_of_key(key) == app,
        "status": lambda status: lambda app: app.status == status,
        "appId": lambda app_id: lambda app: app.app_id == app_id,
        "appName": lambda name: lambda app: app.name == name,
        "appType": lambda kind: lambda app: kind == ("AppGroup" if app.group else "Developer"),
        "appGroup": lambda name: lambda app: app.group == name,
    }
    if not found or field.strip() not in makers:
        raise bad_request(f"Invalid filter {expression}")
    return [makers[field.strip()](value.strip().strip('"'))]


def _of_developer(call: Call, email: str) -> Test:
    developer = call.store.developer(email)
    return lambda app: developer is not None and app.developer_id == developer.developer_id


def read(call: Call) -> Reply:
    """One app by its id, credentials included."""
    app = call.store.apps.get(call.names["app"])
    if app is None:
        raise app_id_missing(call.names["app"])
    return Reply(200, call.wire.app(app))


ROUTES = (
    route(
        "GET",
        "apps",
        list_apps,
        query="apiProduct apptype expand filter ids includeCred keyStatus pageSize pageToken "
        "rows startKey status",
    ),
    route("GET", "apps/{app}", read),
)
