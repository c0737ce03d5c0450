"""Access that waits for a decision: an API product that is pending on a key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from urllib.parse import quote

from app.domain.emails import folded_email
from app.domain.people import Account


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """Which product on which key of which app (Apigee's ``appId``); addresses show it."""

    app_id: str
    key_id: str
    product: str

    def __str__(self) -> str:
        return f"{self.app_id}/{self.key_id}/{self.product}"

    @property
    def anchor(self) -> str:
        """Return what a page's row about it is found by; no key can be told from it."""
        return f"on-{self.key_id}-{quote(self.product, safe='')}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return what the text names, or None where it names nothing."""
        parts = text.split("/", 2)
        return cls(*parts) if len(parts) == len(cls.__slots__) and all(parts) else None


@dataclass(frozen=True, slots=True)
class Wait:
    """A request that waited when it was last heard of; ``is_own`` says it was made here."""

    wanted: Wanted
    developer_id: str
    since: datetime
    is_own: bool = False

    @property
    def place(self) -> str:
        """Where it stands in the queue, which the next page begins after."""
        return f"{self.since.isoformat()}/{self.wanted}"


@dataclass(frozen=True, slots=True)
class Scan:
    """A look at every app of the organization; ``ended_at`` is None while it was not finished."""

    began_at: datetime
    ended_at: datetime | None = None
    apps: int = 0


@dataclass(frozen=True, slots=True)
class ScanPlace:
    """How far a scan has come, so that another process can go on with it.

    ``last`` is the last app (Apigee's ``appId``) that it looked at, ``apps`` is how many it did.
    """

    began_at: datetime
    last: str = ""
    apps: int = 0


@dataclass(frozen=True, slots=True)
class ProductOwners:
    """Whose an API product is: by its name, the e-mail addresses and roles that own it."""

    by_product: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, account: Account) -> frozenset[str]:
        """Return the products that somebody owns, by a verified address or a role."""
        address = folded_email(account.email) if account.email_verified else ""
        return frozenset(
            name
            for name, owners in self.by_product.items()
            if any(_is(owner, address, account.roles) for owner in owners)
        )

    def who(self, product: str) -> tuple[str, ...]:
        """Return who owns a product, as the settings have it."""
        return self.by_product.get(product, ())


def _is(owner: str, address: str, roles: Iterable[str]) -> bool:
    return folded_email(owner) == address if "@" in owner else owner in roles
