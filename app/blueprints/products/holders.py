"""What a product's page says of the reader's own apps: which have it, and which could get it."""

from dataclasses import dataclass
from typing import Final

from app.domain.app_list import ALL, AskedList
from app.domain.errors import NotAllowed, Upstream
from app.domain.holdings import Holding, holdings
from app.domain.products import ApiProduct
from app.web import forms
from app.web.context import account, portal, roles, signed_in

MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Holders:
    """The reader's keys that have the product and those that could, at most ten of each.

    ``left_out`` counts the others; ``unread`` says that there are apps that were not read.
    ``refusal`` is why the operator's own rules keep the reader from requesting the product;
    ``twins`` are the internal names of apps whose display name another one has too.
    """

    having: tuple[Holding, ...] = ()
    lacking: tuple[Holding, ...] = ()
    left_out: int = 0
    unread: bool = False
    query: str = ""
    unavailable: bool = False
    refusal: str = ""
    twins: frozenset[str] = frozenset()

    @property
    def is_worth_searching(self) -> bool:
        """Whether there are more than fit, or something is searched already."""
        return bool(self.left_out or self.unread or self.query)


def holders(product: ApiProduct) -> Holders | None:
    """Return what is known of the reader's apps; None for whoever is no developer.

    Reads what My Apps reads: the first hundred apps, or all of them where something is searched.
    """
    if not signed_in() or not account().is_developer:
        return None
    query, refusal = forms.argument("q"), _refusal(product)
    try:
        listing = portal().apps.listing(account().owner, AskedList(query=query, size=ALL))
    except Upstream:
        return Holders(query=query, unavailable=True, refusal=refusal)
    found = holdings(listing.rows, product.name)
    having = tuple(item for item in found if item.status is not None)
    lacking = () if refusal else found[len(having) :]
    return Holders(
        having=having[:MOST],
        lacking=lacking[:MOST],
        left_out=len(having[MOST:]) + len(lacking[MOST:]),
        unread=listing.next_start is not None and not query,
        query=query,
        refusal=refusal,
        twins=listing.twins,
    )


def _refusal(product: ApiProduct) -> str:
    operator = portal().creation.admission.operator
    try:
        return operator.refusals(account().owner, roles(), [product]).get(product.name, "")
    except NotAllowed as error:
        return error.message
