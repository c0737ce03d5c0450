"""Which apps of a developer have an API product on their keys, and which keys could get it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.keys import ApprovalStatus, KeyState
from app.domain.names import RESERVED_APP_NAMES
from app.domain.overview import AppRow, KeyRow

_WITHOUT_FUTURE: Final = {KeyState.EXPIRED, KeyState.OFF, KeyState.RETIRING}


@dataclass(frozen=True, slots=True)
class Holding:
    """One key of an app; ``status`` is that of the product on it, None where it is not on it."""

    app_name: str
    app_title: str
    key_id: str
    key_label: str
    status: ApprovalStatus | None
    is_blocked: bool

    @property
    def has_page(self) -> bool:
        """Whether an address leads to the app."""
        return self.app_name not in RESERVED_APP_NAMES


def holdings(rows: Iterable[AppRow], product: str) -> tuple[Holding, ...]:
    """Return every key that has the product, then every key that is worth giving it to.

    A key that has expired, is turned off or about to stop is not offered, nor one of an app that
    has no page.
    """
    found = [
        _holding(row, key, product)
        for row in rows
        for key in row.keys
        if _counts(row, key, product)
    ]
    return tuple(sorted(found, key=lambda item: item.status is None))


def _counts(row: AppRow, key: KeyRow, product: str) -> bool:
    could_get_it = row.app.has_page and key.status.own not in _WITHOUT_FUTURE
    return _status(key, product) is not None or could_get_it


def _holding(row: AppRow, key: KeyRow, product: str) -> Holding:
    return Holding(
        app_name=row.app.name,
        app_title=row.app.display_name,
        key_id=key.key.key_id,
        key_label=key.label,
        status=_status(key, product),
        is_blocked=key.status.is_blocked,
    )


def _status(row: KeyRow, product: str) -> ApprovalStatus | None:
    return next((item.status for item in row.key.products if item.name == product), None)
