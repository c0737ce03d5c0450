"""Which rows of the audit log somebody asks for, on its page and for a file."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from app.domain.audit import Action, AuditQuery
from app.domain.errors import InvalidInput

ACTIONS: Final = {action.value: action for action in Action}
NO_ACTION: Final = "Choose one of the actions."
NO_DAY: Final = "Enter a day such as 2026-03-01."


def audit_query(typed: Callable[[str], str]) -> AuditQuery:
    """Return the question; days are whole, in UTC, and the last one is included.

    Raises ``InvalidInput`` for what is no day or no action, and for an end before the beginning.
    """
    problems: dict[str, str] = {}
    since, until = (_day(typed(name), name, problems) for name in ("since", "until"))
    if (action := typed("action")) and action not in ACTIONS:
        problems["action"] = NO_ACTION
    if since and until and until <= since:
        problems["until"] = "Choose a day that is not before the first one."
    if problems:
        raise InvalidInput(problems)
    return AuditQuery(
        about=typed("q"),
        actor=typed("actor"),
        action=ACTIONS.get(action),
        target=typed("target"),
        since=since,
        until=until,
    )


def _day(typed: str, name: str, problems: dict[str, str]) -> datetime | None:
    if not typed:
        return None
    try:
        day = datetime.combine(date.fromisoformat(typed), time(), UTC)
        return day if name == "since" else day + timedelta(days=1)
    except (ValueError, OverflowError):  # nothing follows the last day that there is
        problems[name] = NO_DAY
        return None
