"""A developer's list of apps: what is asked of it, and which rows answer that."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.apps import AppPage, DeveloperApp
from app.domain.keys import KeyState
from app.domain.overview import BEST_FIRST, AppRow, matches
from app.domain.twins import twins

# What is drawn costs more than what is read: a page is a screen or two, whatever Apigee lists.
ROWS_PER_PAGE: Final = 25
ALL: Final = 1_000_000
NO_KEYS: Final = "no_keys"
WARNED: Final = "warned"
_BLOCKED: Final = "blocked"
_GROUPS: Final[Mapping[KeyState, str]] = MappingProxyType(
    {KeyState.BLOCKED_BY_DEVELOPER: _BLOCKED, KeyState.BLOCKED_BY_APP: _BLOCKED}
)
STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        KeyState.ACTIVE: "Active",
        KeyState.EXPIRING: "Expires soon",
        KeyState.PARTLY_ACTIVE: "Active in part",
        KeyState.RETIRING: "Retiring",
        KeyState.WAITING: "Waiting for approval",
        KeyState.REFUSED: "Not approved",
        KeyState.OFF: "Turned off",
        KeyState.EXPIRED: "Expired",
        _BLOCKED: "Blocked",
        KeyState.NO_PRODUCTS: "No products",
        NO_KEYS: "No keys",
        WARNED: "With a warning",
    }
)
_DIGITS: Final = re.compile(r"(\d+)")


class Order(StrEnum):
    """What a list can be sorted by."""

    NAME = "name"
    STATUS = "status"
    CREATED = "created"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class AskedList:
    """What somebody wants to see; all empty is one list of Apigee after the other, as given.

    ``start`` is where a list of Apigee begins, ``page`` counts pages of ``size`` rows from 1:
    those of that list, or of an own order. ``refresh`` asks Apigee whatever is known.
    """

    query: str = ""
    status: str = ""
    product: str = ""
    order: Order | None = None
    backwards: bool = False
    page: int = 1
    size: int = ROWS_PER_PAGE
    start: str | None = None
    refresh: bool = False

    @property
    def narrows(self) -> bool:
        """Whether some apps may be left out."""
        return bool(self.query or self.status or self.product)

    @property
    def goes_on(self) -> bool:
        """Whether rows before these are on the page already."""
        return not self.needs_all and (self.start is not None or self.page > 1)

    @property
    def needs_all(self) -> bool:
        """Whether every app has to be looked at before the first row is known."""
        return self.narrows or self.order is not None


@dataclass(frozen=True, slots=True)
class FoundApps:
    """One page of the rows that answer; ``total`` counts all, ``first`` is the number of one."""

    rows: tuple[AppRow, ...]
    total: int
    page: int = 1
    size: int = ROWS_PER_PAGE

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size + 1

    @property
    def has_more(self) -> bool:
        """Whether there is a page after this one."""
        return self.page * self.size < self.total


def found_apps(
    apps: Iterable[DeveloperApp],
    asked: AskedList,
    titles: Mapping[str, str],
    row: Callable[[DeveloperApp], AppRow],
) -> FoundApps:
    """Return the page that was asked for, or the last one there is.

    ``row`` sums up one app. It is asked about all of them only where their states decide.
    """
    left = [*apps]
    if asked.product or asked.query:
        left = [app for app in left if _is_named(app, asked, titles)]
    if asked.status or asked.order is Order.STATUS:
        rows = [item for item in map(row, left) if _has_status(item, asked.status)]
        ordered = _in_order(rows, asked)
        page = _nearest(asked, len(ordered))
        return FoundApps(tuple(ordered[_part(asked, page)]), len(ordered), page, asked.size)
    left = _sorted_apps(left, asked)
    page = _nearest(asked, len(left))
    return FoundApps(tuple(map(row, left[_part(asked, page)])), len(left), page, asked.size)


def by_name(page: AppPage) -> AppPage:
    """Return one list of Apigee in the order of My Apps, with the apps that go by the same name.

    That is done once, for a page is shown many times.
    """
    apps = sorted(page.apps, key=lambda app: _natural(app.display_name))
    return AppPage(tuple(apps), page.next_start, twins(apps))


def status_group(row: AppRow) -> str:
    """Return the name under which a filter finds this app's status."""
    if row.status is None:
        return NO_KEYS
    return _GROUPS.get(row.status.state, row.status.state.value)


def _is_named(app: DeveloperApp, asked: AskedList, titles: Mapping[str, str]) -> bool:
    if asked.product and asked.product not in app.products:
        return False
    if not asked.query:
        return True
    return matches(app, [titles.get(name, "") for name in app.products], asked.query)


def _has_status(row: AppRow, status: str) -> bool:
    if status == WARNED:
        return bool(row.warnings)
    return not status or status_group(row) == status


def _nearest(asked: AskedList, total: int) -> int:
    last = max(1, -(-total // asked.size))
    return min(max(1, asked.page), last)


def _part(asked: AskedList, page: int) -> slice:
    return slice((page - 1) * asked.size, page * asked.size)


def _in_order(rows: Sequence[AppRow], asked: AskedList) -> list[AppRow]:
    if asked.order is Order.STATUS:
        by_name = sorted(rows, key=lambda row: _natural(row.app.display_name))
        return sorted(by_name, key=_rank, reverse=asked.backwards)
    by_id = {row.app.name: row for row in rows}
    return [by_id[app.name] for app in _sorted_apps([row.app for row in rows], asked)]


def _rank(row: AppRow) -> int:
    return len(BEST_FIRST) if row.status is None else BEST_FIRST.index(row.status.state)


def _sorted_apps(apps: list[DeveloperApp], asked: AskedList) -> list[DeveloperApp]:
    if asked.order is Order.CREATED:
        return _by_moment(apps, lambda app: app.created_at, asked)
    if asked.order is Order.CHANGED:
        return _by_moment(apps, lambda app: app.last_modified_at, asked)
    if asked.needs_all:
        return sorted(apps, key=lambda app: _natural(app.display_name), reverse=asked.backwards)
    return apps


def _by_moment(
    apps: list[DeveloperApp], moment: Callable[[DeveloperApp], datetime | None], asked: AskedList
) -> list[DeveloperApp]:
    """Apps without a moment come last either way."""
    known = [(at.timestamp(), app) for app in apps if (at := moment(app)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=asked.backwards)
    return [app for _, app in known] + [app for app in apps if moment(app) is None]


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort as people do: without regard to case, 2 before 10."""
    parts = _DIGITS.split(name.casefold())
    return tuple(
        (0, int(part), "") if index % 2 else (1, 0, part) for index, part in enumerate(parts)
    )
