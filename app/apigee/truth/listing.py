"""Questions about lists: their items, their pages, and what is left out when nothing is said."""

from typing import Any, Final

from app.apigee.truth.asking import OK, NotSeen, Reply
from app.apigee.truth.ground import APPS, DEVELOPERS, Ground, Json, key_of

EVERYBODYS: Final = "apps"


def app_stub_fields(ground: Ground) -> tuple[str, ...]:
    """List the apps of a developer without expanding them."""
    made = str(ground.app["name"]), str(ground.app.get("appId", ""))

    def ask() -> Reply:
        return ground.asker.call("GET", APPS, developer=ground.developer)

    reply, _ = ground.asker.until(ask, lambda reply: bool(_items(reply)))
    stub = next((each for each in _items(reply) if set(made) & set(each.values())), {})
    found = tuple(name for name in stub if name in {"name", "appId"})
    if not found:
        raise NotSeen("the list held neither names nor ids")
    return found


def page_token_inclusive(ground: Ground) -> bool:
    """Read two pages of one app, narrowed to those of a product of ours."""
    wanted = {str(each.get("appId")) for each in ground.apps}
    query = {"filter": f"apiProduct={ground.instant}", "pageSize": "1"}

    def ask() -> Reply:
        return ground.asker.call("GET", EVERYBODYS, query=query)

    def has_next(reply: Reply) -> bool:
        return len(_ids(reply)) == 1 and bool(_token(reply))

    first, seconds = ground.asker.until(ask, has_next)
    if seconds < 0:
        raise NotSeen(f"the list of the organization's apps had no second page ({first.status})")
    following = {**query, "pageToken": _token(first)}
    second = _ids(ground.asker.call("GET", EVERYBODYS, query=following))
    if not second or not set(second) <= wanted:
        raise NotSeen("the second page held other apps than ours")
    return second[0] in _ids(first)


def apps_default_status(ground: Ground) -> str:
    """List our apps, of which one is revoked, without naming a status."""
    revoked = str(ground.apps[2].get("appId"))
    shown = {str(each.get("appId")) for each in ground.apps[:2]}
    # The whole parameter is what the doubt is about, so the list is narrowed by the product only.
    reply, _ = ground.asker.until(
        lambda: _of_product(ground), lambda reply: shown <= set(_ids(reply))
    )
    found = set(_ids(reply))
    if not shown <= found:
        raise NotSeen("our apps were not in the list")
    return "" if revoked in found else "approved"


def credentials_unasked(ground: Ground) -> bool:
    """Expand the list of the organization's apps without a word about credentials."""
    app_id = str(ground.app.get("appId"))
    reply, _ = ground.asker.until(lambda: _of_product(ground), lambda reply: app_id in _ids(reply))
    found = next((each for each in _items(reply) if each.get("appId") == app_id), None)
    if found is None:
        raise NotSeen("our app was not in the list")
    return bool(found.get("credentials"))


def shallow_has_credentials(ground: Ground) -> bool:
    """Expand the list of a developer's apps shallowly."""
    key_of(ground.app)
    query = {"shallowExpand": "true"}

    def ask() -> Reply:
        return ground.asker.call("GET", APPS, query=query, developer=ground.developer)

    reply, _ = ground.asker.until(ask, lambda reply: bool(_items(reply)))
    found = next((e for e in _items(reply) if e.get("name") == ground.app["name"]), None)
    if found is None:
        raise NotSeen("our app was not in the list")
    return bool(found.get("credentials"))


def missing_start_key(ground: Ground) -> str:
    """Begin the list of a developer's apps at one that there is not."""
    query = {"startKey": ground.names.name("missing"), "count": "2"}
    _ = ground.app
    reply = ground.asker.call("GET", APPS, query=query, developer=ground.developer)
    return reply.among({404: "refuse", 400: "refuse", OK: "next"})


def bad_count(ground: Ground) -> str:
    """Ask for no developers at all."""
    query = {"count": "0"}
    return ground.asker.call("GET", DEVELOPERS, query=query).among({400: "refuse", OK: "ignore"})


def _of_product(ground: Ground) -> Reply:
    query = {"apiProduct": ground.instant, "expand": "true"}
    return ground.asker.call("GET", EVERYBODYS, query=query)


def _items(reply: Reply) -> list[Json]:
    """The objects of a list of apps; Edge's plain names are none."""
    body: Any = reply.body
    held = body.get("app") if isinstance(body, dict) else None
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def _ids(reply: Reply) -> list[str]:
    return [str(each.get("appId")) for each in _items(reply)]


def _token(reply: Reply) -> str:
    return str(reply.body.get("nextPageToken", "")) if isinstance(reply.body, dict) else ""
