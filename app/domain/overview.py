"""How an app and its keys are summed up for a person: states, warnings, one line per app."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.keys import (
    EXPIRING_WITHIN,
    FORGOTTEN,
    Key,
    KeyMemory,
    KeyState,
    KeyStatus,
    changed_since,
    key_status,
)
from app.domain.rotation import hindrance

HALF_A_DAY: Final = timedelta(hours=12)
Memories = Mapping[str, KeyMemory]
NOTHING_KNOWN: Final[Memories] = MappingProxyType({})
# The names of all products of the organization, or None while they are not known.
Existing = Collection[str] | None

_WORDS: Final = {
    KeyState.ACTIVE: "active",
    KeyState.EXPIRING: "active",
    KeyState.PARTLY_ACTIVE: "active",
    KeyState.RETIRING: "retiring",
    KeyState.WAITING: "waiting for approval",
    KeyState.REFUSED: "not approved",
    KeyState.NO_PRODUCTS: "without products",
    KeyState.EXPIRED: "expired",
    KeyState.OFF: "turned off",
    KeyState.BLOCKED_BY_DEVELOPER: "blocked",
    KeyState.BLOCKED_BY_APP: "blocked",
}
# What an app is called after: the best of its keys, since one good key is enough to call.
BEST_FIRST: Final = (
    KeyState.BLOCKED_BY_DEVELOPER,
    KeyState.BLOCKED_BY_APP,
    KeyState.ACTIVE,
    KeyState.EXPIRING,
    KeyState.PARTLY_ACTIVE,
    KeyState.RETIRING,
    KeyState.WAITING,
    KeyState.REFUSED,
    KeyState.NO_PRODUCTS,
    KeyState.OFF,
    KeyState.EXPIRED,
)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key as a page shows it; ``label`` tells it from its siblings."""

    key: Key
    label: str
    status: KeyStatus

    @property
    def why_not_replaced(self) -> str:
        """Why no other key can take its place; empty where one can."""
        return hindrance(self.key, self.status)


@dataclass(frozen=True, slots=True)
class AppRow:
    """One app in a list; ``status`` is that of its best key, None without keys."""

    app: DeveloperApp
    keys: tuple[KeyRow, ...]
    status: KeyStatus | None
    keys_summary: str
    warnings: tuple[str, ...]


def key_rows(
    app: DeveloperApp,
    *,
    developer_active: bool,
    now: datetime,
    memories: Memories = NOTHING_KNOWN,
    existing: Existing = None,
    switched_at: datetime | None = None,
) -> tuple[KeyRow, ...]:
    """Return the keys, newest first; without a label of its own one is numbered by its age.

    ``switched_at`` is when the developer was last activated or deactivated here: that gave every
    key its rights back, or took them away.
    """
    total = len(app.keys)
    rows = []
    for position, key in enumerate(app.keys):
        memory = changed_since(memories.get(key.key_id, FORGOTTEN), switched_at)
        status = key_status(
            key,
            developer_active=developer_active,
            app_status=app.status,
            now=now,
            memory=memory,
            existing=existing,
        )
        rows.append(KeyRow(key, memory.label or f"Key {total - position}", status))
    return tuple(rows)


def app_row(
    app: DeveloperApp,
    *,
    developer_active: bool,
    now: datetime,
    memories: Memories = NOTHING_KNOWN,
    existing: Existing = None,
    switched_at: datetime | None = None,
) -> AppRow:
    """Sum an app up; ``memories`` are by ``key_id``, ``switched_at`` is as in ``key_rows``."""
    rows = key_rows(
        app,
        developer_active=developer_active,
        now=now,
        memories=memories,
        existing=existing,
        switched_at=switched_at,
    )
    statuses = sorted((row.status for row in rows), key=lambda item: BEST_FIRST.index(item.state))
    return AppRow(
        app=app,
        keys=rows,
        status=statuses[0] if statuses else None,
        keys_summary=_summary(statuses, now),
        warnings=tuple(_warnings(statuses, now)),
    )


def working_if_active(app: DeveloperApp, now: datetime, existing: Existing = None) -> int:
    """Count the keys that work, or would if the developer were active."""
    rows = key_rows(app, developer_active=True, now=now, existing=existing)
    return sum(1 for row in rows if row.status.works)


def is_last_working(
    app: DeveloperApp, key_id: str, now: datetime, existing: Existing = None
) -> bool:
    """Tell whether this key works, or would if the developer were active, and no other does."""
    rows = key_rows(app, developer_active=True, now=now, existing=existing)
    return [row.key.key_id for row in rows if row.status.works] == [key_id]


def matches(app: DeveloperApp, titles: Iterable[str], query: str) -> bool:
    """Tell whether every word of the query is in the app's names or its products' names."""
    text = " ".join((app.name, app.display_name, *app.products, *titles)).casefold()
    return all(word in text for word in query.casefold().split())


def days_left(expires_at: datetime, now: datetime) -> int:
    """Days until a moment, rounded as pages round what comes; at least 0."""
    return max(0, (expires_at - now + HALF_A_DAY) // (2 * HALF_A_DAY))


def _summary(statuses: Sequence[KeyStatus], now: datetime) -> str:
    counts: dict[str, int] = {}
    for status in statuses:
        word = _WORDS[status.state] if not _lost_all(status) else "with deleted products"
        counts[word] = counts.get(word, 0) + 1
    parts = [f"{count} {word}" for word, count in counts.items()]
    ends = _ends(statuses, now)
    if ends:
        verb = "expires" if len(ends) == 1 else "expire"
        parts.append(f"{len(ends)} {verb} {_within(min(ends), now)}")
    return ", ".join(parts) or "None"


def _lost_all(status: KeyStatus) -> bool:
    return status.state is KeyState.NO_PRODUCTS and bool(status.missing)


def _ends(statuses: Iterable[KeyStatus], now: datetime) -> list[datetime]:
    """When the keys end that work now but not for long; one that waits in part counts too."""
    ends = [item.expires_at for item in statuses if item.works and item.expires_at is not None]
    return [moment for moment in ends if moment - now <= EXPIRING_WITHIN]


def _within(moment: datetime, now: datetime) -> str:
    days = days_left(moment, now)
    return "today" if days == 0 else "in 1 day" if days == 1 else f"in {days} days"


def _warnings(statuses: Sequence[KeyStatus], now: datetime) -> Iterable[str]:
    if not statuses:
        yield "The app has no key, so it cannot call anything."
    elif not any(status.works or status.is_blocked for status in statuses):
        if all(status.state is KeyState.EXPIRED for status in statuses):
            yield "No key works: all have expired."
        elif all(status.state is KeyState.OFF for status in statuses):
            yield "No key works: all are turned off."
        elif not any(status.state is KeyState.WAITING for status in statuses):
            yield f"No key works: {_summary(statuses, now)}."
    if any(status.missing and status.works for status in statuses):
        yield "A product of a key was deleted on Apigee."
    ends = _ends(statuses, now)
    if ends:
        yield f"A key expires {_within(min(ends), now)}."
