"""Questions about refusals: of strangers, of other organizations, of what is too much."""

from typing import Final

from app.apigee.truth.asking import CREATED, NotSeen, Reply
from app.apigee.truth.ground import Ground

ATTRIBUTES: Final = "developers/{developer}/attributes"
OWN_KEYS: Final = "developers/{developer}/apps/{app}/keys/create"
MOST_ATTRIBUTES: Final = 18
MOST_KEYS: Final = 10


def edge_unknown_organization_status(ground: Ground) -> int:
    """Ask for an organization that there is not."""
    return ground.elsewhere.call("GET", "").among({401: 401, 403: 403, 404: 404})


def edge_bad_login_status(ground: Ground) -> int:
    """Ask as somebody who does not exist, so that no account is locked."""
    return ground.stranger.call("GET", "").among({401: 401, 500: 500})


def enforce_limits(ground: Ground) -> bool:
    """Give a developer more attributes than Apigee X promises to keep."""
    return _too_many_attributes(ground).status not in CREATED


def limit_status(ground: Ground) -> int:
    """Look at the status of the refusal of too many attributes."""
    reply = _too_many_attributes(ground)
    if reply.status in CREATED:
        raise NotSeen(f"{MOST_ATTRIBUTES + 1} attributes were accepted")
    return reply.among({400: 400, 429: 429})


def limit_code(ground: Ground) -> str:
    """Look at the code of the refusal of too many attributes."""
    reply = _too_many_attributes(ground)
    if reply.status in CREATED:
        raise NotSeen(f"{MOST_ATTRIBUTES + 1} attributes were accepted")
    if not reply.code:
        raise NotSeen(f"the {reply.status} had no code")
    return reply.code


def enforce_planned_limits(ground: Ground) -> bool:
    """Give an app more keys than Apigee X plans to allow."""
    app = str(ground.new_app(ground.developer)["name"])
    for number in range(MOST_KEYS):
        key = ground.names.name(f"key{number}")
        body = {"consumerKey": key, "consumerSecret": key}
        reply = ground.asker.call("POST", OWN_KEYS, body, developer=ground.developer, app=app)
        if reply.status not in CREATED:
            reply.among({400: True, 429: True})
            return True
    return False


def denied_names_permission(ground: Ground) -> bool:
    """Look at the refusals that came by themselves; asked last."""
    if ground.asker.denials.named is None:
        raise NotSeen("nothing was forbidden")
    return ground.asker.denials.named


def _too_many_attributes(ground: Ground) -> Reply:
    pairs = [{"name": f"probe{at}", "value": "1"} for at in range(MOST_ATTRIBUTES + 1)]
    reply = ground.asker.call("POST", ATTRIBUTES, {"attribute": pairs}, developer=ground.developer)
    if reply.status not in {*CREATED, 400, 429}:
        raise NotSeen(f"it answered {reply.status}")
    return reply
