"""Questions about AppGroups of X and companies of Edge."""

from typing import Final

from app.apigee.truth.asking import OK, NotSeen, Reply
from app.apigee.truth.ground import GROUP, Ground, key_of

NO_CONTENT: Final = 204
HOUR: Final = 3_600_000
GROUP_APPS: Final = "appgroups/{group}/apps"
MEMBERS: Final = "companies/{group}/developers"
MEMBER: Final = "companies/{group}/developers/{developer}"


def duplicate_group_code(ground: Ground) -> str:
    """Make a group of a name that is taken."""
    reply = ground.make_group(ground.group)
    if reply.status != 409 or not reply.code:  # noqa: PLR2004 - the status itself
        raise NotSeen(f"it answered {reply.status} with the code {reply.code or '(none)'}")
    return reply.code


def group_create_status(ground: Ground) -> int:
    """Make an AppGroup."""
    name = ground.group
    return ground.once("group", lambda: ground.make_group(name)).among({201: 201, 200: 200})


def group_action_status(ground: Ground) -> int:
    """Deactivate an AppGroup with PUT."""
    name = ground.group
    reply = ground.asker.call("PUT", GROUP, query={"action": "inactive"}, group=name)
    return reply.among({NO_CONTENT: NO_CONTENT, OK: OK})


def group_action_by_post(ground: Ground) -> bool:
    """Deactivate an AppGroup with POST."""
    name = ground.group
    reply = ground.asker.call("POST", GROUP, query={"action": "inactive"}, group=name)
    return reply.among({NO_CONTENT: True, OK: True, 400: False, 404: False, 405: False})


def group_key_expires_in(ground: Ground) -> str:
    """Make an app of an AppGroup with a key that lives 3,600,000 of something."""
    name = ground.group
    body = {
        "name": ground.names.name("app"),
        "apiProducts": [ground.instant],
        "keyExpiresIn": str(HOUR),
    }
    key = key_of(ground.asker.call("POST", GROUP_APPS, body, group=name).object())
    life = int(key.get("expiresAt", -1)) - int(key.get("issuedAt", 0))
    units = {1: "milliseconds", 1000: "seconds"}
    found = units.get(round(life / HOUR))
    if found is None:
        raise NotSeen("the key lives neither an hour nor a thousand hours")
    return found


def company_members_status(ground: Ground) -> int:
    """Add a developer to a company."""
    return _member(ground).among({200: 200, 201: 201})


def removed_member_has_role(ground: Ground) -> bool:
    """Take a developer out of a company."""
    _member(ground)
    removed = ground.asker.call("DELETE", MEMBER, group=ground.group, developer=ground.developer)
    return "role" in removed.object()


def _member(ground: Ground) -> Reply:
    body = {"developer": [{"email": ground.developer, "role": "portal-probe"}]}
    return ground.asker.call("POST", MEMBERS, body, group=ground.group)
