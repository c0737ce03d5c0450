"""The check against the discovery document finds what is wrong, and only that."""

import json

import pytest

from emulator.messages import Exchange, Request, Response
from tests.conformance.discovery import Discovery, load
from tests.conformance.exchanges import (
    APP,
    BASE,
    DEVELOPER,
    GROUP,
    GROUP_APP,
    KEY,
    ONE,
    PROJECT,
    REFUSAL,
    TEAM,
    exchange,
)


@pytest.fixture(scope="module")
def discovery() -> Discovery:
    return load()


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
        exchange(f"GET {BASE}:getProjectMapping", PROJECT),
        exchange(f"POST {BASE}/appgroups", GROUP, 201),
        exchange(f"POST {BASE}/appgroups", GROUP, 200),
        exchange(f"PUT {TEAM}?action=active", None, 204),
        exchange(f"PUT {TEAM}?action=active", GROUP),
        exchange(f"GET {BASE}/appgroups", {"appGroups": [GROUP], "totalSize": 1}),
        exchange(f"GET {TEAM}/apps", {"appGroupApps": [GROUP_APP]}),
        exchange(f"POST {TEAM}/apps/a/keys/k?action=approve", None, 204),
        exchange(f"GET {BASE}/apps/1", GROUP_APP),
        exchange(f"GET {ONE}", {**DEVELOPER, "inventedField": {"a": 1}}),
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
        (exchange(f"GET {BASE}:getProjectMapping", {"organization": "o"}), "without projectId"),
        (exchange(f"GET {TEAM}", {"name": "g"}), "a group without appGroupId"),
        (exchange(f"GET {TEAM}", {**GROUP, "status": "approved"}), "a group whose status"),
        (exchange(f"GET {BASE}/appgroups", {"appGroups": [{"name": "g"}]}), "a group without"),
        (exchange(f"GET {TEAM}/apps", {"appGroupApps": [{"name": "a"}]}), "a group app without"),
        (exchange(f"GET {TEAM}/apps/a", APP), "breaks additionalProperties"),
        (exchange(f"POST {TEAM}/apps", GROUP_APP | {"credentials": [{}]}, 201), "a key without"),
        (exchange(f"GET {BASE}/apps/1", APP | {"appGroup": "g"}), "an app of nobody or of two"),
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
