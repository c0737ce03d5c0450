"""The store's ports in memory, proven by the same cases as the real ones (tests/store)."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.developers import Developer
from app.domain.emails import folded_email
from app.domain.errors import AlreadyExists, NotFound
from app.domain.people import Account, Identity
from app.domain.registrations import Standing
from app.domain.step_up import Grant
from app.services.account_port import AccountPage, AccountRecord, AccountSearch, Condition
from app.services.ports import SignedIn
from app.services.provider_port import Holding, LogoutNotice
from app.services.session_port import Checked, Ended, Kept, SessionStart, StoredSession
from app.store.words import sort_name, typed_words
from tests.fakes.audit import FakeAuditLog
from tests.fakes.creations import FakeCreations

__all__ = [
    "FakeAccounts",
    "FakeAuditLog",
    "FakeCreations",
    "FakeSignInSessions",
]


class FakeAccounts:
    """``ports.Accounts`` and ``account_port.AccountBook`` in a dict."""

    def __init__(self) -> None:
        self.by_id: dict[int, Account] = {}
        self.created: dict[int, datetime] = {}
        self.last_sign_in: dict[int, datetime] = {}
        self.counts_apps: Callable[[str, int], None] = lambda _email, _made: None

    def signed_in(self, identity: Identity, at: datetime) -> Account:
        known = next(
            (
                item
                for item in self.by_id.values()
                if (item.issuer, item.subject) == (identity.issuer, identity.subject)
            ),
            None,
        )
        account = _fresh(identity, len(self.created) + 1) if known is None else known
        edited = account.names_edited
        account = replace(
            account,
            email=identity.email,
            email_verified=identity.email_verified,
            roles=identity.roles | account.granted_roles,
            claimed_roles=identity.roles,
            first_name=account.first_name if edited else identity.first_name or account.first_name,
            last_name=account.last_name if edited else identity.last_name or account.last_name,
            user_name=identity.user_name or account.user_name,
        )
        self.created.setdefault(account.account_id, at)
        self.last_sign_in[account.account_id] = at
        return self.put(account)

    def get(self, account_id: int) -> Account:
        try:
            return self.by_id[account_id]
        except KeyError:
            raise NotFound("There is no such account.") from None

    def of_subject(self, issuer: str, subject: str) -> Account | None:
        known = self.by_id.values()
        return next((one for one in known if (one.issuer, one.subject) == (issuer, subject)), None)

    def link(
        self, account_id: int, developer: Developer, standing: Standing = Standing.NOTHING
    ) -> Account:
        account = self.get(account_id)
        for other in self.by_id.values():
            taken = (
                other.developer_email == developer.email
                or other.developer_id == developer.developer_id
            )
            if other.account_id != account_id and other.is_developer and taken:
                raise AlreadyExists("Another account is this developer already.")
        return self.put(
            replace(
                account,
                developer_email=developer.email,
                developer_id=developer.developer_id,
                standing=standing,
                is_unlinked=False,
            )
        )

    def of_developer(self, developer_email: str) -> Account | None:
        held = (row for row in self.by_id.values() if row.developer_email == developer_email)
        return next(held, None)

    def change_roles(self, account_id: int, roles: frozenset[str]) -> None:
        account = self.get(account_id)
        self.put(replace(account, roles=roles | account.granted_roles, claimed_roles=roles))

    def developer_moved(self, developer: Developer) -> None:
        for account in tuple(self.by_id.values()):
            if account.is_developer and account.developer_id == developer.developer_id:
                holder = self.of_developer(developer.email)
                if holder is not None and holder.account_id != account.account_id:
                    raise AlreadyExists("Another account is this developer already.")
                moved = replace(account, developer_email=developer.email)
                self.put(replace(moved, generation=account.generation + 1))

    def developer_changed(self, developer_email: str, apps: int = 0) -> None:
        self.counts_apps(developer_email, apps)
        for account in self.by_id.values():
            if account.is_developer and account.developer_email == developer_email:
                self.by_id[account.account_id] = replace(account, generation=account.generation + 1)

    def put(self, account: Account) -> Account:
        """Keep an account as it is, for tests that need one in a certain state."""
        self.by_id[account.account_id] = account
        return account

    def search(self, query: AccountSearch) -> AccountPage:
        found = [item for item in self.by_id.values() if _is_wanted(item, query)]
        found.sort(key=_place)
        first = self.by_id.get(query.after or 0)
        if first is not None:
            found = [item for item in found if _place(item) > _place(first)]
        size = max(1, min(query.size, 200))
        rows = tuple(self.record(item.account_id) for item in found[:size])
        return AccountPage(rows, rows[-1].account.account_id if len(found) > size else None)

    def record(self, account_id: int) -> AccountRecord:
        return AccountRecord(
            self.get(account_id),
            self.created[account_id],
            self.last_sign_in.get(account_id),
        )

    def of_identity(self, identity: Identity) -> Account | None:
        wanted = (identity.issuer, identity.subject)
        same = (item for item in self.by_id.values() if (item.issuer, item.subject) == wanted)
        return next(same, None)

    def of_email(self, email: str) -> Sequence[Account]:
        wanted = folded_email(email)
        return tuple(item for item in self.by_id.values() if folded_email(item.email) == wanted)

    def bearers(self, name: str) -> Sequence[Account]:
        return tuple(
            item
            for item in self.by_id.values()
            if name == item.subject
            or folded_email(name) in map(folded_email, (item.email, item.developer_email))
        )

    def rename(self, account_id: int, first_name: str, last_name: str) -> Account:
        account = self.get(account_id)
        named = replace(account, first_name=first_name, last_name=last_name)
        return self.put(replace(named, names_edited=True))

    def block(self, account_id: int, *, blocked: bool = True) -> Account:
        return self.put(replace(self.get(account_id), blocked=blocked))

    def grant(self, account_id: int, role: str, *, granted: bool) -> Account:
        account = self.get(account_id)
        kept = account.granted_roles - {role} | ({role} if granted else frozenset())
        changed = replace(account, granted_roles=kept, roles=kept | account.claimed_roles)
        return self.put(changed)

    def unlink(self, account_id: int) -> Account:
        known = self.get(account_id)
        off = replace(known, developer_email="", developer_id="", generation=known.generation + 1)
        return self.put(replace(off, is_unlinked=True, standing=Standing.NOTHING))

    def delete(self, account_id: int) -> bool:
        return self.by_id.pop(account_id, None) is not None


def _place(account: Account) -> tuple[str, int]:
    names = f"{account.first_name} {account.last_name}".strip()
    return sort_name(names or account.email), account.account_id


STANDINGS = {
    Condition.WAITING: {Standing.WAITING, Standing.BY_HAND},
    Condition.REFUSED: {Standing.REFUSED},
    Condition.SETTING_UP: {Standing.SETTING_UP},
}


def _is_wanted(account: Account, query: AccountSearch) -> bool:
    words = [_place(account)[0], sort_name(account.last_name), sort_name(account.user_name)]
    words.append(folded_email(account.email))
    typed = typed_words(query.words)
    found = all(any(word.startswith(begin) for word in words) for begin in typed)
    if query.role and query.role not in account.roles:
        return False
    if query.condition is Condition.BLOCKED:
        return found and account.blocked
    if query.condition in STANDINGS:
        return found and account.standing in STANDINGS[query.condition]
    return found and not (query.condition and account.is_developer)


def _fresh(identity: Identity, account_id: int) -> Account:
    return Account(
        account_id=account_id,
        issuer=identity.issuer,
        subject=identity.subject,
        email=identity.email,
        email_verified=identity.email_verified,
        first_name=identity.first_name,
        last_name=identity.last_name,
        user_name=identity.user_name,
    )


@dataclass
class FakeSignInSessions:
    """``session_port.SignInSessions`` and ``SessionChecks`` in a dict by the hash of the id."""

    accounts: FakeAccounts
    by_reference: dict[str, StoredSession] = field(default_factory=dict)
    tokens: dict[str, Kept] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)

    def begin(self, account_id: int, signed_in: SignedIn, start: SessionStart) -> str:
        id_text = secrets.token_urlsafe(32)
        identity, limits, reference = signed_in.identity, start.limits, _hash(id_text)
        self.by_reference[reference] = StoredSession(
            reference=reference,
            account=self.accounts.get(account_id),
            provider=identity.provider,
            issuer=identity.issuer,
            subject=identity.subject,
            sid=identity.sid,
            created_at=start.at,
            last_seen_at=start.at,
            idle=limits.idle,
            idle_expires_at=start.at + min(limits.idle, limits.absolute),
            absolute_expires_at=start.at + limits.absolute,
            browser=start.browser,
            address=start.address,
            checked_at=start.at,
            check_at=start.check_at if signed_in.holding else None,
        )
        self.tokens[reference] = Kept(signed_in.id_token, signed_in.holding)
        return id_text

    def load(self, id_text: str, now: datetime) -> StoredSession | None:
        return self._live(_hash(id_text), now)

    def touch(self, session: StoredSession, now: datetime) -> None:
        kept = self.by_reference.get(session.reference)
        if kept is None or kept.idle_expires_at <= now:
            return
        if now - kept.last_seen_at >= timedelta(minutes=1):
            until = min(now + kept.idle, kept.absolute_expires_at)
            self._put(replace(kept, last_seen_at=now, idle_expires_at=until))

    def save_data(self, id_text: str, data: Mapping[str, object]) -> None:
        kept = self.by_reference.get(_hash(id_text))
        if kept is not None:
            self._put(replace(kept, data=dict(data)))

    def end(self, reference: str) -> None:
        self.by_reference.pop(reference, None)
        self.tokens.pop(reference, None)

    def end_one(self, account_id: int, public_id: str) -> Sequence[Ended]:
        return self._end(
            lambda item: (item.account.account_id, item.public_id) == (account_id, public_id)
        )

    def end_all(self, account_id: int, at: datetime) -> Sequence[Ended]:
        if account_id in self.accounts.by_id:
            account = self.accounts.by_id[account_id]
            self.accounts.put(replace(account, signed_out_at=at))
        return self._end(lambda item: item.account.account_id == account_id)

    def end_by_notice(self, notice: LogoutNotice) -> int | None:
        token = (notice.issuer, notice.token_id)
        if token in self.used:
            return None
        self.used.add(token)
        sids = {notice.sid, ""} if notice.subject else {notice.sid}
        ended = self._end(
            lambda item: (
                item.issuer == notice.issuer
                and item.subject == (notice.subject or item.subject)
                and (not notice.sid or item.sid in sids)
            )
        )
        return len(ended)

    def kept(self, reference: str) -> Kept:
        return self.tokens.get(reference, Kept())

    def of_account(self, account_id: int, now: datetime) -> Sequence[StoredSession]:
        live = (self._live(reference, now) for reference in self.by_reference)
        own = (item for item in live if item and item.account.account_id == account_id)
        return tuple(sorted(own, key=lambda item: item.created_at, reverse=True))

    def purge_expired(self, now: datetime) -> int:
        return len(self._end(lambda item: item.idle_expires_at <= now))

    def claim(self, session: StoredSession, lease: datetime) -> bool:
        kept = self.by_reference.get(session.reference)
        if kept is None or kept.check_at is None or kept.check_at != session.check_at:
            return False
        self._put(replace(kept, check_at=lease))
        return True

    def answered(self, reference: str, lease: datetime, checked: Checked) -> None:
        kept = self.by_reference.get(reference)
        if kept is not None and kept.check_at == lease:
            self.tokens[reference] = checked.kept
            self._put(
                replace(kept, checked_at=checked.at, check_at=checked.following, check_failed=False)
            )

    def unanswered(
        self, reference: str, lease: datetime, following: datetime | None, holding: Holding
    ) -> None:
        kept = self.by_reference.get(reference)
        if kept is not None and kept.check_at == lease:
            self.tokens[reference] = replace(self.tokens[reference], holding=holding)
            self._put(replace(kept, check_at=following, check_failed=True))

    def _live(self, reference: str, now: datetime) -> StoredSession | None:
        session = self.by_reference.get(reference)
        if session is None or session.idle_expires_at <= now:
            return None
        account = self.accounts.by_id.get(session.account.account_id)
        return None if account is None or account.blocked else replace(session, account=account)

    def _put(self, session: StoredSession) -> None:
        self.by_reference[session.reference] = session

    def _end(self, is_meant: Callable[[StoredSession], bool]) -> Sequence[Ended]:
        meant = [item for item in self.by_reference.values() if is_meant(item)]
        ended = tuple(Ended(one.provider, self.kept(one.reference).holding) for one in meant)
        for one in meant:
            self.end(one.reference)
        return ended


def _hash(id_text: str) -> str:
    return hashlib.sha256(id_text.encode(errors="replace")).hexdigest()


@dataclass
class FakeGrants:
    """``step_up.Grants`` in a dict."""

    by_about: dict[tuple[str, str], Grant] = field(default_factory=dict)

    def give(self, grant: Grant) -> None:
        self.by_about[grant.session, grant.about] = grant

    def take(self, session: str, about: str, now: datetime) -> Grant | None:
        grant = self.by_about.get((session, about))
        if grant is None or grant.expires_at <= now:
            return None
        return self.by_about.pop((session, about))
