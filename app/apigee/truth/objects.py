"""Questions about single developers, apps and products."""

from app.apigee.paths import path
from app.apigee.truth.asking import CREATED, OK, NotSeen
from app.apigee.truth.ground import (
    APP,
    APPS,
    DEVELOPER,
    PRODUCT,
    PRODUCTS,
    Ground,
)
from app.domain.truth import Made, Trace

CONFLICT = 409


def duplicate_app_code(ground: Ground) -> str:
    """Make an app of a name that is taken."""
    body = {"name": ground.app["name"], "apiProducts": [ground.instant]}
    reply = ground.asker.call("POST", APPS, body, developer=ground.developer)
    return _code(reply.status, reply.code)


def duplicate_product_code(ground: Ground) -> str:
    """Make a product of a name that is taken."""
    body = {**ground.product_body(ground.instant), "approvalType": "auto"}
    reply = ground.asker.call("POST", PRODUCTS, body)
    return _code(reply.status, reply.code)


def _code(status: int, code: str) -> str:
    if status != CONFLICT:
        raise NotSeen(f"it answered {status} and not 409")
    if not code:
        raise NotSeen("the 409 had no code")
    return code


def product_name_required(ground: Ground) -> bool:
    """Make a product that has a display name only; the name that it may get is noted first."""
    body = ground.product_body(ground.names.name("unnamed"))
    ground.note(Trace(Made.PRODUCT, str(body.pop("name"))))
    reply = ground.asker.call("POST", PRODUCTS, {**body, "approvalType": "auto"})
    return reply.among({400: True, 200: False, 201: False})


def default_approval_type(ground: Ground) -> str:
    """Make a product without saying how it is approved."""
    made = ground.make_product(ground.product_body(ground.names.name("default"))).object()
    approval = made.get("approvalType") or "auto"
    if approval not in {"auto", "manual"}:
        raise NotSeen("the product named another way of approval")
    return str(approval)


def product_in_use(ground: Ground) -> str:
    """Delete a product that a key names."""
    product = ground.new_product("auto")
    ground.new_app(ground.developer, product)
    reply = ground.asker.call("DELETE", PRODUCT, product=product)
    return reply.among({200: "delete", 204: "delete", 400: "refuse", 409: "refuse"})


def x_app_family(ground: Ground) -> bool:
    """Look whether a new app says its family."""
    return "appFamily" in ground.app


def email_case_sensitive(ground: Ground) -> bool:
    """Ask for a developer in capital letters."""
    reply = ground.asker.call("GET", DEVELOPER, developer=ground.developer.upper())
    return reply.among({404: True, 200: False})


def update_needs_names(ground: Ground) -> bool:
    """Replace a developer without the names."""
    body = {"email": ground.developer, "firstName": "Portal"}
    reply = ground.asker.call("PUT", DEVELOPER, body, developer=ground.developer)
    return reply.among({400: True, 200: False})


def unknown_action_status(ground: Ground) -> int:
    """Ask for an action that there is not."""
    query = {"action": "portal-probe"}
    reply = ground.asker.call("POST", DEVELOPER, query=query, developer=ground.developer)
    return reply.among({400: 400, 404: 404})


def unknown_product_status(ground: Ground) -> int:
    """Make an app with a product that there is not."""
    body = {"name": ground.names.name("app"), "apiProducts": [ground.names.name("missing")]}
    reply = ground.asker.call("POST", APPS, body, developer=ground.developer)
    return reply.among({400: 400, 404: 404})


def products_required(ground: Ground) -> bool:
    """Make an app without a product."""
    body = {"name": ground.names.name("app")}
    reply = ground.asker.call("POST", APPS, body, developer=ground.developer)
    return reply.among({400: True, 200: False, 201: False})


def name_mismatch_status(ground: Ground) -> int:
    """Replace an app by one of another name."""
    body = {"name": ground.names.name("other")}
    place = path(APP, developer=ground.developer, app=str(ground.app["name"]))
    reply = ground.asker.call("PUT", place, body)
    if reply.status in CREATED:
        raise NotSeen("the other name was accepted")
    return reply.status


def refuse_unknown_names(ground: Ground) -> bool:
    """Send a parameter that Apigee does not have."""
    query = {"invented": "1"}
    reply = ground.asker.call("GET", DEVELOPER, query=query, developer=ground.developer)
    return reply.among({400: True, OK: False})


def deletion_seconds(ground: Ground) -> float:
    """Delete a developer and look for how long its app is still found."""
    email = ground.new_developer()
    app_id = str(ground.new_app(email, ground.instant).get("appId", ""))
    by_id = "apps/{app}"
    shown, _ = ground.asker.until(
        lambda: ground.asker.call("GET", by_id, app=app_id), lambda reply: reply.status == OK
    )
    shown.object()
    ground.asker.call("DELETE", DEVELOPER, developer=email).object()
    _, seconds = ground.asker.until(
        lambda: ground.asker.call("GET", by_id, app=app_id), lambda reply: reply.status != OK
    )
    if seconds < 0:
        raise NotSeen(f"the app was still found after {ground.asker.patience.seconds:.0f} seconds")
    return round(seconds, 1)


def replica_lag_seconds(ground: Ground) -> float:
    """Return the longest time that anything made for a question was not shown to readers."""
    _ = ground.apps, ground.manual
    return round(ground.lag, 1)
