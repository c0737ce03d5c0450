"""The audit trail: two rows around every effect, written by the services and nobody else."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol, Self
from uuid import uuid4

from app.domain.audit import Action, Actor, AuditEntry, Phase
from app.domain.clock import Clock
from app.domain.errors import NotRecorded, OutcomeUnknown, PortalError, Upstream
from app.domain.people import Account
from app.services.audit_port import AuditLog, nothing
from app.services.figures.port import UNCOUNTED, Figures

LOG: Final = logging.getLogger("portal.audit")
PERMISSION: Final = "permission"  # what a target is when a guard refuses


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is about: its kind, its name, whose it is, and which account that is."""

    kind: str
    name: str
    on_behalf_of: str = ""
    account_id: int | None = None

    @classmethod
    def of(cls, account: Account) -> Self:
        """Return the account as rows of the audit log name it."""
        return cls("account", account.email or account.subject, account_id=account.account_id)


@dataclass(slots=True)
class Ending:
    """What the row of an outcome says of it, such as a number that is known at the end."""

    detail: str


class Beside(Protocol):
    """What is written in one transaction with the intent, and in one with the outcome."""

    def begun(self) -> None:
        """Write with the intent; what this raises stops the action, and leaves no row either."""
        ...

    def ended(self, error: BaseException | None) -> None:
        """Write with the outcome, which is done, or failed or unknown for an error."""
        ...


class Alone:
    """``Beside`` for the two rows alone."""

    def begun(self) -> None:
        """Write nothing."""

    def ended(self, _error: BaseException | None) -> None:
        """Write nothing."""


ALONE: Final[Beside] = Alone()


class Trail:
    """Writes intent before an effect and outcome after it.

    When the intent cannot be written the effect does not happen: nothing is done unrecorded.
    What cannot be written any more, because it happened, raises an alarm in the log; a job
    notes its outcome as unknown later.
    """

    def __init__(self, log: AuditLog, clock: Clock, figures: Figures = UNCOUNTED) -> None:
        self._log = log
        self._clock = clock
        self._figures = figures

    @contextmanager
    def around(
        self,
        actor: Actor,
        action: Action,
        target: Target,
        detail: str = "",
        beside: Beside = ALONE,
    ) -> Iterator[Ending]:
        """Record the intent, run the body, record how it ended; raise ``NotRecorded``.

        Where the database takes both, an outcome and what goes ``beside`` it are kept together.
        """
        intent = replace(self._entry(actor, action, target, Phase.INTENT), detail=detail)
        self._append(intent, beside.begun)
        ending = Ending(detail)
        try:
            yield ending
        except OutcomeUnknown as error:
            self._end(intent, Phase.UNKNOWN, _kind(error), partial(beside.ended, error))
            raise
        except Exception as error:
            self._end(intent, Phase.FAILED, _kind(error), partial(beside.ended, error))
            if isinstance(error, PortalError):
                error.is_recorded = True
            raise
        except BaseException as error:
            self._end(intent, Phase.UNKNOWN, _kind(error), partial(beside.ended, error))
            raise
        self._end(intent, Phase.DONE, ending.detail, partial(beside.ended, None))

    def event(
        self, actor: Actor, action: Action, target: Target, phase: Phase, detail: str = ""
    ) -> None:
        """Record what may happen only on record; raise ``NotRecorded``."""
        self._append(replace(self._entry(actor, action, target, phase), detail=detail))

    def note(self, actor: Actor, action: Action, target: Target, detail: str = "") -> None:
        """Record what was done already, or must be done in any case."""
        done = self._entry(actor, action, target, Phase.DONE)
        self._try(self._log.append, replace(done, detail=detail))

    def refusal(self, actor: Actor, action: Action, target: Target, detail: str = "") -> None:
        """Record that somebody was refused; repeats of one source become one row."""
        right = target.name if target.kind == PERMISSION else ""
        self._figures.refused(action, right, detail)
        failed = self._entry(actor, action, target, Phase.FAILED)
        self._try(self._log.refused, replace(failed, detail=detail))

    def _entry(self, actor: Actor, action: Action, target: Target, phase: Phase) -> AuditEntry:
        return AuditEntry(
            action_id=uuid4().hex,
            phase=phase,
            at=self._clock.now(),
            actor=actor,
            action=action,
            target_kind=target.kind,
            target=target.name,
            on_behalf_of=target.on_behalf_of,
            target_account_id=target.account_id,
        )

    def _end(
        self, intent: AuditEntry, phase: Phase, detail: str, beside: Callable[[], None]
    ) -> None:
        ended = replace(intent, phase=phase, at=self._clock.now(), detail=detail)
        try:
            self._log.append(ended, beside)
        except NotRecorded:
            # It happened: what can be kept of it is kept, whatever becomes of the rest.
            self._try(self._log.append, ended)
            beside()

    def _append(self, entry: AuditEntry, beside: Callable[[], None] = nothing) -> None:
        try:
            self._log.append(entry, beside)
        except NotRecorded:
            self._figures.unrecorded(entry.action)
            raise

    def _try(self, write: Callable[[AuditEntry], None], entry: AuditEntry) -> None:
        try:
            write(entry)
        except NotRecorded as error:
            self._figures.unrecorded(entry.action)
            LOG.critical(
                "The audit log cannot be written: %s %s is not recorded (%s)",
                entry.action,
                entry.phase,
                type(error.__cause__).__name__,
                extra={"action_id": entry.action_id, "account": entry.actor.account_id},
            )


def _kind(error: BaseException) -> str:
    """Name an error without its words, which may hold what the person typed."""
    name = type(error).__name__
    return f"{name} {error.kind}" if isinstance(error, Upstream) else name
