"""The four Apigee ports in dicts over one ``FakeApigee``, proven by tests/contract.

A test adds developers, apps and products, hands ``fake.developers`` and its three sisters to the
services, counts ``fake.calls`` and makes calls fail with ``fake.fail(...)``.
"""

import hashlib
import re
import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from app.domain.apps import (
    DISPLAY_NAME,
    NOTES,
    REQUEST_ID,
    AppPage,
    CreatedApp,
    DeveloperApp,
    NewApp,
)
from app.domain.attributes import Attribute
from app.domain.developers import Developer, DeveloperStatus, NewDeveloper
from app.domain.errors import AlreadyExists, InvalidInput, NotFound, PortalError
from app.domain.keys import ApprovalStatus, Key, KeyPair, KeyProduct
from app.domain.products import ApiProduct
from app.domain.secret import Secret
from tests.fakes.calls import PlannedCall

START = datetime(2026, 1, 1, tzinfo=UTC)
APP_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _\-.#$%]{0,254}")


def fake_fingerprint(consumer_key: str) -> str:
    """Return 16 hex characters that stand for a key."""
    return hashlib.sha256(consumer_key.encode()).hexdigest()[:16]


@dataclass
class FakeApigee:
    """An organization in memory with its four ports; the calls to them are in ``calls``.

    ``observe`` is told of every call like the real client's observer: operation, status, seconds.
    """

    flavor: Literal["x", "edge"] = "x"
    now: Callable[[], datetime] = lambda: START
    fingerprint: Callable[[str], str] = fake_fingerprint
    page_size: int = 100
    observe: Callable[[str, int, float], None] | None = None
    calls: list[str] = field(default_factory=list)
    by_email: dict[str, Developer] = field(default_factory=dict)
    by_app: dict[tuple[str, str], DeveloperApp] = field(default_factory=dict)
    by_key_id: dict[str, KeyPair] = field(default_factory=dict)
    by_product: dict[str, ApiProduct] = field(default_factory=dict)
    failures: list[tuple[str, PortalError, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.developers = FakeDevelopers(self)
        self.apps = FakeApps(self)
        self.keys = FakeKeys(self)
        self.products = FakeProducts(self)

    # --- What tests prepare -------------------------------------------------------------------

    def add_developer(
        self,
        email: str = "dana@example.com",
        first_name: str = "Dana",
        last_name: str = "Reyes",
        status: DeveloperStatus = DeveloperStatus.ACTIVE,
    ) -> Developer:
        """Keep a developer as if it had always been there."""
        return self.put_developer(
            Developer(
                email=email,
                developer_id=str(uuid.uuid4()),
                first_name=first_name,
                last_name=last_name,
                user_name=email,
                status=status,
                created_at=self.now(),
                last_modified_at=self.now(),
            )
        )

    def put_developer(self, developer: Developer) -> Developer:
        """Keep a developer exactly as it is."""
        self.by_email[developer.email] = developer
        return developer

    def add_app(self, email: str, name: str = "trip-planner", *keys: Key) -> DeveloperApp:
        """Keep an app; without ``keys`` (see ``new_key``) it gets one without products."""
        return self.put_app(
            email,
            DeveloperApp(
                app_id=str(uuid.uuid4()),
                name=name,
                developer_id=self.by_email[email].developer_id,
                status=ApprovalStatus.APPROVED,
                keys=keys or (self.new_key(),),
                created_at=self.now(),
                last_modified_at=self.now(),
            ),
        )

    def put_app(self, email: str, developer_app: DeveloperApp) -> DeveloperApp:
        """Keep an app of this developer exactly as it is."""
        self.by_app[email, developer_app.name] = developer_app
        return developer_app

    def new_key(
        self,
        *products: str,
        consumer_key: str = "",
        status: ApprovalStatus = ApprovalStatus.APPROVED,
        expires_at: datetime | None = None,
    ) -> Key:
        """Return a new credential with these products, its pair kept; products must be there."""
        pair = self._pair(consumer_key or secrets.token_hex(16))
        return Key(
            key_id=pair.key_id,
            ending=pair.consumer_key.reveal()[-4:],
            status=status,
            products=tuple(self._on_key(name) for name in products),
            issued_at=self.now(),
            expires_at=expires_at,
        )

    def add_product(self, name: str, display_name: str = "", access: str = "public") -> ApiProduct:
        """Keep an instantly approved product."""
        product = ApiProduct(name=name, display_name=display_name or name, access=access)
        return self.put_product(product)

    def put_product(self, product: ApiProduct) -> ApiProduct:
        """Keep a product exactly as it is."""
        self.by_product[product.name] = product
        return product

    def fail(self, operation: str, error: PortalError, *, after: bool = False) -> None:
        """Make the next call of the operation (``apps.create``, or ``*``) raise.

        With ``after`` the work is done first, as when only the answer is lost.
        """
        self.failures.append((operation, error, after))

    # --- What the ports share -----------------------------------------------------------------

    def call(self, operation: str) -> PlannedCall:
        """Note a call; the context it returns raises what was planned for it."""
        self.calls.append(operation)
        planned = next((item for item in self.failures if item[0] in {operation, "*"}), None)
        if planned is None:
            return PlannedCall(operation, self.observe)
        self.failures.remove(planned)
        return PlannedCall(operation, self.observe, error=planned[1], after=planned[2])

    def developer(self, email: str) -> Developer:
        """Return the developer or raise as the adapter does."""
        try:
            return self.by_email[email]
        except KeyError:
            raise NotFound("There is no such developer.") from None

    def developer_app(self, email: str, name: str) -> DeveloperApp:
        """Return the app or raise as the adapter does."""
        try:
            return self.by_app[email, name]
        except KeyError:
            raise NotFound("There is no such app.") from None

    def granted(self, new: NewApp) -> Key:
        """Return the credential of a new app; unknown products are refused."""
        if unknown := set(new.products) - set(self.by_product):
            raise InvalidInput({"products": f"There is no API product {min(unknown)}."})
        seconds = new.key_lifetime_seconds
        until = None if seconds is None else self.now() + timedelta(seconds=seconds)
        return self.new_key(*new.products, expires_at=until)

    def _pair(self, consumer_key: str) -> KeyPair:
        pair = KeyPair(
            key_id=self.fingerprint(consumer_key),
            consumer_key=Secret(consumer_key),
            consumer_secret=Secret(secrets.token_hex(8)),
        )
        self.by_key_id[pair.key_id] = pair
        return pair

    def _on_key(self, name: str) -> KeyProduct:
        instant = self.by_product[name].is_instant
        return KeyProduct(name, ApprovalStatus.APPROVED if instant else ApprovalStatus.PENDING)


@dataclass
class FakeDevelopers:
    """``ports.ApigeeDevelopers`` over the fake."""

    fake: FakeApigee

    def get(self, email: str) -> Developer:
        with self.fake.call("developers.get"):
            return self.fake.developer(email)

    def create(self, new: NewDeveloper) -> Developer:
        with self.fake.call("developers.create"):
            email = new.email.lower() if self.fake.flavor == "x" else new.email
            if email in self.fake.by_email:
                raise AlreadyExists("There is a developer with that e-mail address already.")
            if "@" not in email:
                raise InvalidInput({"email": "Apigee does not accept this e-mail address."})
            if not (new.first_name and new.last_name and new.user_name):
                names = ("first_name", "last_name", "user_name")
                raise InvalidInput(dict.fromkeys(names, "Apigee needs all of these."))
            made = self.fake.add_developer(email, new.first_name, new.last_name)
            return self.fake.put_developer(
                replace(made, user_name=new.user_name, attributes=new.attributes)
            )

    def set_status(self, email: str, status: DeveloperStatus) -> None:
        with self.fake.call("developers.set_status"):
            self.fake.put_developer(replace(self.fake.developer(email), status=status))

    def all(self) -> Iterator[Developer]:
        with self.fake.call("developers.all"):
            found = [self.fake.by_email[email] for email in sorted(self.fake.by_email)]
        yield from found


@dataclass
class FakeApps:
    """``ports.ApigeeApps`` over the fake."""

    fake: FakeApigee

    def page(self, developer: str, *, start: str | None = None) -> AppPage:
        with self.fake.call("apps.page"):
            self.fake.developer(developer)
            names = sorted(name for email, name in self.fake.by_app if email == developer)
            rest = [name for name in names if start is None or name > start]
            shown = rest[: self.fake.page_size]
            more = len(rest) > len(shown)
            found = tuple(self.fake.by_app[developer, name] for name in shown)
            return AppPage(found, shown[-1] if more else None)

    def get(self, developer: str, name: str) -> DeveloperApp:
        with self.fake.call("apps.get"):
            return self.fake.developer_app(developer, name)

    def create(self, developer: str, new: NewApp) -> CreatedApp:
        with self.fake.call("apps.create"):
            self.fake.developer(developer)
            if not APP_NAME.fullmatch(new.name):
                raise InvalidInput({"display_name": "Apigee does not accept this name."})
            if (developer, new.name) in self.fake.by_app:
                raise AlreadyExists("There is an app with that name already.")
            made = self.fake.add_app(developer, new.name, self.fake.granted(new))
            attributes = _attributes(new)
            made = replace(made, callback_url=new.callback_url, attributes=attributes)
            pair = self.fake.by_key_id[made.keys[0].key_id]
            return CreatedApp(self.fake.put_app(developer, made), pair)

    def delete(self, developer: str, name: str) -> None:
        with self.fake.call("apps.delete"):
            gone = self.fake.developer_app(developer, name)
            del self.fake.by_app[developer, name]
            for key in gone.keys:
                self.fake.by_key_id.pop(key.key_id, None)


def _attributes(new: NewApp) -> tuple[Attribute, ...]:
    values = {DISPLAY_NAME: new.display_name, NOTES: new.description, REQUEST_ID: new.request_id}
    return tuple(Attribute(name, value) for name, value in values.items() if value)


@dataclass
class FakeKeys:
    """``ports.ApigeeKeys`` over the fake."""

    fake: FakeApigee

    def pair(self, developer: str, app: str, key_id: str) -> KeyPair:
        with self.fake.call("keys.pair"):
            held = self.fake.developer_app(developer, app).keys
            if key_id not in {key.key_id for key in held}:
                raise NotFound("There is no such key.")
            return self.fake.by_key_id[key_id]


@dataclass
class FakeProducts:
    """``ports.ApigeeProducts`` over the fake."""

    fake: FakeApigee

    def all(self) -> Sequence[ApiProduct]:
        with self.fake.call("products.all"):
            return tuple(self.fake.by_product[name] for name in sorted(self.fake.by_product))
