"""A fresh sign-in before a dangerous action: granted once, for that action, for five minutes."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.audit import Action, Actor, Phase
from app.domain.clock import Clock
from app.domain.errors import SignInFailed
from app.domain.people import Identity
from app.domain.step_up import GRANT_LIFETIME, Dangerous, Grant
from app.services.session_port import StoredSession
from app.services.trail import Target, Trail


class Grants(Protocol):
    """Grants that were not used yet; they end with their session."""

    def give(self, grant: Grant) -> None:
        """Keep a grant in the place of an earlier one of the same session about the same."""
        ...

    def take(self, session: str, about: str, now: datetime) -> Grant | None:
        """Take a grant that is still good; of many who try, one gets it."""
        ...


@dataclass(frozen=True, slots=True)
class StepUp:
    """Which actions ask for a fresh sign-in, and who has just signed in for one."""

    grants: Grants
    actions: AbstractSet[Dangerous]
    trail: Trail
    clock: Clock

    def asks_for(self, action: Dangerous) -> bool:
        """Tell whether the operator protects the action."""
        return action in self.actions

    def must_be(self, session: StoredSession | None, identity: Identity) -> None:
        """Raise ``SignInFailed`` when somebody else signed in than whose session it is."""
        before = None if session is None else (session.issuer, session.subject)
        if before != (identity.issuer, identity.subject):
            raise SignInFailed("another_person")

    def give(
        self, session: StoredSession | None, action: Dangerous, about: str, actor: Actor
    ) -> None:
        """Grant the action once to the session that began with the fresh sign-in."""
        if session is None:
            return
        self.trail.event(actor, Action.SIGN_IN_FRESH, Target("action", action.value), Phase.DONE)
        self.grants.give(Grant(session.reference, about, self.clock.now() + GRANT_LIFETIME))

    def take(self, session: StoredSession | None, about: str) -> Grant | None:
        """Use up the grant, if there is one."""
        if session is None:
            return None
        return self.grants.take(session.reference, about, self.clock.now())

    def give_back(self, grant: Grant) -> None:
        """Return a grant with which nothing was done; it ends when it would have ended."""
        self.grants.give(grant)
