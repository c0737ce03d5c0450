"""Signing in: from a proven identity to an account, linked to its developer where one exists."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from app.domain.audit import Action, Actor, Phase
from app.domain.clock import Clock
from app.domain.emails import is_same_address
from app.domain.errors import PortalError, SignInFailed, Upstream
from app.domain.people import Account, Identity, role_words
from app.services.account_port import AccountBook
from app.services.developer_address import DeveloperAddress
from app.services.mail.mail import Mail
from app.services.names import NamesInStep
from app.services.ports import Accounts
from app.services.registration import Registration
from app.services.step_up import StepUp
from app.services.trail import Target, Trail

CLOCKS: Final = timedelta(seconds=60)  # that the provider's may differ from ours
# How long everybody is asked anew where the provider never says when somebody signed in.
UNTOLD: Final = timedelta(days=1)

LOG: Final = logging.getLogger(__name__)
NOBODY: Final = Target("account", "")


@dataclass(frozen=True, slots=True)
class SignIn:
    """Turns what a provider has proven into the account that a session is opened for."""

    accounts: Accounts
    registration: Registration
    trail: Trail
    clock: Clock
    step_up: StepUp
    book: AccountBook
    names: NamesInStep
    address: DeveloperAddress
    mail: Mail

    def complete(self, identity: Identity, actor: Actor) -> Account:
        """Return the account; raise ``SignInFailed`` when sign-in is blocked for the person.

        The account of somebody who is blocked stays as it is. A link to an existing developer is
        tried in passing: when Apigee is down a job makes it.
        """
        before = self.book.of_identity(identity)
        self._let_in(before, actor)
        account = self.accounts.signed_in(identity, self.clock.now())
        self._let_in(account, actor)
        who = _as(account, actor)
        self._note_roles(before, account, who)
        self._note_address(before, account, who)
        self.trail.event(who, Action.SIGN_IN, Target.of(account), Phase.DONE)
        linked = self._linked(account, who)
        self.names.begin(linked)
        self.address.begin(linked)
        return linked

    def is_stale(self, identity: Identity, *, asked: bool) -> bool:
        """Tell whether the provider must ask somebody anew who was signed out everywhere.

        Its own session lives on, and may be the one in wrong hands. Raise ``SignInFailed`` when
        it was ``asked`` to and says that it did not. Where it says nothing its word counts.
        """
        before, signed_in_at = self.book.of_identity(identity), identity.authenticated_at
        if before is None or before.blocked or before.signed_out_at is None:
            return False
        if signed_in_at is None:
            return not asked and self.clock.now() - before.signed_out_at < UNTOLD
        if asked and signed_in_at < before.signed_out_at - CLOCKS:
            raise SignInFailed("auth_time_old")
        return not asked and signed_in_at < before.signed_out_at

    def _let_in(self, account: Account | None, actor: Actor) -> None:
        if account is not None and account.blocked:
            error = SignInFailed("blocked")
            who, target = _as(account, actor), Target.of(account)
            self.trail.refusal(who, Action.SIGN_IN_REFUSED, target, error.reason)
            error.is_recorded = True
            raise error

    def _note_roles(self, before: Account | None, account: Account, actor: Actor) -> None:
        """Record roles that the provider gives or takes, also at the first sign-in."""
        had = before.claimed_roles if before else frozenset()
        if had != account.claimed_roles:
            told = f"{role_words(had)} to {role_words(account.claimed_roles)}"
            target = Target.of(account)
            self.trail.event(actor, Action.ACCOUNT_ROLES, target, Phase.DONE, told)

    def _note_address(self, before: Account | None, account: Account, actor: Actor) -> None:
        """Record that the provider sends another address, and tell it at those it has verified.

        What the account is linked to stays.
        """
        if before is None or before.email == account.email:
            return
        self.trail.event(actor, Action.ACCOUNT_EMAIL, Target.of(account), Phase.DONE)
        if account.email_verified and not is_same_address(before.email, account.email):
            former = before.email if before.email_verified else ""
            self.mail.email_changed(account.name, former, account.email)

    def refused(self, actor: Actor, error: SignInFailed) -> None:
        """Record a sign-in that was refused, by its reason code, unless that was done."""
        if not error.is_recorded:
            self.trail.refusal(actor, Action.SIGN_IN_REFUSED, NOBODY, error.reason)

    def signed_out(self, actor: Actor, account: Account | None) -> None:
        """Record that somebody signed out, which nothing may keep them from."""
        self.trail.note(actor, Action.SIGN_OUT, Target.of(account) if account else NOBODY)

    def _linked(self, account: Account, actor: Actor) -> Account:
        if account.is_developer:
            return account
        try:
            return self.registration.link_existing(account, actor) or account
        except Upstream as error:
            LOG.warning("The developer was not looked up at sign-in: %s", error.kind)
            return self.registration.link_later(account)
        except PortalError as error:
            LOG.warning("The developer was not linked at sign-in: %s", type(error).__name__)
        return account


def _as(account: Account, actor: Actor) -> Actor:
    return replace(actor, account_id=account.account_id, name=account.name)
