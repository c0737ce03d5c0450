"""What the services need from outside, as protocols; the factory chooses who provides it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeAlias, TypeVar

from app.domain.apis import Api
from app.domain.developers import Developer
from app.domain.notes import Note, NoteKind, Subject
from app.domain.people import Account, Identity
from app.domain.registrations import Standing
from app.services.developer_port import (
    DeveloperFilter,
    DeveloperPage,
    DeveloperSearch,
    IndexedDeveloper,
)
from app.services.provider_port import NOTHING, Holding, KnownProvider, SessionProvider, Wish

A = TypeVar("A")
B = TypeVar("B")

# Longer than any request of ours can last: whoever claimed a creation is not at work any more.
ABANDONED_AFTER: Final = timedelta(seconds=60)


# --- The portal's own database ----------------------------------------------------------------


class Accounts(Protocol):
    """Portal accounts, one per (issuer, subject)."""

    def signed_in(self, identity: Identity, at: datetime) -> Account:
        """Create or refresh the account of this identity: e-mail, roles, last sign-in.

        Names are filled until the person edited them here.
        """
        ...

    def get(self, account_id: int) -> Account:
        """Return one account; raise ``NotFound``."""
        ...

    def of_subject(self, issuer: str, subject: str) -> Account | None:
        """Return the account of whom a provider calls so, or None."""
        ...

    def link(
        self, account_id: int, developer: Developer, standing: Standing = Standing.NOTHING
    ) -> Account:
        """Tie the account to a developer; raise ``AlreadyExists`` if another one holds it.

        With it the registration is where ``standing`` says: over, unless somebody must decide.
        """
        ...

    def of_developer(self, developer_email: str) -> Account | None:
        """Return the account that is linked to this developer, or None."""
        ...

    def developer_moved(self, developer: Developer) -> None:
        """Let whoever is linked to this developer follow to the present address; count it.

        Raises ``AlreadyExists`` where another account is linked to a developer of that address.
        """
        ...

    def change_roles(self, account_id: int, roles: frozenset[str]) -> None:
        """Set the roles that the provider gives by now."""
        ...

    def developer_changed(self, developer_email: str, apps: int = 0) -> None:
        """Count a change, so that no process shows older facts of this developer.

        ``apps`` is 1 where one was made and -1 where one is gone: the index counts it.
        """
        ...


class DeveloperIndex(Protocol):
    """Who exists on Apigee, for search and look-up by an opaque id."""

    def search(self, query: DeveloperSearch) -> DeveloperPage:
        """Return one page in the order asked for (keyset paging)."""
        ...

    def count(self, query: DeveloperSearch, most: int) -> int:
        """Return how many developers match; counting ends at ``most``."""
        ...

    def every(self, query: DeveloperSearch) -> Iterator[IndexedDeveloper]:
        """Yield everybody who matches, in the order asked for, however many they are."""
        ...

    def get(self, public_id: str) -> IndexedDeveloper:
        """Return one row; raise ``NotFound``."""
        ...

    def by_folded_email(self, email: str) -> Sequence[IndexedDeveloper]:
        """Return every row whose e-mail address equals this one but for case."""
        ...

    def by_developer_id(
        self, developer_ids: Collection[str], only: DeveloperFilter
    ) -> Mapping[str, IndexedDeveloper]:
        """Return the rows of these developers who match, by Apigee's ``developerId``."""
        ...

    def remove(self, email: str) -> None:
        """Forget the row of a developer who is gone; one that is not there is no matter."""
        ...

    def move(self, email: str, developer: Developer, at: datetime) -> None:
        """Let the row of an address be that of the developer at the present one, as saved."""
        ...

    def save(self, developers: Sequence[Developer], at: datetime) -> int:
        """Insert or update rows in one transaction; return how many differed."""
        ...


