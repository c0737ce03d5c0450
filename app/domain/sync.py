"""Synchronization with Apigee: what is compared, what is found, and how far a run is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import translate
from typing import Final

from app.domain.developers import Developer, DeveloperStatus
from app.domain.errors import InvalidInput

# Whoever works on a run says so at least as often; after that somebody else may go on with it.
LEASE: Final = timedelta(seconds=90)
LONGEST_FILTER: Final = 100
MOST_STARS: Final = 5


class Direction(StrEnum):
    """Whose values win where both sides have one of their own."""

    TO_PORTAL = "to_portal"
    TO_APIGEE = "to_apigee"


class FindingKind(StrEnum):
    """What can be wrong with one developer; the names are kept for ever because rows hold them."""

    ONLY_THERE = "only_there"
    DIFFERS = "differs"
    ONLY_HERE = "only_here"
    GONE = "gone"
    SAME_BUT_CASE = "same_but_case"
    TWO_ACCOUNTS = "two_accounts"


# Nobody but a person can set these right.
CONFLICTS: Final = frozenset(
    {FindingKind.GONE, FindingKind.SAME_BUT_CASE, FindingKind.TWO_ACCOUNTS}
)


class Taken(StrEnum):
    """Where a value goes, or that a person must decide."""

    TO_PORTAL = "to_portal"
    TO_APIGEE = "to_apigee"
    LEFT = "left"


class RunState(StrEnum):
    """Where a run stands; ``WAITING`` and ``RUNNING`` are unfinished."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field with both values, as people read them."""

    field: str
    here: str
    there: str
    taken: Taken


@dataclass(frozen=True, slots=True)
class Finding:
    """What a run found about one developer.

    ``public_id`` is the index's, empty for somebody who is only on Apigee. ``accounts`` are
    portal accounts by number, ``others`` the addresses that equal this one but for case.
    ``problem`` says why what was to be done could not be done.
    """

    kind: FindingKind
    email: str
    public_id: str = ""
    differences: tuple[Difference, ...] = ()
    accounts: tuple[int, ...] = ()
    others: tuple[str, ...] = ()
    problem: str = ""

    @property
    def is_doable(self) -> bool:
        """Whether applying changes anything about it."""
        taken = {item.taken for item in self.differences}
        return self.kind is FindingKind.ONLY_THERE or bool(taken - {Taken.LEFT})

    @property
    def waits_for_status(self) -> bool:
        """Whether an administrator must say if the developer is to be active."""
        return any(item.field == "status" and item.taken is Taken.LEFT for item in self.differences)


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody wants of a run; ``only`` is a pattern of e-mail addresses with * and ?."""

    apply: bool = True
    direction: Direction = Direction.TO_PORTAL
    only: str = ""

    def checked(self) -> "Choices":
        """Return these if they can be used; raise ``InvalidInput``."""
        if len(self.only) > LONGEST_FILTER or self.only.count("*") > MOST_STARS:
            message = f"Use at most {LONGEST_FILTER} characters and {MOST_STARS} stars."
            raise InvalidInput({"only": message})
        return self

    @property
    def words(self) -> str:
        """The choices as the audit log has them."""
        what = "apply" if self.apply else "dry run"
        return " ".join(filter(None, (what, self.direction.value, self.only)))


class Filter:
    """Tells which addresses a pattern means; case does not matter, an empty one means all."""

    def __init__(self, only: str) -> None:
        # A bracket means itself: nothing of a regular expression is left to whoever types.
        pattern = translate(only.strip().replace("[", "[[]"))
        self._pattern = re.compile(pattern, re.IGNORECASE) if only.strip() else None

    def means(self, email: str) -> bool:
        """Tell whether the address is meant."""
        return self._pattern is None or bool(self._pattern.match(email))


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a run is: pages and developers that Apigee listed, what was found and written.

    ``changed`` counts rows of the index that were new or different, ``doable`` the findings that
    applying does something about, ``failed`` those where that could not be done.
    """

    pages: int = 0
    read: int = 0
    changed: int = 0
    doable: int = 0
    failed: int = 0
    found: dict[str, int] = field(default_factory=dict)

    def of(self, kind: FindingKind) -> int:
        """Return how often something of this kind was found."""
        return self.found.get(kind.value, 0)

    @property
    def conflicts(self) -> int:
        """How many need a person."""
        return sum(self.of(kind) for kind in CONFLICTS)

    @property
    def total(self) -> int:
        """How much was found altogether."""
        return sum(self.found.values())


