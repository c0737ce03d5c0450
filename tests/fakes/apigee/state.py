"""What the fake Apigee holds, in dicts, and how tests fill it."""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from app.domain.apps import DeveloperApp
from app.domain.developers import Developer, DeveloperStatus
from app.domain.errors import InvalidInput, NotFound, PortalError
from app.domain.keys import ApprovalStatus, Key, KeyPair, KeyProduct
from app.domain.products import ApiProduct
from app.domain.secret import Secret
from tests.fakes.calls import PlannedCall

START = datetime(2026, 1, 1, tzinfo=UTC)


def fake_fingerprint(consumer_key: str) -> str:
    """Return 16 hex characters that stand for a key."""
    return hashlib.sha256(consumer_key.encode()).hexdigest()[:16]


@dataclass
class FakeState:
    """An organization in memory; the calls to its ports are in ``calls``.

    ``observe`` is told of every call like the real client's observer: operation, status, seconds.
    """

    flavor: Literal["x", "edge"] = "x"
    now: Callable[[], datetime] = lambda: START
    fingerprint: Callable[[str], str] = fake_fingerprint
    page_size: int = 100
    developers_size: int = 1000
    observe: Callable[[str, int, float], None] | None = None
    calls: list[str] = field(default_factory=list)
    by_email: dict[str, Developer] = field(default_factory=dict)
    by_app: dict[tuple[str, str], DeveloperApp] = field(default_factory=dict)
    by_key_id: dict[str, KeyPair] = field(default_factory=dict)
    by_product: dict[str, ApiProduct] = field(default_factory=dict)
    failures: list[tuple[str, PortalError, bool]] = field(default_factory=list)

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
        pair = self.new_pair(consumer_key or secrets.token_hex(16))
        return Key(
            key_id=pair.key_id,
            ending=pair.consumer_key.reveal()[-4:],
            status=status,
            products=tuple(self.on_key(name) for name in products),
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
        """Return the developer, also by id, or raise as the adapter does."""
        if email in self.by_email:
            return self.by_email[email]
        for held in self.by_email.values():
            if held.developer_id == email:
                return held
        raise NotFound("There is no such developer.")

    def developer_app(self, email: str, name: str) -> DeveloperApp:
        """Return the app or raise as the adapter does."""
        try:
            return self.by_app[email, name]
        except KeyError:
            raise NotFound("There is no such app.") from None

    def known(self, products: Iterable[str]) -> None:
        """Refuse products that do not exist."""
        if unknown := set(products) - set(self.by_product):
            raise InvalidInput({"products": f"There is no API product {min(unknown)}."})

    def granted(
        self, products: Iterable[str], seconds: int | None, pair: KeyPair | None = None
    ) -> Key:
        """Return a new credential with these products; unknown ones are refused."""
        names = tuple(products)
        self.known(names)
        until = None if seconds is None else self.now() + timedelta(seconds=seconds)
        key = self.new_key(
            *names, expires_at=until, consumer_key=pair.consumer_key.reveal() if pair else ""
        )
        if pair is not None:
            self.by_key_id[key.key_id] = pair
        return key

    def new_pair(self, consumer_key: str) -> KeyPair:
        """Return a pair with this key and a new secret, and keep it."""
        pair = KeyPair(
            key_id=self.fingerprint(consumer_key),
            consumer_key=Secret(consumer_key),
            consumer_secret=Secret(secrets.token_hex(8)),
        )
        self.by_key_id[pair.key_id] = pair
        return pair

    def on_key(self, name: str) -> KeyProduct:
        """Return the product as it joins a key."""
        instant = self.by_product[name].is_instant
        return KeyProduct(name, ApprovalStatus.APPROVED if instant else ApprovalStatus.PENDING)


def digest(*values: object) -> str:
    """Return a revision of what an update writes."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