class Creations(Protocol):
    """Creation requests that were begun, so that none is ever done twice."""

    def begin(self, developer_id: str, request_id: str, at: datetime, planned: str = "") -> bool:
        """Claim the request, which is to make ``planned``; False when it was begun before."""
        ...

    def take_over(
        self,
        developer_id: str,
        request_id: str,
        *,
        begun_before: datetime,
        at: datetime,
        planned: str = "",
        ended_as: str = "",
    ) -> bool:
        """Claim anew an unfinished request that was begun before a moment; one caller wins.

        One that ``ended`` as planned is claimed anew whenever it was begun.
        """
        ...

    def ended(self, developer_id: str, request_id: str, planned: str) -> None:
        """Note that nobody is at work on an unfinished request, which was to make ``planned``."""
        ...

    def finished(self, developer_id: str, request_id: str, app_id: str) -> None:
        """Note which app (Apigee's ``appId``) the request made."""
        ...

    def failed(self, developer_id: str, request_id: str) -> None:
        """Forget a request that surely made nothing, so that it can be sent again."""
        ...

    def app_id(self, developer_id: str, request_id: str) -> str | None:
        """Return the app (or key) a finished request made, or None."""
        ...

    def planned(self, developer_id: str, request_id: str) -> str:
        """Return what the request said it would make, or an empty text."""
        ...

    def forget(self, begun_before: datetime) -> int:
        """Delete the requests that were begun before a moment; return how many."""
        ...


class Notes(Protocol):
    """What Apigee cannot remember about apps and keys."""

    def put(self, note: Note) -> None:
        """Keep a note in the place of an earlier one of its kind about the same."""
        ...

    def of_developer(self, developer_id: str) -> Sequence[Note]:
        """Return every note about the developer's apps and keys, the oldest first."""
        ...

    def of_app(self, app_id: str) -> Sequence[Note]:
        """Return every note about an app and its keys, the oldest first."""
        ...

    def of_kind(self, kind: NoteKind) -> Sequence[Note]:
        """Return every note of a kind, the oldest first."""
        ...

    def remove(self, kind: NoteKind, subject: Subject) -> None:
        """Forget a note; one that is not there is no matter."""
        ...

    def gone(self, app_id: str, at: datetime, key_id: str = "") -> None:
        """Note that an app, or one key of it, is not there any more."""
        ...

    def forget(self, gone_before: datetime) -> int:
        """Delete the notes of what was gone before a moment; return how many."""
        ...


# --- Everything else --------------------------------------------------------------------------


class Cache(Protocol):
    """Keeps facts for some seconds; keys and secrets are never given to it."""

    def get(self, key: str) -> object | None:
        """Return what was kept, or None."""
        ...

    def set(self, key: str, value: object, timeout: int) -> object:
        """Keep a value for ``timeout`` seconds."""
        ...


class ApiCatalogue(Protocol):
    """The APIs of the content folder."""

    def all(self) -> Sequence[Api]:
        """Return every API, by title."""
        ...

    def for_product(self, product: str) -> Sequence[Api]:
        """Return the APIs that this product opens."""
        ...


@dataclass(frozen=True, slots=True)
class Challenge:
    """A sign-in that was started: where to send the browser, and what to keep until it returns.

    ``state`` holds state, nonce, PKCE verifier, provider and when it was (seconds since 1970)
    as plain strings; with ``wish`` where there was one.
    """

    url: str
    state: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that the provider has proven; ``id_token`` is kept for the sign-out only.

    ``has_too_many_groups`` says that the provider left them out, so that they give no role.
    """

    identity: Identity
    id_token: str = field(repr=False)
    holding: Holding = NOTHING
    has_too_many_groups: bool = False


class IdentityProvider(KnownProvider, SessionProvider, Protocol):
    """One OpenID provider; every refusal is ``SignInFailed``, every outage ``Upstream``."""

    def challenge(self, redirect_uri: str, wish: Wish = Wish.NOTHING) -> Challenge:
        """Begin a sign-in: code flow with PKCE S256, state and nonce.

        With ``Wish.FRESH`` the person must sign in again, and ``finish`` checks that they did.
        With ``Wish.SIGN_UP`` it begins with a new account (``prompt=create``); where the
        provider cannot do that the address is that of its own sign-up, without any state.
        """
        ...

    def finish(
        self, redirect_uri: str, answer: Mapping[str, str], state: Mapping[str, str]
    ) -> SignedIn:
        """Check the callback's parameters against the kept state and return who it is."""
        ...


# Begins work that nobody waits for.
Start: TypeAlias = Callable[[Callable[[], object]], None]


class Parallel(Protocol):
    """Runs two reads at the same time."""

    def __call__(self, first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
        """Run both; return both results or raise the first one's error first."""
        ...
