"""A clock that only a test moves."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class HandClock:
    """Shows the same moment until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, seconds: float) -> None:
        """Let some seconds pass."""
        self.at += timedelta(seconds=seconds)
