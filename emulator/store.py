"""Everything the emulator remembers, in memory behind one lock, with the orders paging needs.

Each change is one (table, id, entity or None) triple; `transaction` hands the changes of a
request to a sink before the request is answered.
"""

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from emulator.model import ApiProduct, Developer, DeveloperApp, Entity


@dataclass(frozen=True, slots=True)
class Change:
    """One entity put (or, with None, removed) in a table: developers, apps or products."""

    table: str
    key: str
    entity: Entity | None


Sink = Callable[[Sequence[Change]], None]


class Store:
    """The tables and their indexes. Callers hold `transaction` while they read or write."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.sink: Sink | None = None
        self._pending: list[Change] = []
        self._clear()

    def _clear(self) -> None:
        self.developers: dict[str, Developer] = {}
        self.apps: dict[str, DeveloperApp] = {}
        self.products: dict[str, ApiProduct] = {}
        self.emails: list[str] = []
        self.app_ids: list[str] = []
        self.product_names: list[str] = []
        self._by_email: dict[str, str] = {}
        self._app_names: dict[str, list[str]] = {}
        self._by_name: dict[tuple[str, str], str] = {}
        self._by_key: dict[str, str] = {}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock; on the way out hand what was changed to the sink."""
        with self.lock:
            yield
            changes, self._pending = self._pending, []
            if changes and self.sink:
                self.sink(changes)

    def replace_all(self, entities: Sequence[Entity]) -> None:
        """Forget everything, then hold exactly these; the sink is not told."""
        with self.lock:
            self._clear()
            for entity in entities:
                self._apply(Change(*table_and_key(entity), entity))

    def apply(self, change: Change) -> None:
        """Make a change that was recorded earlier, without telling the sink."""
        self._apply(change)

    def entities(self) -> list[Entity]:
        """Everything, in an order that `replace_all` accepts."""
        return [*self.products.values(), *self.developers.values(), *self.apps.values()]

    def put(self, entity: Entity) -> None:
        """Add an entity or put it in the place of the one with the same id."""
        self._record(Change(*table_and_key(entity), entity))

    def remove_developer(self, developer: Developer) -> None:
        """Remove a developer with all apps and keys."""
        for app in self.apps_of(developer):
            self.remove_app(app)
        self._record(Change("developers", developer.developer_id, None))

    def remove_app(self, app: DeveloperApp) -> None:
        self._record(Change("apps", app.app_id, None))

    def remove_product(self, product: ApiProduct) -> None:
        self._record(Change("products", product.name, None))

    def developer(self, ref: str, *, case_sensitive: bool = True) -> Developer | None:
        """Find a developer by e-mail or by developerId."""
        found = self.developers.get(self._by_email.get(ref, ref))
        if found is None and not case_sensitive:
            folded = ref.casefold()
            same = (each for each in self.emails if each.casefold() == folded)
            return self.developers.get(self._by_email.get(next(same, ""), ""))
        return found

    def app_names(self, developer: Developer) -> Sequence[str]:
        """The names of a developer's apps in the order of paging."""
        return self._app_names.get(developer.developer_id, ())

    def app(self, developer: Developer, name: str) -> DeveloperApp | None:
        app_id = self._by_name.get((developer.developer_id, name))
        return None if app_id is None else self.apps[app_id]

    def apps_of(self, developer: Developer) -> list[DeveloperApp]:
        owner = developer.developer_id
        return [self.apps[self._by_name[owner, name]] for name in self.app_names(developer)]

    def app_of_key(self, consumer_key: str) -> DeveloperApp | None:
        """The app that holds a consumer key, anywhere in the organisation."""
        return self.apps.get(self._by_key.get(consumer_key, ""))

    def _record(self, change: Change) -> None:
        self._apply(change)
        self._pending.append(change)

    def _apply(self, change: Change) -> None:
        if change.table == "developers":
            self._set_developer(change.key, change.entity)
        elif change.table == "apps":
            self._set_app(change.key, change.entity)
        else:
            self._set_product(change.key, change.entity)

    def _set_developer(self, key: str, entity: Entity | None) -> None:
        old = self.developers.pop(key, None)
        if old is not None:
            del self._by_email[old.email]
            _discard(self.emails, old.email)
        if isinstance(entity, Developer):
            self.developers[key] = entity
            self._by_email[entity.email] = key
            insort(self.emails, entity.email)

    def _set_app(self, key: str, entity: Entity | None) -> None:
        old = self.apps.pop(key, None)
        if old is not None:
            self._unlink(old)
        if isinstance(entity, DeveloperApp):
            self.apps[key] = entity
            insort(self.app_ids, key)
            insort(self._app_names.setdefault(entity.developer_id, []), entity.name)
            self._by_name[entity.developer_id, entity.name] = key
            for credential in entity.credentials:
                self._by_key[credential.consumer_key] = key

    def _unlink(self, app: DeveloperApp) -> None:
        _discard(self.app_ids, app.app_id)
        _discard(self._app_names[app.developer_id], app.name)
        del self._by_name[app.developer_id, app.name]
        for credential in app.credentials:
            del self._by_key[credential.consumer_key]

    def _set_product(self, key: str, entity: Entity | None) -> None:
        if self.products.pop(key, None) is not None:
            _discard(self.product_names, key)
        if isinstance(entity, ApiProduct):
            self.products[key] = entity
            insort(self.product_names, key)


def table_and_key(entity: Entity) -> tuple[str, str]:
    """Where an entity belongs."""
    if isinstance(entity, Developer):
        return "developers", entity.developer_id
    if isinstance(entity, DeveloperApp):
        return "apps", entity.app_id
    return "products", entity.name


def _discard(ordered: list[str], value: str) -> None:
    del ordered[bisect_left(ordered, value)]
