"""The list of My Apps: what its address asks for, and the addresses of its neighbors."""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request

from app.domain.app_list import STATUSES, AskedList, Order
from app.domain.errors import Upstream
from app.services.apps import Listing
from app.web import forms
from app.web.context import portal
from app.web.htmx import render
from app.web.sides import current, roles, whose

# Newest first is what people look for.
NEWEST_FIRST: Final = frozenset({Order.CREATED, Order.CHANGED})
LONGEST_PAGE: Final = 6


def asked_list() -> AskedList:
    """Return what the address asks for; what it does not know is left out."""
    sort, page = forms.argument("sort"), request.args.get("page", "")
    name = sort.removeprefix("-")
    forms.choice("status", STATUSES)
    return AskedList(
        query=forms.argument("q"),
        status=forms.argument("status"),
        product=forms.argument("product"),
        order=Order(name) if name in set(Order) else None,
        backwards=sort.startswith("-"),
        page=int(page) if page.isdecimal() and len(page) <= LONGEST_PAGE else 1,
        start=request.args.get("start"),
        refresh="refresh" in request.args,
    )


def list_page(asked: AskedList) -> Response:
    """Show the list, or only further rows of it."""
    owner = whose()
    try:
        listing = portal().apps.listing(owner, _afresh(asked))
    except Upstream:
        listing = None
    return render(
        "my_apps/index.html",
        block="app_rows" if asked.goes_on and not asked.refresh else "apps",
        asked=asked,
        sort=_sort(asked),
        listing=listing,
        statuses=[("", "All"), *STATUSES.items()],
        products=_products(asked, listing),
        titles=portal().products.known_titles(),
        last_uses=portal().usage.last_uses(owner),
        unused=portal().usage.unused(owner),
        has_products=not portal().products.none_is_visible(roles()),
        heads=[(order, *_head(asked, order, listing)) for order in Order],
        addresses=_addresses(asked, listing),
    )


def _afresh(asked: AskedList) -> AskedList:
    """Read what somebody else has in hand anew: of whom has no account, no change is counted."""
    return asked if current().is_own else replace(asked, refresh=True)


def _products(asked: AskedList, listing: Listing | None) -> list[tuple[str, str]]:
    """Return what the filter offers; what was asked for is among it, also without any app."""
    found = dict(listing.products) if listing else {}
    if asked.product and asked.product not in found:
        found[asked.product] = (
            f"{asked.product} (none of {current().your} apps)" if listing else asked.product
        )
    return [("", "All"), *found.items()]


def _head(asked: AskedList, order: Order, listing: Listing | None) -> tuple[str, str]:
    """Return the address that a column's head leads to, and how it is sorted now."""
    if _order(asked, listing) is not order:
        mark = "-" if order in NEWEST_FIRST else ""
        return _address(asked, sort=f"{mark}{order}"), "none"
    direction = "descending" if asked.backwards else "ascending"
    return _address(asked, sort=order if asked.backwards else f"-{order}"), direction


def _order(asked: AskedList, listing: Listing | None) -> Order | None:
    """Return what the whole list is sorted by; several lists of Apigee are sorted one by one."""
    is_whole = asked.start is None and listing is not None and listing.next_start is None
    return asked.order or (Order.NAME if is_whole else None)


def _addresses(asked: AskedList, listing: Listing | None) -> dict[str, str]:
    found = listing.found if listing else None
    page = found.page if found else 1
    here = page if page > 1 else None
    if not asked.needs_all:
        return {"refresh": _address(asked, refresh=1), "more": _more(asked, listing)}
    return {
        "refresh": _address(asked, page=here, refresh=1),
        "before": _address(asked, page=page - 1) if here else "",
        "after": _address(asked, page=page + 1) if found and found.has_more else "",
        "more": "",
    }


def _more(asked: AskedList, listing: Listing | None) -> str:
    """Return where the next rows are: in the list of Apigee that was read, or in the next one."""
    if listing is None:
        return ""
    if listing.found.has_more:
        return _address(asked, start=asked.start, page=listing.found.page + 1)
    return _address(asked, start=listing.next_start) if listing.next_start else ""


def _address(asked: AskedList, **changes: object) -> str:
    known: dict[str, Any] = {
        "q": asked.query,
        "status": asked.status,
        "product": asked.product,
        "sort": _sort(asked),
        **changes,
    }
    query = urlencode({name: value for name, value in known.items() if value})
    path = f"{request.script_root}{request.path}"
    return f"{path}?{query}" if query else path


def _sort(asked: AskedList) -> str:
    return f"{'-' if asked.backwards else ''}{asked.order}" if asked.order else ""
