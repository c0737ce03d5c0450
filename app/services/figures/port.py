"""What the portal counts as it happens, and what its database says when somebody asks.

No label is made of what people type: routes are templates, and names are those of the settings
or of the code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from app.domain.audit import Action
from app.domain.jobs import JobKind, JobState


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a browser: by which route, with which status, after how many seconds."""

    route: str
    method: str
    status: int
    seconds: float


@dataclass(frozen=True, slots=True)
class JobFigures:
    """The jobs of one kind and state; of those that wait, how many are due, late or tried."""

    kind: JobKind
    state: JobState
    count: int
    due: int = 0
    late: int = 0
    tried: int = 0
    oldest_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """What the database says at this moment; ``synced_at`` is when the last run ended."""

    jobs: tuple[JobFigures, ...] = ()
    mails: Mapping[str, int] = field(default_factory=dict)
    unsealed: int = 0
    unsealed_since: datetime | None = None
    synced_at: datetime | None = None
    is_synced: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything that is looked up when somebody asks; without ``site`` the database is away.

    ``cache_answers`` is None where processes share no cache.
    """

    at: datetime
    site: SiteFigures | None
    cache_answers: bool | None


def nothing(_at: datetime) -> SiteFigures | None:
    """Know nothing of the site."""
    return None


def always() -> bool:
    """Know of no trouble."""
    return True


class Figures(Protocol):
    """Counts what happens, from any thread; nothing here raises."""

    def answered(self, answer: Answered) -> None:
        """Count an answer to a browser."""
        ...

    def called(self, organization: str, operation: str, status: int, seconds: float) -> None:
        """Count an exchange with Apigee; the status is 0 where there was no answer."""
        ...

    def inside(self, organization: str, lane: str, change: int) -> None:
        """Note that a request entered a lane to Apigee (1) or left it (-1)."""
        ...

    def turned_away(self, organization: str, lane: str) -> None:
        """Count a request that found no place in a lane."""
        ...

    def breaker(self, organization: str, lane: str, state: str, change: int) -> None:
        """Count a breaker's new state; ``change`` is 1 when it stops calls and -1 afterwards."""
        ...

    def refused(self, action: Action, right: str, reason: str) -> None:
        """Count a refusal; ``right`` is the permission that was missing, or empty."""
        ...

    def limited(self, limit: str) -> None:
        """Count a request that a rate limit refused."""
        ...

    def signed_in(self, provider: str, outcome: str) -> None:
        """Count a sign-in: ``done``, or the code of what was wrong."""
        ...

    def logged_out(self, provider: str, outcome: str) -> None:
        """Count a back-channel logout in the same way."""
        ...

    def looked_up(self, fact: str, outcome: str) -> None:
        """Count a fact of Apigee's that was wanted, by where it came from."""
        ...

    def worked(self, kind: JobKind, outcome: str, seconds: float) -> None:
        """Count a try of a job and how it ended."""
        ...

    def unrecorded(self, action: Action) -> None:
        """Count a row of the audit log that could not be written."""
        ...

    def connections(self, change: int) -> None:
        """Note that a connection to the database was taken (1) or given back (-1)."""
        ...

    def unlogged(self, error: str) -> None:
        """Count a line that the log did not take, by the name of the error."""
        ...

    def told(self, moment: Moment) -> str:
        """Return everything in Prometheus's text format."""
        ...


class Uncounted:
    """``Figures`` where nobody watches."""

    def answered(self, answer: Answered) -> None: ...
    def called(self, organization: str, operation: str, status: int, seconds: float) -> None: ...
    def inside(self, organization: str, lane: str, change: int) -> None: ...
    def turned_away(self, organization: str, lane: str) -> None: ...
    def breaker(self, organization: str, lane: str, state: str, change: int) -> None: ...
    def refused(self, action: Action, right: str, reason: str) -> None: ...
    def limited(self, limit: str) -> None: ...
    def signed_in(self, provider: str, outcome: str) -> None: ...
    def logged_out(self, provider: str, outcome: str) -> None: ...
    def looked_up(self, fact: str, outcome: str) -> None: ...
    def worked(self, kind: JobKind, outcome: str, seconds: float) -> None: ...
    def unrecorded(self, action: Action) -> None: ...
    def connections(self, change: int) -> None: ...
    def unlogged(self, error: str) -> None: ...

    def told(self, moment: Moment) -> str:  # noqa: ARG002 - the protocol's signature
        return ""


UNCOUNTED: Final = Uncounted()


@dataclass(frozen=True, slots=True)
class Watching:
    """Who counts, who looks at the database (None while it is away), who may be told.

    Without a ``token`` nobody is. ``apigee_answers`` tells what the last calls to Apigee showed.
    """

    figures: Figures = UNCOUNTED
    look: Callable[[datetime], SiteFigures | None] = nothing
    token: str = field(default="", repr=False)
    apigee_answers: Callable[[], bool] = always
