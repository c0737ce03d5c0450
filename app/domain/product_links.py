"""The links about products: which one on the key opens the API, and what of the call it covers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.chain import (
    Chain,
    Errand,
    Link,
    Remedy,
    Step,
    Who,
    broken,
    fine,
    open_link,
)
from app.domain.coverage import Coverage, Fit, coverage, path_matches
from app.domain.keys import ApprovalStatus
from app.domain.products import ApiProduct

_RANK: Final = {
    ApprovalStatus.APPROVED: 2,
    ApprovalStatus.PENDING: 1,
    ApprovalStatus.REVOKED: 0,
}
_CHOOSE: Final = "Not checked: choose an API."
_UNREAD: Final = "Not checked: the list of products cannot be read right now."
OTHER_PRODUCT: Final = Remedy("Give the key a product that exists.", Who.YOU, Errand.PRODUCTS)
_NOT_LOOKED_AT: Final = "Not checked: no product on the key opens this API."


@dataclass(frozen=True, slots=True)
class _Held:
    """A product on the key with what it covers of the call."""

    product: ApiProduct
    status: ApprovalStatus
    covers: Coverage

    @property
    def rank(self) -> tuple[bool, int, int]:
        """The best product first covers the whole call, then is approved, then comes closest."""
        return self.covers.is_whole, _RANK[self.status], self.covers.reach


def product_steps(chain: Chain) -> Iterator[Step]:
    """Yield the links from the product down to the quota."""
    held = _best(chain)
    if held is not None:
        yield _status(chain, held.product.name, held.status)
        yield from _parts(chain, held)
        yield _quota(held.product)
        return
    if chain.catalogue is None:
        first, why = _statuses(chain), _UNREAD
    elif chain.asked.api is None:
        first, why = _statuses(chain), _CHOOSE
    else:
        first, why = _missing(chain), _NOT_LOOKED_AT
    yield first
    yield from (open_link(link, why) for link in _PARTS)
    yield _quota(None)


def _best(chain: Chain) -> _Held | None:
    """Return the product that decides: one that names the API, or belongs to it."""
    api, catalogue = chain.asked.api, chain.catalogue or {}
    found = []
    for item in chain.key.products:
        product = catalogue.get(item.name)
        if product is None or api is None:
            continue
        covers = coverage(product, chain.asked.call)
        if item.name in api.products or covers.proxy is Fit.YES:
            found.append(_Held(product, item.status, covers))
    return max(found, key=lambda held: held.rank, default=None)


def _missing(chain: Chain) -> Step:
    api = chain.asked.api
    names = api.products if api else ()
    gone = [item.name for item in chain.key.products if item.name in names]
    if gone:
        text = f"The product {gone[0]} on this key no longer exists, so it opens nothing."
        return broken(Link.PRODUCT, text, _access(chain, names))
    title = api.title if api else "this API"
    text = f"No product on this key opens {title}."
    return broken(Link.PRODUCT, text, _access(chain, names))


def _access(chain: Chain, names: Sequence[str]) -> Remedy:
    asked = tuple(name for name in names if name in chain.requestable)
    if not asked:
        return Remedy(
            "Ask for access: no product that opens it is offered to you.", Who.ADMINISTRATOR
        )
    titles = " or ".join(chain.title(name) for name in asked)
    return Remedy(f"Give this key the product {titles}.", Who.YOU, Errand.PRODUCTS, asked)


def _statuses(chain: Chain) -> Step:
    """Judge the products as a whole, when no API was chosen."""
    held = chain.key.products
    if not held:
        remedy = Remedy("Give the key a product.", Who.YOU, Errand.PRODUCTS)
        return broken(Link.PRODUCT, "The key has no product, so it opens nothing.", remedy)
    there = [item for item in held if chain.catalogue is None or item.name in chain.catalogue]
    if not there:
        return broken(Link.PRODUCT, "The products on the key no longer exist.", OTHER_PRODUCT)
    best = max(there, key=lambda item: _RANK[item.status])
    if best.status is not ApprovalStatus.APPROVED:
        return _status(chain, best.name, best.status)
    names = [chain.title(item.name) for item in there if item.status is best.status]
    return fine(Link.PRODUCT, f"The key opens {_listed(names)}.")


def _status(chain: Chain, name: str, status: ApprovalStatus) -> Step:
    title = chain.title(name)
    if status is ApprovalStatus.APPROVED:
        return fine(Link.PRODUCT, f"{title} is on the key and approved.")
    if status is ApprovalStatus.PENDING:
        remedy = Remedy(f"Wait until {title} is approved for this key.", Who.PRODUCT_OWNER)
        asked_at = chain.memory.asked_at.get(name)
        if asked_at is not None:
            return broken(Link.PRODUCT, f"{title} waits for approval since", remedy, asked_at)
        return broken(Link.PRODUCT, f"{title} waits for approval.", remedy)
    reason = chain.memory.reasons.get(name, "").rstrip(".")
    text = f"{title} is not approved for this key{f': {reason}' if reason else ''}."
    remedy = Remedy(
        f"Ask why {title} was refused or taken back.", Who.PRODUCT_OWNER, Errand.ASK, (name,)
    )
    return broken(Link.PRODUCT, text, remedy)


def _parts(chain: Chain, held: _Held) -> Iterator[Step]:
    """Say of each part of the call whether the product covers it."""
    call, title, product = chain.asked.call, held.product.display_name, held.product
    fits = zip(_PARTS, held.covers.parts, strict=True)
    values = dict(zip(_PARTS, (call.proxy, call.environment, call.path, call.method), strict=True))
    before_failed = False
    for link, fit in fits:
        value, noun = values[link], _NOUNS[link]
        if before_failed and link in {Link.PATH, Link.METHOD}:
            yield open_link(link, f"Not checked: {title} does not get that far.")
        elif fit is Fit.YES:
            yield fine(link, _covered(title, noun, value))
        elif fit is Fit.OPEN:
            yield open_link(link, f"Not checked: {_NOT_NAMED[link]}")
        else:
            text = f"{title} does not include the {noun} {value}."
            yield broken(link, text, _remedy(link, product, call.path))
        before_failed = before_failed or (fit is Fit.NO and link is not Link.ENVIRONMENT)


def _covered(title: str, noun: str, value: str) -> str:
    return f"{title} includes the {noun} {value}." if value else f"{title} includes every {noun}."


def _remedy(link: Link, product: ApiProduct, path: str) -> Remedy:
    title = product.display_name
    match link:
        case Link.ENVIRONMENT:
            names = _listed(product.environments, "or")
            text, addition = f"Call the API in {names}.", "this environment"
        case Link.PATH:
            patterns = product.paths or tuple(item.path for item in product.operations)
            allowed = _listed(tuple(dict.fromkeys(patterns)))
            text, addition = f"Check the path: {title} covers {allowed}.", "this path"
        case Link.METHOD:
            allowed = _listed(_methods(product, path), "or")
            text, addition = f"Call it with {allowed}.", "this method"
        case _:
            return Remedy(f"Have the API added to {title}.", Who.PRODUCT_OWNER)
    return Remedy(text, Who.YOU, otherwise=f"To have {addition} added, ask the owner of {title}.")


def _methods(product: ApiProduct, path: str) -> tuple[str, ...]:
    found = [m for o in product.operations if path_matches(o.path, path) for m in o.methods]
    return tuple(dict.fromkeys(found))


def _quota(product: ApiProduct | None) -> Step:
    quota = None if product is None else product.quota
    if quota is None:
        return open_link(Link.QUOTA, "Apigee does not tell how many calls are left.")
    unit = quota.unit if quota.interval == "1" else f"{quota.interval} {quota.unit}s"
    limit = f"{int(quota.limit):,}" if quota.limit.isdecimal() else quota.limit
    text = f"At most {limit} calls per {unit}. Apigee does not tell how many are left."
    return open_link(Link.QUOTA, text)


def _listed(names: Sequence[str], word: str = "and") -> str:
    if len(names) > _SHOWN:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    *first, last = names or ("nothing",)
    return f"{', '.join(first)} {word} {last}" if first else last


_SHOWN: Final = 6
_PARTS: Final = (Link.PROXY, Link.ENVIRONMENT, Link.PATH, Link.METHOD)
_NOUNS: Final = {
    Link.PROXY: "API proxy",
    Link.ENVIRONMENT: "environment",
    Link.PATH: "path",
    Link.METHOD: "method",
}
_NOT_NAMED: Final = {
    Link.PROXY: "the portal does not know which API proxy serves this API.",
    Link.ENVIRONMENT: "choose an environment.",
    Link.PATH: "enter the path that you call.",
    Link.METHOD: "choose the method that you call with.",
}
