"""Everybody at every route, with their own objects, other people's, and such as are not there.

Generated from the URL map: a route needs its line in ``GUARDS`` and in ``matrix.ROUTES``.
"""

import re
from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.domain.audit import Action
from tests.architecture.test_guards import GUARDS
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.matrix import BESIDE, ROUTES, WRITES, Route, is_let_in
from tests.routes.world import FOREIGN_APP, MISSING_APP, NOBODY, OWN_APP, PART, Somebody, World

ADMINISTRATOR = frozenset({"administrator"})
EVERYBODY = [
    Somebody("anonymous", kind="anonymous"),
    Somebody("person"),
    Somebody("developer", kind="developer"),
    Somebody("product owner", frozenset({"product_owner"})),
    Somebody("support", frozenset({"support"})),
    Somebody("administrator", ADMINISTRATOR, kind="developer"),
    Somebody("auditor", frozenset({"auditor"}), kind="developer"),
    Somebody("blocked", ADMINISTRATOR, kind="developer", blocked=True),
]
NAMES = [who.name for who in EVERYBODY]
# What differs between two answers to the same request: its id, tokens, calls that were still
# made beside, and the address that was asked for.
DIFFERS = re.compile(
    r"[\w-]{20,}\.[\w-]+\.[\w-]+|[0-9a-f-]{36}|[0-9a-f]{16,}|\d calls|dur=[\d.]+"
    rf"|{OWN_APP}|{FOREIGN_APP}|{MISSING_APP}"
)


@pytest.fixture(params=EVERYBODY, ids=NAMES)
def world(request: pytest.FixtureRequest, build: Build) -> World:
    roles = {"auditor": {"permissions": ["read_audit"]}}
    return World(build(limits={"multiplier": 100_000}, roles=roles), request.param)


def tries(house: House) -> Iterator[tuple[Rule, str, Route]]:
    """Yield each rule with each method and what there is to know; registering comes last."""
    rules = [rule for rule in house.flask.url_map.iter_rules() if rule.endpoint != "static"]
    for rule in sorted(rules, key=lambda rule: rule.endpoint == "account.registration"):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method, ROUTES[rule.endpoint]


def lets_in(world: World, rule: Rule) -> bool:
    rights = world.house.portal.roles.permissions_of(world.who.roles)
    kind = world.who.kind if world.is_known else "anonymous"
    return is_let_in(GUARDS[rule.endpoint], kind, rights)


def leads_to(response: TestResponse) -> str:
    return response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")


def expect_refusal(world: World, rule: Rule, response: TestResponse, *, part: bool) -> None:
    """Check that the person was sent away in the way that fits, and that nothing was done."""
    told = (rule.rule, world.who.name, response.status_code, leads_to(response))
    if not world.is_known:
        assert response.status_code == (401 if part else 302), told
        assert leads_to(response).startswith("/sign-in"), told
    elif GUARDS[rule.endpoint] == "developer":
        assert response.status_code == (204 if part else 303), told
        assert leads_to(response).startswith("/register"), told
    else:
        assert response.status_code == 403, told
    assert (world.house.apigee.calls, world.changed()) == ([], False), told


def expect_success(rule: Rule, response: TestResponse, route: Route) -> None:
    told = (rule.rule, response.status_code, leads_to(response))
    assert response.status_code == route.status or response.status_code < 400, told
    assert not leads_to(response).startswith(("/register?", "/sign-in?")), told


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_every_route_lets_in_whom_its_guard_names_and_causes_what_its_line_says(
    world: World, part: bool
) -> None:
    """Abuse case 2."""
    seen: dict[str, set[str]] = {endpoint: set() for endpoint in ROUTES}
    refused = []
    for rule, method, route in tries(world.house):
        world.arrive()
        path = world.path(rule, route, "own")
        world.set_back()
        response = world.send(method, path, route, part=part)
        seen[rule.endpoint].update(world.house.apigee.calls)
        if lets_in(world, rule):
            expect_success(rule, response, route)
            assert seen[rule.endpoint] <= route.calls_of(world.who.kind), rule.rule
        else:
            expect_refusal(world, rule, response, part=part)
            refused.append(GUARDS[rule.endpoint])
    # Being asked to sign in or to register is no refusal.
    expected = len([guard for guard in refused if guard != "developer"]) if world.is_known else 0
    assert world.refusals(Action.ACCESS_REFUSED) == expected
    if world.who.name == "administrator" and not part:
        expect_all(seen)


def expect_all(seen: dict[str, set[str]]) -> None:
    """Check that the lines name nothing that is never caused.

    Only registering is not tried, and nothing waits for a fresh sign-in to be confirmed.
    """
    lines = {endpoint: set(route.calls) for endpoint, route in ROUTES.items()}
    for endpoint in ROUTES.keys() - {"account.registration", "step_up.confirmation"}:
        assert seen[endpoint] - BESIDE == lines[endpoint] - BESIDE, endpoint


def answer(world: World, method: str, path: str, route: Route, *, part: bool) -> tuple[object, ...]:
    """Return all of an answer that may not depend on whose the object is, and what it cost."""
    world.set_back()
    response = world.send(method, path, route, part=part)
    # The catalogue is read beside what turns out not to be there, or is not any more by then.
    calls = sorted(set(world.house.apigee.calls) - BESIDE - {"products.all"})
    told = (path, calls, response.status_code)
    # A part of a developer's page who is not there leads to the page that says so.
    is_led = part and response.headers.get("HX-Redirect") == path.rpartition("/")[0]
    assert response.status_code in {204 if is_led else 404, route.status}, told
    assert not set(calls) & WRITES, told
    assert not world.changed(), told
    text = f"{sorted(response.headers)} {response.get_data(as_text=True)}"
    return (calls, DIFFERS.sub("", text), is_led)


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_other_peoples_objects_look_like_such_as_are_not_there(world: World, part: bool) -> None:
    """Abuse case 1."""
    tried = 0
    for rule, method, route in tries(world.house):
        if not (rule.arguments and lets_in(world, rule)):
            continue
        pairs = [("foreign", "missing")]
        if "key_id" in rule.arguments:
            pairs.append(("mixed", "absent"))
        for foreign, missing in pairs:
            theirs, nobodys = (
                answer(world, method, world.path(rule, route, whose), route, part=part)
                for whose in (foreign, missing)
            )
            assert theirs == nobodys, (rule.rule, method, foreign)
            # Where nobody is asked who they are nobody can be on the record; who is led to a page
            # is told there.
            is_stateless = rule.endpoint in {"backchannel.logout", "theme.send"}
            tried += 0 if is_stateless or theirs[2] else 2
    assert world.refusals() == (tried if world.is_known else 0)


def test_every_route_has_a_line(house: House) -> None:
    assert set(ROUTES) == set(GUARDS)
    assert all(
        PART.search(rule.rule) for rule in house.flask.url_map.iter_rules() if rule.arguments
    )
    assert re.fullmatch(DIFFERS, NOBODY)
