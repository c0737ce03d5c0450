"""Changes of one object at the same moment: none is written over without anybody being told."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

import emulator
from app.apigee.lanes import Places
from app.domain.apps import AppChange
from app.domain.attributes import value_of
from app.domain.errors import Conflict, Upstream
from app.domain.keys import NewKey
from emulator import LocalApigee, fault
from emulator.model import Flavor
from tests.contract.organizations import DANA, SEED, connected

TRIP = "trip-planner"


@pytest.fixture(params=["x", "edge"])
def local(request: pytest.FixtureRequest) -> Iterator[LocalApigee]:
    flavor: Flavor = request.param
    with emulator.run(flavor=flavor, seed=SEED) as running:
        # Reading is slow, so that without an order both changes would read the same state.
        running.faults.add(fault("slow", method="GET", delay_milliseconds=100, times=0))
        yield running


def at_once(*changes: Callable[[], object]) -> list[type[Exception] | None]:
    """Make the changes in threads of their own and return what each raised."""

    def outcome(change: Callable[[], object]) -> type[Exception] | None:
        try:
            change()
        except (Conflict, Upstream) as error:
            return type(error)
        return None

    with ThreadPoolExecutor(len(changes)) as pool:
        return list(pool.map(outcome, changes))


def test_two_edits_of_different_things_are_both_kept(local: LocalApigee) -> None:
    with connected(local) as organization:
        apps = organization.apps
        raised = at_once(
            lambda: apps.update(DANA, TRIP, AppChange(callback_url="https://a.example.com")),
            lambda: apps.update(DANA, TRIP, AppChange(description="Two")),
        )
        app = apps.get(DANA, TRIP)
        assert raised == [None, None]
        assert (app.callback_url, app.description) == ("https://a.example.com", "Two")


def test_of_two_edits_of_the_same_page_one_is_refused(local: LocalApigee) -> None:
    with connected(local) as organization:
        apps = organization.apps
        seen = apps.get(DANA, TRIP).revision
        raised = at_once(
            lambda: apps.update(DANA, TRIP, AppChange(description="One"), seen),
            lambda: apps.update(DANA, TRIP, AppChange(description="Two"), seen),
        )
        assert sorted(raised, key=str) == [Conflict, None]


def test_waiting_for_a_turn_takes_a_place_that_others_cannot_have(local: LocalApigee) -> None:
    many = Places().reads + 6
    # For a place nobody waits longer than half a second.
    local.faults.clear()
    local.faults.add(fault("slow", method="GET", delay_milliseconds=1500))
    with connected(local) as organization:
        raised = at_once(
            *[
                lambda n=n: organization.apps.update(DANA, TRIP, AppChange(description=f"{n}"))
                for n in range(many)
            ]
        )
    assert raised.count(Upstream) >= many - Places().reads
    assert raised.count(None) >= 1


def test_an_attribute_or_a_key_beside_an_edit_undoes_nothing(local: LocalApigee) -> None:
    with connected(local) as organization:
        apps = organization.apps
        at_once(
            lambda: apps.update(DANA, TRIP, AppChange(callback_url="https://a.example.com")),
            lambda: apps.attributes(DANA, TRIP).set("team", "ops"),
        )
        at_once(
            lambda: apps.update(DANA, TRIP, AppChange(description="Two")),
            lambda: organization.keys.create(DANA, TRIP, NewKey(("weather-free",), 3600)),
        )
        app = apps.get(DANA, TRIP)
        assert (app.callback_url, app.description) == ("https://a.example.com", "Two")
        assert value_of(app.attributes, "team") == "ops"
        assert len(app.keys) == 3
