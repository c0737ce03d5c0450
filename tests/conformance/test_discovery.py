"""The check of every answer finds what is wrong, and only that."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from emulator.messages import Exchange, Request, Response
from emulator.model import Flavor
from tests.conformance.discovery import Discovery, load
from tests.conformance.edge_shapes import EdgeShapes
from tests.conformance.inspector import Inspector

BASE = "/v1/organizations/demo"
ONE = f"{BASE}/developers/a@example.com"
DEVELOPER: dict[str, Any] = {
    "email": "a@example.com",
    "firstName": "A",
    "lastName": "B",
    "userName": "a",
    "developerId": "1",
    "organizationName": "demo",
    "status": "active",
    "createdAt": "1700000000000",
    "lastModifiedAt": "1700000000000",
}
KEY: dict[str, Any] = {
    "consumerKey": "k",
    "consumerSecret": "s",
    "status": "approved",
    "issuedAt": "1",
    "expiresAt": "-1",
}
APP: dict[str, Any] = {
    "appId": "1",
    "name": "a",
    "status": "approved",
    "developerId": "1",
    "createdAt": "1",
    "lastModifiedAt": "1",
    "credentials": [KEY],
}
EDGE_AUDIT = {"createdAt": 1, "createdBy": "me", "lastModifiedAt": 1, "lastModifiedBy": "me"}
EDGE_DEVELOPER = {**DEVELOPER, **EDGE_AUDIT, "apps": [], "companies": [], "attributes": []}
REFUSAL = {"error": {"code": 404, "message": "no", "status": "NOT_FOUND"}}


@pytest.fixture(scope="module")
def discovery() -> Discovery:
    return load()


def exchange(
    line: str,
    answer: object,
    status: int = 200,
    body: object = None,
    flavor: Flavor = "x",
) -> Exchange:
    """An exchange as it would have been seen; `line` is method and address."""
    method, _, target = line.partition(" ")
    sent = b"" if body is None else json.dumps(body).encode()
    kind = "application/json" if flavor == "edge" else "application/json; charset=UTF-8"
    got = b"" if answer is None else json.dumps(answer).encode()
    response = Response(status, got, {"Content-Type": kind} if got else {})
    return Exchange(flavor, Request(method, target, {}, sent), response)


@pytest.mark.parametrize(
    "good",
    [
        exchange(f"GET {ONE}", DEVELOPER),
        exchange(f"GET {BASE}/developers", {"developer": [{"email": "a@example.com"}]}),
        exchange(f"GET {BASE}/developers?expand=true", {"developer": [DEVELOPER]}),
        exchange(f"GET {BASE}/developers", {}),
        exchange(f"POST {BASE}/developers", DEVELOPER, 201, {"email": "a@example.com"}),
        exchange(f"POST {ONE}?action=active", None, 204),
        exchange(f"POST {ONE}/apps", APP, 201, {"name": "a", "keyExpiresIn": -1}),
        exchange(f"GET {BASE}/environments", ["prod"]),
        exchange(f"GET {ONE}", REFUSAL, 404),
        exchange(f"POST {ONE}/apps/a/keys/k/apiproducts/p?action=approve", {}),
    ],
)
def test_good_exchanges_pass(discovery: Discovery, good: Exchange) -> None:
    assert discovery.check(good) == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (exchange(f"GET {ONE}", {**DEVELOPER, "createdAt": 1}), "createdAt: breaks type"),
        (exchange(f"GET {ONE}", {**DEVELOPER, "createdAt": "x"}), "createdAt: breaks pattern"),
        (exchange(f"GET {ONE}", {**DEVELOPER, "createdBy": "me"}), "breaks additionalProperties"),
        (exchange(f"GET {ONE}", {**DEVELOPER, "apps": []}), "$.apps is empty"),
        (exchange(f"GET {ONE}", {**DEVELOPER, "status": "Active"}), "status is none of"),
        (exchange(f"GET {ONE}", {"email": "a@example.com"}), "without developerId"),
        (exchange(f"GET {ONE}", []), "breaks type"),
        (exchange(f"GET {ONE}", DEVELOPER, 201), "answered 201 instead of (200,)"),
        (exchange(f"GET {ONE}?color=red", DEVELOPER), "does not know the parameter color"),
        (exchange(f"POST {ONE}?action=active", {}), "answered 200 instead of (204,)"),
        (exchange(f"POST {ONE}?action=active", {}, 204), "204 with a body"),
        (exchange(f"GET {BASE}/nothing", {}), "an address the document does not have"),
        (exchange(f"GET {BASE}/environments", {}), "not a list of names"),
        (exchange(f"GET {BASE}/developers", {"developer": [DEVELOPER]}), "more than a stub"),
        (exchange(f"GET {BASE}/developers", {"developer": [{}]}), "more than a stub"),
        (exchange(f"PUT {ONE}", DEVELOPER, body={"mail": "a"}), "breaks additionalProperties"),
        (exchange(f"PUT {ONE}", DEVELOPER, body={"email": 1}), "email: breaks anyOf"),
        (
            exchange(
                f"POST {ONE}/apps", {**APP, "credentials": [{**KEY, "status": "waiting"}]}, 201
            ),
            "a key whose status",
        ),
        (
            exchange(f"POST {ONE}/apps", {k: v for k, v in APP.items() if k != "credentials"}, 201),
            "a new app without a credential",
        ),
        (
            exchange(f"GET {ONE}/apps/a/keys/k", {**KEY, "apiProducts": [{"apiproduct": "p"}]}),
            "a reference without status",
        ),
        (exchange(f"GET {ONE}", {"code": "x"}, 404), "without Google's error envelope"),
        (
            exchange(f"GET {ONE}", {"error": {**REFUSAL["error"], "code": 400}}, 404),
            "another code",
        ),
        (
            exchange(f"GET {ONE}", {"error": {**REFUSAL["error"], "status": "ABORTED"}}, 404),
            "with the status ABORTED",
        ),
        (
            exchange(f"GET {ONE}", {"error": {**REFUSAL["error"], "details": [{}]}}, 404),
            "a detail that has no type",
        ),
        (
            exchange(f"GET {ONE}", {"error": {**REFUSAL["error"], "more": 1}}, 404),
            "more than it should",
        ),
    ],
)
def test_what_is_wrong_is_found(discovery: Discovery, bad: Exchange, said: str) -> None:
    problems = discovery.check(bad)
    assert any(said in each for each in problems), problems


def test_an_answer_must_say_that_it_is_json(discovery: Discovery) -> None:
    response = Response(200, json.dumps(DEVELOPER).encode(), {"Content-Type": "text/plain"})
    problems = discovery.check(Exchange("x", Request("GET", ONE, {}), response))
    assert problems == ["an answer that does not say it is JSON"]


def test_a_page_is_right_at_unknown_addresses_only(discovery: Discovery) -> None:
    page = Response(404, b"<html>", {"Content-Type": "text/html; charset=UTF-8"})
    assert discovery.check(Exchange("x", Request("GET", "/v1/o/demo", {}), page)) == []
    assert discovery.check(Exchange("x", Request("GET", ONE, {}), page))


@pytest.mark.parametrize(
    ("line", "method"),
    [
        ("POST organizations/o/developers/d/apps/a/keys/create", "keys.create.create"),
        ("POST organizations/o/developers/d/apps/a/keys/k", "keys.updateDeveloperAppKey"),
        ("POST organizations/o/developers/d/balance:credit", "balance.credit"),
        ("GET organizations/o/apps/1", "organizations.apps.get"),
    ],
)
def test_the_most_exact_method_is_found(discovery: Discovery, line: str, method: str) -> None:
    verb, _, path = line.partition(" ")
    found = discovery.find(verb, f"v1/{path}")
    assert found
    assert found.name.endswith(method)


def test_problems_do_not_show_the_values(discovery: Discovery) -> None:
    bad = exchange(f"GET {ONE}/apps/a/keys/k", {**KEY, "consumerSecret": ["hush"]})
    assert "hush" not in str(discovery.check(bad))


@pytest.mark.parametrize(
    "good",
    [
        exchange(f"GET {ONE}", EDGE_DEVELOPER | EDGE_AUDIT, flavor="edge"),
        exchange(f"GET {BASE}/developers", ["a@example.com"], flavor="edge"),
        exchange(f"GET {BASE}/developers", {"developer": []}, flavor="edge"),
        exchange("GET /v1/o/demo/e", ["prod"], flavor="edge"),
        exchange("GET /v1/organizations", ["demo"], flavor="edge"),
        exchange(f"POST {ONE}?action=active", None, 204, flavor="edge"),
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


def test_edge_has_no_undescribed_addresses() -> None:
    shapes = EdgeShapes()
    assert shapes.check(exchange(f"GET {BASE}/nothing", {}, flavor="edge"))
    assert shapes.check(exchange(f"POST {ONE}?action=active", {}, 204, flavor="edge"))
    page = Response(200, b"<html>", {"Content-Type": "text/html"})
    assert shapes.check(Exchange("edge", Request("GET", ONE, {}), page))


def test_the_inspector_remembers_until_it_is_asked() -> None:
    inspector = Inspector()
    assert inspector.seen == set()
    inspector(exchange(f"GET {ONE}", {}))
    inspector(exchange("GET /proxy/weather/today", {}))
    bad = exchange(f"GET {ONE}", {})
    inspector(Exchange(bad.flavor, bad.request, bad.response, injected=True))
    problems = inspector.take()
    assert problems
    assert all(each.startswith("x GET -> 200: ") for each in problems)
    assert inspector.take() == []
    assert inspector.checked == {"x": 1, "edge": 0}
    assert inspector.seen == {"organizations.developers.get"}
