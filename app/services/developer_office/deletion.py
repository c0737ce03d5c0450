"""A developer deleted by an administrator, with every app and key, and what is left here."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.errors import InvalidInput, NotAllowed, NotFound
from app.domain.people import Account
from app.services.account_port import AccountBook
from app.services.apigee_port import ApigeeApps, ApigeeDevelopers
from app.services.changes import Counted
from app.services.developer_port import IndexedDeveloper
from app.services.memories import Memories
from app.services.own_account import all_apps
from app.services.ports import Accounts, DeveloperIndex
from app.services.trail import Target, Trail

OWN: Final = "You cannot delete yourself as a developer. Another administrator can."


@dataclass(frozen=True, slots=True)
class Losses:
    """Who would be deleted, with every app; ``account`` is whose the developer is here.

    Of who ``is_gone`` from Apigee already only what the portal knows is lost.
    """

    row: IndexedDeveloper
    apps: Sequence[DeveloperApp]
    account: Account | None
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class DeveloperDeletion:
    """Deletes on Apigee first; what the portal knows goes once Apigee has answered.

    A developer who is gone from Apigee already is taken out of the portal all the same.
    """

    apigee: ApigeeDevelopers
    apps: ApigeeApps
    accounts: Accounts
    book: AccountBook
    index: DeveloperIndex
    memories: Memories
    trail: Trail
    clock: Clock

    def losses(self, public_id: str) -> Losses:
        """Return what would be lost; one call for each hundred apps, raises ``Upstream``.

        Where there are none one more call tells whether the developer is there.
        """
        row = self.index.get(public_id)
        apps = tuple(all_apps(self.apps, row.email))
        is_gone = not apps and self._is_gone(row.email)
        return Losses(row, apps, self.accounts.of_developer(row.email), is_gone)

    def _is_gone(self, email: str) -> bool:
        try:
            self.apigee.get(email)
        except NotFound:
            return True
        return False

    def delete(self, actor: Actor, public_id: str, typed: str) -> IndexedDeveloper:
        """Delete the developer whose address was typed.

        The account stays, off the developer: it is linked again by hand only. Raises
        ``InvalidInput`` where the address differs, ``NotAllowed`` for the developer that the
        actor is, and ``OutcomeUnknown``, after which it can be asked for again.
        """
        row = self.index.get(public_id)
        account = self.accounts.of_developer(row.email)
        number = account.account_id if account else None
        target = Target("developer", row.email, account_id=number)
        if actor.has(account):
            self.trail.refusal(actor, Action.DEVELOPER_DELETE, target, NotAllowed.__name__)
            raise NotAllowed(OWN)
        if typed.strip().casefold() != row.email.casefold():
            raise InvalidInput({"confirm_email": f"The address does not match. Type: {row.email}"})
        apps = tuple(all_apps(self.apps, row.email))
        detail, counted = f"apps: {len(apps)}", Counted(self.accounts, row.email)
        with (
            self.trail.around(actor, Action.DEVELOPER_DELETE, target, detail, counted),
            suppress(NotFound),
        ):
            self.apigee.delete(row.email)
        self._forget(actor, row, apps, account)
        return row

    def _forget(
        self,
        actor: Actor,
        row: IndexedDeveloper,
        apps: Sequence[DeveloperApp],
        account: Account | None,
    ) -> None:
        for app in apps:
            self.memories.app_gone(row.developer_id, app.app_id, self.clock.now())
        if account is not None:
            who = account.email or account.subject
            target = Target("developer", row.email, who, account.account_id)
            with self.trail.around(actor, Action.DEVELOPER_UNLINK, target):
                self.book.unlink(account.account_id)
        self.index.remove(row.email)
