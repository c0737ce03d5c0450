"""The developer's own keys for an operation: those that work, and those that do not."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from app.domain.app_list import ALL, AskedList
from app.domain.developers import Owner
from app.domain.keys import KeyState, KeyStatus
from app.domain.overview import AppRow, KeyRow
from app.services.apps import Apps

MOST_IDLE: Final = 5


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key to call with, by reference only; ``status`` is what it is for the operation."""

    app_name: str
    app_title: str
    key_id: str
    label: str
    ending: str
    status: KeyStatus


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """The keys that work for an operation, and a few that would if they were in order."""

    working: tuple[OwnKey, ...] = ()
    idle: tuple[OwnKey, ...] = ()


def own_keys(apps: Apps, owner: Owner, products: Collection[str] | None) -> OwnKeys:
    """Return the keys that have one of the products, or any where that is None.

    Reads what My Apps reads; raises ``Upstream`` where nothing is known.
    """
    rows = apps.listing(owner, AskedList(size=ALL)).rows
    found = [
        _own(row, key, products)
        for row in rows
        if row.app.has_page
        for key in row.keys
        if products is None or not _named(key.status).isdisjoint(products)
    ]
    return OwnKeys(
        working=tuple(each for each in found if each.status.works),
        idle=tuple(each for each in found if not each.status.works)[:MOST_IDLE],
    )


def _named(status: KeyStatus) -> frozenset[str]:
    return frozenset((*status.active, *status.waiting, *status.refused))


def _own(row: AppRow, key: KeyRow, products: Collection[str] | None) -> OwnKey:
    status = key.status if products is None else _status_for(key.status, products)
    return OwnKey(
        row.app.name, row.app.display_name, key.key.key_id, key.label, key.key.ending, status
    )


def _status_for(status: KeyStatus, products: Collection[str]) -> KeyStatus:
    """Return what a key is for these products: one that works elsewhere may wait here."""
    if not status.works or any(name in products for name in status.active):
        return status
    waiting = tuple(name for name in status.waiting if name in products)
    refused = tuple(name for name in status.refused if name in products)
    state = KeyState.WAITING if waiting else KeyState.REFUSED
    return replace(status, state=state, active=(), waiting=waiting, refused=refused)
