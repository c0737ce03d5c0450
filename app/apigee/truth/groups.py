"""Questions about AppGroups of X and companies of Edge."""

from typing import Final

from app.apigee.truth.asking import CREATED, OK, NotSeen, Reply
from app.apigee.truth.ground import Ground, Json, key_of
from app.domain.truth import Made, Trace

NO_CONTENT: Final = 204
HOUR: Final = 3_600_000
CHANNEL: Final = "portal-probe"
GROUPS: Final = "appgroups"
GROUP: Final = "appgroups/{group}"
GROUP_APPS: Final = "appgroups/{group}/apps"
COMPANIES: Final = "companies"
COMPANY: Final = "companies/{group}"
MEMBERS: Final = "companies/{group}/developers"
MEMBER: Final = "companies/{group}/developers/{developer}"


def duplicate_group_code(ground: Ground) -> str:
    """Make a group of a name that is taken."""
    name, _ = made_group(ground)
    reply = _make(ground, name)
    if reply.status != 409 or not reply.code:  # noqa: PLR2004 - the status itself
        raise NotSeen(f"it answered {reply.status} with the code {reply.code or '(none)'}")
    return reply.code


def group_create_status(ground: Ground) -> int:
    """Make an AppGroup."""
    return made_group(ground)[1].among({201: 201, 200: 200})


def group_action_status(ground: Ground) -> int:
    """Deactivate an AppGroup with PUT."""
    name, _ = made_group(ground)
    reply = ground.asker.call("PUT", GROUP, query={"action": "inactive"}, group=name)
    return reply.among({NO_CONTENT: NO_CONTENT, OK: OK})


def group_action_by_post(ground: Ground) -> bool:
    """Deactivate an AppGroup with POST."""
    name, _ = made_group(ground)
    reply = ground.asker.call("POST", GROUP, query={"action": "inactive"}, group=name)
    return reply.among({NO_CONTENT: True, OK: True, 400: False, 404: False, 405: False})


def group_key_expires_in(ground: Ground) -> str:
    """Make an app of an AppGroup with a key that lives 3,600,000 of something."""
    name, _ = made_group(ground)
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
    return _member(ground)[1].among({200: 200, 201: 201})


def removed_member_has_role(ground: Ground) -> bool:
    """Take a developer out of a company."""
    name, _ = _member(ground)
    removed = ground.asker.call("DELETE", MEMBER, group=name, developer=ground.developer)
    return "role" in removed.object()


def made_group(ground: Ground) -> tuple[str, Reply]:
    """Make a group of the flavour's kind, wait for it and return its name and the answer."""
    name = ground.names.name("group")
    kind = Made.APPGROUP if ground.is_x else Made.COMPANY
    ground.note(Trace(kind, name))
    reply = _make(ground, name)
    if reply.status not in CREATED:
        raise NotSeen(f"a group could not be made: the answer was {reply.status}")
    template = GROUP if ground.is_x else COMPANY
    ground.asker.until(
        lambda: ground.asker.call("GET", template, group=name), lambda reply: reply.status == OK
    )
    return name, reply


def _make(ground: Ground, name: str) -> Reply:
    body: Json = {"name": name, "displayName": name}
    if ground.is_x:
        body |= {"channelId": CHANNEL, "channelUri": "https://portal-probe.example.com"}
    return ground.asker.call("POST", GROUPS if ground.is_x else COMPANIES, body)


def _member(ground: Ground) -> tuple[str, Reply]:
    name, _ = made_group(ground)
    body = {"developer": [{"email": ground.developer, "role": "portal-probe"}]}
    return name, ground.asker.call("POST", MEMBERS, body, group=name)
