"""Questions about keys and the products on them."""

from typing import Final

from app.apigee.paths import Path, path
from app.apigee.truth.asking import OK, NotSeen, Reply
from app.apigee.truth.ground import KEY, ON_KEY, Ground, Json, key_of

NO_CONTENT: Final = 204


def pending_keys(ground: Ground) -> bool:
    """Look at the status of a new key with a product that waits for approval."""
    if _status_on(key_of(ground.app), ground.manual) != "pending":
        raise NotSeen("the product that needs approval did not wait for it")
    return key_of(ground.app).get("status") == "pending"


def key_length(ground: Ground) -> int:
    """Count the characters of a generated key."""
    return _length(ground, "consumerKey")


def secret_length(ground: Ground) -> int:
    """Count the characters of a generated secret."""
    return _length(ground, "consumerSecret")


def _length(ground: Ground, name: str) -> int:
    length = len(str(key_of(ground.app).get(name, "")))
    if not length:
        raise NotSeen("a new key had none")
    return length


def product_action_status(ground: Ground) -> int:
    """Approve the product that waits on the key."""
    return _approved(ground).among({NO_CONTENT: NO_CONTENT, OK: OK})


def readded_product(ground: Ground) -> str:
    """Add the approved product to its key once more and look at its status."""
    _approved(ground).among({NO_CONTENT: True, OK: True})
    body = {"apiProducts": [ground.manual]}
    added = ground.asker.call("POST", _place(ground, KEY), body).object()
    statuses = {"approved": "keep", "pending": "restart"}
    found = statuses.get(_status_on(added, ground.manual))
    if found is None:
        raise NotSeen("the product had another status after that")
    return found


def _approved(ground: Ground) -> Reply:
    query = {"action": "approve"}
    return ground.asker.call("POST", _place(ground, ON_KEY, product=ground.manual), query=query)


def _place(ground: Ground, template: str, **more: str) -> Path:
    key = str(key_of(ground.app).get("consumerKey", ""))
    app = str(ground.app["name"])
    return path(template, developer=ground.developer, app=app, key=key, **more)


def _status_on(key: Json, product: str) -> str:
    held = key.get("apiProducts") or []
    return next((str(each.get("status")) for each in held if each.get("apiproduct") == product), "")
