"""Reading, changing and writing back: Apigee's PUT replaces, so nothing may be left out.

What the portal does not know is written back as it was read. Follows the update methods of
developers and developer apps.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from app.apigee.client import RETRIES, ApigeeClient, Call
from app.apigee.fields import Json, as_object, objects
from app.apigee.second_look import SECOND_LOOK, settled
from app.domain.errors import Conflict

T = TypeVar("T")

# Apigee's own to say, or changed by other calls; a product list in a body would make a new key.
_NOT_WRITTEN: Final = frozenset(
    {
        "apiProducts", "appId", "apps", "companies", "createdAt", "createdBy", "credentials",
        "developerId", "keyExpiresIn", "lastModifiedAt", "lastModifiedBy", "organizationName",
        "status",
    }
)  # fmt: skip
_CHANGED: Final = "This was changed in the meantime. Look at it again, then repeat your change."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite(Generic[T]):
    """One change: the call that reads, the operation that writes, and what the body becomes.

    ``read`` understands either answer. ``revision`` is what the object had when somebody decided
    about the change; empty = any. ``then`` reads the object where the change has moved it.
    """

    reading: Call
    operation: str
    read: Callable[[Any], T]
    change: Callable[[Json], Json]
    revision: str = ""
    then: Call | None = None


def rewrite(client: ApigeeClient, asked: Rewrite[T]) -> T:
    """Make the change and return the object as it is then.

    Raises ``NotFound``, ``InvalidInput``, ``Upstream``, ``OutcomeUnknown``, and ``Conflict``
    where the object is not of the given revision any more.
    """
    with client.turn(asked.reading.path):
        return _rewritten(client, asked)


def _rewritten(client: ApigeeClient, asked: Rewrite[T]) -> T:
    both = _with_raw(asked.read)
    raw, known = latest(client, asked.reading, asked.read)
    before = revision_of(raw)
    if asked.revision and asked.revision != before:
        raise Conflict(_CHANGED)
    body = asked.change(writable(raw))
    if _digest(body) == before:
        return known

    def written() -> tuple[Json, T] | None:
        found = client.ask(asked.then or asked.reading, both, SECOND_LOOK)
        return found if revision_of(found[0]) == _digest(body) else None

    raw, known = settled(lambda: client.ask(_writing(asked, body), both), written)
    client.replaced.note((asked.then or asked.reading).path, before, revision_of(raw))
    return known


def latest(client: ApigeeClient, reading: Call, read: Callable[[Any], T]) -> tuple[Json, T]:
    """Read an object that is about to be written back, raw and as ``read`` understands it.

    Raises ``Conflict`` where Apigee goes on showing what it was before our own last change, so
    that the change is not undone.
    """
    for retries in range(RETRIES + 1):
        if retries:
            client.rest(retries - 1)
        raw, known = client.ask(reading, _with_raw(read))
        if not client.replaced.knows(reading.path, revision_of(raw)):
            return raw, known
    raise Conflict(_CHANGED)


def _with_raw(read: Callable[[Any], T]) -> Callable[[Any], tuple[Json, T]]:
    return lambda answer: (as_object(answer), read(answer))


def _writing(asked: Rewrite[T], body: Json) -> Call:
    reading = asked.reading
    return Call(
        operation=asked.operation,
        method="PUT",
        path=reading.path,
        thing=reading.thing,
        body=body,
    )


def writable(raw: Json) -> Json:
    """Return what a PUT may hold of what was read."""
    return {name: value for name, value in raw.items() if name not in _NOT_WRITTEN}


def revision_of(raw: Json) -> str:
    """Return 16 hex characters that differ once anything that a PUT writes has changed."""
    return _digest(writable(raw))


def _digest(body: Json) -> str:
    """X leaves out what is empty, and attributes have no order, so neither makes a difference."""
    kept = {name: value for name, value in body.items() if value not in ("", [], None)}
    if "attributes" in kept:
        kept["attributes"] = sorted(_canonical(item) for item in objects(body, "attributes"))
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def _canonical(item: Json) -> str:
    """X leaves out the value of an empty attribute too."""
    kept = {name: value for name, value in item.items() if value not in ("", None)}
    return json.dumps(kept, sort_keys=True)
