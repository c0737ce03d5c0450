"""Everything the emulator remembers, in memory behind one lock.

Each change is one (table, id, entity or None) triple; `transaction` hands the changes of a
request to a sink before the request is answered. As on Apigee the end of a deletion can be late,
and so can what readers see; both follow the clock.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from emulator.model import ApiProduct, Developer, DeveloperApp, Entity, Group, Owner
from emulator.population import Plan
from emulator.tables import Change, Tables, table_and_key

Sink = Callable[[Sequence[Change]], None]
Clock = Callable[[], float]


class Store(Tables):
    """The tables as they are now. Callers hold `transaction` while they read or write.

    Seconds: apps and keys outlive their deletion by `deletion`; `lag` is how late readers see
    what was put, and how long the name of something deleted stays taken.
    """

    def __init__(self, clock: Clock = time.time, *, deletion: float = 0, lag: float = 0) -> None:
        super().__init__()
        self.lock = threading.RLock()
        self.sink: Sink | None = None
        self._clock = clock
        self._deletion = deletion
        self._lag = lag
        self.guard: Callable[[Entity], None] | None = None
        self._pending: list[Change] = []
        self._behind = Store(clock) if lag else None
        self._late: deque[tuple[float, Change]] = deque()
        self._reserved: dict[tuple[str, str], float] = {}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock; on the way out hand what was changed to the sink."""
        with self.lock:
            self._advance()
            yield
            changes, self._pending = self._pending, []
            if changes and self.sink:
                self.sink(changes)

    @property
    def readers(self) -> "Store":
        """What readers are shown: this store, or one that lags behind it."""
        return self._behind or self

    def replace_all(
        self,
        entities: Sequence[Entity],
        plan: Plan | None = None,
        removed: Sequence[Change] = (),
    ) -> None:
        """Forget everything, then hold these above the plan's population; no sink is told."""
        with self.lock:
            self.fill(entities, plan, removed)
            self._late.clear()
            self._reserved.clear()
            if self._behind:
                self._behind.fill(entities, plan, removed)

    def reserved(self, table: str, name: str) -> bool:
        """Whether the name (of an app: its owner's and its own) of something deleted is taken."""
        return self._reserved.get((table, name), 0) > self._clock()

    def put(self, entity: Entity) -> None:
        """Add an entity or put it in the place of the one with the same id.

        Raises what `guard` raises, and has then changed nothing.
        """
        if self.guard:
            self.guard(entity)
        self._record(Change(*table_and_key(entity), entity))

    def remove_developer(self, developer: Developer) -> None:
        """Remove a developer with all apps and keys, and from the companies."""
        self._remove_apps(developer)
        for name in list(self.companies_of(developer)):
            group = self.groups[name]
            stay = (each for each in group.members if each.developer_id != developer.developer_id)
            self.put(replace(group, members=tuple(stay)))
        self._remove("developers", developer.developer_id, developer.email)

    def remove_group(self, group: Group) -> None:
        """Remove an AppGroup or company with all apps and keys."""
        self._remove_apps(group)
        self._remove("groups", group.name, group.name)

    def remove_app(self, app: DeveloperApp) -> None:
        self._remove("apps", app.app_id, reserved_name(app.owner, app.name))

    def remove_product(self, product: ApiProduct) -> None:
        self._record(Change("products", product.name, None))
        self._reserve("products", product.name)

    def _remove_apps(self, owner: Owner) -> None:
        for app in self.apps_of(owner):
            self.remove_app(app)

    def _remove(self, table: str, key: str, name: str) -> None:
        until = self._clock() + self._deletion if self._deletion else 0
        self._record(Change(table, key, None, until))
        self._reserve(table, name)

    def _reserve(self, table: str, name: str) -> None:
        if self._lag:
            self._reserved[table, name] = self._clock() + self._lag

    def _record(self, change: Change) -> None:
        self.apply(change)
        self._pending.append(change)
        if self._behind and change.entity is None:
            # A deletion is seen at once, and nothing that came before it may bring it back.
            place = change.table, change.key
            self._late = deque(each for each in self._late if (each[1].table, each[1].key) != place)
            self._behind.apply(change)
        elif self._behind:
            self._late.append((self._clock() + self._lag, change))

    def _advance(self) -> None:
        """Make what is due by now so."""
        now = self._clock()
        self.sweep(now)
        while self._behind and self._late and self._late[0][0] <= now:
            self._behind.apply(self._late.popleft()[1])
        if self._behind:
            self._behind.sweep(now)


def reserved_name(owner: str, name: str) -> str:
    """How the name of an owner's app is reserved."""
    return f"{owner}/{name}"
