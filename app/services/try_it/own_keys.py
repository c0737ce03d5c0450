"""The developer's own keys that work for an operation."""

from collections.abc import Collection
from dataclasses import dataclass

from app.domain.app_list import ALL, AskedList
from app.domain.developers import Owner
from app.domain.overview import AppRow, KeyRow
from app.services.apps import Apps


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key to call with, by reference only."""

    app_name: str
    app_title: str
    key_id: str
    label: str
    ending: str


def own_keys(apps: Apps, owner: Owner, products: Collection[str] | None) -> tuple[OwnKey, ...]:
    """Return the keys that work for one of the products, for anything where that is None.

    Reads what My Apps reads; raises ``Upstream`` where nothing is known.
    """
    rows = apps.listing(owner, AskedList(size=ALL)).rows
    return tuple(
        _own(row, key)
        for row in rows
        if row.app.has_page
        for key in row.keys
        if _works(key, products)
    )


def _works(key: KeyRow, products: Collection[str] | None) -> bool:
    return key.status.works and (
        products is None or any(name in products for name in key.status.active)
    )


def _own(row: AppRow, key: KeyRow) -> OwnKey:
    return OwnKey(row.app.name, row.app.display_name, key.key.key_id, key.label, key.key.ending)
