"""The audit log in a list, proven by the same cases as the real one (tests/store)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from app.domain.audit import Action, Actor, AuditEntry, AuditQuery, Concerned, Phase, told
from app.domain.audit_chain import BEGINNING, Head, Link, Row, Verdict, seal, verify
from app.domain.errors import NotRecorded
from app.domain.neighbors import network_of
from app.services.audit_port import EVERYTHING, Unsealed, nothing


@dataclass
class Repeats:
    """Refusals that came after their first row."""

    first: AuditEntry
    last: AuditEntry
    about: set[str]
    count: int = 0


@dataclass
class FakeAuditLog:
    """``audit_port.AuditLog`` and ``AuditKeeper``; with an ``error`` no row is kept."""

    entries: list[AuditEntry] = field(default_factory=list)
    error: Exception | None = None
    repeats: dict[object, Repeats] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    settled: int = 0

    def append(self, entry: AuditEntry, beside: Callable[[], None] = nothing) -> None:
        if self.error is not None:
            raise NotRecorded from self.error
        beside()
        self.entries.append(replace(entry, number=len(self.entries) + 1))

    def refused(self, entry: AuditEntry) -> None:
        actor = entry.actor
        who = network_of(actor.address) if actor.account_id is None else actor.account_id
        known = self.repeats.get(source := (who, entry.action, entry.target_kind, entry.detail))
        if known is None:
            self.append(entry)
            self.repeats[source] = Repeats(entry, entry, {entry.target})
        else:
            known.last, known.count = entry, known.count + 1
            known.about.add(entry.target)

    def recent(self, limit: int, query: AuditQuery = EVERYTHING) -> Sequence[AuditEntry]:
        return [entry for entry in reversed(self.entries) if _fits(entry, query)][:limit]

    def last_done(self, actions: Sequence[Action], target: str) -> AuditEntry | None:
        done = (
            entry
            for entry in reversed(self.entries)
            if entry.target == target and entry.action in actions and entry.phase is Phase.DONE
        )
        return next(done, None)

    def last_about(self, actions: Sequence[Action], account_id: int) -> AuditEntry | None:
        done = (
            entry
            for entry in reversed(self.entries)
            if entry.target_account_id == account_id
            and entry.action in actions
            and entry.phase is Phase.DONE
        )
        return next(done, None)

    def concerning(self, who: Concerned, limit: int) -> Sequence[AuditEntry]:
        ended = (entry for entry in reversed(self.entries) if entry.phase is not Phase.INTENT)
        return list(islice((entry for entry in ended if _concerns(entry, who)), limit))

    def page(self, query: AuditQuery) -> Sequence[AuditEntry]:
        return tuple(entry for entry in self.entries if _fits(entry, query))[: query.size]

    def fold(self, before: datetime) -> int:
        ended = {key: one for key, one in self.repeats.items() if one.first.at < before}
        for source, one in ended.items():
            del self.repeats[source]
            if one.count:
                self.append(_folded(one))
        return sum(1 for one in ended.values() if one.count)

    def settle(self, before: datetime, at: datetime) -> int:
        due = [entry for entry in self.entries[self.settled :] if entry.at < before]
        ended = {entry.action_id for entry in self.entries if entry.phase is not Phase.INTENT}
        missing = [
            entry for entry in due if entry.phase is Phase.INTENT and entry.action_id not in ended
        ]
        for entry in missing:
            detail = "the outcome was not recorded"
            self.append(replace(entry, phase=Phase.UNKNOWN, at=at, detail=detail))
        self.settled += len(due)
        return len(missing)

    def seal(self) -> Head:
        new = map(_row, self.entries[len(self.links) :])
        self.links += seal(self._head(), new)
        return self._head()

    def unsealed(self) -> Unsealed:
        left = self.entries[len(self.links) :]
        return Unsealed(len(left), left[0].at if left else None)

    def verify(self, published: Mapping[int, str], start: Head = BEGINNING) -> Verdict:
        rows = map(_row, self.entries[start.position : len(self.links)])
        return verify(self.links[start.position :], rows, published, start)

    def forget_names(self, account_id: int, others: Collection[str]) -> None:
        self.entries = [_without(entry, account_id, others) for entry in self.entries]

    def _head(self) -> Head:
        return Head(self.links[-1].position, self.links[-1].hash) if self.links else BEGINNING


def _concerns(entry: AuditEntry, who: Concerned) -> bool:
    is_other = entry.target_kind == "account" and entry.target_account_id is not None
    names = {entry.on_behalf_of} | (set() if is_other else {entry.target})
    numbers = {entry.target_account_id, entry.actor.account_id} - {None}
    return who.developer in names or who.account_id in numbers


def _fits(entry: AuditEntry, query: AuditQuery) -> bool:
    by = {entry.actor.name, str(entry.actor.account_id)}
    about = {entry.target, str(entry.target_account_id)}
    return (
        entry.number > query.after
        and (query.before is None or entry.number < query.before)
        and query.about in {"", *by, *about}
        and query.actor in {"", *by}
        and query.action in {None, entry.action}
        and query.target in {"", *about}
        and (query.concerned is None or _concerns(entry, query.concerned))
        and (query.since is None or entry.at >= query.since)
        and (query.until is None or entry.at < query.until)
    )


def _folded(one: Repeats) -> AuditEntry:
    return replace(
        one.first,
        at=one.last.at,
        actor=replace(one.first.actor, request_id=""),
        target=one.first.target if len(one.about) == 1 else "",
        count=one.count,
    )


def _row(entry: AuditEntry) -> Row:
    return Row(entry.number, tuple(told(entry).values()))


def _without(entry: AuditEntry, account_id: int, others: Collection[str]) -> AuditEntry:
    actor: Actor = entry.actor
    if actor.account_id == account_id:
        actor = replace(actor, name="former user")
    target, owner = (
        "former user" if name in others else name for name in (entry.target, entry.on_behalf_of)
    )
    return replace(entry, actor=actor, target=target, on_behalf_of=owner)


class SilentStream:
    """``audit_port.AuditStream``: remembers what was published."""

    def __init__(self) -> None:
        self.heads: list[Head] = []

    def row(self, _entry: AuditEntry) -> None:
        """Leave rows to the log."""

    def head(self, head: Head) -> None:
        self.heads.append(head)
