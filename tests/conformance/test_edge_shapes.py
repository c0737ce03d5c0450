"""The check against the shapes of Edge finds what is wrong, and only that."""

from collections.abc import Mapping

import pytest

from emulator.messages import Exchange, Request, Response
from tests.conformance.edge_shapes import EdgeShapes
from tests.conformance.exchanges import (
    BASE,
    COMPANY,
    EDGE_AUDIT,
    EDGE_DEVELOPER,
    ONE,
    REFUSAL,
    exchange,
)


@pytest.mark.parametrize(
    "good",
    [
        exchange(f"GET {ONE}", EDGE_DEVELOPER | EDGE_AUDIT, flavor="edge"),
        exchange(f"GET {BASE}/developers", ["a@example.com"], flavor="edge"),
        exchange(f"GET {BASE}/developers", {"developer": []}, flavor="edge"),
        exchange("GET /v1/o/demo/e", ["prod"], flavor="edge"),
        exchange("GET /v1/organizations", ["demo"], flavor="edge"),
        exchange(f"POST {ONE}?action=active", None, 204, flavor="edge"),
        exchange(f"POST {BASE}/companies", COMPANY, 201, flavor="edge"),
        exchange(f"GET {BASE}/companies", ["c"], flavor="edge"),
        exchange(f"GET {BASE}/companies/c/developers", {"developer": []}, flavor="edge"),
        exchange(f"GET {BASE}/apiproducts/p?query=count&entity=apps", {"value": 1}, flavor="edge"),
        exchange(f"GET {ONE}", {"code": "x", "message": "no", "contexts": []}, 404, flavor="edge"),
    ],
)
def test_good_exchanges_of_edge_pass(good: Exchange) -> None:
    assert EdgeShapes().check(good) == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({**EDGE_DEVELOPER, "createdAt": "1"}, 200),
        ({name: value for name, value in EDGE_DEVELOPER.items() if name != "createdBy"}, 200),
        ({name: value for name, value in EDGE_DEVELOPER.items() if name != "apps"}, 200),
        (EDGE_DEVELOPER, 201),
        (REFUSAL, 404),
    ],
    ids=["time", "who", "empty list", "status", "error"],
)
def test_what_is_wrong_on_edge_is_found(answer: Mapping[str, object], status: int) -> None:
    assert EdgeShapes().check(exchange(f"GET {ONE}", answer, status, flavor="edge"))


@pytest.mark.parametrize(
    "bad",
    [
        exchange(f"GET {BASE}/companies/c", {**COMPANY, "createdAt": "1"}, flavor="edge"),
        exchange(f"GET {BASE}/companies/c", {**COMPANY, "apps": None}, flavor="edge"),
        exchange(f"POST {BASE}/companies", COMPANY, flavor="edge"),
        exchange(f"GET {BASE}/companies/c/developers", ["a"], flavor="edge"),
        exchange(f"GET {BASE}/apiproducts/p?query=count", {"value": "1"}, flavor="edge"),
    ],
)
def test_what_is_wrong_with_companies_is_found(bad: Exchange) -> None:
    assert EdgeShapes().check(bad)


def test_edge_has_no_undescribed_addresses() -> None:
    shapes = EdgeShapes()
    assert shapes.check(exchange(f"GET {BASE}/nothing", {}, flavor="edge"))
    assert shapes.check(exchange(f"POST {ONE}?action=active", {}, 204, flavor="edge"))
    page = Response(200, b"<html>", {"Content-Type": "text/html"})
    assert shapes.check(Exchange("edge", Request("GET", ONE, {}), page))
