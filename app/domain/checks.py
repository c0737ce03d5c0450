"""What a check of the portal's surroundings found, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended; ``SKIPPED`` when something before it makes it pointless."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    SKIPPED = "skipped"


class Area(StrEnum):
    """What a check is about."""

    PORTAL = "portal"
    APIGEE = "apigee"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``advice`` says what whoever runs the portal can do.

    ``milliseconds`` is how long the other side took, where one was asked.
    """

    area: Area
    subject: str
    outcome: Outcome
    said: str
    advice: str = ""
    milliseconds: float | None = None
