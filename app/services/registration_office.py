"""Registrations in the administrator's hand: invited, approved or refused, on the record."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final

from app.domain.audit import SYSTEM, Action, Actor, Phase
from app.domain.clock import Clock
from app.domain.developers import DeveloperStatus
from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.mail import is_address
from app.domain.names import is_blank, unprintable
from app.domain.people import Account
from app.domain.registrations import Acceptance, Decision, Invitation, Standing
from app.services.developers import Developers, DeveloperView
from app.services.mail.mail import Mail
from app.services.ports import Accounts
from app.services.registration_port import Registrations
from app.services.trail import Target, Trail

LONGEST_REASON: Final = 500
OPEN: Final = frozenset({Standing.WAITING, Standing.REFUSED})
UNDECIDED: Final = frozenset({Standing.WAITING, Standing.BY_HAND})
NOT_INVITED: Final = "Nobody is invited with this address."
NOTHING_WAITS: Final = "This registration does not wait for a decision any more."


@dataclass(frozen=True, slots=True)
class RegistrationOffice:
    """What administrators do with registrations; the person reads the reason of a refusal."""

    requests: Registrations
    accounts: Accounts
    developers: Developers
    trail: Trail
    clock: Clock
    mail: Mail

    def undecided(self) -> Sequence[Account]:
        """Return the accounts that wait for an administrator, the first to ask first."""
        return self.requests.standing(UNDECIDED)

    def refused(self) -> Sequence[Account]:
        """Return the accounts that were refused, the first to ask first."""
        return self.requests.standing({Standing.REFUSED})

    def waiting(self) -> int:
        """Return how many accounts wait for an administrator."""
        return self.requests.count(UNDECIDED)

    def reason(self, account: Account) -> str:
        """Return why the account was refused, or its registration came to nothing."""
        return self.requests.reason(account.account_id)

    def approve(self, actor: Actor, public_id: str) -> DeveloperView:
        """Activate a developer who waits or was refused; raise ``Conflict`` for any other."""

        def still_waits() -> None:
            if self.account_of(public_id).standing not in OPEN:
                raise Conflict(NOTHING_WAITS)

        still_waits()
        active = DeveloperStatus.ACTIVE
        return self.developers.set_status(actor, public_id, active, still_waits)

    def account_of(self, public_id: str) -> Account:
        """Return the account of a developer, without asking Apigee; raise ``NotFound``."""
        row = self.developers.index.get(public_id)
        account = self.accounts.of_developer(row.email)
        if account is None:
            raise NotFound("Nobody has signed in as this developer.")
        return account

    def refuse(self, actor: Actor, account: Account, reason: str) -> None:
        """Refuse somebody who waits; a developer whom the registration made stays inactive.

        Raises ``InvalidInput`` without a reason, and ``Conflict`` where nothing waits.
        """
        reason = reason.strip()
        if is_blank(reason):
            raise InvalidInput({"reason": "Say why: the person reads it."})
        if len(reason) > LONGEST_REASON or unprintable(" ".join(reason.split())):
            text = f"Use at most {LONGEST_REASON} characters, all of them visible."
            raise InvalidInput({"reason": text})
        with self._deciding(account):
            self._refuse(actor, self.accounts.get(account.account_id), reason)

    def _deciding(self, account: Account) -> AbstractContextManager[None]:
        """Let nobody else decide about the account, as one and as a developer."""
        row = next(iter(self.developers.index.by_folded_email(account.developer_email)), None)
        return self.developers.changing(row.public_id if row else f"account {account.account_id}")

    def _refuse(self, actor: Actor, account: Account, reason: str) -> None:
        if account.standing not in UNDECIDED:
            raise Conflict(NOTHING_WAITS)
        target = replace(Target.of(account), on_behalf_of=account.developer_email)
        with self.trail.around(actor, Action.REGISTRATION_REFUSE, target):
            decision = Decision(Standing.REFUSED, actor.name, self.clock.now(), reason)
            self.requests.decide(account.account_id, decision)
        self.mail.registration_refused(account, reason)

    def invite(self, actor: Actor, email: str) -> bool:
        """Let the holder of an address register, and tell them by mail.

        False when they were invited before: they are then told once more, on another day.
        """
        email = email.strip()
        if not can_be_invited(email):
            raise InvalidInput({"email": "Enter an e-mail address, such as ravi@example.com."})
        with self.trail.around(actor, Action.DEVELOPER_INVITE, Target("invitation", email)):
            invitation = Invitation(email, actor.name, self.clock.now())
            is_new = self.requests.invite(invitation)
        self.mail.invitation(invitation.email, "" if actor == SYSTEM else actor.name)
        return is_new

    def withdraw(self, actor: Actor, email: str) -> None:
        """Take an invitation back; raise ``NotFound`` for an address that has none.

        Who became a developer with it stays one, and needs another to become one anew.
        """
        email = email.strip()
        target = Target("invitation", email)
        with self.trail.around(actor, Action.DEVELOPER_UNINVITE, target):
            if not self.requests.withdraw(email):
                raise NotFound(NOT_INVITED)

    def invitations(self, after: str = "", most: int | None = None) -> Sequence[Invitation]:
        """Return the invitations of the addresses that come after one, at most so many."""
        return self.requests.invitations(after, most)

    def acceptances(self, actor: Actor) -> Iterator[Acceptance]:
        """Yield who accepted which terms and when, for an export that is on the record."""
        self.trail.event(actor, Action.TERMS_EXPORT, Target("terms", "all"), Phase.DONE)
        yield from self.requests.acceptances()

    def by_email(self, email: str) -> Account:
        """Return the one who waits or was refused under this address; raise ``NotFound``."""
        for account in (*self.undecided(), *self.refused()):
            if email in {account.email, account.developer_email}:
                return account
        raise NotFound(f"Nobody with the address {email} waits for a decision or was refused.")


def can_be_invited(email: str) -> bool:
    """Tell whether an address is one of the internet, where invitations go."""
    return is_address(email) and "." in email.rpartition("@")[2]
