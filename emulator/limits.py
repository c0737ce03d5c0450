"""Apigee's limits: calls a minute, and how many of what an entity may hold.

The numbers are those of Apigee X's page of limits. With `Switches.enforce_limits` they hold; that
of operations holds on X always, since Apigee says it is enforced, and so do the usual numbers for
attributes and keys, which are looked at as requests are read. Limits that page calls planned are
held only with `Switches.enforce_planned_limits`. An entity that is over a limit already may be
changed as long as it does not grow.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from emulator.errors import ApiError, limit_exceeded, rate_exceeded
from emulator.model import ApiProduct, Attributes, Developer, DeveloperApp, Entity, Flavor
from emulator.store import Store
from emulator.switches import Switches

_GROUPS = {
    "operationGroup": "operations",
    "graphqlOperationGroup": "operations",
    "grpcOperationGroup": "methods",
    "llmOperationGroup": "llmOperations",
    "payloadOperationGroup": "operations",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers; those of calls are per minute for the whole organisation."""

    calls: int = 6000
    stats_calls: int = 100
    edge_stats_calls: int = 40
    stats_days: int = 92
    attributes: int = 18
    attribute_name_bytes: int = 1024
    attribute_value_bytes: int = 2048
    key_bytes: int = 2048
    apps_per_developer: int = 100
    apps_per_group: int = 30_000
    keys_per_app: int = 10
    products_per_organization: int = 5000
    products_per_key: int = 50
    products_per_app: int = 100
    proxies_per_product: int = 100
    resources_per_product: int = 25
    operations_per_product: int = 50


class CallMeter:
    """Counts calls in minutes of the site's clock."""

    def __init__(
        self, limits: Limits, switches: Switches, flavor: Flavor, clock: Callable[[], float]
    ) -> None:
        self._limits = limits
        self._switches = switches
        self._flavor = flavor
        self._clock = clock
        self._lock = threading.Lock()
        self._minute = 0
        self._used: dict[str, int] = {}

    def take(self, *, stats: bool) -> None:
        """Count one call; raises 429 when a limit is used up."""
        if not self._switches.enforce_limits:
            return
        self._count("calls", self._limits.calls)
        if stats:
            x = self._flavor == "x"
            self._count("stats", self._limits.stats_calls if x else self._limits.edge_stats_calls)

    def _count(self, kind: str, limit: int) -> None:
        now = self._clock()
        with self._lock:
            if int(now // 60) != self._minute:
                self._minute, self._used = int(now // 60), {}
            self._used[kind] = self._used.get(kind, 0) + 1
            if self._used[kind] > limit:
                raise rate_exceeded(kind, limit, self._flavor, self._switches)


@dataclass(frozen=True)
class EntityLimits:
    """Refuses entities that grow over a limit, before they are stored."""

    limits: Limits
    switches: Switches
    flavor: Flavor
    store: Store

    def __call__(self, entity: Entity) -> None:
        """Raise 400 if the entity, compared with what is stored, grows over a limit."""
        old = dict(self._counts(self._stored(entity)))
        for what, (count, limit) in self._counts(entity):
            if count > limit and count > old.get(what, (0, 0))[0]:
                raise self._refusal(what, limit)
        self._check_number(entity)

    def _refusal(self, what: str, limit: int) -> ApiError:
        return limit_exceeded(what, limit, self.switches)

    def _stored(self, entity: Entity) -> Entity | None:
        if isinstance(entity, Developer):
            return self.store.developers.get(entity.developer_id)
        if isinstance(entity, DeveloperApp):
            return self.store.apps.get(entity.app_id)
        if isinstance(entity, ApiProduct):
            return self.store.products.get(entity.name)
        return self.store.groups.get(entity.name)

    def _counts(self, entity: Entity | None) -> Iterator[tuple[str, tuple[int, int]]]:
        """What an entity holds, each with its number and the limit that is enforced."""
        limits = self.limits
        if isinstance(entity, ApiProduct) and self.flavor == "x":
            yield "operations", (_operations(entity), limits.operations_per_product)
        if isinstance(entity, DeveloperApp) and self.switches.enforce_planned_limits:
            yield "keys", (len(entity.credentials), limits.keys_per_app)
        if entity is None or not self.switches.enforce_limits:
            return
        yield from self._of_attributes(entity.attributes)
        if isinstance(entity, DeveloperApp):
            keys = entity.credentials
            texts = [text for key in keys for text in (key.consumer_key, key.consumer_secret)]
            yield "bytes of a key or secret", (_longest(texts), limits.key_bytes)
            held = [{each.name for each in key.products} for key in entity.credentials]
            yield "API products on a key", (max(map(len, held), default=0), limits.products_per_key)
            yield "API products", (len(set().union(*held)), limits.products_per_app)
        if isinstance(entity, ApiProduct):
            yield "proxies", (len(entity.texts("proxies")), limits.proxies_per_product)
            yield (
                "resource paths",
                (len(entity.texts("apiResources")), limits.resources_per_product),
            )

    def _of_attributes(self, attributes: Attributes) -> Iterator[tuple[str, tuple[int, int]]]:
        limits = self.limits
        yield "attributes", (len(attributes), limits.attributes)
        yield "bytes of an attribute's name", (_longest(attributes), limits.attribute_name_bytes)
        values = attributes.values()
        yield "bytes of an attribute's value", (_longest(values), limits.attribute_value_bytes)

    def _check_number(self, entity: Entity) -> None:
        """Raise 400 for one app or product more than there may be."""
        if not self.switches.enforce_limits or self._stored(entity):
            return
        limits, store = self.limits, self.store
        if isinstance(entity, ApiProduct):
            if len(store.products) >= limits.products_per_organization:
                raise self._refusal("API products", limits.products_per_organization)
        elif isinstance(entity, DeveloperApp):
            owner = store.owner_of(entity)
            limit = limits.apps_per_developer if entity.developer_id else limits.apps_per_group
            if owner and len(store.app_names(owner)) >= limit:
                raise self._refusal("apps", limit)


def _longest(texts: Iterable[str]) -> int:
    """Bytes of the longest text."""
    return max((len(each.encode()) for each in texts), default=0)


def _operations(product: ApiProduct) -> int:
    return sum(
        len(config.get(name, ()))
        for group, name in _GROUPS.items()
        for config in (product.settings.get(group) or {}).get("operationConfigs", ())
    )
