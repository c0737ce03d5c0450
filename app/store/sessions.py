"""Sign-in sessions: rows that can be ended, found by the hash of a random id."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    CursorResult,
    ForeignKey,
    Index,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.services.ports import SignedIn
from app.services.provider_port import LogoutNotice
from app.services.session_port import PUBLIC_ID_LENGTH, Ended, Kept, SessionStart, StoredSession
from app.store import jobs, logout_tokens, notes
from app.store.accounts import ACCOUNT_FACTS, AccountFacts, AccountRow, account_of
from app.store.base import Base, SessionFactory, reading, transaction
from app.store.cipher import Cipher
from app.store.prepared import Prepared
from app.store.sealed_tokens import opened, sealed

TOUCH_EVERY: Final = timedelta(minutes=1)
_ID_BYTES: Final = 32


class SessionRow(Base):
    """One session; its idle limit never lies behind the absolute one."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (Index(None, "issuer", "sid"), Index(None, "issuer", "subject"))

    id_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    provider: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    sid: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    idle_seconds: Mapped[int]
    idle_expires_at: Mapped[datetime] = mapped_column(index=True)
    absolute_expires_at: Mapped[datetime]
    data: Mapped[dict[str, object]] = mapped_column(JSON)
    id_token_sealed: Mapped[str | None]
    browser: Mapped[str] = mapped_column("user_agent")
    address: Mapped[str]
    tokens_sealed: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    check_at: Mapped[datetime | None]
    check_failed: Mapped[bool] = mapped_column(default=False)


class SessionFacts(NamedTuple):
    """The columns that a ``StoredSession`` is made of."""

    id_hash: str
    provider: str
    issuer: str
    subject: str
    sid: str
    created_at: datetime
    last_seen_at: datetime
    idle_seconds: int
    idle_expires_at: datetime
    absolute_expires_at: datetime
    data: dict[str, object]
    browser: str
    address: str
    checked_at: datetime | None
    check_at: datetime | None
    check_failed: bool


_OWN: Final = len(SessionFacts._fields)
# Built once: composing it costs as much as running it, and every page runs it.
_LIVE: Final = (
    select(
        *(getattr(SessionRow, name) for name in SessionFacts._fields),
        *ACCOUNT_FACTS,
        or_(notes.ABOUT_DEVELOPER, jobs.ABOUT_DEVELOPER),
    )
    .join(AccountRow, AccountRow.id == SessionRow.account_id)
    .where(
        SessionRow.idle_expires_at > bindparam("now"),
        SessionRow.absolute_expires_at > bindparam("now"),
        AccountRow.blocked.is_(False),
    )
)
_LOAD: Final = Prepared(_LIVE.where(SessionRow.id_hash == bindparam("id_hash")))
_OF_ACCOUNT: Final = _LIVE.where(SessionRow.account_id == bindparam("account_id")).order_by(
    SessionRow.created_at.desc(), SessionRow.id_hash
)


