"""Changes whose answer was lost: a second look tells whether they were made."""

from collections.abc import Callable
from typing import Final, TypeVar

from app.apigee.exchange import Limits
from app.domain.errors import NotFound, OutcomeUnknown, Upstream

T = TypeVar("T")

# The change has had its time; what is left is for one short read.
SECOND_LOOK: Final = Limits(total=2.0, read=1.5)


def settled(change: Callable[[], T], look: Callable[[], T | None]) -> T:
    """Make a change; where its answer is lost, return what ``look`` finds that it made.

    ``look`` returns None when the change is not to be seen: then it may still come, and the
    ``OutcomeUnknown`` of the change goes on, as it does when the look fails as well.
    """
    try:
        return change()
    except OutcomeUnknown:
        found = _found(look)
        if found is None:
            raise
        return found


def gone(look: Callable[[], object]) -> bool | None:
    """Return True when what ``look`` reads is not there any more, else None."""
    try:
        look()
    except NotFound:
        return True
    return None


def _found(look: Callable[[], T | None]) -> T | None:
    try:
        return look()
    except (NotFound, Upstream):
        return None
