"""The inspector notes every answer and checks enough of them."""

import time

import pytest

from emulator.messages import Exchange
from tests.conformance.discovery import Discovery, load
from tests.conformance.exchanges import (
    BASE,
    DEVELOPER,
    ONE,
    REFUSAL,
    exchange,
)
from tests.conformance.inspector import LARGE, Inspector
from tests.conformance.relevant import relevant
from tests.conformance.sampling import Sample


@pytest.fixture(scope="module")
def discovery() -> Discovery:
    return load()


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


def test_of_very_many_like_answers_a_sample_is_checked() -> None:
    inspector = Inspector(Sample(first=10, every=100))
    for _ in range(1_010):
        inspector(exchange(f"GET {ONE}", {}))
    assert inspector.answered["x"] == 1_010
    assert inspector.checked["x"] == 20
    # Another status, another method and the other flavour are samples of their own.
    inspector(exchange(f"GET {ONE}", {}, 404))
    inspector(exchange(f"GET {ONE}/apps", {}))
    inspector(exchange(f"GET {ONE}", {}, flavor="edge"))
    assert inspector.checked == {"x": 22, "edge": 1}


def test_of_large_answers_a_smaller_sample_is_checked() -> None:
    inspector = Inspector()
    body = {"attributes": [{"name": "long", "value": "x" * LARGE}]}
    for _ in range(20):
        inspector(exchange(f"GET {ONE}", body))
    assert inspector.checked["x"] == 4
    inspector(exchange(f"GET {ONE}", {}))
    assert inspector.checked["x"] == 5


def test_what_is_not_in_the_sample_counts_as_answered_all_the_same() -> None:
    inspector = Inspector(Sample(first=0, every=10))
    inspector(exchange(f"GET {ONE}", {}))
    assert inspector.checked["x"] == 0
    assert inspector.seen == {"organizations.developers.get"}
    assert "organizations.developers.get" not in inspector.missing()


def test_a_method_that_refused_was_not_answered() -> None:
    inspector = Inspector()
    inspector(exchange(f"GET {ONE}", REFUSAL, 404))
    assert inspector.seen == set()
    assert "organizations.developers.get" in inspector.missing()


def test_what_a_portal_needs_is_all_but_administration_and_money(discovery: Discovery) -> None:
    names = {each.name for each in discovery.methods}
    needed = relevant(names)
    assert len(needed) == 65
    assert {
        "organizations.getProjectMapping",
        "organizations.environments.optimizedStats.get",
        "organizations.developers.apps.keys.create.create",
        "organizations.appgroups.apps.keys.apiproducts.delete",
        "organizations.apiproducts.move",
    } <= needed
    assert not [each for each in needed if "alance" in each or "rateplans" in each]
    assert "organizations.create" not in needed


def test_a_hundred_thousand_calls_are_watched_in_seconds() -> None:
    inspector = Inspector()
    many = exchange(f"GET {BASE}/developers?expand=true", {"developer": [DEVELOPER]})
    begun = time.process_time()
    for _ in range(100_000):
        inspector(many)
    assert time.process_time() - begun < 20
    assert inspector.checked["x"] == 500 + 99_500 // 50
    assert inspector.take() == []
