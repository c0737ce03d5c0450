"""An Apigee whose readers lag behind: what was changed a moment ago is not written over."""

import time
from collections.abc import Iterator

import pytest

import emulator
from app.domain.apps import AppChange
from app.domain.developers import DeveloperChange
from app.domain.errors import Conflict
from app.domain.keys import NewKey
from emulator import Switches
from emulator.model import Flavor
from tests.contract.organizations import DANA, SEED, Organization, connected

TRIP = "trip-planner"


class Clock:
    """The emulator's clock, which a test moves; near the real one, which assertions carry."""

    def __init__(self) -> None:
        self.seconds = time.time()

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["x", "edge"])
def flavor(request: pytest.FixtureRequest) -> Flavor:
    chosen: Flavor = request.param
    return chosen


@pytest.fixture
def lagging(flavor: Flavor, clock: Clock) -> Iterator[Organization]:
    """Readers see changes five seconds later."""
    switches = Switches(replica_lag_seconds=5)
    with (
        emulator.run(flavor=flavor, seed=SEED, switches=switches, clock=clock) as local,
        connected(local) as organization,
    ):
        clock.seconds += 6
        yield organization


def test_the_second_edit_of_an_app_does_not_undo_the_first(
    lagging: Organization, clock: Clock
) -> None:
    lagging.apps.update(DANA, TRIP, AppChange(callback_url="https://one.example.com"))
    with pytest.raises(Conflict):
        lagging.apps.update(DANA, TRIP, AppChange(description="Two"))
    clock.seconds += 6
    changed = lagging.apps.update(DANA, TRIP, AppChange(description="Two"))
    assert (changed.callback_url, changed.description) == ("https://one.example.com", "Two")


def test_the_second_edit_of_a_developer_does_not_undo_the_first(
    lagging: Organization, clock: Clock
) -> None:
    lagging.developers.update(DANA, DeveloperChange(first_name="D"))
    with pytest.raises(Conflict):
        lagging.developers.update(DANA, DeveloperChange(last_name="R"))
    clock.seconds += 6
    assert lagging.developers.update(DANA, DeveloperChange(last_name="R")).name == "D R"


def test_a_key_with_an_end_does_not_undo_an_edit(lagging: Organization, clock: Clock) -> None:
    lagging.apps.update(DANA, TRIP, AppChange(callback_url="https://one.example.com"))
    try:
        lagging.keys.create(DANA, TRIP, NewKey(("weather-free",), 3600))
    except Conflict:
        # Edge makes such a key by writing the app back.
        assert lagging.kind == "edge"
    clock.seconds += 6
    assert lagging.apps.get(DANA, TRIP).callback_url == "https://one.example.com"


def test_an_edit_that_is_taken_back_can_be_made_again(lagging: Organization, clock: Clock) -> None:
    for description in ("One", "Two", "One"):
        lagging.apps.update(DANA, TRIP, AppChange(description=description))
        clock.seconds += 6
    assert lagging.apps.get(DANA, TRIP).description == "One"
