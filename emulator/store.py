"""Everything the emulator remembers, in memory behind one lock.

Each change is one (table, id, entity or None) triple; `transaction` hands the changes of a
request to a sink before the request is answered.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from emulator.model import ApiProduct, Developer, DeveloperApp, Entity, Group, Owner
from emulator.population import Plan
from emulator.tables import Change, Tables, table_and_key

Sink = Callable[[Sequence[Change]], None]


class Store(Tables):
    """The tables as they are now. Callers hold `transaction` while they read or write."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.RLock()
        self.sink: Sink | None = None
        self._pending: list[Change] = []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock; on the way out hand what was changed to the sink."""
        with self.lock:
            yield
            changes, self._pending = self._pending, []
            if changes and self.sink:
                self.sink(changes)

    def replace_all(
        self,
        entities: Sequence[Entity],
        plan: Plan | None = None,
        removed: Sequence[Change] = (),
    ) -> None:
        """Forget everything, then hold these above the plan's population; no sink is told."""
        with self.lock:
            self.fill(entities, plan, removed)

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

    def remove_app(self, app: DeveloperApp) -> None:
        self._record(Change("apps", app.app_id, None))

    def remove_product(self, product: ApiProduct) -> None:
        self._record(Change("products", product.name, None))

    def _remove_apps(self, owner: Owner) -> None:
        for app in self.apps_of(owner):
            self.remove_app(app)

    def _record(self, change: Change) -> None:
        self.apply(change)
        self._pending.append(change)
