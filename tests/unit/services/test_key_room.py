"""The most keys of an app hold, too, when many forms arrive at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from app.domain.apps import DeveloperApp
from app.domain.errors import Busy, Conflict, LimitReached, PortalError
from app.domain.policy import KeyPolicy
from app.domain.rotation import Asked, Overlap
from app.services.key_addition import AskedKey
from app.services.key_room import BUSY
from tests.unit.services.house import ACTOR, NO_ROLES
from tests.unit.services.key_desk import Desk

FORMS = 4


@pytest.fixture
def desk() -> Desk:
    return Desk(policy=KeyPolicy(keys_per_app=2))


def add(desk: Desk, request_id: str) -> None:
    desk.addition.add(desk.owner, ACTOR, NO_ROLES, "trip", asked_key(request_id))


def asked_key(request_id: str) -> AskedKey:
    return AskedKey(("weather-free",), request_id)


def replace_key(desk: Desk, key_id: str, request_id: str) -> None:
    asked = Asked("trip", key_id, Overlap.DAY, request_id)
    desk.rotation.start(desk.owner, ACTOR, NO_ROLES, asked)


def at_once(desk: Desk, *requests: Callable[[], None]) -> list[type[PortalError]]:
    """Send the requests so that all read the app before any goes on, if they may; return refusals.

    Who reads it waits half a second for the others.
    """
    everybody, apps = Barrier(len(requests), timeout=0.5), desk.house.apigee.apps
    read = apps.get

    def together(developer: str, name: str) -> DeveloperApp:
        app = read(developer, name)
        with suppress(BrokenBarrierError):
            everybody.wait()
        return app

    apps.get = together  # type: ignore[method-assign] # who has read waits for the others

    def refusal(request: Callable[[], None]) -> type[PortalError] | None:
        try:
            request()
        except PortalError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(len(requests)) as pool:
        return [error for error in pool.map(refusal, requests) if error]


def test_many_forms_at_once_make_no_key_too_many(desk: Desk) -> None:
    forms = [lambda number=number: add(desk, f"r{number}") for number in range(FORMS)]
    refused = at_once(desk, *forms)
    assert len(desk.statuses()) == 2
    assert len(refused) == FORMS - 1
    assert set(refused) <= {LimitReached, Conflict, Busy}


def test_keys_replaced_at_once_are_one_more_than_the_most_and_no_more(desk: Desk) -> None:
    add(desk, "r0")
    swaps = [lambda key=key: replace_key(desk, key, f"swap {key}") for key in desk.statuses()]
    refused = at_once(desk, *swaps)
    assert len(desk.statuses()) == 3
    assert len(refused) == 1


def test_who_waits_too_long_for_another_form_is_told_so_and_can_send_it_again(desk: Desk) -> None:
    with (
        desk.rotation.room.held(desk.owner, "trip"),
        pytest.raises(Conflict, match=BUSY),
    ):
        add(desk, "r1")
    add(desk, "r1")
    assert len(desk.statuses()) == 2


def test_a_form_that_was_never_finished_is_in_the_way_for_a_minute_only(desk: Desk) -> None:
    claim = desk.owner.developer_id, "keys of trip"
    assert desk.house.creations.begin(*claim, desk.house.clock.now())
    with pytest.raises(Conflict, match=BUSY):
        add(desk, "r1")
    desk.house.clock.pass_by(60)
    add(desk, "r1")
    assert len(desk.statuses()) == 2
