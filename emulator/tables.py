"""The tables of one organisation with the indexes and orders that finding and paging need.

Below what was put here there may be a generated population; of that only the changes are kept.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emulator.layers import Nothing, Order, Table
from emulator.model import ApiProduct, Developer, DeveloperApp, Entity, Group, Owner
from emulator.population import Plan, Population


@dataclass(frozen=True, slots=True)
class Change:
    """One entity put (or, with None, removed) in a table: developers, groups, apps, products.

    What is removed and has an `until` (seconds since 1970) is found no more where it belonged,
    but apps and keys go on working until then.
    """

    table: str
    key: str
    entity: Entity | None
    until: float = 0.0


class Tables:
    """What there is and how it is found; changed by `apply` alone."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self, plan: Plan | None = None) -> None:
        self.population = population = Population(plan or Plan(products=0))
        self.developers = Table(population.developer_ids, population.developer)
        self.groups: dict[str, Group] = {}
        self.apps = Table(population.app_ids, population.app)
        self.products: dict[str, ApiProduct] = {}
        self.emails = Order(population.emails)
        self.group_names = Order(Nothing())
        self.app_ids = Order(population.app_ids)
        self.product_names = Order(Nothing())
        self._by_email: dict[str, str] = {}
        self._companies: dict[str, list[str]] = {}
        self._app_names: dict[str, list[str]] = {}
        self._by_name: dict[tuple[str, str], str] = {}
        self._by_key: dict[str, str] = {}
        self._lingering: dict[str, float] = {}
        self._departed: dict[str, tuple[float, Owner]] = {}

    def fill(
        self,
        entities: Sequence[Entity],
        plan: Plan | None = None,
        removed: Sequence[Change] = (),
    ) -> None:
        """Forget everything, then hold these above the plan's population."""
        self._clear(plan)
        places = [table_and_key(each) for each in entities]
        # Whoever was changed leaves first: another may have taken over an e-mail.
        for change in (*removed, *(Change(*each, None) for each in places)):
            self.apply(change)
        for place, entity in zip(places, entities, strict=True):
            self.apply(Change(*place, entity))

    def apply(self, change: Change) -> None:
        """Make a change."""
        if change.table == "developers":
            self._depart(self.developers.get(change.key), change.until)
            self._set_developer(change.key, change.entity)
        elif change.table == "groups":
            self._depart(self.groups.get(change.key), change.until)
            self._set_group(change.key, change.entity)
        elif change.table == "apps" and change.until and change.key in self.apps:
            self._lingering[change.key] = change.until
            self._unname(self.apps[change.key])
        elif change.table == "apps":
            self._set_app(change.key, change.entity)
        else:
            self._set_product(change.key, change.entity)

    def sweep(self, now: float) -> None:
        """Let go of what was to linger until now, in seconds since 1970."""
        for key in [key for key, until in self._lingering.items() if until <= now]:
            del self._lingering[key]
            self._unlink(self.apps.pop(key))
        for owner in [owner for owner, (until, _) in self._departed.items() if until <= now]:
            del self._departed[owner]

    def entities(self) -> list[Entity]:
        """All that is to stay and not generated, in an order that `fill` accepts."""
        apps = [each for each in self.apps.changed if each.app_id not in self._lingering]
        owners: list[Entity] = [*self.developers.changed, *self.groups.values()]
        return [*self.products.values(), *owners, *apps]

    def removals(self) -> list[Change]:
        """What was taken out of the generated population, or is about to be."""
        going = [key for key in self._lingering if self.population.app_ids.number(key) is not None]
        apps = [*self.apps.removed, *going]
        tables = {"developers": self.developers.removed, "apps": apps}
        return [Change(table, key, None) for table, keys in tables.items() for key in keys]

    def developer(self, ref: str, *, case_sensitive: bool = True) -> Developer | None:
        """Find a developer by e-mail or by developerId."""
        found = self._by_address(ref) or self.developers.get(ref)
        if found is None and not case_sensitive:
            folded = ref.casefold()
            same = (each for each in self._by_email if each.casefold() == folded)
            return self._by_address(next(same, folded))
        return found

    def companies_of(self, developer: Developer) -> Sequence[str]:
        """The names of the companies a developer is a member of."""
        return self._companies.get(developer.developer_id, ())

    def app_names(self, owner: Owner) -> Sequence[str]:
        """The names of an owner's apps in the order of paging."""
        return self._names(owner.owner)

    def app(self, owner: Owner, name: str) -> DeveloperApp | None:
        key = owner.owner
        app_id = self._by_name.get((key, name)) or self.population.app_id(key, name)
        return None if app_id in self._lingering else self.apps.get(app_id or "")

    def apps_of(self, owner: Owner) -> list[DeveloperApp]:
        found = (self.app(owner, name) for name in self.app_names(owner))
        return [each for each in found if each]

    def owner_of(self, app: DeveloperApp) -> Owner | None:
        """The developer or group that owns an app, or did so while a lingering one was whole."""
        owner = self.developers.get(app.developer_id) or self.groups.get(app.group)
        return owner or self._departed.get(app.owner, (0, None))[1]

    def developers_with(self, app: str) -> list[Developer]:
        """The developers with an app of that name, in the order of paging."""
        ids = {each.developer_id for each in self.apps_named(app)}
        found = (self.developers.get(each) for each in ids)
        owners = (each for each in found if each and self.app(each, app))
        return sorted(owners, key=lambda each: each.email)

    def apps_where(self, test: Callable[[DeveloperApp], bool]) -> Order:
        """The appIds of which a test is true; it may look at status, owner's kind and keys only."""
        generated = self.population.app_ids_where(test)
        order = Order(generated)
        for number in self.apps.hidden:
            key = self.population.app_ids[number]
            if generated.number(key) is not None:
                order.discard(key)
        order.extend(each.app_id for each in self.apps.changed if test(each))
        return order

    def apps_named(self, name: str) -> list[DeveloperApp]:
        """The apps of that name, whoever owns them."""
        owners = {owner for owner, each in self._by_name if each == name}
        found = [self.apps[self._by_name[owner, name]] for owner in owners]
        generated = self.population.app_names.number(name)
        key = "" if generated is None else self.population.app_ids[generated]
        untouched = self.apps.get(key) if generated not in self.apps.hidden else None
        return found + [each for each in [untouched] if each]

    def app_of_key(self, consumer_key: str) -> DeveloperApp | None:
        """The app that holds a consumer key, anywhere in the organisation."""
        app_id = self._by_key.get(consumer_key)
        number = None if app_id else self.population.keys.number(consumer_key)
        if number is not None:
            app_id = self.population.app_ids[number]
        app = self.apps.get(app_id or "")
        held = app and any(each.consumer_key == consumer_key for each in app.credentials)
        return app if held else None

    def _by_address(self, email: str) -> Developer | None:
        key = self._by_email.get(email)
        number = None if key else self.population.emails.number(email)
        if number is not None:
            key = self.population.developer_ids[number]
        found = self.developers.get(key or "")
        return found if found and found.email == email else None

    def _names(self, owner: str) -> Sequence[str]:
        changed = self._app_names.get(owner)
        return self.population.apps_of(owner) if changed is None else changed

    def _own_names(self, owner: str) -> list[str]:
        """The names of an owner's apps as a list to be changed."""
        return self._app_names.setdefault(owner, list(self._names(owner)))

    def _set_developer(self, key: str, entity: Entity | None) -> None:
        old = self.developers.pop(key, None)
        if old is not None:
            self._by_email.pop(old.email, None)
            self.emails.discard(old.email)
        if isinstance(entity, Developer):
            self.developers[key] = entity
            self._by_email[entity.email] = key
            self.emails.add(entity.email)

    def _set_group(self, key: str, entity: Entity | None) -> None:
        old = self.groups.pop(key, None)
        if old is not None:
            self.group_names.discard(key)
            for member in old.members:
                _discard(self._companies[member.developer_id], key)
        if isinstance(entity, Group):
            self.groups[key] = entity
            self.group_names.add(key)
            for member in entity.members:
                insort(self._companies.setdefault(member.developer_id, []), key)

    def _set_app(self, key: str, entity: Entity | None) -> None:
        old = self.apps.pop(key, None)
        if old is not None:
            self._unname(old)
            self._unlink(old)
        if isinstance(entity, DeveloperApp):
            self.apps[key] = entity
            self.app_ids.add(key)
            insort(self._own_names(entity.owner), entity.name)
            self._by_name[entity.owner, entity.name] = key
            for credential in entity.credentials:
                self._by_key[credential.consumer_key] = key

    def _depart(self, owner: Owner | None, until: float) -> None:
        if owner and until:
            self._departed[owner.owner] = until, owner

    def _unname(self, app: DeveloperApp) -> None:
        _discard(self._own_names(app.owner), app.name)
        self._by_name.pop((app.owner, app.name), None)

    def _unlink(self, app: DeveloperApp) -> None:
        self.app_ids.discard(app.app_id)
        for credential in app.credentials:
            self._by_key.pop(credential.consumer_key, None)

    def _set_product(self, key: str, entity: Entity | None) -> None:
        if self.products.pop(key, None) is not None:
            self.product_names.discard(key)
        if isinstance(entity, ApiProduct):
            self.products[key] = entity
            self.product_names.add(key)


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
