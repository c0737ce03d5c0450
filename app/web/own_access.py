"""Which of the reader's own apps has a key for an operation."""

from collections.abc import Iterable

from app.domain.app_list import ALL, AskedList
from app.domain.errors import Upstream
from app.domain.holdings import Holding, holdings
from app.domain.keys import ApprovalStatus
from app.domain.products import ApiProduct
from app.web.context import account, portal, signed_in


def own_app(products: Iterable[ApiProduct]) -> Holding | None:
    """Return the first of the reader's keys that works for one of the products, if any.

    Reads what My Apps reads; without Apigee there is none.
    """
    wanted = tuple(products)
    if not wanted or not signed_in() or not account().is_developer:
        return None
    try:
        rows = portal().apps.listing(account().owner, AskedList(size=ALL)).rows
    except Upstream:
        return None
    held = (each for item in wanted for each in holdings(rows, item.name))
    return next((each for each in held if _works(each)), None)


def _works(held: Holding) -> bool:
    is_open = held.status is ApprovalStatus.APPROVED and not held.is_blocked
    return is_open and held.has_page
