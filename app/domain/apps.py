"""Developer apps as the portal shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from app.domain.attributes import Attribute, Changes, value_of
from app.domain.keys import ApprovalStatus, Key, KeyPair
from app.domain.names import RESERVED_APP_NAMES
from app.domain.secret import Secret

DISPLAY_NAME: Final = "DisplayName"
NOTES: Final = "Notes"
REQUEST_ID: Final = "portal_request_id"
# They have fields and meanings of their own.
RESERVED_ATTRIBUTES: Final = frozenset({DISPLAY_NAME, NOTES, REQUEST_ID})
# Apigee makes an app and its first key in one go; the two moments are stamped one by one.
MADE_TOGETHER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DeveloperApp:
    """One app with its credentials' facts; keys and secrets are never in it.

    ``revision`` stands for all that an ``AppChange`` would write anew; it is empty in lists.
    """

    app_id: str
    name: str
    developer_id: str
    status: ApprovalStatus
    callback_url: str = ""
    scopes: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    keys: tuple[Key, ...] = ()
    created_at: datetime | None = None
    last_modified_at: datetime | None = None
    revision: str = field(default="", compare=False)

    @property
    def display_name(self) -> str:
        """The name people gave it, or the internal name."""
        return value_of(self.attributes, DISPLAY_NAME) or self.name

    @property
    def has_page(self) -> bool:
        """Whether an address leads to it: one made elsewhere may be called like a form of ours."""
        return self.name not in RESERVED_APP_NAMES

    @property
    def description(self) -> str:
        """What the app is for, from the attribute ``Notes``."""
        return value_of(self.attributes, NOTES) or ""

    @property
    def request_id(self) -> str | None:
        """The creation request that made it, where this portal did."""
        return value_of(self.attributes, REQUEST_ID)

    def key(self, key_id: str) -> Key | None:
        """Return one of its keys, or None."""
        return next((key for key in self.keys if key.key_id == key_id), None)

    @property
    def first_key(self) -> Key | None:
        """The key that was made with the app, or None once it is gone."""
        known = [key for key in self.keys if key.issued_at is not None]
        # Keys come newest first: of two of the same moment the last one is the older.
        oldest = min(reversed(known or self.keys), key=_issued, default=None)
        if oldest is None or oldest.issued_at is None or self.created_at is None:
            return oldest
        return oldest if oldest.issued_at - self.created_at <= MADE_TOGETHER else None

    @property
    def products(self) -> tuple[str, ...]:
        """Every product on any of its keys, each once, in order of appearance."""
        return tuple(dict.fromkeys(item.name for key in self.keys for item in key.products))


def _issued(key: Key) -> float:
    return key.issued_at.timestamp() if key.issued_at else 0.0


@dataclass(frozen=True, slots=True)
class NewApp:
    """What a creation sends to Apigee; a ``key_lifetime_seconds`` of None means no expiry.

    ``key_days`` is the lifetime that was asked for; the operator's policy makes seconds of it.
    """

    name: str
    display_name: str
    products: tuple[str, ...]
    description: str = ""
    callback_url: str = ""
    request_id: str = ""
    key_lifetime_seconds: int | None = None
    key_days: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreatedApp:
    """A new app together with the key pair that Apigee made for it."""

    app: DeveloperApp
    pair: KeyPair | None


@dataclass(frozen=True, slots=True)
class AppPage:
    """One page of a developer's apps; ``next_start`` is where the next page begins.

    ``products`` are those of all its apps, each once: found once, for a page is kept and asked
    for them again and again. ``twins`` are those that go by the same name, where they were
    looked for.
    """

    apps: tuple[DeveloperApp, ...]
    next_start: str | None = None
    twins: frozenset[str] = field(default=frozenset(), compare=False)
    products: tuple[str, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        held = dict.fromkeys(name for app in self.apps for name in app.products)
        object.__setattr__(self, "products", tuple(held))


@dataclass(frozen=True, slots=True)
class AppChange:
    """What an edit writes; None leaves a value as it is, everything else is kept too.

    In ``attributes`` a value of None takes the attribute away.
    """

    display_name: str | None = None
    description: str | None = None
    callback_url: str | None = None
    attributes: Changes = field(default_factory=dict)

    @property
    def attribute_changes(self) -> Mapping[str, str | None]:
        """All of the change that Apigee keeps in attributes; an empty description is none."""
        named = {DISPLAY_NAME: self.display_name, NOTES: self.description}
        given = {name: value or None for name, value in named.items() if value is not None}
        return {**self.attributes, **given}


@dataclass(frozen=True, slots=True)
class OrganizationApp:
    """An app as the whole organization's list has it; ``group`` names its AppGroup or company."""

    app: DeveloperApp
    group: str = ""


@dataclass(frozen=True, slots=True)
class OrganizationAppPage:
    """One page of the organization's apps; ``next_start`` leads to the next, empty on the last."""

    apps: tuple[OrganizationApp, ...]
    next_start: str = ""


@dataclass(frozen=True, slots=True)
class AppFilter:
    """Which apps of the organization are asked for; an app must pass all that is given.

    ``key_status`` and ``product`` are about any of an app's keys, not about one and the same.
    """

    name: str = ""
    status: ApprovalStatus | None = None
    product: str = ""
    key_status: ApprovalStatus | None = None
    consumer_key: Secret | None = None
