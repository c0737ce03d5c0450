"""Answers of Apigee that are lost while an app is made: never two apps, never a dead form."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app.domain.apps import NewApp
from app.domain.audit import Action
from app.domain.errors import AlreadyExists, InvalidInput, OutcomeUnknown, Upstream
from app.services.app_creation import STILL_CREATED
from app.services.app_names import NAME_TAKEN
from tests.unit.services.house import ACTOR, DANA, DOWN, LOST, NO_ROLES, House, new_app

NAME = "trip-planner"


def lose(house: House, form: NewApp, *, done: bool) -> None:
    """Send the form and lose the answer, and the look after it; the app is made or not."""
    house.apigee.fail("apps.create", LOST, after=done)
    house.apigee.fail("apps.get", DOWN)
    with pytest.raises(OutcomeUnknown):
        house.create(form)
    house.asked()


def test_a_lost_answer_to_work_that_was_done_is_a_success(house: House) -> None:
    house.portal.products.catalogue()
    house.asked()
    house.apigee.fail("apps.create", LOST, after=True)
    key = house.create(new_app())
    made = house.apigee.by_app[DANA, NAME].keys[0]
    assert key == house.apigee.by_key_id[made.key_id].consumer_key.reveal()
    assert house.phases(Action.APP_CREATE) == ["intent", "done"]
    assert house.asked() == ["apps.create", "apps.get", "keys.pair"]


def test_a_lost_answer_to_work_that_was_not_done_is_told_and_stays_pending(house: House) -> None:
    house.apigee.fail("apps.create", LOST)
    with pytest.raises(OutcomeUnknown):
        house.create(new_app())
    assert house.phases(Action.APP_CREATE) == ["intent", "unknown"]
    assert list(house.creations.begun.values()) == [None]


def test_a_lost_answer_beside_an_app_of_that_name_means_that_it_was_taken(house: House) -> None:
    house.create(new_app())
    form = new_app()
    house.apigee.fail("apps.create", LOST)
    with pytest.raises(InvalidInput) as taken:
        house.create(form)
    assert taken.value.fields == {"display_name": NAME_TAKEN}
    assert house.create(replace(form, name="trips", display_name="Trips"))


def test_the_list_is_read_afresh_after_a_lost_answer(house: House) -> None:
    house.portal.apps.listing(house.owner())
    lose(house, new_app(), done=True)
    assert len(house.portal.apps.listing(house.owner()).rows) == 1


def test_a_repeat_finds_the_app_of_a_lost_answer_with_its_key(house: House) -> None:
    form = new_app()
    lose(house, form, done=True)
    made = house.apigee.by_app[DANA, NAME].keys[0]
    assert house.create(form) == house.apigee.by_key_id[made.key_id].consumer_key.reveal()
    assert "apps.create" not in house.asked()
    assert house.phases(Action.APP_CREATE) == ["intent", "unknown", "done"]
    assert house.rows(Action.APP_CREATE)[-1].detail == "found"


def test_a_found_app_is_known_from_then_on_and_listed_at_once(house: House) -> None:
    form = new_app()
    lose(house, form, done=True)
    known = house.apigee.by_app.pop((DANA, NAME))
    house.portal.apps.listing(house.owner())
    house.apigee.put_app(DANA, known)
    house.create(form)
    assert list(house.creations.begun.values()) == [known.app_id]
    assert len(house.portal.apps.listing(house.owner()).rows) == 1
    before = house.clock.now()
    house.create(form)
    assert house.clock.now() == before


def test_a_repeat_finds_the_app_under_the_name_it_was_made_with(house: House) -> None:
    for number in range(5):
        house.create(new_app(f"App {number}"))
    form = new_app()
    lose(house, form, done=True)
    house.apigee.page_size = 2
    assert house.create(replace(form, name="app-1", display_name="App 1"))
    assert "apps.create" not in house.asked()
    assert len(house.apigee.by_app) == 6


def test_another_name_too_soon_after_a_lost_answer_sends_nothing(house: House) -> None:
    form = new_app()
    lose(house, form, done=False)
    other = replace(form, name="trips", display_name="Trips")
    with pytest.raises(OutcomeUnknown, match=STILL_CREATED):
        house.create(other)
    assert house.asked() == ["apps.get", "apps.page"]
    house.clock.pass_by(60)
    assert house.create(other)


def test_what_is_noted_of_a_lost_answer_does_not_tell_the_name(house: House) -> None:
    lose(house, new_app(), done=False)
    [plan] = house.creations.plans.values()
    assert plan
    assert NAME not in plan


def test_an_app_that_does_not_exist_is_sent_once_more_at_once(house: House) -> None:
    """Abuse case 21."""
    form = new_app()
    lose(house, form, done=False)
    before = house.clock.now()
    assert house.create(form)
    assert house.clock.now() == before
    assert house.asked() == ["apps.get", "apps.page", "apps.create"]
    assert house.phases(Action.APP_CREATE) == ["intent", "unknown", "intent", "done"]


@pytest.mark.parametrize("seconds", [0, 60])
def test_of_many_repeats_one_sends_it(house: House, seconds: int) -> None:
    form, owner = new_app(), house.owner()
    lose(house, form, done=False)
    house.clock.pass_by(seconds)

    def again() -> str:
        try:
            return house.create(form, owner)
        except OutcomeUnknown:
            return ""

    with ThreadPoolExecutor(6) as pool:
        keys = {pool.submit(again) for _ in range(6)}
        assert {key.result(10) for key in keys} - {""}
    assert house.apigee.calls.count("apps.create") == 1
    assert len(house.apigee.by_app) == 1


def test_an_answer_that_is_lost_twice_is_still_one_app(house: House) -> None:
    form = new_app()
    lose(house, form, done=False)
    house.clock.pass_by(60)
    house.apigee.fail("apps.create", LOST, after=True)
    assert house.create(form)
    assert len(house.apigee.by_app) == 1


@pytest.mark.parametrize("seconds", [0, 60])
def test_a_request_that_arrives_late_at_apigee_makes_no_second_app(
    house: House, seconds: int
) -> None:
    form = new_app()
    lose(house, form, done=False)
    house.clock.pass_by(seconds)
    owner = house.owner()
    page = house.apigee.apps.page

    def arrives(developer: str, *, start: str | None = None) -> object:
        empty = page(developer, start=start)
        house.apigee.apps.create(developer, form)
        return empty

    house.apigee.apps.page = arrives  # type: ignore[assignment,method-assign] # it lands after the look
    made = house.portal.creation.create(owner, ACTOR, NO_ROLES, form)
    assert (made.app.name, len(house.apigee.by_app)) == (NAME, 1)
    assert made.pair is not None


def test_a_look_that_fails_leaves_everything_as_it_was(house: House) -> None:
    form = new_app()
    lose(house, form, done=True)
    house.clock.pass_by(60)
    house.apigee.fail("apps.get", DOWN)
    with pytest.raises(Upstream):
        house.create(form)
    assert list(house.creations.begun.values()) == [None]
    assert house.create(form)
    assert "apps.create" not in house.asked()


def test_a_name_that_is_taken_cannot_be_told_apart_while_apigee_is_silent(house: House) -> None:
    house.create(new_app())
    form = new_app()
    house.apigee.fail("apps.get", DOWN)
    with pytest.raises(Upstream, match=r"Apigee cannot be reached\."):
        house.create(form)
    with pytest.raises(InvalidInput):
        house.create(form)


def test_a_name_that_is_taken_by_something_unseen_is_told_at_its_field(house: House) -> None:
    house.apigee.fail("apps.create", AlreadyExists("Taken."))
    with pytest.raises(InvalidInput) as taken:
        house.create(new_app())
    assert taken.value.fields == {"display_name": NAME_TAKEN}


def test_a_key_that_cannot_be_read_after_a_success_can_be_shown_by_the_form(house: House) -> None:
    form = new_app()
    house.apigee.fail("apps.create", LOST, after=True)
    house.apigee.fail("keys.pair", DOWN)
    created = house.portal.creation.create(house.owner(), ACTOR, NO_ROLES, form)
    assert (created.app.name, created.pair) == (NAME, None)
    assert house.phases(Action.APP_CREATE) == ["intent", "done"]
    assert house.create(form)
    assert len(house.apigee.by_app) == 1


def test_a_process_that_died_on_the_way_leaves_no_dead_form(house: House) -> None:
    form, owner = new_app(), house.owner()
    house.creations.begin(owner.developer_id, form.request_id, house.clock.now())
    house.clock.pass_by(61)
    assert house.create(form)


def test_a_database_that_fails_after_the_work_makes_no_second_app(house: House) -> None:
    form = new_app()
    finished = house.creations.finished

    def breaks(*_claim: str) -> None:
        house.creations.finished = finished  # type: ignore[method-assign] # it works again
        raise OSError("The disk is full.")

    house.creations.finished = breaks  # type: ignore[assignment] # it fails once
    with pytest.raises(OSError, match="disk"):
        house.create(form)
    assert house.create(form)
    assert house.apigee.calls.count("apps.create") == 1


def test_a_log_that_fails_after_the_work_makes_no_second_app(house: House) -> None:
    form = new_app()
    create = house.apigee.apps.create

    def breaks(developer: str, new: NewApp) -> object:
        made = create(developer, new)
        house.audit.error = OSError("The disk is full.")
        return made

    house.apigee.apps.create = breaks  # type: ignore[assignment,method-assign] # the log fails then
    assert house.create(form)
    house.audit.error = None
    assert house.create(form)
    assert house.apigee.calls.count("apps.create") == 1
