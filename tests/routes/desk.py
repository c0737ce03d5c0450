"""Dana's app of one key or several, as the pages about keys need it."""

from dataclasses import dataclass, replace

from app.domain.apps import DeveloperApp
from app.domain.keys import ApprovalStatus, Key
from app.domain.notes import Author, Note, NoteKind, Subject
from tests.routes.client import Answer, Browser
from tests.routes.house import House

EMAIL = "dana@example.com"


@dataclass(repr=False)
class Desk:
    """The app ``trip``, Dana's browser, and what a test asks or changes behind the portal."""

    house: House
    dana: Browser

    def __post_init__(self) -> None:
        self.first = self.house.apigee.new_key("weather-free")
        self.house.apigee.add_app(EMAIL, "trip", self.first)
        self.house.apigee.calls.clear()

    @property
    def app(self) -> DeveloperApp:
        return self.house.apigee.by_app[EMAIL, "trip"]

    @property
    def key_id(self) -> str:
        return self.first.key_id

    def key(self, key_id: str = "") -> Key:
        """Return a key as Apigee has it, the first one unless named."""
        return next(key for key in self.app.keys if key.key_id == (key_id or self.key_id))

    def path(self, what: str, key_id: str = "") -> str:
        """Return the address of a page about a key."""
        return f"/apps/trip/keys/{key_id or self.key_id}/{what}"

    def holds(self, *keys: Key) -> None:
        """Give the app exactly these keys."""
        self.house.apigee.put_app(EMAIL, replace(self.app, keys=keys))
        self.first = keys[0] if keys else self.first

    def add(self, key: Key) -> Key:
        """Add a key behind the portal's back, as the newest."""
        self.house.apigee.put_app(EMAIL, replace(self.app, keys=(key, *self.app.keys)))
        return key

    def put(self, **changes: object) -> Key:
        """Change the first key behind the portal's back."""
        changed = replace(self.key(), **changes)  # type: ignore[arg-type] # fields of Key
        keys = tuple(changed if key.key_id == self.key_id else key for key in self.app.keys)
        self.house.apigee.put_app(EMAIL, replace(self.app, keys=keys))
        return changed

    def note(self, kind: NoteKind, author: Author, product: str = "", text: str = "") -> None:
        """Write down what an administrator or the portal did to the first key."""
        with self.house.context():
            self.house.portal.key_changes.memories.notes.put(
                Note(
                    kind=kind,
                    subject=Subject(self.app.app_id, self.key_id, product),
                    developer_id=self.app.developer_id,
                    author=author,
                    account_id=None,
                    at=self.house.clock.now(),
                    text=text,
                )
            )

    def page(self) -> Answer:
        """Open the app's page."""
        return self.dana.get("/apps/trip")

    def article(self, key_id: str = "") -> str:
        """Return what the app's page says of a key, the first one unless named."""
        wanted = f"label-{key_id or self.key_id}"
        (found,) = self.page().page.all("article", aria_labelledby=wanted)
        return " ".join("".join(found.itertext()).split())

    def is_off(self, key_id: str = "") -> bool:
        """Tell whether Apigee has the key as revoked."""
        return self.key(key_id).status is ApprovalStatus.REVOKED
