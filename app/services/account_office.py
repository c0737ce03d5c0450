"""Accounts in the administrator's hand: found, blocked, given roles, linked and unlinked.

Blocking is the switch of the portal account: sessions end, API keys go on. What stops keys is the
developer's status on Apigee, which is another service's.
"""

from dataclasses import dataclass, replace
from typing import Final

from app.domain.audit import SYSTEM, Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Developer
from app.domain.emails import folded_email
from app.domain.errors import AlreadyExists, InvalidInput, NotAllowed, NotFound, NotPossible
from app.domain.names import unprintable
from app.domain.people import ADMINISTRATOR, DEVELOPER, Account, Roles, role_words
from app.domain.registrations import Standing
from app.services.account_port import AccountBook, AccountPage, AccountRecord, AccountSearch
from app.services.apigee_port import ApigeeDevelopers
from app.services.developer_port import IndexedDeveloper
from app.services.giving_back import GivingBack
from app.services.last_administrator import LastAdministrator
from app.services.mail.mail import Mail
from app.services.names import NamesInStep
from app.services.ports import Accounts, DeveloperIndex
from app.services.session_port import SignInSessions
from app.services.trail import Target, Trail

NOT_ONESELF: Final = "You cannot block yourself. Another administrator can."
LAST_RIGHT: Final = (
    "This is your own last right as an administrator, so you cannot take it away. "
    "Another administrator can."
)
OWN_ROLE: Final = "You cannot grant a role to yourself. Another administrator can."
MORE_RIGHTS: Final = "This is about rights that you do not have yourself, so you cannot change it."
OWN_LINK: Final = "You cannot link or unlink your own account. Another administrator can."
LINKED: Final = "This account is linked to a developer already. Unlink it first."
NOT_LINKED: Final = "This account is not linked to a developer."
TAKEN: Final = "Another account is this developer already. Unlink that one first."
LONGEST_REASON: Final = 500
REASON: Final = f"Use at most {LONGEST_REASON} characters, all of them visible."
NO_DEVELOPER: Final = "Apigee has no developer with exactly this address."


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account as an administrator sees it.

    ``developer`` is the index's row of the linked developer, ``candidates`` are those whose
    address is the account's but for case, while it is linked to none.
    """

    record: AccountRecord
    developer: IndexedDeveloper | None = None
    candidates: tuple[IndexedDeveloper, ...] = ()

    @property
    def account(self) -> Account:
        """The account itself."""
        return self.record.account


@dataclass(frozen=True, slots=True)
class Offers:
    """What of an account somebody may change: what would always be refused is not offered.

    ``can_change`` is about blocking and linking, the roles are those to grant and to take away.
    """

    can_change: bool = False
    can_end_sessions: bool = False
    grant: tuple[str, ...] = ()
    revoke: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountOffice:
    """What administrators do with accounts; every change is on the record.

    Nobody changes what concerns rights that they do not have: every method may raise
    ``NotAllowed``, and ``NotFound`` for an unknown account.
    """

    accounts: Accounts
    book: AccountBook
    sessions: SignInSessions
    index: DeveloperIndex
    apigee: ApigeeDevelopers
    names: NamesInStep
    roles: Roles
    trail: Trail
    clock: Clock
    giving_back: GivingBack
    mail: Mail
    left: LastAdministrator

    @property
    def grantable(self) -> tuple[str, ...]:
        """Every role that can be given here."""
        return tuple(sorted(set(self.roles.by_name) - {DEVELOPER}))

    def search(self, query: AccountSearch) -> AccountPage:
        """Return one page; Apigee is not asked."""
        return self.book.search(query)

    def get(self, account_id: int) -> AccountView:
        """Return one account with what the index knows of its developer."""
        record = self.book.record(account_id)
        account = record.account
        if not account.is_developer:
            return AccountView(record, None, tuple(self.index.by_folded_email(account.email)))
        same = self.index.by_folded_email(account.developer_email)
        linked = (row for row in same if row.email == account.developer_email)
        return AccountView(record, next(linked, None))

    def offers(self, person: Account, account: Account) -> Offers:
        """Return what the person may change of the account, if they may change any."""
        if not self._covers(person, account):
            return Offers()
        if person.account_id == account.account_id:
            last = {ADMINISTRATOR} - account.claimed_roles
            return Offers(can_end_sessions=True, revoke=tuple(sorted(account.granted_roles - last)))
        return Offers(
            can_change=True,
            can_end_sessions=True,
            grant=tuple(
                role
                for role in self.grantable
                if role not in account.granted_roles and self._covers(person, account, role)
            ),
            revoke=tuple(sorted(account.granted_roles)),
        )

    def linked(self, account_id: int) -> AccountView:
        """Return an account that is a developer's; raise ``NotPossible`` for any other."""
        view = self.get(account_id)
        if not view.account.is_developer:
            raise NotPossible(NOT_LINKED)
        return view

    def unlinked(self, account_id: int) -> AccountView:
        """Return an account that is no developer's; raise ``NotPossible`` for any other."""
        view = self.get(account_id)
        if view.account.is_developer:
            raise NotPossible(LINKED)
        return view

    def block(self, actor: Actor, account_id: int, why: str = "") -> Account:
        """Let nobody sign in with the account; its sessions end in every process at once.

        ``why`` is for other administrators, and may be empty: the audit log keeps it. Raises
        ``NotPossible`` for the last administrator who can sign in.
        """
        with self.left.changing():
            account = self._others(actor, Action.ACCOUNT_BLOCK, account_id, NOT_ONESELF)
            self.left.check(account)
            return self._block(actor, account, why)

    def _block(self, actor: Actor, account: Account, why: str) -> Account:
        reason = " ".join(why.split())
        if len(reason) > LONGEST_REASON or unprintable(reason):
            raise InvalidInput({"why": REASON})
        with self.trail.around(actor, Action.ACCOUNT_BLOCK, _whose(account), reason):
            blocked = self.book.block(account.account_id, blocked=True)
            ended = self.sessions.end_all(account.account_id, self.clock.now())
        self.giving_back.of(ended)
        return blocked

    def unblock(self, actor: Actor, account_id: int) -> Account:
        """Let the person sign in again."""
        account = self._account(actor, Action.ACCOUNT_UNBLOCK, account_id)
        with self.trail.around(actor, Action.ACCOUNT_UNBLOCK, _whose(account)):
            return self.book.block(account_id, blocked=False)

    def grant(self, actor: Actor, account_id: int, role: str) -> Account:
        """Give somebody else a role here, whatever the provider says.

        Raises ``InvalidInput`` for no role.
        """
        if not role:
            raise InvalidInput({"role": "Choose the role to grant."})
        if role not in self.grantable:
            known = ", ".join(self.grantable)
            raise InvalidInput({"role": f"Choose one of these roles: {known}."})
        account = self._others(actor, Action.ACCOUNT_GRANT, account_id, OWN_ROLE, role)
        after = account.granted_roles | {role}
        return self._change(actor, account, Action.ACCOUNT_GRANT, after, role)

    def revoke(self, actor: Actor, account_id: int, role: str) -> Account:
        """Take away a role that was granted here; what the provider gives stays."""
        with self.left.changing():
            return self._revoke(actor, account_id, role)

    def _revoke(self, actor: Actor, account_id: int, role: str) -> Account:
        account = self._account(actor, Action.ACCOUNT_REVOKE, account_id)
        if role not in account.granted_roles:
            raise InvalidInput({"role": "This role was not granted here."})
        after = account.granted_roles - {role}
        lost = role == ADMINISTRATOR and ADMINISTRATOR not in account.claimed_roles
        if lost and actor.account_id == account_id:
            raise self._refused(actor, Action.ACCOUNT_REVOKE, account, LAST_RIGHT)
        return self._change(actor, account, Action.ACCOUNT_REVOKE, after, role)

    def link(self, actor: Actor, account_id: int, email: str) -> Account:
        """Link somebody else's account to the developer of exactly this address on Apigee.

        Whoever could link their own would be given anybody's keys and secrets. Raises
        ``InvalidInput`` where there is none or somebody else has it.
        """
        account = self._others(actor, Action.DEVELOPER_LINK, account_id, OWN_LINK)
        if account.is_developer:
            raise NotPossible(LINKED)
        developer = self._developer(email.strip())
        what = _link(developer.email, account)
        with self.trail.around(actor, Action.DEVELOPER_LINK, what):
            try:
                linked = self.accounts.link(account_id, developer)
            except AlreadyExists:
                raise InvalidInput({"email": TAKEN}) from None
        self.index.save((developer,), self.clock.now())
        self.names.begin(linked)
        if account.standing is not Standing.NOTHING:
            self.mail.registration_approved(linked)
        return linked

    def unlink(self, actor: Actor, account_id: int) -> Account:
        """Take somebody else's account off its developer; nothing changes on Apigee."""
        account = self._others(actor, Action.DEVELOPER_UNLINK, account_id, OWN_LINK)
        if not account.is_developer:
            raise NotPossible(NOT_LINKED)
        what = _link(account.developer_email, account)
        with self.trail.around(actor, Action.DEVELOPER_UNLINK, what):
            return self.book.unlink(account_id)

    def _others(
        self, actor: Actor, action: Action, account_id: int, why: str, role: str = ""
    ) -> Account:
        """Return an account that is not the actor's own; else say why that is refused."""
        account = self._account(actor, action, account_id, role)
        if actor.account_id == account_id:
            raise self._refused(actor, action, account, why)
        return account

    def _account(self, actor: Actor, action: Action, account_id: int, role: str = "") -> Account:
        account = self.accounts.get(account_id)
        if actor == SYSTEM or actor.account_id is None:
            return account
        person = self.accounts.get(actor.account_id)
        if person.blocked or not self._covers(person, account, role):
            raise self._refused(actor, action, account, MORE_RIGHTS)
        return account

    def _covers(self, person: Account, account: Account, role: str = "") -> bool:
        """Tell whether the person has every right of the account, and of one more role."""
        own = self.roles.permissions_of(person.roles)
        return self.roles.permissions_of({*account.roles, role}) <= own

    def _refused(self, actor: Actor, action: Action, account: Account, why: str) -> NotAllowed:
        self.trail.refusal(actor, action, target(account), "NotAllowed")
        return NotAllowed(why)

    def _change(
        self, actor: Actor, account: Account, action: Action, after: frozenset[str], role: str
    ) -> Account:
        detail = (
            f"{role}; granted: {role_words(account.granted_roles)} to {role_words(after)}; "
            f"from the provider: {role_words(account.claimed_roles)}"
        )
        with self.trail.around(actor, action, target(account), detail):
            return self.book.grant(account.account_id, role, granted=action is Action.ACCOUNT_GRANT)

    def _developer(self, email: str) -> Developer:
        """Read the developer; Apigee X knows every address in small letters only."""
        for spelling in dict.fromkeys((email, folded_email(email))):
            try:
                # Apigee would take a developer's id as well.
                if "@" in spelling:
                    return self.apigee.get(spelling)
            except NotFound:
                continue
        raise InvalidInput({"email": NO_DEVELOPER})


def target(account: Account) -> Target:
    """Return the account as rows of the audit log name it."""
    return Target.of(account)


def _whose(account: Account) -> Target:
    """Return the account with the developer whose it is."""
    return replace(target(account), on_behalf_of=account.developer_email)


def _link(developer: str, account: Account) -> Target:
    return Target("developer", developer, account.email or account.subject, account.account_id)
