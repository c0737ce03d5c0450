"""The audit trail: two rows around every effect, written by the services and nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

from app.domain.audit import Action, Actor, AuditEntry, Phase
from app.domain.clock import Clock
from app.domain.errors import OutcomeUnknown
from app.services.ports import AuditLog


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is about: its kind, its name, and whose it is."""

    kind: str
    name: str
    on_behalf_of: str = ""


class Trail:
    """Writes intent before an effect and outcome after it.

    When the intent cannot be written the effect does not happen: nothing is done unrecorded.
    """

    def __init__(self, log: AuditLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    @contextmanager
    def around(self, actor: Actor, action: Action, target: Target) -> Iterator[None]:
        """Record the intent, run the body, record how it ended."""
        intent = self._entry(actor, action, target, Phase.INTENT)
        self._log.append(intent)
        try:
            yield
        except OutcomeUnknown as error:
            self._end(intent, Phase.UNKNOWN, type(error).__name__)
            raise
        except Exception as error:
            self._end(intent, Phase.FAILED, type(error).__name__)
            raise
        self._end(intent, Phase.DONE)

    def event(
        self, actor: Actor, action: Action, target: Target, phase: Phase, detail: str = ""
    ) -> None:
        """Record something that has no effect to wait for, such as a refusal."""
        self._log.append(replace(self._entry(actor, action, target, phase), detail=detail))

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
        )

    def _end(self, intent: AuditEntry, phase: Phase, detail: str = "") -> None:
        self._log.append(replace(intent, phase=phase, at=self._clock.now(), detail=detail))
