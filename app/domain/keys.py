"""Credentials and what their state is over the whole chain that Apigee's runtime checks.

The chain is developer, app, key, expiry, product on the key; the first broken link decides.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.domain.attributes import Attribute
from app.domain.notes import Author
from app.domain.secret import Secret

EXPIRING_WITHIN: Final = timedelta(days=14)
# Apigee's runtime keeps what it knows of keys, apps, developers and products for this long.
RUNTIME_CACHE: Final = timedelta(seconds=180)


class ApprovalStatus(StrEnum):
    """Apigee's status of an app, a key, or a product on a key."""

    APPROVED = "approved"
    REVOKED = "revoked"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class KeyProduct:
    """A product on a key, with Apigee's own status."""

    name: str
    status: ApprovalStatus


@dataclass(frozen=True, slots=True)
class Key:
    """One credential of an app without its key and secret: safe to keep and to show.

    ``key_id`` is the portal's own reference (16 hex characters), ``ending`` the last four
    characters of the consumer key.
    """

    key_id: str
    ending: str
    status: ApprovalStatus
    products: tuple[KeyProduct, ...] = ()
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()

    def awaiting(self, names: Collection[str]) -> tuple[str, ...]:
        """Return those of these products that wait for somebody to approve them on the key."""
        pending = (item for item in self.products if item.status is ApprovalStatus.PENDING)
        return tuple(item.name for item in pending if item.name in names)

    def has_ended(self, now: datetime) -> bool:
        """Tell whether the key's life is over."""
        return self.expires_at is not None and self.expires_at <= now

    def lifetime_seconds(self, now: datetime) -> int | None:
        """How long the key lives from its making on, None without an end.

        Old organizations do not say when a key was made: its life is then counted from ``now``.
        """
        if self.expires_at is None:
            return None
        return max(1, round((self.expires_at - (self.issued_at or now)).total_seconds()))


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The two values of one credential, only ever on their way to one answer."""

    key_id: str
    consumer_key: Secret
    consumer_secret: Secret

    @property
    def ending(self) -> str:
        """The last four characters of the consumer key, which lists show."""
        return self.consumer_key.reveal()[-4:]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A further key of an app; a ``lifetime_seconds`` of None means no expiry.

    ``pair`` is to be its key and secret, where Apigee lets them be brought. Raises
    ``ValueError`` for any other lifetime under a second: to Apigee that is for ever.
    """

    products: tuple[str, ...]
    lifetime_seconds: int | None = None
    pair: KeyPair | None = None

    def __post_init__(self) -> None:
        if self.lifetime_seconds is not None and self.lifetime_seconds < 1:
            raise ValueError("a key lives for at least a second")


