"""Everything the emulator remembers, in memory behind one lock, with the orders paging needs.

Each change is one (table, id, entity or None) triple; `transaction` hands the changes of a
request to a sink before the request is answered.
"""

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from emulator.model import ApiProduct, Developer, DeveloperApp, Entity, Group, Owner


@dataclass(frozen=True, slots=True)
class Change:
    """One entity put (or, with None, removed) in a table: developers, groups, apps, products."""

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
        self.groups: dict[str, Group] = {}
        self.apps: dict[str, DeveloperApp] = {}
        self.products: dict[str, ApiProduct] = {}
        self.emails: list[str] = []
        self.group_names: list[str] = []
        self.app_ids: list[str] = []
        self.product_names: list[str] = []
        self._by_email: dict[str, str] = {}
        self._companies: dict[str, list[str]] = {}
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
        owners: list[Entity] = [*self.developers.values(), *self.groups.values()]
        return [*self.products.values(), *owners, *self.apps.values()]

    def put(self, entity: Entity) -> None:
        """Add an entity or put it in the place of the one with the same id."""
        self._record(Change(*table_and_key(entity), entity))

    def remove_developer(self, developer: Developer) -> None:
        """Remove a developer with all apps and keys, and from the companies."""
        self._remove_apps(developer)
        for name in list(self.companies_of(developer)):
            group = self.groups[name]
            stay = (each for each in group.members if each.developer_id != developer.developer_id)
            self.put(replace(group, members=tuple(stay)))
        self._record(Change("developers", developer.developer_id, None))

    def remove_group(self, group: Group) -> None:
        """Remove an AppGroup or company with all apps and keys."""
        self._remove_apps(group)
        self._record(Change("groups", group.name, None))

    def _remove_apps(self, owner: Owner) -> None:
        for app in self.apps_of(owner):
            self.remove_app(app)

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

    def companies_of(self, developer: Developer) -> Sequence[str]:
        """The names of the companies a developer is a member of."""
        return self._companies.get(developer.developer_id, ())

    def app_names(self, owner: Owner) -> Sequence[str]:
        """The names of an owner's apps in the order of paging."""
        return self._app_names.get(owner.owner, ())

    def app(self, owner: Owner, name: str) -> DeveloperApp | None:
        app_id = self._by_name.get((owner.owner, name))
        return None if app_id is None else self.apps[app_id]

    def apps_of(self, owner: Owner) -> list[DeveloperApp]:
        key = owner.owner
        return [self.apps[self._by_name[key, name]] for name in self.app_names(owner)]

    def owner_of(self, app: DeveloperApp) -> Owner | None:
        """The developer or group that owns an app."""
        if app.developer_id:
            return self.developers.get(app.developer_id)
        return self.groups.get(app.group)

    def app_of_key(self, consumer_key: str) -> DeveloperApp | None:
        """The app that holds a consumer key, anywhere in the organisation."""
        return self.apps.get(self._by_key.get(consumer_key, ""))

    def _record(self, change: Change) -> None:
        self._apply(change)
        self._pending.append(change)

    def _apply(self, change: Change) -> None:
        if change.table == "developers":
            self._set_developer(change.key, change.entity)
        elif change.table == "groups":
            self._set_group(change.key, change.entity)
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

    def _set_group(self, key: str, entity: Entity | None) -> None:
        old = self.groups.pop(key, None)
        if old is not None:
            _discard(self.group_names, key)
            for member in old.members:
                _discard(self._companies[member.developer_id], key)
        if isinstance(entity, Group):
            self.groups[key] = entity
            insort(self.group_names, key)
            for member in entity.members:
                insort(self._companies.setdefault(member.developer_id, []), key)

    def _set_app(self, key: str, entity: Entity | None) -> None:
        old = self.apps.pop(key, None)
        if old is not None:
            self._unlink(old)
        if isinstance(entity, DeveloperApp):
            self.apps[key] = entity
            insort(self.app_ids, key)
            insort(self._app_names.setdefault(entity.owner, []), entity.name)
            self._by_name[entity.owner, entity.name] = key
            for credential in entity.credentials:
                self._by_key[credential.consumer_key] = key

    def _unlink(self, app: DeveloperApp) -> None:
        _discard(self.app_ids, app.app_id)
        _discard(self._app_names[app.owner], app.name)
        del self._by_name[app.owner, app.name]
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
    if isinstance(entity, Group):
        return "groups", entity.name
    if isinstance(entity, DeveloperApp):
        return "apps", entity.app_id
    return "products", entity.name


def _discard(ordered: list[str], value: str) -> None:
    del ordered[bisect_left(ordered, value)]
