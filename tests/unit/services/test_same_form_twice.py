"""The same form twice: one app, shown again with its key."""

import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from threading import Event

import pytest

from app.domain.apps import DeveloperApp
from app.domain.audit import Action
from app.domain.errors import NotFound, OutcomeUnknown
from app.domain.keys import Key
from app.services.app_creation import GONE, STILL_CREATED
from tests.fakes.calls import PlannedCall
from tests.unit.services.house import ACTOR, DANA, House, build, new_app

NAME = "trip-planner"


def test_the_same_form_again_shows_the_same_app_with_its_key(house: House) -> None:
    form = new_app()
    key = house.create(form)
    house.asked()
    assert house.create(form) == key
    assert house.asked() == ["apps.get", "keys.pair"]
    assert len(house.apigee.by_app) == 1


def test_showing_the_key_again_is_on_the_record(house: House) -> None:
    form = new_app()
    house.create(form)
    house.create(form)
    assert house.phases(Action.APP_CREATE) == ["intent", "done"]
    assert house.phases(Action.KEY_REVEAL) == ["intent", "done"]


def test_the_same_form_with_another_name_shows_the_app_it_made(house: House) -> None:
    form = new_app()
    key = house.create(form)
    for number in range(3):
        house.create(new_app(f"Another {number}"))
    house.apigee.page_size = 2
    assert house.create(replace(form, name="zebra", display_name="Zebra")) == key
    assert len(house.apigee.by_app) == 4


def test_the_same_request_id_of_another_developer_is_another_request(house: House) -> None:
    house.account_of("ines@example.com")
    form = new_app()
    assert house.create(form) != house.create(form, house.owner("ines@example.com"))
    assert len(house.apigee.by_app) == 2


def with_keys(app: DeveloperApp, *keys: Key) -> DeveloperApp:
    return replace(app, keys=keys)


def test_the_key_shown_again_is_the_one_that_the_form_made(house: House) -> None:
    form = new_app()
    key = house.create(form)
    app = house.apigee.by_app[DANA, NAME]
    house.clock.pass_by(3600)
    house.apigee.put_app(DANA, with_keys(app, house.apigee.new_key(), *app.keys))
    assert house.create(form) == key


def test_a_key_that_the_form_did_not_make_is_not_shown(house: House) -> None:
    form = new_app()
    house.create(form)
    app = house.apigee.by_app[DANA, NAME]
    house.clock.pass_by(3600)
    house.apigee.put_app(DANA, with_keys(app, house.apigee.new_key()))
    assert house.create(form) == ""
    assert house.rows(Action.KEY_REVEAL) == []


def test_an_app_without_keys_is_shown_without_one(house: House) -> None:
    form = new_app()
    house.create(form)
    house.apigee.put_app(DANA, with_keys(house.apigee.by_app[DANA, NAME]))
    assert house.create(form) == ""


def test_a_form_whose_app_was_deleted_makes_no_new_one(house: House) -> None:
    form = new_app()
    house.create(form)
    house.portal.apps.delete(house.owner(), ACTOR, NAME, "Trip planner")
    with pytest.raises(NotFound, match=GONE):
        house.create(form)
    assert house.apigee.by_app == {}


def test_a_double_click_makes_one_app_and_both_answers_show_its_key() -> None:
    house = build()
    house.account_of()
    begun, sent = Event(), Event()
    create = house.apigee.call

    def slow(operation: str) -> PlannedCall:
        if operation == "apps.create":
            begun.set()
            assert sent.wait(10)
        return create(operation)

    house.apigee.call = slow  # type: ignore[method-assign] # a slow Apigee
    form, owner = new_app(), house.owner()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(house.create, form, owner)

        def let_first_finish() -> None:
            sent.set()
            wait([first], 10)

        assert begun.wait(10)
        # The second one looks twice in vain, then the first one gets its answer.
        house.naps.extend([lambda: None, let_first_finish])
        second = pool.submit(house.create, form, owner)
        assert first.result(10) == second.result(10)
    assert house.apigee.calls.count("apps.create") == 1
    assert len(house.apigee.by_app) == 1


def test_many_clicks_at_the_same_time_make_one_app(house: House) -> None:
    """Abuse case 9."""
    form, owner = new_app(), house.owner()
    house.naps.extend([lambda: time.sleep(0.01)] * 200)
    with ThreadPoolExecutor(8) as pool:
        clicks = [pool.submit(house.create, form, owner) for _ in range(8)]
        keys = {click.result(10) for click in clicks}
    assert len(keys) == 1
    assert "" not in keys
    assert house.apigee.calls.count("apps.create") == 1


def test_who_waits_for_a_failure_creates_the_app_itself(house: House) -> None:
    form = new_app()
    owner = house.owner()
    house.creations.begin(owner.developer_id, form.request_id, house.clock.now())
    house.naps.append(lambda: house.creations.failed(owner.developer_id, form.request_id))
    assert house.create(form)


def test_who_waits_in_vain_is_told_to_look_later(house: House) -> None:
    form = new_app()
    begun = house.clock.now()
    house.creations.begin(house.owner().developer_id, form.request_id, begun)
    with pytest.raises(OutcomeUnknown, match=STILL_CREATED):
        house.create(form)
    assert (house.clock.now() - begun).total_seconds() == 5
    assert "apps.create" not in house.asked()