class SignInSessionStore:
    """``session_port.SignInSessions``; ``cipher`` seals the provider's tokens."""

    def __init__(self, session: SessionFactory, cipher: Cipher, organization: str) -> None:
        self._session = session
        self._cipher = cipher
        self._organization = organization

    def begin(self, account_id: int, signed_in: SignedIn, start: SessionStart) -> str:
        """Begin a session and return its new id, which is kept nowhere here."""
        id_text = secrets.token_urlsafe(_ID_BYTES)
        with transaction(self._session) as session:
            session.add(self._row(id_text, account_id, signed_in, start))
        return id_text

    def load(self, id_text: str, now: datetime) -> StoredSession | None:
        """Return a live session in one statement.

        With it come its account and whether anything is remembered of the developer's keys.
        """
        found = _LOAD.first(self._session, self._asked(now, id_hash=_hash(id_text)))
        return None if found is None else self._stored(found)

    def touch(self, session: StoredSession, now: datetime) -> None:
        """Extend the idle limit, at most once a minute and never of an expired session."""
        if now - session.last_seen_at < TOUCH_EVERY:
            return
        with transaction(self._session) as current:
            current.execute(
                update(SessionRow)
                .where(
                    SessionRow.id_hash == session.reference,
                    SessionRow.last_seen_at <= now - TOUCH_EVERY,
                    SessionRow.idle_expires_at > now,
                )
                .values(
                    last_seen_at=now,
                    idle_expires_at=min(now + session.idle, session.absolute_expires_at),
                )
            )

    def save_data(self, id_text: str, data: Mapping[str, object]) -> None:
        """Replace the session's data."""
        with transaction(self._session) as session:
            session.execute(
                update(SessionRow)
                .where(SessionRow.id_hash == _hash(id_text))
                .values(data=dict(data))
            )

    def end(self, reference: str) -> None:
        """End one session; an unknown one is no error."""
        self._delete(SessionRow.id_hash == reference)

    def end_one(self, account_id: int, public_id: str) -> Sequence[Ended]:
        """End one session of an account; return it, or nothing."""
        begins = func.substr(SessionRow.id_hash, 1, PUBLIC_ID_LENGTH)
        return self._end(SessionRow.account_id == account_id, begins == public_id)

    def end_all(self, account_id: int, at: datetime) -> Sequence[Ended]:
        """End every session of an account, which remembers when that was; return them."""
        noted = update(AccountRow).where(AccountRow.id == account_id).values(signed_out_at=at)
        with transaction(self._session) as session:
            session.execute(noted)
        return self._end(SessionRow.account_id == account_id)

    def end_by_notice(self, notice: LogoutNotice) -> int | None:
        """End what a provider says has ended, once; noted and ended together or not at all."""
        with transaction(self._session) as session:
            if not logout_tokens.use(session, notice):
                return None
            done = session.execute(delete(SessionRow).where(*_meant(notice)))
            return cast(CursorResult[object], done).rowcount

    def kept(self, reference: str) -> Kept:
        """Return the provider's tokens; what no key of ours opens is empty."""
        columns = select(SessionRow.id_token_sealed, SessionRow.tokens_sealed)
        with transaction(self._session) as session:
            found = session.execute(columns.where(SessionRow.id_hash == reference)).first()
        if found is None:
            return Kept()
        id_token = self._cipher.open(found[0]) if found[0] else None
        return Kept(id_token or "", opened(self._cipher, found[1]))

    def of_account(self, account_id: int, now: datetime) -> Sequence[StoredSession]:
        """Return the account's live sessions, the newest first."""
        with reading(self._session) as connection:
            found = connection.execute(_OF_ACCOUNT, self._asked(now, account_id=account_id))
            return tuple(map(self._stored, found))

    def purge_expired(self, now: datetime) -> int:
        """Delete expired rows, and what was remembered of old logout tokens."""
        expired = or_(SessionRow.idle_expires_at <= now, SessionRow.absolute_expires_at <= now)
        with transaction(self._session) as session:
            logout_tokens.forget(session, now)
        return self._delete(expired)

    def _end(self, *which: ColumnElement[bool]) -> Sequence[Ended]:
        gone = delete(SessionRow).where(*which)
        columns = (SessionRow.provider, SessionRow.tokens_sealed)
        with transaction(self._session) as session:
            rows = session.execute(gone.returning(*columns)).all()
        return tuple(Ended(name, opened(self._cipher, tokens)) for name, tokens in rows)

    def _delete(self, *which: ColumnElement[bool]) -> int:
        with transaction(self._session) as session:
            done = session.execute(delete(SessionRow).where(*which))
            return cast(CursorResult[object], done).rowcount

    def _row(
        self, id_text: str, account_id: int, signed_in: SignedIn, start: SessionStart
    ) -> SessionRow:
        identity, limits = signed_in.identity, start.limits
        absolute = start.at + limits.absolute
        return SessionRow(
            id_hash=_hash(id_text),
            account_id=account_id,
            provider=identity.provider,
            issuer=identity.issuer,
            subject=identity.subject,
            sid=identity.sid,
            created_at=start.at,
            last_seen_at=start.at,
            idle_seconds=int(limits.idle.total_seconds()),
            idle_expires_at=min(start.at + limits.idle, absolute),
            absolute_expires_at=absolute,
            data={},
            id_token_sealed=self._cipher.seal(signed_in.id_token) if signed_in.id_token else None,
            browser=start.browser,
            address=start.address,
            tokens_sealed=sealed(self._cipher, signed_in.holding),
            checked_at=start.at,
            check_at=start.check_at if signed_in.holding else None,
        )

    def _asked(self, now: datetime, **which: object) -> dict[str, object]:
        return {"now": now, "organization": self._organization, **which}

    def _stored(self, found: Sequence[Any]) -> StoredSession:
        *facts, is_remembered = found
        row, account = SessionFacts._make(facts[:_OWN]), AccountFacts._make(facts[_OWN:])
        return StoredSession(
            reference=row.id_hash,
            account=account_of(account, self._organization, is_remembered=is_remembered),
            provider=row.provider,
            issuer=row.issuer,
            subject=row.subject,
            sid=row.sid,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            idle=timedelta(seconds=row.idle_seconds),
            idle_expires_at=row.idle_expires_at,
            absolute_expires_at=row.absolute_expires_at,
            browser=row.browser,
            address=row.address,
            data=row.data,
            checked_at=row.checked_at,
            check_at=row.check_at,
            check_failed=row.check_failed,
        )


def _meant(notice: LogoutNotice) -> Sequence[ColumnElement[bool]]:
    of = [SessionRow.issuer == notice.issuer]
    if notice.subject:
        of.append(SessionRow.subject == notice.subject)
    if notice.sid and notice.subject:
        # A session that was begun without a sid may be the one that is meant.
        of.append(SessionRow.sid.in_((notice.sid, "")))
    elif notice.sid:
        of.append(SessionRow.sid == notice.sid)
    return of


def _hash(id_text: str) -> str:
    return hashlib.sha256(id_text.encode(errors="replace")).hexdigest()
