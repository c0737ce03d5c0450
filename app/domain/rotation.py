"""Which keys another can replace, and how long an old one goes on beside the new one."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.keys import ApprovalStatus, Key, KeyPair, KeyState, KeyStatus


class Overlap(StrEnum):
    """The choices, as forms send them."""

    NONE = "now"
    HOUR = "1h"
    DAY = "24h"
    THREE_DAYS = "3d"
    WEEK = "7d"
    TWO_WEEKS = "14d"

    @property
    def length(self) -> timedelta:
        """The same as a duration."""
        return _LENGTHS[self]


_LENGTHS: Final = {
    Overlap.NONE: timedelta(),
    Overlap.HOUR: timedelta(hours=1),
    Overlap.DAY: timedelta(days=1),
    Overlap.THREE_DAYS: timedelta(days=3),
    Overlap.WEEK: timedelta(days=7),
    Overlap.TWO_WEEKS: timedelta(days=14),
}
_HINDRANCES: Final = {
    KeyState.OFF: "This key is turned off, so nothing can replace it. Add a new key instead.",
    KeyState.EXPIRED: "This key has expired, so nothing can replace it. Add a new key instead.",
    KeyState.REFUSED: "A new key would open nothing: no product of this one is approved. Ask again "
    "for its products, or choose others.",
    KeyState.NO_PRODUCTS: "A new key would open nothing: this one has no products. Choose its "
    "products first.",
}
_PENDING: Final = "This key waits for approval itself, so nothing can replace it yet."
_MISSING: Final = (
    "A new key would open nothing: the products of this one no longer exist. Choose others first."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A rotation that somebody asks for; the same ``request_id`` never makes a second key.

    Without ``days`` the new key lives as long as the old one does, within the policy.
    """

    app: str
    key_id: str
    overlap: Overlap
    request_id: str
    days: int | None = None

    @property
    def mark(self) -> str:
        """What the job keeps of the request id."""
        return hashlib.sha256(self.request_id.encode(errors="replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Rotated:
    """A key that was replaced: the new pair, and when the old one is turned off.

    ``left_out`` names products of the old key that the new one could not be given.
    """

    app: DeveloperApp
    pair: KeyPair
    old_key_id: str
    retires_at: datetime
    left_out: tuple[str, ...] = ()


def hindrance(key: Key, status: KeyStatus) -> str:
    """Say why no other key can take the place of this one; nothing where one can.

    What stands above the key is no reason: the new one is as good as the old one.
    """
    reason = _HINDRANCES.get(status.own, "")
    if status.memory.retires_at is not None and key.status is ApprovalStatus.APPROVED:
        return _HINDRANCES[KeyState.EXPIRED] if status.own is KeyState.EXPIRED else ""
    if status.own is KeyState.NO_PRODUCTS and status.missing:
        return _MISSING
    return reason or (_PENDING if key.status is ApprovalStatus.PENDING else "")
