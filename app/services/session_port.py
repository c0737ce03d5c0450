"""Sign-in sessions as the web layer uses them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from app.domain.people import Account
from app.services.ports import SignedIn


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lives without use, and how long at most."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class SessionStart:
    """When and from where a session begins, and for how long."""

    at: datetime
    limits: SessionLimits
    user_agent: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One live session with the person it belongs to, read in one statement.

    ``reference`` names the session without opening it; ``data`` holds what JSON can say
    (messages to show and the CSRF token, never a key, a secret or a provider's token).
    """

    reference: str
    account: Account
    provider: str
    issuer: str
    subject: str
    sid: str
    created_at: datetime
    last_seen_at: datetime
    idle: timedelta
    idle_expires_at: datetime
    absolute_expires_at: datetime
    user_agent: str = ""
    address: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


class SignInSessions(Protocol):
    """Sessions on the server: the browser holds a random id, the store only its hash."""

    def begin(self, account_id: int, signed_in: SignedIn, start: SessionStart) -> str:
        """Begin a session and return its new id (256 random bits as text)."""
        ...

    def load(self, id_text: str, now: datetime) -> StoredSession | None:
        """Return a live session; None when unknown, expired, ended or of a blocked account."""
        ...

    def touch(self, session: StoredSession, now: datetime) -> None:
        """Note that the session is in use, at most once a minute; extends the idle limit."""
        ...

    def save_data(self, id_text: str, data: Mapping[str, object]) -> None:
        """Replace the session's data."""
        ...

    def end(self, id_text: str) -> None:
        """End one session; an unknown one is no error."""
        ...

    def end_all(self, account_id: int) -> int:
        """End every session of an account; return how many there were."""
        ...

    def end_by_sid(self, issuer: str, sid: str) -> int:
        """End what the provider calls one session; return how many rows that were."""
        ...

    def end_by_subject(self, issuer: str, subject: str) -> int:
        """End every session of a provider's subject; return how many there were."""
        ...

    def id_token(self, id_text: str) -> str | None:
        """Return the provider's id_token for the sign-out there, or None."""
        ...

    def of_account(self, account_id: int, now: datetime) -> Sequence[StoredSession]:
        """Return the account's live sessions, the newest first."""
        ...

    def purge_expired(self, now: datetime) -> int:
        """Delete expired rows; return how many there were."""
        ...
