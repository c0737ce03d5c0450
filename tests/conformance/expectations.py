"""What the discovery document leaves open: presence, statuses, small sets of words, errors.

Taken from the recorded answers of Apigee X: proto3 JSON leaves out whatever is empty, a create is
201, an action 204, an unexpanded list holds stubs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulator.messages import Request, Response
from tests.conformance import stats_rules

Json = Mapping[str, Any]

_AUDIT = ("createdAt", "lastModifiedAt")
PRESENT: Mapping[str, tuple[str, ...]] = {
    "developer": (
        "email", "firstName", "lastName", "userName", "developerId", "organizationName", "status",
        *_AUDIT,
    ),
    "app": ("appId", "name", "status", *_AUDIT),
    "developer app": ("appId", "name", "status", "developerId", *_AUDIT),
    "group app": ("appId", "name", "status", "appGroup", *_AUDIT),
    "group": ("appGroupId", "name", "organization", "status", *_AUDIT),
    "project": ("organization", "projectId", "location"),
    "key": ("consumerKey", "consumerSecret", "status", "issuedAt", "expiresAt"),
    "product": ("name", "approvalType", *_AUDIT),
    "organization": ("name", "environments", "runtimeType", "properties", "state", *_AUDIT),
    "environment": ("name", "state", *_AUDIT),
    "attribute": ("name",),
    "reference": ("apiproduct", "status"),
}  # fmt: skip
STUBS: Mapping[str, set[str]] = {
    "developer": {"email"},
    "app": {"appId", "name"},
    "product": {"name"},
}
WORDS: Mapping[tuple[str, str], set[str]] = {
    ("developer", "status"): {"active", "inactive"},
    ("group", "status"): {"active", "inactive"},
    ("app", "status"): {"approved", "revoked"},
    ("developer app", "status"): {"approved", "revoked"},
    ("group app", "status"): {"approved", "revoked"},
    # Pending keys are in old texts only; the emulator has them by a switch.
    ("key", "status"): {"approved", "revoked", "pending"},
    ("reference", "status"): {"approved", "revoked", "pending"},
    ("product", "approvalType"): {"auto", "manual"},
    ("product", "quotaTimeUnit"): {"minute", "hour", "day", "month"},
}
# The entity a method answers with, by the end of its name; the longest end counts.
_ENTITIES: Mapping[str, str] = {
    "organizations.get": "organization",
    "environments.get": "environment",
    "organizations.getProjectMapping": "project",
    "developers": "developer",
    "developers.apps": "developer app",
    "organizations.appgroups": "group",
    "appgroups.apps": "group app",
    "organizations.apps": "app",
    "apps.keys": "key",
    "keys.apiproducts": "key",
    "keys.create": "key",
    "organizations.apiproducts": "product",
    "attributes": "attribute",
}
_LISTS = {"developer": "developer", "app": "app", "apiProduct": "product"}
# These are never stubs.
_WHOLE_LISTS = {"appGroups": "group", "appGroupApps": "group app"}
_RPC = {
    400: {"INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE"},
    401: {"UNAUTHENTICATED"},
    403: {"PERMISSION_DENIED"},
    404: {"NOT_FOUND"},
    409: {"ABORTED", "ALREADY_EXISTS"},
    429: {"RESOURCE_EXHAUSTED"},
    500: {"INTERNAL", "UNKNOWN", "DATA_LOSS"},
    503: {"UNAVAILABLE"},
    504: {"DEADLINE_EXCEEDED"},
}


def transport(response: Response) -> Iterator[str]:
    """A body is JSON and says so; 204 has none."""
    if response.status == 204:
        if response.body:
            yield "204 with a body"
    elif not response.headers.get("Content-Type", "").startswith("application/json"):
        yield "an answer that does not say it is JSON"


def error(status: int, body: object) -> Iterator[str]:
    """A refusal is a google.rpc status of the same code."""
    inside = body.get("error") if isinstance(body, dict) and set(body) == {"error"} else None
    if not isinstance(inside, dict):
        yield f"{status} without Google's error envelope"
        return
    if inside.get("code") != status or not inside.get("message"):
        yield f"{status} whose envelope has another code or no message"
    if inside.get("status") not in _RPC.get(status, set()):
        yield f"{status} with the status {inside.get('status')}"
    details = inside.get("details", [])
    if not all(re.match(r"type\.googleapis\.com/", each.get("@type", "")) for each in details):
        yield f"{status} with a detail that has no type"
    if not set(inside) <= {"code", "message", "status", "details", "errors"}:
        yield f"{status} whose envelope has more than it should"


def environments(body: object) -> Iterator[str]:
    """The list of environments is not in the document: a plain array of names."""
    if not isinstance(body, list) or not all(isinstance(each, str) for each in body):
        yield "the environments are not a list of names"


def statuses(method: str, request: Request) -> tuple[int, ...]:
    """The statuses a method may answer with when it does its work."""
    doubtful = ".appgroups." in method
    if "action" in request.query and request.method in ("POST", "PUT"):
        return (204, 200) if doubtful or method.endswith("AppKeyApiProduct") else (204,)
    if not method.endswith(".create"):
        return (200,)
    return (201, 200) if doubtful else (201,)


def parameters(method: str) -> frozenset[str]:
    """Query parameters that are sent in practice although the document lacks them."""
    return frozenset({"action"} if method.endswith("updateAppGroupAppKey") else ())


def body(method: str, request: Request, answer: object) -> Iterator[str]:
    """Presence, words and emptiness of what a method answered."""
    if not isinstance(answer, dict):
        yield f"{method} did not answer with an object"
        return
    if method.startswith("organizations.environments.") and method.lower().endswith("stats.get"):
        # Whether these leave out what is empty is not known.
        yield from stats_rules.problems(answer, numbers=False)
        return
    yield from _empties(method, answer)
    if method == "organizations.list" or (not answer and "action" in request.query):
        return
    if method.endswith((".attributes.list", ".attributes")):
        yield from _each(method, "attribute", answer.get("attribute", []))
    elif method.endswith(".list"):
        yield from _listed(method, request, answer)
    else:
        yield from _entity(method, _entity_of(method), answer)
        if method.endswith("s.apps.create") and not answer.get("credentials"):
            yield "a new app without a credential"


def _entity_of(method: str) -> str:
    parent = method.rpartition(".")[0]
    name = method.rpartition(".")[2]
    if name.startswith("update") and name.endswith("Attribute"):
        return "attribute"
    for end in sorted(_ENTITIES, key=len, reverse=True):
        if parent.endswith(end) or method.endswith(end):
            return _ENTITIES[end]
    return ""


def _listed(method: str, request: Request, answer: Json) -> Iterator[str]:
    expanded = "true" in (
        request.query.get("expand", "").lower(),
        request.query.get("shallowExpand", "").lower(),
    )
    for key, kind in _LISTS.items():
        for item in answer.get(key, []):
            if expanded:
                yield from _entity(method, kind, item)
            elif not item or not set(item) <= STUBS[kind]:
                yield f"{method} lists more than a stub of a {kind}"
    for key, kind in _WHOLE_LISTS.items():
        yield from _each(method, kind, answer.get(key, []))


def _each(method: str, kind: str, items: Iterable[Json]) -> Iterator[str]:
    for item in items:
        yield from _entity(method, kind, item)


def _entity(method: str, kind: str, item: Json) -> Iterator[str]:
    for name in PRESENT.get(kind, ()):
        if name not in item:
            yield f"{method}: a {kind} without {name}"
    for (entity, name), words in WORDS.items():
        if entity == kind and name in item and item[name] not in words:
            yield f"{method}: a {kind} whose {name} is none of {sorted(words)}"
    yield from _each(method, "attribute", item.get("attributes", []))
    if kind == "app" and ("developerId" in item) is ("appGroup" in item):
        yield f"{method}: an app of nobody or of two"
    if kind.endswith("app"):
        yield from _each(method, "key", item.get("credentials", []))
    if kind == "key":
        yield from _each(method, "reference", item.get("apiProducts", []))


def _empties(method: str, value: object, place: str = "$") -> Iterator[str]:
    """Proto3 JSON leaves out empty strings, lists and objects, null and false."""
    if isinstance(value, dict):
        for name, inside in value.items():
            if inside in ("", None, False) or inside in ([], {}):
                yield f"{method}: {place}.{name} is empty and should be left out"
            yield from _empties(method, inside, f"{place}.{name}")
    elif isinstance(value, list):
        for inside in value:
            yield from _empties(method, inside, f"{place}[]")
