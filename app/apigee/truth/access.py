"""Questions about refusals: of strangers, of other organizations, of what is too much."""

from typing import Final

from app.apigee.truth.asking import CREATED, NotSeen, Reply
from app.apigee.truth.ground import PRODUCTS, Ground
from app.domain.truth import Made, Trace

OWN_KEYS: Final = "developers/{developer}/apps/{app}/keys/create"
MOST_PATHS: Final = 25
MOST_KEYS: Final = 10


def edge_unknown_organization_status(ground: Ground) -> int:
    """Ask for an organization that there is not."""
    return ground.elsewhere.call("GET", "").among({401: 401, 403: 403, 404: 404})


def edge_bad_login_status(ground: Ground) -> int:
    """Ask as somebody who does not exist, so that no account is locked."""
    return ground.stranger.call("GET", "").among({401: 401, 500: 500})


def edge_lists_organizations(ground: Ground) -> bool:
    """Ask which organizations there are."""
    return ground.above.call("GET", "").among({200: True, 401: False, 403: False})


def enforce_limits(ground: Ground) -> bool:
    """Make a product with more paths than Apigee X promises to keep."""
    return _too_many_paths(ground).status not in CREATED


def limit_status(ground: Ground) -> int:
    """Look at the status of the refusal of too many paths."""
    reply = _too_many_paths(ground)
    if reply.status in CREATED:
        raise NotSeen(f"{MOST_PATHS + 1} paths were accepted")
    return reply.among({400: 400, 429: 429})


def limit_code(ground: Ground) -> str:
    """Look at the code of the refusal of too many paths."""
    reply = _too_many_paths(ground)
    if reply.status in CREATED:
        raise NotSeen(f"{MOST_PATHS + 1} paths were accepted")
    if not reply.code:
        raise NotSeen(f"the {reply.status} had no code")
    return reply.code


def enforce_planned_limits(ground: Ground) -> bool:
    """Give an app more keys than Apigee X plans to allow."""
    app = str(ground.new_app(ground.developer, ground.instant)["name"])
    for number in range(MOST_KEYS):
        key = ground.names.name(f"key{number}")
        body = {"consumerKey": key, "consumerSecret": key}
        reply = ground.hasty.call("POST", OWN_KEYS, body, developer=ground.developer, app=app)
        if reply.status not in CREATED:
            reply.among({400: True, 429: True})
            return True
    return False


def denied_names_permission(ground: Ground) -> bool:
    """Look at the refusals that came by themselves; asked last."""
    if ground.asker.denials.named is None:
        raise NotSeen("nothing was forbidden")
    return ground.asker.denials.named


def _too_many_paths(ground: Ground) -> Reply:
    paths = [f"/portal-probe/{at}" for at in range(MOST_PATHS + 1)]
    name = ground.names.name("paths")
    body = {**ground.product_body(name), "approvalType": "auto", "apiResources": paths}

    def ask() -> Reply:
        ground.note(Trace(Made.PRODUCT, name))
        return ground.hasty.call("POST", PRODUCTS, body)

    reply = ground.once("paths", ask)
    if reply.status not in {*CREATED, 400, 429}:
        raise NotSeen(f"it answered {reply.status}")
    return reply
