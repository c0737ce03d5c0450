"""The list of developers: what its address asks for, and the addresses of its neighbors."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request, url_for

from app.domain.developers import DeveloperStatus
from app.domain.registrations import Standing
from app.services.developer_office.bulk import MOST
from app.services.developer_port import DeveloperOrder, DeveloperSearch
from app.services.developers import COUNTED
from app.web import forms
from app.web.context import portal
from app.web.htmx import render

STATUSES: Final = {status.value: status for status in DeveloperStatus}
ORDERS: Final = {order.value: order for order in DeveloperOrder}
NEVER: Final = "never"
# The newest first is what people look for.
NEWEST_FIRST: Final = frozenset({DeveloperOrder.REGISTERED, DeveloperOrder.SIGNED_IN})


def asked_developers() -> DeveloperSearch:
    """Return what the address asks for; raise ``InvalidInput`` for a filter that is none."""
    sort = forms.argument("sort")
    order = ORDERS.get(sort.removeprefix("-"))
    return DeveloperSearch(
        words=forms.argument("q"),
        status=forms.choice("status", STATUSES),
        attribute=forms.argument("attribute"),
        never_signed_in=forms.choice("signed_in", {NEVER: True}) is not None,
        after=request.args.get("after"),
        before=request.args.get("before"),
        order=order or DeveloperOrder.NAME,
        descending=order is not None and sort.startswith("-"),
    )


def arguments_of(query: DeveloperSearch) -> Mapping[str, str]:
    """Return filter and order as an address says them; what is as usual is left out."""
    mark = "-" if query.descending else ""
    usual = query.order is DeveloperOrder.NAME and not query.descending
    known = {
        "q": query.words,
        "status": query.status.value if query.status else "",
        "attribute": query.attribute,
        "signed_in": NEVER if query.never_signed_in else "",
        "sort": "" if usual else f"{mark}{query.order.value}",
    }
    return {name: value for name, value in known.items() if value}


def list_page(query: DeveloperSearch) -> Response:
    """Show one page of the index; Apigee is not asked."""
    page = portal().developers.search(query)
    known = arguments_of(query)
    return render(
        "admin/developers_index.html",
        block="developers",
        page=page,
        waiting=_waiting(),
        total=portal().developers.total(query, page),
        most=COUNTED,
        known={name: known.get(name, "") for name in ("q", "status", "attribute", "signed_in")},
        sort=known.get("sort", ""),
        many=address_of(known, "developer_bulk.plan"),
        most_at_once=MOST,
        narrowed=any(name != "sort" for name in known),
        export=address_of(known, "exports.choose"),
        heads={order.value: _head(query, order) for order in DeveloperOrder},
        synced_at=portal().sync.as_of() or max((row.synced_at for row in page.rows), default=None),
        before=_neighbor(known, before=page.previous_before),
        after=_neighbor(known, after=page.next_after),
    )


def _waiting() -> frozenset[str]:
    """Return the addresses of the developers whose registration waits for approval."""
    office = portal().registration.office
    found = office.undecided() if office.waiting() else ()
    return frozenset(one.developer_email for one in found if one.standing is Standing.WAITING)


def _head(query: DeveloperSearch, order: DeveloperOrder) -> tuple[str, str]:
    """Return the address that a column's head leads to, and how it is sorted now."""
    known = dict(arguments_of(query))
    if query.order is not order:
        mark = "-" if order in NEWEST_FIRST else ""
        return address_of({**known, "sort": f"{mark}{order.value}"}), "none"
    direction = "descending" if query.descending else "ascending"
    mark = "" if query.descending else "-"
    return address_of({**known, "sort": f"{mark}{order.value}"}), direction


def _neighbor(known: Mapping[str, str], **place: str | None) -> str:
    """Return the address of the page beside this one, empty where there is none."""
    return address_of({**known, **place}) if all(place.values()) else ""


def address_of(known: Mapping[str, Any], endpoint: str = "admin.developers_index") -> str:
    """Return the address of a page that asks for this."""
    query = urlencode(known)
    return f"{url_for(endpoint)}?{query}" if query else url_for(endpoint)
