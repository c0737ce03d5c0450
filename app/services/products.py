"""The product catalogue as one person may see it: one rule for list, page, form and POST."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from types import MappingProxyType
from typing import Final, cast

from app.domain.apis import Api
from app.domain.apps import DeveloperApp
from app.domain.errors import InvalidInput, NotFound, Refused, Upstream
from app.domain.openings import Opening, opened, openings
from app.domain.product_lists import ListedProduct, ProductPage, ProductSearch, page_of
from app.domain.products import AccessRule, ApiProduct
from app.services.apigee_port import ApigeeProducts
from app.services.facts import Dated, Facts
from app.services.kept import Kept
from app.services.ports import ApiCatalogue, Start

PLACEHOLDER: Final = "YOUR_API_KEY"
# What is said of keys is true half a minute after a change at the latest, with a margin.
LATELY_SECONDS: Final = 25


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An API with a shell line that calls it."""

    api: Api
    curl: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product with what it opens of its APIs, and by slug a shell line that calls it."""

    product: ApiProduct
    apis: tuple[Api, ...]
    calls: Mapping[str, str]
    groups: tuple[Opening, ...]

    @property
    def has_own_quotas(self) -> bool:
        """Whether the product's quota is not the only one."""
        return any(group.quota for group in self.groups)


@dataclass(frozen=True, slots=True)
class Existing:
    """The names of all products of the organization as of a moment, None while not known."""

    names: Collection[str] | None = None
    at: datetime | None = None

    def for_app(self, app: DeveloperApp) -> Collection[str] | None:
        """Return the names, or None where the app may have got a product that is newer."""
        return None if self._is_older_than(app) else self.names

    def leaves_open(self, app: DeveloperApp) -> bool:
        """Tell whether a product of the app is not among the names, and may be newer than they."""
        names = self.names
        return self._is_older_than(app) and not all(name in (names or ()) for name in app.products)

    def _is_older_than(self, app: DeveloperApp) -> bool:
        changed = app.last_modified_at
        return changed is not None and self.at is not None and changed > self.at


