"""Searching for pages, APIs and products: a page, and suggestions while somebody types."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from flask import Blueprint, Response, redirect, request, url_for

from app.domain.documentation import address_of
from app.domain.search import LONGEST_QUERY, MOST_PAGES, PAGE, Found, Hit, Kind
from app.web import forms
from app.web.access import reading
from app.web.context import portal, roles
from app.web.htmx import render
from app.web.limits import limited

bp = Blueprint("search", __name__)

KINDS: Final[Mapping[str, Kind]] = {kind.value: kind for kind in Kind}
OF_EACH: Final = 5
SUGGESTED_OF_EACH: Final = 3


@bp.get("/search")
@reading
@limited("search")
def show() -> Response:
    """Show what was found: the best of each kind, or page by page what was found of one."""
    kind, number = _asked()
    suggests = request.args.get("part") == "suggestions"
    found = _found(kind, number, SUGGESTED_OF_EACH if suggests else OF_EACH)
    if not _is_there(found, number):
        return _to_last(kind)
    return render(
        "search/show.html",
        block="suggestions" if suggests else "found",
        found=found,
        **_paging(found, kind, number),
        longest=LONGEST_QUERY,
        address_of=_address,
    )


def _found(kind: Kind | None, number: int = 1, most: int = OF_EACH) -> Found:
    text, search = forms.argument("q"), portal().reading.search
    if kind is None:
        return search.find(text, roles(), most=most)
    return search.of_kind(kind, text, roles(), number)


def _paging(found: Found, kind: Kind | None, number: int) -> dict[str, Any]:
    has_more = kind is not None and number < _last(found)
    return {"kind": kind, "number": number, "has_more": has_more}


def _is_there(found: Found, number: int) -> bool:
    has_hits = number <= MOST_PAGES and any(group.hits for group in found.groups)
    return number == 1 or has_hits


def _to_last(kind: Kind | None) -> Response:
    last = _last(_found(kind))
    address = url_for("search.show", q=forms.argument("q"), kind=kind, page=last)
    return cast(Response, redirect(address, 302))


def _last(found: Found) -> int:
    return min(max(-(-found.total // PAGE), 1), MOST_PAGES)


def _address(hit: Hit) -> str:
    """Return where the page of something that was found is."""
    if hit.kind is Kind.PAGES:
        place = address_of(hit.owner)
        return url_for("docs.show", address=place, _anchor=hit.name or None)
    if hit.kind is Kind.PRODUCTS:
        return url_for("products.show", name=hit.owner)
    if hit.kind is Kind.OPERATIONS:
        return url_for("apis.operation", slug=hit.owner, operation=hit.name)
    if hit.kind is Kind.SCHEMAS:
        return url_for("apis.schema", slug=hit.owner, schema=hit.name)
    return url_for("apis.show", slug=hit.owner)


def _asked() -> tuple[Kind | None, int]:
    """Return the kind that is looked at alone, and which page of it."""
    kind, page = forms.choice("kind", KINDS), request.args.get("page", "1")
    is_later = kind is not None and re.fullmatch(r"[1-9][0-9]*", page)
    return kind, int(page[:5]) if is_later else 1
