"""Apigee refuses or vanishes in the middle of an administrator's work: words, never our own 500."""

from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule

from app.domain import errors
from app.domain.errors import PortalError, Upstream, UpstreamKind
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.matrix import ROUTES, Route
from tests.routes.world import Somebody, World

ADMINISTRATOR = Somebody("administrator", frozenset({"administrator"}), kind="developer")
ANSWERS: dict[str, tuple[PortalError, bool]] = {
    "400": (errors.InvalidInput({"": "Apigee takes no such value."}), False),
    "403": (Upstream(UpstreamKind.REFUSED, "Apigee does not allow this."), False),
    "404": (errors.NotFound("There is no such thing."), False),
    "409": (errors.Conflict("Somebody else changed this."), False),
    "taken": (errors.AlreadyExists("This is there already."), False),
    "429": (errors.TooMany("Too many calls.", 7), False),
    "busy": (Upstream(UpstreamKind.BUSY, "Apigee is busy.", retry_after=7), False),
    "503": (Upstream(UpstreamKind.UNREACHABLE, "Apigee cannot be reached."), False),
    "lost": (errors.OutcomeUnknown(UpstreamKind.TIMEOUT, "Nobody knows whether."), True),
}


def unsafe(house: House) -> Iterator[tuple[Rule, Route, str]]:
    """Yield each rule of the administration that changes something, with each call it causes."""
    for rule in house.flask.url_map.iter_rules():
        if rule.rule.startswith("/admin") and "POST" in (rule.methods or ()):
            route = ROUTES[rule.endpoint]
            for operation in sorted(route.calls | route.also):
                yield rule, route, operation


@pytest.mark.parametrize("name", ANSWERS)
def test_whatever_apigee_answers_an_administrator_reads_words(build: Build, name: str) -> None:
    world = World(build(limits={"multiplier": 100_000}), ADMINISTRATOR)
    error, after = ANSWERS[name]
    tried = 0
    for rule, route, operation in unsafe(world.house):
        path = world.path(rule, route, "own")
        world.set_back()
        world.house.apigee.fail(operation, error, after=after)
        response = world.send("POST", path, route)
        assert response.status_code < 500 or response.status_code == 503, (path, operation)
        world.house.apigee.failures.clear()
        tried += 1
    assert tried > 50
