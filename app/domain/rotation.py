"""How long an old key goes on beside the one that replaces it."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


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
