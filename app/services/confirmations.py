"""Asking the provider about people who are signed in: lost rights are noticed while they work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.errors import SignInFailed, Upstream
from app.domain.people import Account, role_words
from app.services.ports import Accounts, IdentityProvider
from app.services.provider_port import Confirmation, Holding, Standing
from app.services.session_port import (
    Checked,
    Kept,
    SessionChecks,
    SessionRules,
    SignInSessions,
    StoredSession,
)
from app.services.trail import Target, Trail

# A provider is given up long before; after this another request may ask.
LEASE: Final = timedelta(seconds=30)
AGAIN_AFTER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Confirmations:
    """Keeps a session in step with its provider; one request at a time asks about each."""

    providers: Mapping[str, IdentityProvider]
    sessions: SignInSessions
    checks: SessionChecks
    accounts: Accounts
    rules: SessionRules
    trail: Trail
    clock: Clock

    def is_due(self, session: StoredSession) -> bool:
        """Tell whether the provider is to be asked about the session."""
        if self.rules.check_every is None or session.check_at is None:
            return False
        return session.check_at <= self.clock.now()

    def ask(self, session: StoredSession, actor: Actor) -> bool:
        """Ask about a session that is due; return whether it goes on.

        A clear no ends it. Without an answer, and when nothing is left to ask with, it goes on
        until its limits; a role that is not confirmed for two intervals gives no right meanwhile.
        """
        lease = self.clock.now() + LEASE
        if not self.checks.claim(session, lease):
            return True
        kept = self.sessions.kept(session.reference)
        try:
            return self._asked(session, kept, lease, actor)
        except SignInFailed as refused:
            self.sessions.end(session.reference)
            target = _target(session.account)
            self.trail.note(actor, Action.SESSION_REFUSED, target, refused.reason)
            return False
        except Upstream:
            self._wait(session, lease, kept)
            return True

    def _asked(self, session: StoredSession, kept: Kept, lease: datetime, actor: Actor) -> bool:
        now, held = self.clock.now(), kept.holding
        if held.access_until is not None and held.access_until <= now:
            self.checks.unanswered(session.reference, lease, None, Holding())
            return True
        provider = self.providers.get(session.provider)
        if provider is None or not held:
            raise SignInFailed("provider_gone" if provider is None else "tokens_unreadable")
        standing = Standing(session.issuer, session.subject, kept.id_token, held)
        said = provider.confirm(standing)
        kept = Kept(said.id_token or kept.id_token, said.holding)
        if said.is_whole:
            self._note(session, said, actor)
            following = now + (self.rules.check_every or AGAIN_AFTER)
            self.checks.answered(session.reference, lease, Checked(now, following, kept))
        else:
            self._wait(session, lease, kept)
        return True

    def _note(self, session: StoredSession, said: Confirmation, actor: Actor) -> None:
        account, identity = session.account, said.identity
        if identity is None or identity.roles == account.claimed_roles:
            return
        self.accounts.change_roles(account.account_id, identity.roles)
        told = f"{role_words(account.claimed_roles)} to {role_words(identity.roles)}"
        self.trail.note(actor, Action.ACCOUNT_ROLES, _target(account), told)

    def _wait(self, session: StoredSession, lease: datetime, kept: Kept) -> None:
        following = self.clock.now() + AGAIN_AFTER
        self.checks.unanswered(session.reference, lease, following, kept.holding)


def _target(account: Account) -> Target:
    return Target.of(account)
