"""Seeing the portal as a developer does: for a quarter of an hour, to read only, on record."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.domain.audit import Action, Actor, Phase
from app.domain.clock import Clock
from app.domain.errors import NotAllowed, NotFound, NotPossible
from app.domain.people import Account, Permission, Roles
from app.services.ports import Accounts, DeveloperIndex
from app.services.trail import Target, Trail

LONGEST: Final = timedelta(minutes=15)
MORE_RIGHTS: Final = "This person has rights that you do not have, so you cannot view as they do."
NOBODY: Final = (
    "Nobody has signed in to the portal as this developer yet, so there is nothing to view. The "
    "developer's page shows the apps and keys, and invites the person."
)
YOURSELF: Final = "This is your own developer: open My apps."


@dataclass(frozen=True, slots=True)
class Viewed:
    """Whose pages are seen until when; ``developer`` is the index's opaque id."""

    account: Account
    developer: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ViewAs:
    """Begins and ends it, and says with each request whether it still holds."""

    accounts: Accounts
    index: DeveloperIndex
    roles: Roles
    trail: Trail
    clock: Clock

    def begin(self, actor: Actor, viewer: Account, public_id: str) -> Viewed:
        """Begin; raise ``NotPossible``, or ``NotAllowed`` for who has rights that one lacks."""
        row = self.index.get(public_id)
        account = self.accounts.of_developer(row.email)
        if account is None:
            raise NotPossible(NOBODY)
        if account.account_id == viewer.account_id:
            raise NotPossible(YOURSELF)
        if not self._covers(viewer, account):
            self.trail.refusal(actor, Action.VIEW_BEGIN, Target.of(account), NotAllowed.__name__)
            raise NotAllowed(MORE_RIGHTS)
        self.trail.event(actor, Action.VIEW_BEGIN, Target.of(account), Phase.DONE)
        return Viewed(account, public_id, self.clock.now() + LONGEST)

    def still(
        self, viewer: Account, account_id: int, public_id: str, until: datetime
    ) -> Viewed | None:
        """Return what is seen, read afresh; None once the time or a right is over."""
        if self.clock.now() >= until or not self.roles.permit(viewer, Permission.VIEW_AS):
            return None
        try:
            account = self.accounts.get(account_id)
        except NotFound:
            return None
        if not account.is_developer or not self._covers(viewer, account):
            return None
        return Viewed(account, public_id, until)

    def end(self, actor: Actor, account_id: int, why: str) -> None:
        """Record the end; ``why`` is of our own words."""
        try:
            about = Target.of(self.accounts.get(account_id))
        except NotFound:
            about = Target("account", str(account_id), account_id=account_id)
        self.trail.note(actor, Action.VIEW_END, about, why)

    def _covers(self, viewer: Account, account: Account) -> bool:
        of = self.roles.permissions_of
        return of(account.roles) <= of(viewer.roles)
