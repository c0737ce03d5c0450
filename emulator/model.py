"""What the emulator remembers: developers, groups, their apps and credentials, API products.

Times are milliseconds since 1970, as on Apigee; an expiry of -1 means never. Entities are
immutable: a change is a new entity put in the old one's place. `extra` holds the fields an
entity has beside those named here, in the API's own words and shapes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Flavor = Literal["x", "edge"]
Attributes = Mapping[str, str]
Extra = Mapping[str, Any]

NEVER = -1
# Most entities have nothing extra: they share this.
_NOTHING: Extra = {}


def _nothing() -> Extra:
    return _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When and by whom an entity was made and last changed."""

    created_at: int
    created_by: str
    modified_at: int
    modified_by: str

    def touched(self, now: int, by: str) -> "Stamp":
        return Stamp(
            created_at=self.created_at, created_by=self.created_by, modified_at=now, modified_by=by
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Developer:
    """A developer; `email` is the key others use, `developer_id` never changes."""

    developer_id: str
    email: str
    first_name: str
    last_name: str
    user_name: str
    stamp: Stamp
    status: str = "active"
    attributes: Attributes = field(default_factory=dict)
    extra: Extra = field(default_factory=_nothing)

    @property
    def owner(self) -> str:
        """What the apps of this developer are filed under."""
        return self.developer_id

    @property
    def label(self) -> str:
        """How messages call it."""
        return self.email


@dataclass(frozen=True, slots=True)
class Member:
    """A developer in a company with a role, which is free text."""

    developer_id: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An AppGroup (X) or a company (Edge), which owns apps as a developer does.

    `settings` holds its other fields in the API's own words; only companies have `members`.
    """

    group_id: str
    name: str
    stamp: Stamp
    status: str = "active"
    attributes: Attributes = field(default_factory=dict)
    settings: Extra = field(default_factory=_nothing)
    members: tuple[Member, ...] = ()

    @property
    def owner(self) -> str:
        """What the apps of this group are filed under."""
        return _group_owner(self.name)

    @property
    def label(self) -> str:
        """How messages call it."""
        return self.name


@dataclass(frozen=True, slots=True)
class ProductOnKey:
    """One API product on a credential with its status there: approved, revoked or pending."""

    name: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A consumer key and secret; `status` is approved, revoked or (by a switch) pending."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    issued_at: int
    expires_at: int = NEVER
    status: str = "approved"
    products: tuple[ProductOnKey, ...] = ()
    attributes: Attributes = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    extra: Extra = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeveloperApp:
    """An app of a developer or of a group; credentials newest first.

    One of `developer_id` and `group` (its name) is empty. `name` is unique for its owner only.
    """

    app_id: str
    name: str
    stamp: Stamp
    developer_id: str = ""
    group: str = ""
    status: str = "approved"
    callback_url: str = ""
    attributes: Attributes = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    credentials: tuple[Credential, ...] = ()
    extra: Extra = field(default_factory=_nothing)

    @property
    def owner(self) -> str:
        """What this app is filed under: the `owner` of its developer or group."""
        return self.developer_id or _group_owner(self.group)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiProduct:
    """An API product; `settings` holds its other fields in the API's own words and shapes."""

    name: str
    stamp: Stamp
    attributes: Attributes = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs_approval(self) -> bool:
        return bool(self.settings.get("approvalType") == "manual")

    def texts(self, name: str) -> tuple[str, ...]:
        """The strings of a list field such as `proxies` or `scopes`."""
        return tuple(self.settings.get(name, ()))


Owner = Developer | Group
Entity = Developer | Group | DeveloperApp | ApiProduct


def _group_owner(name: str) -> str:
    # No developerId has a slash.
    return f"group/{name}"


def encode(value: Any) -> Any:
    """Turn an entity into what `json.dumps` can write; meant as its `default`."""
    return {name: getattr(value, name) for name in value.__slots__}


def decode_developer(raw: Mapping[str, Any]) -> Developer:
    """Read back a developer written with `encode`."""
    return Developer(**{**raw, "stamp": Stamp(**raw["stamp"])})


def decode_group(raw: Mapping[str, Any]) -> Group:
    """Read back a group written with `encode`."""
    members = tuple(Member(**each) for each in raw["members"])
    return Group(**{**raw, "stamp": Stamp(**raw["stamp"]), "members": members})


def decode_app(raw: Mapping[str, Any]) -> DeveloperApp:
    """Read back an app written with `encode`."""
    return DeveloperApp(
        **{
            **raw,
            "stamp": Stamp(**raw["stamp"]),
            "scopes": tuple(raw["scopes"]),
            "credentials": tuple(_credential(each) for each in raw["credentials"]),
        }
    )


def _credential(raw: Mapping[str, Any]) -> Credential:
    products = tuple(ProductOnKey(**each) for each in raw["products"])
    return Credential(**{**raw, "products": products, "scopes": tuple(raw["scopes"])})


def decode_product(raw: Mapping[str, Any]) -> ApiProduct:
    """Read back a product written with `encode`."""
    return ApiProduct(**{**raw, "stamp": Stamp(**raw["stamp"])})
