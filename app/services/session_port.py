"""Sign-in sessions as the web layer uses them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from app.domain.people import DEVELOPER, Account
from app.services.ports import SignedIn
from app.services.provider_port import Holding, LogoutNotice

PUBLIC_ID_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lives without use, and how long at most."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class SessionRules:
    """The limits of everybody's sessions, and the stricter ones of who holds a role.

    Every ``check_every`` the provider is asked whether the person may still be here; None asks
    never.
    """

    everyone: SessionLimits
    staff: SessionLimits
    check_every: timedelta | None = None

    def limits_for(self, roles: Collection[str]) -> SessionLimits:
        """Return the limits for somebody with these roles."""
        if not set(roles) - {DEVELOPER}:
            return self.everyone
        return SessionLimits(
            idle=min(self.staff.idle, self.everyone.idle),
            absolute=min(self.staff.absolute, self.everyone.absolute),
        )

    def allows(self, session: "StoredSession", now: datetime) -> bool:
        """Tell whether the session is within the limits of the roles that it has by now."""
        limits = self.limits_for(session.account.roles)
        within_idle = now - session.last_seen_at < limits.idle
        return within_idle and now - session.created_at < limits.absolute

    def is_in_doubt(self, session: "StoredSession", now: datetime) -> bool:
        """Tell whether the provider should have confirmed the person's roles and did not, twice."""
        if not session.account.roles:
            return False
        every, last, following = self.check_every, session.checked_at, session.check_at
        if every is None or last is None or now - last < 2 * every:
            return False
        # Else somebody is asking at this moment, or nobody ever could.
        return session.check_failed or (following is not None and following <= now)

    def account_of(self, session: "StoredSession", now: datetime) -> Account:
        """Return the account as it counts now: a role that is not confirmed gives no right."""
        if self.is_in_doubt(session, now):
            return replace(session.account, roles=frozenset())
        return session.account

    def start(
        self, roles: Collection[str], at: datetime, *, browser: str, address: str
    ) -> "SessionStart":
        """Return the beginning of a session for somebody with these roles."""
        check_at = None if self.check_every is None else at + self.check_every
        return SessionStart(at, self.limits_for(roles), browser, address, check_at)


@dataclass(frozen=True, slots=True)
class SessionStart:
    """When and from where a session begins, for how long, and when it is checked first.

    ``browser`` names the browser in a few words, such as ``Firefox on Linux``.
    """

    at: datetime
    limits: SessionLimits
    browser: str = ""
    address: str = ""
    check_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One live session with the person it belongs to, read in one statement.

    ``reference`` names the session without opening it; ``data`` holds what JSON can say
    (messages to show and the CSRF token, never a key, a secret or a provider's token).
    ``checked_at`` is when the provider last vouched for the person, ``check_at`` when it is to
    be asked again (None: never), and ``check_failed`` says that it gave no answer last time.
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
    browser: str = ""
    address: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    checked_at: datetime | None = None
    check_at: datetime | None = None
    check_failed: bool = False

    @property
    def public_id(self) -> str:
        """What addresses and forms call the session; it opens nothing."""
        return self.reference[:PUBLIC_ID_LENGTH]


@dataclass(frozen=True, slots=True)
class Kept:
    """The provider's tokens of one session, decrypted; empty where there are none."""

    id_token: str = field(default="", repr=False)
    holding: Holding = field(default_factory=Holding)


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that was ended here, with what its provider gave for it."""

    provider: str
    holding: Holding = field(default_factory=Holding, repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """How a check ended: when it was, when the next one is due (None: never), what is held now."""

    at: datetime
    following: datetime | None
    kept: Kept


class SessionChecks(Protocol):
    """Who asks the provider about a session: of all processes one at a time."""

    def claim(self, session: StoredSession, lease: datetime) -> bool:
        """Begin a check that was due; False when another one began it. It ends by ``lease``."""
        ...

    def answered(self, reference: str, lease: datetime, checked: Checked) -> None:
        """Note what the provider said, unless the lease was lost meanwhile."""
        ...

    def unanswered(
        self, reference: str, lease: datetime, following: datetime | None, holding: Holding
    ) -> None:
        """Note that the provider gave no answer, and what is held now.

        Without ``following`` it is not asked again: nothing is left to ask with.
        """
        ...


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

    def end(self, reference: str) -> None:
        """End one session; an unknown one is no error."""
        ...

    def end_one(self, account_id: int, public_id: str) -> Sequence[Ended]:
        """End one session of an account; return it, or nothing."""
        ...

    def end_all(self, account_id: int, at: datetime) -> Sequence[Ended]:
        """End every session of an account, which remembers when that was; return them."""
        ...

    def end_by_notice(self, notice: LogoutNotice) -> int | None:
        """End what a provider says has ended; return how many sessions that were.

        With a ``sid`` it is that session, else all of the subject. None when this notice was
        used before.
        """
        ...

    def kept(self, reference: str) -> Kept:
        """Return the provider's tokens; what no key of ours opens is empty."""
        ...

    def of_account(self, account_id: int, now: datetime) -> Sequence[StoredSession]:
        """Return the account's live sessions, the newest first."""
        ...

    def purge_expired(self, now: datetime) -> int:
        """Delete expired rows; return how many sessions there were among them."""
        ...
