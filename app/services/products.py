"""The product catalogue as one person may see it: one rule for list, page, form and POST."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, cast

from app.domain.apis import Api
from app.domain.errors import InvalidInput, NotFound, Upstream
from app.domain.products import AccessRule, ApiProduct
from app.services.apigee_port import ApigeeProducts
from app.services.facts import Dated, Facts
from app.services.ports import ApiCatalogue

PLACEHOLDER: Final = "YOUR_API_KEY"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An API with a shell line that calls it."""

    api: Api
    curl: str = field(repr=False)


class Products:
    """API products behind the access rule; a hidden product answers like a missing one."""

    def __init__(
        self,
        apigee: ApigeeProducts,
        apis: ApiCatalogue,
        facts: Facts,
        rule: AccessRule,
        seconds: int,
    ) -> None:
        self._apigee = apigee
        self._apis = apis
        self._facts = facts
        self._rule = rule
        self._seconds = seconds

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
        known = cast(Mapping[str, ApiProduct] | None, self._facts.known("products"))
        return {name: product.display_name for name, product in (known or {}).items()}

    def none_is_visible(self, roles: Iterable[str]) -> bool:
        """Tell whether it is known, without asking Apigee, that these roles see no product."""
        known = cast(Mapping[str, ApiProduct] | None, self._facts.known("products"))
        held = frozenset(roles)
        return known is not None and not any(
            self._rule.allows(product, held) for product in known.values()
        )

    def as_of(self) -> Dated[Mapping[str, ApiProduct]]:
        """Return the catalogue with the moment it was read."""
        return self._facts.read("products", self._seconds, self._load)

    def visible(self, roles: Iterable[str], query: str = "") -> Sequence[ApiProduct]:
        """Return the products these roles may request, by display name."""
        held = frozenset(roles)
        words = query.casefold().split()
        found = [
            product
            for product in self.catalogue().values()
            if self._rule.allows(product, held) and _matches(product, words)
        ]
        return sorted(found, key=lambda product: product.display_name.casefold())

    def get(self, name: str, roles: Iterable[str]) -> ApiProduct:
        """Return one product; raise ``NotFound`` when it is missing or hidden."""
        product = self.catalogue().get(name)
        if product is None or not self._rule.allows(product, roles):
            raise NotFound("There is no such product.")
        return product

    def requested(self, names: Collection[str], roles: Iterable[str]) -> tuple[ApiProduct, ...]:
        """Return the chosen products; raise ``InvalidInput`` if one may not be requested."""
        held = frozenset(roles)
        if not names:
            raise InvalidInput({"products": "Choose at least one product."})
        try:
            return tuple(self.get(name, held) for name in dict.fromkeys(names))
        except NotFound:
            text = "One of the chosen products is not available to you. Choose from the list."
            raise InvalidInput({"products": text}) from None

    def calls(self, names: Iterable[str], key: str = PLACEHOLDER) -> Sequence[ApiCall]:
        """Return a call that is ready to run for each API that these products open."""
        apis = {api.slug: api for name in names for api in self._apis.for_product(name)}
        calls = ((api, api.curl(key)) for api in apis.values())
        return [ApiCall(api, curl) for api, curl in calls if curl is not None]

    def _load(self) -> Mapping[str, ApiProduct]:
        return MappingProxyType({product.name: product for product in self._apigee.all()})


def _matches(product: ApiProduct, words: Sequence[str]) -> bool:
    text = f"{product.name} {product.display_name} {product.description}".casefold()
    return all(word in text for word in words)
