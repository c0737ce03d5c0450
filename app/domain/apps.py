"""Developer apps as the portal shows them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.domain.attributes import Attribute, value_of
from app.domain.keys import ApprovalStatus, Key, KeyPair

DISPLAY_NAME: Final = "DisplayName"
NOTES: Final = "Notes"
REQUEST_ID: Final = "portal_request_id"
# Apigee makes an app and its first key in one go; the two moments are stamped one by one.
MADE_TOGETHER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DeveloperApp:
    """One app with its credentials' facts; keys and secrets are never in it."""

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

    @property
    def display_name(self) -> str:
        """The name people gave it, or the internal name."""
        return value_of(self.attributes, DISPLAY_NAME) or self.name

    @property
    def description(self) -> str:
        """What the app is for, from the attribute ``Notes``."""
        return value_of(self.attributes, NOTES) or ""

    @property
    def request_id(self) -> str | None:
        """The creation request that made it, where this portal did."""
        return value_of(self.attributes, REQUEST_ID)

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
    """What a creation sends to Apigee; a ``key_lifetime_seconds`` of None means no expiry."""

    name: str
    display_name: str
    products: tuple[str, ...]
    description: str = ""
    callback_url: str = ""
    request_id: str = ""
    key_lifetime_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class CreatedApp:
    """A new app together with the key pair that Apigee made for it."""

    app: DeveloperApp
    pair: KeyPair | None


@dataclass(frozen=True, slots=True)
class AppPage:
    """One page of a developer's apps; ``next_start`` is where the next page begins."""

    apps: tuple[DeveloperApp, ...]
    next_start: str | None = None
