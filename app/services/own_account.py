"""A person's own account: the names they give themselves, and everything kept about them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.audit import Action, Actor, AuditEntry, AuditQuery, Phase
from app.domain.clock import Clock
from app.domain.errors import InvalidInput, NotAllowed, NotFound, Upstream
from app.domain.names import MAX_NAME, is_blank, unprintable
from app.domain.people import Account
from app.domain.policy import AccountPolicy
from app.domain.registrations import Acceptance
from app.services.account_office import target
from app.services.account_port import AccountBook, AccountRecord
from app.services.apigee_port import ApigeeApps
from app.services.audit_port import AuditLog
from app.services.developer_address import former_addresses
from app.services.names import NamesInStep
from app.services.registration_port import Registrations
from app.services.session_port import SignInSessions, StoredSession
from app.services.trail import Trail

NOT_HERE: Final = "Your names come from your sign-in provider. Change them there."
REQUIRED: Final[Mapping[str, str]] = {
    "first_name": "Enter your first name.",
    "last_name": "Enter your last name.",
}
MOST_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything the portal keeps about a person; ``apps`` is None while Apigee is away.

    ``rows`` are the newest of the audit log about them, by them or by others.
    """

    record: AccountRecord
    sessions: Sequence[StoredSession]
    accepted: Sequence[Acceptance]
    rows: Sequence[AuditEntry]
    apps: Sequence[DeveloperApp] | None


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What people do with their own account, as far as the operator lets them."""

    book: AccountBook
    sessions: SignInSessions
    registrations: Registrations
    names: NamesInStep
    apps: ApigeeApps
    log: AuditLog
    trail: Trail
    clock: Clock
    policy: AccountPolicy

    def rename(self, account: Account, actor: Actor, first_name: str, last_name: str) -> bool:
        """Keep the person's own names; return whether Apigee has them by now.

        Raises ``InvalidInput`` per field. While Apigee does not answer a job sends them later.
        """
        if not self.policy.can_rename:
            raise NotAllowed(NOT_HERE)
        names = first_name.strip(), last_name.strip()
        problems = dict(_problems(*names))
        if problems:
            raise InvalidInput(problems)
        with self.trail.around(actor, Action.ACCOUNT_NAMES, target(account)):
            renamed = self.book.rename(account.account_id, *names)
        try:
            self.names.send(renamed, actor)
        except Upstream:
            self.names.later(renamed)
            return False
        return True

    def data(self, account: Account, actor: Actor) -> OwnData:
        """Return what is kept about the person; raise ``NotRecorded``."""
        self.trail.event(actor, Action.ACCOUNT_DATA, target(account), Phase.DONE)
        return OwnData(
            record=self.book.record(account.account_id),
            sessions=self.sessions.of_account(account.account_id, self.clock.now()),
            accepted=tuple(self.registrations.acceptances(account.account_id)),
            rows=self._rows(account),
            apps=self._apps(account),
        )

    def _rows(self, account: Account) -> Sequence[AuditEntry]:
        """Return what the person did, and what was done to their account and developer."""
        number, named = str(account.account_id), self._names(account)
        queries = [
            AuditQuery(actor=number),
            AuditQuery(target=number),
            *(AuditQuery(target=name) for name in sorted(named)),
        ]
        found = {
            row.number: row
            for query in queries
            for row in self._pages(query)
            if _is_theirs(row, account.account_id, by_name=query.target in named)
        }
        return [found[number] for number in sorted(found)][-MOST_ROWS:]

    def _names(self, account: Account) -> set[str]:
        """Return the addresses that are proven to be nobody else's: they name rows."""
        is_sole = len(self.book.of_email(account.email)) == 1
        own = account.email if account.email_verified and is_sole else ""
        former = former_addresses(self.log, self.book, account.account_id)
        return {*former, account.developer_email, own} - {""}

    def _pages(self, query: AuditQuery) -> Iterator[AuditEntry]:
        page = self.log.page(query)
        yield from page
        while len(page) == query.size:
            page = self.log.page(replace(query, after=page[-1].number))
            yield from page

    def _apps(self, account: Account) -> Sequence[DeveloperApp] | None:
        if not account.is_developer:
            return ()
        try:
            return tuple(all_apps(self.apps, account.developer_email))
        except Upstream:
            return None


def _is_theirs(row: AuditEntry, account_id: int, *, by_name: bool) -> bool:
    """Tell whose row it is by the account's number; rows without one go by the name."""
    if account_id in {row.actor.account_id, row.target_account_id}:
        return True
    return by_name and row.target_account_id is None


def all_apps(apigee: ApigeeApps, developer: str) -> Iterator[DeveloperApp]:
    """Yield every app of a developer, a hundred with each call; none of one who is gone."""
    start: str | None = None
    while True:
        try:
            page = apigee.page(developer, start=start)
        except NotFound:
            return
        yield from page.apps
        if page.next_start is None:
            return
        start = page.next_start


def _problems(first_name: str, last_name: str) -> Iterator[tuple[str, str]]:
    for field, value in (("first_name", first_name), ("last_name", last_name)):
        if is_blank(value):
            yield field, REQUIRED[field]
        elif len(value) > MAX_NAME or unprintable(value):
            yield field, f"Use at most {MAX_NAME} characters, all of them visible."