class KeyState(StrEnum):
    """What a key is for the person who holds it."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    PARTLY_ACTIVE = "partly_active"
    WAITING = "waiting"
    REFUSED = "refused"
    NO_PRODUCTS = "no_products"
    EXPIRED = "expired"
    RETIRING = "retiring"
    OFF = "off"
    BLOCKED_BY_DEVELOPER = "blocked_by_developer"
    BLOCKED_BY_APP = "blocked_by_app"


@dataclass(frozen=True, slots=True)
class KeyMemory:
    """What Apigee cannot remember of a key; empty for one that only Apigee knows.

    ``changed_at`` is when a right was last taken away from the key or given back, by whoever
    did it here. ``retires_at`` is when the portal turns it off, because another key replaces
    it; ``retiring_problem`` says why that did not work yet. ``reasons`` tells by product why it
    was refused, ``asked_at`` since when it waits.
    """

    label: str = ""
    turned_off_by: Author | None = None
    changed_at: datetime | None = None
    retires_at: datetime | None = None
    retiring_problem: str = ""
    retiring_tries: int = 0
    reasons: Mapping[str, str] = field(default_factory=dict)
    asked_at: Mapping[str, datetime] = field(default_factory=dict)


FORGOTTEN: Final = KeyMemory()


def changed_since(memory: KeyMemory, at: datetime | None) -> KeyMemory:
    """Return the memory with the later of its own change and another one."""
    if at is None or (memory.changed_at is not None and memory.changed_at >= at):
        return memory
    return replace(memory, changed_at=at)


# They are about what stands above a key, and go away without anybody touching it.
ABOVE: Final = frozenset({KeyState.BLOCKED_BY_DEVELOPER, KeyState.BLOCKED_BY_APP})
WORKING: Final = frozenset(
    {KeyState.ACTIVE, KeyState.EXPIRING, KeyState.PARTLY_ACTIVE, KeyState.RETIRING}
)


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """A key's state with the products that work, wait, were refused or are missing.

    ``state`` is the first broken link; ``then`` is what the key is once that is mended, link by
    link, down to what its products make of it. ``missing`` products do not exist on Apigee any
    more. ``updating`` says that a change of the last minutes may not have reached every gateway.
    """

    state: KeyState
    active: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    then: tuple[KeyState, ...] = ()
    expires_at: datetime | None = None
    memory: KeyMemory = FORGOTTEN
    updating: bool = False

    @property
    def works(self) -> bool:
        """Whether an API accepts the key for at least one product."""
        return self.state in WORKING

    @property
    def is_blocked(self) -> bool:
        """Whether something above the key stops it."""
        return self.state in ABOVE

    @property
    def own(self) -> KeyState:
        """What the key itself is, whatever stands above it."""
        return next(state for state in (self.state, *self.then) if state not in ABOVE)

    @property
    def still(self) -> tuple[KeyState, ...]:
        """What goes on stopping the key once the first broken link is mended."""
        return tuple(state for state in self.then if state not in WORKING)


def key_status(
    key: Key,
    *,
    developer_active: bool,
    app_status: ApprovalStatus,
    now: datetime,
    memory: KeyMemory = FORGOTTEN,
    existing: Collection[str] | None = None,
) -> KeyStatus:
    """Return the effective state of a key, named by the first broken link of the chain.

    ``existing`` names every product of the organization, whoever may see it; while that is not
    known it is None, and no product counts as missing.
    """
    there = [item for item in key.products if existing is None or item.name in existing]
    is_whole = len(there) == len(key.products)
    state, *then = _links(key, there, developer_active, app_status, (now, memory))
    return KeyStatus(
        state=state,
        active=_named(there, ApprovalStatus.APPROVED),
        waiting=_named(there, ApprovalStatus.PENDING),
        refused=_named(there, ApprovalStatus.REVOKED),
        missing=() if is_whole else tuple(item.name for item in key.products if item not in there),
        then=tuple(then),
        expires_at=key.expires_at,
        memory=memory,
        updating=_is_updating(key, now, memory),
    )


def _named(products: Iterable[KeyProduct], status: ApprovalStatus) -> tuple[str, ...]:
    return tuple(item.name for item in products if item.status is status)


def _is_updating(key: Key, now: datetime, memory: KeyMemory) -> bool:
    """No gateway has seen a key before it was made; from then on it may have been used."""
    changed = memory.changed_at
    if changed is None or not changed <= now < changed + RUNTIME_CACHE:
        return False
    return key.issued_at is None or changed > key.issued_at


def _links(
    key: Key,
    there: Sequence[KeyProduct],
    developer_active: bool,
    app_status: ApprovalStatus,
    at: tuple[datetime, KeyMemory],
) -> Iterator[KeyState]:
    """Yield the broken links in the chain's order, and at last what the products make of it."""
    now, memory = at
    if not developer_active:
        yield KeyState.BLOCKED_BY_DEVELOPER
    if app_status is not ApprovalStatus.APPROVED:
        yield KeyState.BLOCKED_BY_APP
    if key.status is ApprovalStatus.REVOKED:
        yield KeyState.OFF
    if key.has_ended(now):
        yield KeyState.EXPIRED
    yield _state_by_products(key, there, now, memory)


def _state_by_products(
    key: Key, there: Sequence[KeyProduct], now: datetime, memory: KeyMemory
) -> KeyState:
    statuses = {item.status for item in there}
    if not statuses:
        return KeyState.NO_PRODUCTS
    # Old Edge organizations may hold a whole key as pending: nothing on it works.
    if key.status is ApprovalStatus.PENDING or ApprovalStatus.APPROVED not in statuses:
        pending = key.status is ApprovalStatus.PENDING or ApprovalStatus.PENDING in statuses
        return KeyState.WAITING if pending else KeyState.REFUSED
    if memory.retires_at is not None:
        return KeyState.RETIRING
    if len(there) < len(key.products) or statuses != {ApprovalStatus.APPROVED}:
        return KeyState.PARTLY_ACTIVE
    ends = key.expires_at
    if ends is not None and now < ends <= now + EXPIRING_WITHIN:
        return KeyState.EXPIRING
    return KeyState.ACTIVE
