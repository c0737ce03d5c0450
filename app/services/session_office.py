"""Living sessions in people's hands: their owner's, an administrator's and the provider's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.errors import NotAllowed, NotFound, SignInFailed
from app.domain.people import Account, Roles
from app.services.confirmations import Confirmations
from app.services.giving_back import GivingBack
from app.services.ports import Accounts
from app.services.provider_port import LogoutNotice
from app.services.session_port import SessionRules, SignInSessions, StoredSession
from app.services.trail import Target, Trail

MORE_RIGHTS: Final = (
    "This person has rights that you do not have, so you cannot end their sessions."
)


@dataclass(frozen=True, slots=True)
class SessionOffice:
    """Lists and ends sessions. A session that was ended is dead with the next request anywhere.

    Nobody ends sessions of somebody who has rights that they do not have: ``NotAllowed``.
    """

    sessions: SignInSessions
    rules: SessionRules
    confirmations: Confirmations
    accounts: Accounts
    roles: Roles
    trail: Trail
    clock: Clock
    giving_back: GivingBack

    def of(self, account: Account) -> Sequence[StoredSession]:
        """Return the account's live sessions, the newest first."""
        return self.sessions.of_account(account.account_id, self.clock.now())

    def end(self, actor: Actor, account: Account, public_id: str) -> None:
        """End one session of the account; raise ``NotFound`` when it has none of that id."""
        self._must_have_their_rights(actor, Action.SESSION_END, account)
        with self.trail.around(actor, Action.SESSION_END, Target.of(account)):
            ended = self.sessions.end_one(account.account_id, public_id)
            if not ended:
                raise NotFound("That session has ended already.")
        self.giving_back.of(ended)

    def end_all(self, actor: Actor, account: Account) -> int:
        """End every session of the account; return how many there were."""
        self._must_have_their_rights(actor, Action.SESSION_END_ALL, account)
        whose = account.developer_email if actor.account_id != account.account_id else ""
        about = replace(Target.of(account), on_behalf_of=whose)
        with self.trail.around(actor, Action.SESSION_END_ALL, about):
            ended = self.sessions.end_all(account.account_id, self.clock.now())
        self.giving_back.of(ended)
        return len(ended)

    def logged_out(self, actor: Actor, notice: LogoutNotice) -> int:
        """End what the provider says has ended; return how many sessions that were.

        Raise ``SignInFailed`` for a notice that was used before.
        """
        ended = self.sessions.end_by_notice(notice)
        if ended is None:
            raise SignInFailed("logout_replayed")
        told = f"{ended} {'session' if ended == 1 else 'sessions'}"
        known = self.accounts.of_subject(notice.issuer, notice.subject)
        number = known.account_id if known else None
        target = Target("account", notice.subject, account_id=number)
        self.trail.note(actor, Action.SESSION_LOGOUT, target, told)
        return ended

    def refused(self, actor: Actor, provider: str, error: SignInFailed) -> None:
        """Record a notice that was not accepted, by its reason code."""
        target = Target("provider", provider)
        self.trail.refusal(actor, Action.SESSION_LOGOUT, target, error.reason)

    def _must_have_their_rights(self, actor: Actor, action: Action, account: Account) -> None:
        if actor.account_id is None or actor.account_id == account.account_id:
            return
        own = self.accounts.get(actor.account_id).roles
        if not self.roles.permissions_of(account.roles) <= self.roles.permissions_of(own):
            self.trail.refusal(actor, action, Target.of(account), "NotAllowed")
            raise NotAllowed(MORE_RIGHTS)
