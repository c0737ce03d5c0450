"""The chain that Apigee's runtime checks on every call, and what can be said of each link."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.apis import Api
from app.domain.coverage import Call
from app.domain.keys import FORGOTTEN, ApprovalStatus, Key, KeyMemory
from app.domain.products import ApiProduct


class Link(StrEnum):
    """One link, in the order in which the runtime looks at them."""

    CALL = "call"
    DEVELOPER = "developer"
    APP = "app"
    KEY = "key"
    EXPIRY = "expiry"
    PRODUCT = "product"
    PROXY = "proxy"
    ENVIRONMENT = "environment"
    PATH = "path"
    METHOD = "method"
    QUOTA = "quota"


class LinkState(StrEnum):
    """What is known of a link."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Who(StrEnum):
    """Who can mend a link."""

    YOU = "you"
    ADMINISTRATOR = "administrator"
    PRODUCT_OWNER = "product_owner"
    NOBODY = "nobody"


class Errand(StrEnum):
    """Where the person goes to mend it; ``NONE`` where no page of the portal helps."""

    NONE = "none"
    TURN_ON = "turn_on"
    NEW_KEY = "new_key"
    PRODUCTS = "products"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do, who can do it; ``products`` are those to ask for.

    ``otherwise`` is what the product's owner could do instead.
    """

    text: str
    who: Who
    errand: Errand = Errand.NONE
    products: tuple[str, ...] = ()
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One link as it is; ``at`` is the moment that its text ends with, where it has one."""

    link: Link
    state: LinkState
    text: str
    remedy: Remedy | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The call in question; without an API only the key itself is looked at."""

    api: Api | None = None
    call: Call = field(default_factory=Call)


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything that decides about a call with a key.

    ``catalogue`` is None while it cannot be read; ``requestable`` are the products that the
    person may ask for.
    """

    developer_active: bool
    app_status: ApprovalStatus
    key: Key
    catalogue: Mapping[str, ApiProduct] | None
    now: datetime
    memory: KeyMemory = FORGOTTEN
    asked: Asked = field(default_factory=Asked)
    requestable: frozenset[str] = frozenset()

    def title(self, name: str) -> str:
        """Return what people call a product."""
        product = (self.catalogue or {}).get(name)
        return name if product is None else product.display_name


def fine(link: Link, text: str, at: datetime | None = None) -> Step:
    """Return a link that holds."""
    return Step(link, LinkState.OK, text, at=at)


def open_link(link: Link, text: str) -> Step:
    """Return a link that the portal cannot judge."""
    return Step(link, LinkState.UNKNOWN, text)


def broken(link: Link, text: str, remedy: Remedy, at: datetime | None = None) -> Step:
    """Return a link that stops the call."""
    return Step(link, LinkState.BROKEN, text, remedy, at)
