"""Changes whose answer was lost: a second look tells whether they were made."""

from collections.abc import Callable
from typing import Final, TypeVar

from app.apigee.exchange import Limits
from app.domain.errors import NotFound, OutcomeUnknown, Upstream

T = TypeVar("T")

# The change has had its time; what is left is for one short read.
SECOND_LOOK: Final = Limits(total=2.0, read=1.5)

NOT_SEEN: Final = "Apigee's answer was lost. As far as Apigee shows, this was not done: try again."


def settled(change: Callable[[], T], look: Callable[[], T | None]) -> T:
    """Make a change; where its answer is lost, return what ``look`` finds that it made.

    ``look`` returns None when the change is not to be seen: then it may still come, so the outcome
    stays unknown, but the ``OutcomeUnknown`` says what Apigee shows. Where the look fails as well
    that of the change goes on.
    """
    try:
        return change()
    except OutcomeUnknown as lost:
        try:
            found = look()
        except NotFound:
            found = None
        except Upstream:
            raise lost from None
        if found is None:
            raise OutcomeUnknown(lost.kind, NOT_SEEN, code=lost.code) from None
        return found


def gone(look: Callable[[], object]) -> bool | None:
    """Return True when what ``look`` reads is not there any more, else None."""
    try:
        look()
    except NotFound:
        return True
    return None