@dataclass(frozen=True, slots=True)
class Run:
    """One synchronization; ``account_id`` is None where the portal began it by itself.

    ``touched_at`` is when somebody worked on it last, ``problem`` what stopped the last try.
    """

    number: int
    choices: Choices
    state: RunState
    account_id: int | None
    began_by: str
    begun_at: datetime
    touched_at: datetime
    ended_at: datetime | None = None
    counts: Counts = field(default_factory=Counts)
    problem: str = ""

    @property
    def is_unfinished(self) -> bool:
        """Whether it goes on."""
        return self.state in {RunState.WAITING, RunState.RUNNING}

    @property
    def is_between_jobs(self) -> bool:
        """Whether it only lets other jobs go first."""
        return self.state is RunState.WAITING and self.counts.pages > 0 and not self.problem

    @property
    def can_be_applied(self) -> bool:
        """Whether it is a dry run that came to its end and found what can be done."""
        return self.state is RunState.DONE and not self.choices.apply and self.counts.doable > 0

    def is_interrupted(self, now: datetime) -> bool:
        """Whether nobody seems to work on it any more."""
        return self.is_unfinished and now - self.touched_at > LEASE


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """The portal account of a developer, with the names that its person wrote."""

    account_id: int
    email: str
    first_name: str
    last_name: str
    names_edited: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal has of one developer: the row of the index, and the account.

    The row is what Apigee had when it was last seen, so that it tells which side has changed.
    """

    row: int
    public_id: str
    seen_at: datetime
    developer: Developer
    account: LinkedAccount | None = None


NAMES: Final = ("first_name", "last_name")
# Before the name of an attribute, as a field of a difference.
ATTRIBUTE: Final = "attribute "
PLAIN: Final = ("user_name", "developer_id")


def differences(known: Known, there: Developer, direction: Direction) -> tuple[Difference, ...]:
    """Return what differs between the portal and Apigee, and where each value goes."""
    found = [_name(known, there, name, direction) for name in NAMES]
    found += [_plain(known.developer, there, name) for name in PLAIN]
    found.append(_status(known.developer, there, direction))
    found += _attributes(known.developer, there)
    return tuple(item for item in found if item is not None)


def _name(known: Known, there: Developer, name: str, direction: Direction) -> Difference | None:
    value, last = getattr(there, name), getattr(known.developer, name)
    account = known.account
    own = getattr(account, name) if account else ""
    if direction is Direction.TO_APIGEE:
        here = own or last
        # Apigee needs a name, so an empty one never goes there.
        taken = Taken.TO_APIGEE if here else Taken.TO_PORTAL
        return None if here == value else Difference(name, here, value, taken)
    written = own if account and account.names_edited else ""
    here = written or last
    if here == value:
        return None
    # Changed here alone: that is still on its way to Apigee, and nothing may undo it.
    is_on_its_way = bool(written) and value == last
    return Difference(name, here, value, Taken.LEFT if is_on_its_way else Taken.TO_PORTAL)


def _plain(here: Developer, there: Developer, name: str) -> Difference | None:
    old, new = getattr(here, name), getattr(there, name)
    return None if old == new else Difference(name, old, new, Taken.TO_PORTAL)


def _attributes(here: Developer, there: Developer) -> Iterator[Difference]:
    """The portal has copies of them only; one that is missing on a side has no value there."""
    old, new = (
        {item.name: item.value for item in side.custom_attributes} for side in (here, there)
    )
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            told = (old.get(name, ""), new.get(name, ""))
            yield Difference(f"{ATTRIBUTE}{name}", *told, Taken.TO_PORTAL)


def _status(here: Developer, there: Developer, direction: Direction) -> Difference | None:
    """Inactive anywhere stays inactive until an administrator activates."""
    if here.status is there.status:
        return None
    if there.status is DeveloperStatus.INACTIVE:
        taken = Taken.TO_PORTAL
    else:
        taken = Taken.TO_APIGEE if direction is Direction.TO_APIGEE else Taken.LEFT
    return Difference("status", here.status.value, there.status.value, taken)
