"""The APIs as one person may see them: an API without a visible product answers like a missing one.

An API that names no product is for everybody who may read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.domain.api_lists import ApiFamily, families, matching
from app.domain.apis import Api, ApiOperation
from app.domain.documentation import Sample
from app.domain.errors import NotFound, NotReady, Upstream
from app.domain.html import Html
from app.domain.openings import opened
from app.domain.products import ApiProduct
from app.domain.reference import ApiReference, Document, OperationReference, SchemaReference
from app.domain.samples.curl import curl
from app.domain.samples.words import PAIR
from app.services.kept import Kept
from app.services.ports import ApiCatalogue
from app.services.products import ApiCall, Products
from app.services.reading.ports import ApiReferences

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ListedApis:
    """The APIs that somebody sees, with their visible products by slug.

    ``is_whole`` is false while Apigee does not say which products there are: then only those
    are listed that belong to no product.
    """

    families: tuple[ApiFamily, ...]
    offered: int
    products: Mapping[str, tuple[ApiProduct, ...]]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class SeenApi:
    """An API with its versions (the newest first) and the visible products that open any of it."""

    api: Api
    versions: tuple[Api, ...]
    products: tuple[ApiProduct, ...]


class ApiReading:
    """The API reference behind the access rule of the products."""

    def __init__(
        self,
        apis: ApiCatalogue,
        references: ApiReferences,
        products: Products,
        chosen: Sample | None = None,
    ) -> None:
        self._apis = apis
        self._references = references
        self._products = products
        self._chosen = chosen
        self._shown = Kept[ApiCall | None]()
        self._written: tuple[Api, ApiCall] | None = None

    def listed(self, roles: Iterable[str], query: str = "") -> ListedApis:
        """Return the APIs these roles see, versions of one together, that have every word."""
        seen, is_whole = self._known(roles)
        every = families(api for api in self._apis.all() if api.slug in seen)
        said = {slug: _named(products) for slug, products in seen.items()}
        return ListedApis(matching(every, query, said), len(every), seen, is_whole)

    def visible(self, roles: Iterable[str]) -> Sequence[Api]:
        """Return the APIs these roles see, by title; raise ``Upstream`` where that is unknown."""
        every = self._apis.all()
        seen = self._seen(every, roles)
        return [api for api in every if api.slug in seen]

    def known(self, roles: Iterable[str]) -> tuple[Sequence[Api], bool]:
        """Return the same as far as is known, and whether that is all."""
        seen, is_whole = self._known(roles)
        return [api for api in self._apis.all() if api.slug in seen], is_whole

    def get(self, slug: str, roles: Iterable[str]) -> SeenApi:
        """Return one API; raise ``NotFound`` when it is missing or hidden."""
        api = next((each for each in self._apis.all() if each.slug == slug), None)
        if api is None:
            raise NotFound("There is no such API.")
        family = [each for each in self._apis.all() if each.family == api.family]
        seen = self._seen(family, roles)
        if slug not in seen:
            raise NotFound("There is no such API.")
        [whole] = families(each for each in family if each.slug in seen)
        return SeenApi(api, whole.versions, seen[slug])

    def overview(self, api: Api) -> ApiReference:
        """Return what the API's own page shows; raise ``NotFound``."""
        return _found(self._references.overview(api))

    def operation(self, api: Api, operation_id: str) -> OperationReference:
        """Return one operation or webhook of an API that was got; raise ``NotFound``.

        Everything about a document raises ``NotReady`` while it is being prepared.
        """
        if not api.is_prepared:
            raise NotReady
        return _found(self._references.operation(api, operation_id))

    def schema(self, api: Api, name: str) -> SchemaReference:
        """Return a schema of an API that was got; raise ``NotFound``."""
        return _found(self._references.schema(api, name))

    def document(self, api: Api, kind: str) -> Document:
        """Return the document of an API that was got, as ``json`` or ``yaml``."""
        return _found(self._references.document(api, kind))

    def colored(self, code: str, language: str) -> Html:
        """Return code in colors."""
        return self._references.colored(code, language)

    def first_call(self, visible: Collection[ApiProduct], roles: frozenset[str]) -> ApiCall | None:
        """Return the call that the operator chose, else the first that these products open.

        One that they do not open is not shown. ``roles`` are those that see these products. Asks
        nothing of Apigee.
        """
        every, chosen = self._apis.all(), self._chosen
        call = chosen and self._shown.get(
            roles, [every, visible], lambda: self._chosen_call(every, chosen, visible)
        )
        return call or self._products.first_call(item.name for item in visible)

    def _chosen_call(
        self, apis: Iterable[Api], chosen: Sample, visible: Iterable[ApiProduct]
    ) -> ApiCall | None:
        api = next((each for each in apis if each.slug == chosen.slug), None)
        if api is None or not api.is_prepared:
            return None
        held = [item for item in visible if item.name in api.products]
        # Whether a key opens the others decides nothing here.
        named = (each for each in api.operations if each.operation_id == chosen.operation_id)
        alone = replace(api, operations=tuple(named))
        seen = opened(alone, held) if api.products else alone
        operation = seen.operation(chosen.operation_id)
        if operation is None:
            return None
        if operation.takes_token and api.token_url:
            return ApiCall(api, api.token_curl(PAIR))
        return self._call(api, chosen.operation_id)

    def _call(self, api: Api, operation_id: str) -> ApiCall | None:
        """Write the call down once for as long as the API is what it is: home pages show it."""
        written = self._written
        if written is not None and written[0] is api:
            return written[1]
        found = self._references.operation(api, operation_id)
        if found is None or not found.call:
            return None
        call = ApiCall(api, curl(found.call))
        self._written = api, call
        return call

    def _known(self, roles: Iterable[str]) -> tuple[dict[str, tuple[ApiProduct, ...]], bool]:
        """Return the visible APIs; without Apigee those that belong to no product, and false."""
        every = self._apis.all()
        try:
            return self._seen(every, roles), True
        except Upstream:
            return {api.slug: () for api in every if not api.products}, False

    def _seen(self, apis: Iterable[Api], roles: Iterable[str]) -> dict[str, tuple[ApiProduct, ...]]:
        """Return the visible products of each visible API; Apigee is asked only if one has any."""
        every = list(apis)
        names = {name for api in every for name in api.products}
        products = self._products.among(names, roles) if names else {}
        found = {
            api.slug: tuple(products[name] for name in api.products if name in products)
            for api in every
        }
        return {api.slug: found[api.slug] for api in every if found[api.slug] or not api.products}


def giving(seen: SeenApi, operation: ApiOperation) -> tuple[ApiProduct, ...]:
    """Return the visible products whose keys may call the operation."""
    return tuple(item for item in seen.products if operation in opened(seen.api, [item]).operations)


def _named(products: Iterable[ApiProduct]) -> str:
    return " ".join(f"{item.display_name} {item.name}" for item in products)


def _found(value: Found | None) -> Found:
    if value is None:
        raise NotFound("There is no such page in this API.")
    return value
