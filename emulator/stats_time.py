"""Times of a stats call: the range asked for and the units it is cut into (milliseconds, UTC)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from emulator.errors import bad_request
from emulator.model import Flavor

DAY = 86_400_000
_FIXED = {"second": 1000, "minute": 60_000, "hour": 3_600_000, "day": DAY}
# A span that reaches from the start of a unit into the next one and no further.
_STRIDE = {
    "week": 7 * DAY,
    "month": 32 * DAY,
    "quarter": 95 * DAY,
    "year": 370 * DAY,
    "decade": 3_700 * DAY,
    "century": 36_600 * DAY,
    "millennium": 366_000 * DAY,
}
_X_UNITS = {*_FIXED, "week", "month"}
_MOMENT = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})[ +](\d{1,2}):(\d{2})(?::(\d{2}))?")
_YEARS = range(1971, 2200)
MAX_UNITS = 100_000


@dataclass(frozen=True, slots=True)
class TimeUnits:
    """How a range is cut: the unit's name, and minutes by which the caller's clock is ahead."""

    unit: str
    offset: int = 0

    def start(self, moment: int) -> int:
        """When the unit began that a moment is in."""
        shift = self.offset * 60_000
        return _floor(moment + shift, self.unit) - shift

    def between(self, start: int, end: int) -> Iterator[int]:
        """The starts of all units that touch the range; raises 400 when they are too many."""
        at, stride = self.start(start), _FIXED.get(self.unit) or _STRIDE[self.unit]
        if (end - start) // stride > MAX_UNITS:
            raise bad_request(f"The time range has too many units of a {self.unit}")
        while at < end:
            yield at
            at = self.start(at + stride)


def parse_range(text: str) -> tuple[int, int]:
    """Start and end of `MM/DD/YYYY HH:MM~MM/DD/YYYY HH:MM`; the end is outside. Raises 400."""
    begin, _, end = text.partition("~")
    start, stop = _moment(begin), _moment(end)
    if start >= stop:
        raise bad_request(f"Invalid time range {text}: it ends before it begins")
    return start, stop


def parse_units(unit: str, offset: str, flavor: Flavor) -> TimeUnits | None:
    """The units asked for, None for no `timeUnit`; raises 400."""
    minutes = int(offset) if re.fullmatch(r"-?\d{1,3}", offset) else None
    if offset and (minutes is None or abs(minutes) > 14 * 60):
        raise bad_request(f"Invalid time zone offset {offset}")
    known = _X_UNITS if flavor == "x" else {*_FIXED, *_STRIDE}
    if unit and unit not in known:
        raise bad_request(f"Invalid time unit {unit}")
    return TimeUnits(unit, minutes or 0) if unit else None


def _moment(text: str) -> int:
    found = _MOMENT.fullmatch(text.strip())
    try:
        if found is None or int(found[3]) not in _YEARS:
            raise ValueError(text)  # noqa: TRY301 - answered as one with what datetime refuses
        month, day, year, hour, minute, second = (int(each or 0) for each in found.groups())
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()) * 1000
    except ValueError:
        raise bad_request(f"Invalid time {text}: MM/DD/YYYY HH:MM is expected") from None


def _floor(moment: int, unit: str) -> int:
    if unit in _FIXED:
        return moment - moment % _FIXED[unit]
    if unit == "week":
        # 1 January 1970 was a Thursday; weeks begin on Monday.
        days = moment // DAY
        return (days - (days + 3) % 7) * DAY
    now = datetime.fromtimestamp(moment / 1000, UTC)
    year, month = now.year, 1
    if unit == "month":
        month = now.month
    elif unit == "quarter":
        month = now.month - (now.month - 1) % 3
    else:
        year = _year(year, unit)
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000


def _year(year: int, unit: str) -> int:
    """The first year of a unit; centuries and millennia begin with a year 1."""
    if unit == "decade":
        return year - year % 10
    span = {"year": 1, "century": 100, "millennium": 1000}[unit]
    return (year - 1) // span * span + 1
