"""What the portal and a provider say to each other about somebody who is signed in."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from app.domain.people import Identity


@dataclass(frozen=True, slots=True)
class Holding:
    """What a provider gave to be asked again later; the access token only where nothing else.

    ``access_until`` is when the access token ends, where the provider says so.
    """

    refresh_token: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    access_until: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.refresh_token or self.access_token)


NOTHING: Final = Holding()


class Wish(StrEnum):
    """What a sign-in is for, beside signing in; ``OTHER`` is choosing another account.

    ``ANEW`` is signing in although the provider's own session lives.
    """

    NOTHING = ""
    FRESH = "fresh"
    OTHER = "other"
    ANEW = "anew"
    SIGN_UP = "sign_up"


@dataclass(frozen=True, slots=True)
class Standing:
    """A session as its provider knows it: whose it is, and what the provider gave."""

    issuer: str
    subject: str
    id_token: str = field(repr=False)
    holding: Holding


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A provider's word that the person may still be here.

    ``holding`` is what to ask with next time. ``identity`` is None where nothing new is known of
    the person, and ``id_token`` empty where there is no new one. Not ``is_whole``: the provider
    went on with the session and then gave no answer about the person.
    """

    holding: Holding
    identity: Identity | None
    id_token: str = field(default="", repr=False)
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class LogoutNotice:
    """A provider's proven word that a session of its own has ended, or all of a person's.

    ``subject`` or ``sid`` may be empty, never both. ``token_id`` is good for one use; after
    ``until`` the same token is too old to be accepted anyway.
    """

    issuer: str
    subject: str
    sid: str
    token_id: str
    until: datetime


class KnownProvider(Protocol):
    """What is known of a provider without asking it."""

    @property
    def name(self) -> str:
        """The provider's name in the settings, used in addresses."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def account_url(self) -> str:
        """Where people manage their account there; empty when that is not known."""
        ...

    @property
    def has_sign_up(self) -> bool:
        """Whether people can get an account there, as far as is known without asking."""
        ...

    def speaks_for(self, domain: str) -> bool:
        """Tell whether the provider is named as that of the e-mail domain."""
        ...


class SessionProvider(Protocol):
    """A provider after the sign-in, and beside any."""

    def check(self) -> None:
        """Ask the provider for its documents anew; raise ``Upstream`` with what is wrong."""
        ...

    def confirm(self, standing: Standing) -> Confirmation:
        """Ask whether the person may still be here.

        Raise ``SignInFailed`` for a clear no and ``Upstream`` when there is no answer.
        """
        ...

    def give_back(self, holding: Holding) -> None:
        """Revoke what the provider gave, where it can be; an outage is no error."""
        ...

    def sign_out_url(self, id_token: str, return_to: str, state: str = "") -> str | None:
        """Return the provider's end-session address, or None where it has none or is down.

        The provider sends ``state`` back to ``return_to``.
        """
        ...

    def logout_notice(self, token: str) -> LogoutNotice:
        """Check a back-channel logout token; raise ``SignInFailed`` or ``Upstream``."""
        ...