class Products:
    """API products behind the access rule; a hidden product answers like a missing one."""

    def __init__(
        self,
        apigee: ApigeeProducts,
        apis: ApiCatalogue,
        facts: Facts,
        rule: AccessRule,
        seconds: int,
        start: Start,
    ) -> None:
        self._apigee = apigee
        self._apis = apis
        self._facts = facts
        self._rule = rule
        self._seconds = seconds
        self._start = start
        self._learning = Lock()
        self._seen_by = Kept[Sequence[ApiProduct]]()
        self._pages = Kept[ProductPage]()

    def catalogue(self) -> Mapping[str, ApiProduct]:
        """Return every product by name, whoever asks; for names and labels of held products."""
        return self.as_of().value

    def titles(self) -> Mapping[str, str]:
        """Return display names by product name; empty while Apigee cannot be asked."""
        try:
            return {name: product.display_name for name, product in self.catalogue().items()}
        except Upstream:
            return {}

    def known_titles(self) -> Mapping[str, str]:
        """Return display names without asking Apigee; empty until the catalogue was read."""
        return {name: product.display_name for name, product in self._known().items()}

    def awaited(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those that somebody has to approve, as far as is known without asking Apigee."""
        known = self._known()
        return tuple(name for name in names if name in known and not known[name].is_instant)

    def existing(self) -> Existing:
        """Return which products exist as far as is known without asking Apigee.

        Where nothing is kept of it at all, it is asked.
        """
        if self._seconds <= 0:
            return Existing(self.lately())
        dated = cast(Dated[Mapping[str, ApiProduct]] | None, self._facts.last("products"))
        return Existing() if dated is None else Existing(dated.value, dated.at)

    def existing_for(self, app: DeveloperApp) -> Collection[str] | None:
        """Return the same for an app that was read just now; Apigee is asked in case of doubt."""
        found = self.existing()
        if not found.leaves_open(app):
            return found.for_app(app)
        with suppress(Upstream):
            self.as_of(refresh=True)
        return self.existing().for_app(app)

    def is_recent(self) -> bool:
        """Tell whether ``lately`` would answer without asking Apigee."""
        return self._facts.fresh("products", min(self._seconds, LATELY_SECONDS)) is not None

    def is_aging(self) -> bool:
        """Tell whether the products were read once, and not lately."""
        return self._facts.known("products") is not None and not self.is_recent()

    def lately(self) -> Mapping[str, ApiProduct] | None:
        """Return the catalogue of the last 25 seconds, else the last known one, else None."""
        try:
            seconds = min(self._seconds, LATELY_SECONDS)
            return self._facts.read("products", seconds, self._load).value
        except Upstream:
            return None

    def learn(self) -> None:
        """Let a catalogue that is not known be read while nobody waits for it, once at a time."""
        if self._seconds <= 0:
            return  # what is read would not be kept
        if self._facts.known("products") is None and self._learning.acquire(blocking=False):
            self._start(self._learn)

    def none_is_visible(self, roles: Iterable[str]) -> bool:
        """Tell whether it is known, without asking Apigee, that these roles see no product."""
        known = cast(Mapping[str, ApiProduct] | None, self._facts.known("products"))
        held = frozenset(roles)
        return known is not None and not any(
            self._rule.allows(product, held) for product in known.values()
        )

    def as_of(self, *, refresh: bool = False) -> Dated[Mapping[str, ApiProduct]]:
        """Return the catalogue by display name, with the moment it was read."""
        return self._facts.read("products", self._seconds, self._load, refresh=refresh)

    def visible(self, roles: Iterable[str]) -> Sequence[ApiProduct]:
        """Return the products these roles may request, by display name."""
        return self.offered(roles).value

    def among(self, names: Iterable[str], roles: Iterable[str]) -> Mapping[str, ApiProduct]:
        """Return those of these products that these roles may request, by name."""
        held, known = frozenset(roles), self.catalogue()
        wanted = (known[name] for name in names if name in known)
        return {item.name: item for item in wanted if self._rule.allows(item, held)}

    def offered(self, roles: Iterable[str]) -> Dated[Sequence[ApiProduct]]:
        """Return the products these roles may request, with the moment they were read."""
        held, dated = frozenset(roles), self.as_of()
        seen = self._seen_by.get(held, [dated.value], lambda: self._allowed(dated.value, held))
        return Dated(seen, dated.at, dated.stale)

    def page(
        self, roles: Iterable[str], wanted: ProductSearch, *, refresh: bool = False
    ) -> Dated[ProductPage]:
        """Return a page of what these roles may see; ``refresh`` asks whatever is known."""
        held, dated = frozenset(roles), self.as_of(refresh=refresh)
        catalogue = dated.value

        def page() -> ProductPage:
            return page_of(self._listed(catalogue, held), wanted)

        sources = [catalogue, self._apis.all()]
        found = page() if wanted.narrows else self._pages.get((held, wanted), sources, page)
        return Dated(found, dated.at, dated.stale)

    def view(self, name: str, roles: Iterable[str]) -> Dated[ProductView]:
        """Return one product with what it opens; raise ``NotFound`` when missing or hidden."""
        dated = self.as_of()
        product = self._seen(dated.value, name, roles)
        apis = tuple(opened(api, [product]) for api in self._apis.for_product(name))
        curls = {api.slug: api.curl(PLACEHOLDER) for api in apis}
        calls = {slug: curl for slug, curl in curls.items() if curl is not None}
        view = ProductView(product, apis, calls, openings(product))
        return Dated(view, dated.at, dated.stale)

    def get(self, name: str, roles: Iterable[str]) -> ApiProduct:
        """Return one product; raise ``NotFound`` when it is missing or hidden."""
        return self._seen(self.catalogue(), name, roles)

    def requested(self, names: Collection[str], roles: Iterable[str]) -> tuple[ApiProduct, ...]:
        """Return the chosen products; raise ``InvalidInput`` if one may not be requested."""
        held = frozenset(roles)
        if not names:
            raise InvalidInput({"products": "Choose at least one product."})
        try:
            return tuple(self.get(name, held) for name in dict.fromkeys(names))
        except NotFound:
            text = "One of the chosen products is not available. Choose from the list."
            raise Refused({"products": text}) from None

    def calls(self, names: Iterable[str], key: str = PLACEHOLDER) -> Sequence[ApiCall]:
        """Return a call that is ready to run for each API that these products open.

        Asks nothing of Apigee: a product that was not read yet counts as opening all of its API.
        """
        return list(self._calls(names, key))

    def first_call(self, names: Iterable[str]) -> ApiCall | None:
        """Return the first of the calls, without looking for the others."""
        return next(self._calls(names, PLACEHOLDER), None)

    def _calls(self, names: Iterable[str], key: str) -> Iterator[ApiCall]:
        wanted = tuple(dict.fromkeys(names))
        known = self._known()
        for api in self._opened_by(wanted):
            held = [name for name in wanted if name in api.products]
            products = [known[name] for name in held if name in known]
            callable_api = opened(api, products) if len(products) == len(held) else api
            curl = callable_api.curl(key)
            if curl is not None:
                yield ApiCall(api, curl)

    def _opened_by(self, names: Iterable[str]) -> Iterator[Api]:
        seen: set[str] = set()
        for name in names:
            for api in self._apis.for_product(name):
                if api.slug not in seen:
                    seen.add(api.slug)
                    yield api

    def _allowed(
        self, catalogue: Mapping[str, ApiProduct], roles: frozenset[str]
    ) -> Sequence[ApiProduct]:
        return tuple(item for item in catalogue.values() if self._rule.allows(item, roles))

    def _listed(
        self, catalogue: Mapping[str, ApiProduct], roles: frozenset[str]
    ) -> Sequence[ListedProduct]:
        return [
            ListedProduct(product, tuple(self._apis.for_product(product.name)))
            for product in self._allowed(catalogue, roles)
        ]

    def _learn(self) -> None:
        try:
            self.titles()
        finally:
            self._learning.release()

    def _known(self) -> Mapping[str, ApiProduct]:
        """Return the catalogue without asking Apigee; empty until it was read."""
        return cast(Mapping[str, ApiProduct] | None, self._facts.known("products")) or {}

    def _seen(
        self, catalogue: Mapping[str, ApiProduct], name: str, roles: Iterable[str]
    ) -> ApiProduct:
        product = catalogue.get(name)
        if product is None or not self._rule.allows(product, roles):
            raise NotFound("There is no such product.")
        return product

    def _load(self) -> Mapping[str, ApiProduct]:
        read = sorted(
            self._apigee.all(), key=lambda item: (item.display_name.casefold(), item.name)
        )
        return MappingProxyType({product.name: product for product in read})
