"""Replacing a key: a new one at once, the old one until a moment that can still be moved."""

from datetime import timedelta

import pytest

from app.domain.jobs import JobState
from app.domain.keys import ApprovalStatus, KeyProduct
from tests.routes.conftest import Build
from tests.routes.desk import Desk
from tests.routes.house import NOON

REVOKED, PENDING = ApprovalStatus.REVOKED, ApprovalStatus.PENDING
APPROVED = ApprovalStatus.APPROVED


def started(desk: Desk, overlap: str = "24h") -> str:
    """Replace the first key; return the new one's id."""
    path = desk.path("rotation")
    answer = desk.dana.submit(path, {"overlap": overlap}, shows_keys=True)
    assert answer.status == 200
    return desk.app.keys[0].key_id


def desk_of(build: Build, **keys: int) -> Desk:
    """Open Dana's desk in a portal with these rules for keys."""
    house = build(keys=keys)
    house.developer("dana")
    return Desk(house, house.signed_in("dana"))


def test_the_page_offers_every_moment_and_prefers_a_day(desk: Desk) -> None:
    answer = desk.dana.get(desk.path("rotation"))
    values = [item.get("value") for item in answer.page.all("input", name="overlap")]
    assert values == ["1h", "24h", "3d", "7d", "14d", "now"]
    assert answer.page.form(desk.path("rotation")).values["overlap"] == ["24h"]
    assert "fails within about 3 minutes" in answer.text
    again = [desk.dana.get(desk.path("rotation")).calls for _ in range(2)]
    assert (answer.calls, again) == (3, [1, 1])


def test_the_answer_shows_the_new_key_and_when_the_old_one_stops(desk: Desk) -> None:
    answer = desk.dana.submit(desk.path("rotation"), {"overlap": "3d"}, shows_keys=True)
    new = desk.app.keys[0]
    pair = desk.house.apigee.by_key_id[new.key_id]
    assert answer.page.text_of("consumer-key") == pair.consumer_key.reveal()
    assert f"x-apikey: {pair.consumer_key.reveal()}" in answer.page.text_of("curl-1")
    assert "The old key stops 4 Mar 2026, 12:00 UTC" in answer.text
    assert new.products == desk.key().products
    assert not desk.is_off()
    assert "Retiring, stops 4 Mar 2026, 12:00 UTC" in desk.article()
    assert "Active" in desk.article(new.key_id)


def test_without_a_choice_the_old_key_goes_on_for_a_day(desk: Desk) -> None:
    desk.dana.post(desk.path("rotation"), {"request_id": "r1"}, shows_keys=True)
    (job,) = desk.house.jobs.held.values()
    assert job.due_at == NOON + timedelta(days=1)


def test_a_leaked_key_is_turned_off_with_the_same_answer(desk: Desk) -> None:
    answer = desk.dana.submit(desk.path("rotation"), {"overlap": "now"}, shows_keys=True)
    assert "The old key is turned off" in answer.text
    assert desk.is_off()
    assert "Turned off: replaced" in desk.article()


def test_a_leaked_key_goes_on_while_its_replacement_does_not_work(desk: Desk) -> None:
    desk.put(products=(KeyProduct("payments", APPROVED),))
    answer = desk.dana.submit(desk.path("rotation"), {"overlap": "now"}, shows_keys=True)
    assert "The old key is still on" in answer.text
    assert not desk.is_off()
    path = desk.path("rotation")
    assert path in answer.page.links
    refused = desk.dana.post(path, {"do": "stop"})
    assert refused.status == 422
    assert "last working key" in refused.page.text_of("sure-error")
    assert not desk.is_off()
    assert desk.dana.post(path, {"do": "stop", "sure": "yes"}).status == 303
    assert desk.is_off()


def test_the_same_form_twice_makes_one_key(desk: Desk) -> None:
    fields = {"overlap": "1h", "request_id": "r1"}
    first = desk.dana.post(desk.path("rotation"), fields, shows_keys=True)
    again = desk.dana.post(desk.path("rotation"), fields, shows_keys=True)
    assert first.page.text_of("consumer-key") == again.page.text_of("consumer-key")
    assert len(desk.app.keys) == 2


def test_a_second_rotation_of_the_same_key_is_refused(desk: Desk) -> None:
    started(desk)
    fields = {"overlap": "1h", "request_id": "other"}
    answer = desk.dana.post(desk.path("rotation"), fields)
    assert answer.status == 409
    assert "being replaced already" in answer.text
    assert len(desk.app.keys) == 2


@pytest.mark.parametrize(("overlap", "request_id"), [("2d", "r1"), ("24h", ""), ("24h", "a b")])
def test_a_form_that_cannot_be_understood_makes_no_key(
    desk: Desk, overlap: str, request_id: str
) -> None:
    fields = {"overlap": overlap, "request_id": request_id}
    assert desk.dana.post(desk.path("rotation"), fields).status == 422
    assert len(desk.app.keys) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_key_that_is_off_or_over_cannot_be_rotated(desk: Desk, method: str) -> None:
    for change in ({"status": REVOKED}, {"expires_at": NOON}):
        desk.put(**change)
        sent = {"csrf_token": desk.dana.token, "request_id": "r1"} if method == "POST" else None
        answer = desk.dana.open(desk.path("rotation"), method, data=sent)
        assert answer.status == 409
        assert "Add a new key instead." in answer.text
    assert len(desk.app.keys) == 1


def test_the_old_key_can_be_given_more_time(desk: Desk) -> None:
    started(desk, "1h")
    answer = desk.dana.post(desk.path("rotation"), {"do": "extend", "overlap": "7d"})
    assert answer.status == 303
    assert "The old key works until 8 Mar 2026, 12:00 UTC." in desk.dana.follow(answer).text
    assert "Retiring, stops 8 Mar 2026, 12:00 UTC" in desk.article()


def test_a_replacement_can_be_canceled(desk: Desk) -> None:
    new = started(desk)
    answer = desk.dana.post(desk.path("rotation"), {"do": "cancel"})
    assert "The replacement is canceled." in desk.dana.follow(answer).text
    assert [job.state for job in desk.house.jobs.held.values()] == [JobState.CANCELED]
    assert "Retiring" not in desk.article()
    assert not desk.is_off(new)


def test_the_old_key_can_be_stopped_now_and_turned_on_again(desk: Desk) -> None:
    started(desk)
    answer = desk.dana.post(desk.path("rotation"), {"do": "stop"})
    assert answer.status == 303
    assert desk.is_off()
    assert "Turned off by you" in desk.article()


@pytest.mark.parametrize("do", ["extend", "stop", "cancel"])
def test_where_nothing_is_replaced_there_is_nothing_to_change(desk: Desk, do: str) -> None:
    answer = desk.dana.post(desk.path("rotation"), {"do": do, "sure": "yes"})
    assert answer.status == 409
    assert "This key is not being replaced" in answer.text
    assert not desk.is_off()
    gone = desk.path("rotation", "0123456789abcdef")
    assert desk.dana.post(gone, {"do": do}).status == 404


@pytest.mark.parametrize("do", ["extend", "stop", "cancel"])
@pytest.mark.parametrize("first", ["stop", "worker", "now"])
def test_whoever_comes_after_the_old_key_has_stopped_is_told(
    desk: Desk, first: str, do: str
) -> None:
    started(desk, "now" if first == "now" else "1h")
    if first == "stop":
        assert desk.dana.post(desk.path("rotation"), {"do": "stop"}).status == 303
    elif first == "worker":
        (job,) = desk.house.jobs.held.values()
        with desk.house.context():
            desk.house.portal.rotation.retirement.run(job)
    answer = desk.dana.post(desk.path("rotation"), {"do": do})
    assert answer.status == 409
    assert "The old key is turned off already." in answer.text
    assert "/apps/trip" in answer.page.links
    assert desk.house.told().count("key.retire done") == 1
    assert desk.is_off()


@pytest.mark.parametrize("do", ["extend", "cancel"])
def test_whoever_comes_while_the_old_key_is_being_stopped_is_told(desk: Desk, do: str) -> None:
    started(desk, "now")
    desk.put(status=APPROVED)
    desk.house.jobs.claim("worker", timedelta(minutes=1))
    answer = desk.dana.post(desk.path("rotation"), {"do": do, "overlap": "1h"})
    assert answer.status == 409
    assert "being turned off at this moment" in answer.text
    again = desk.dana.post(desk.path("rotation"), {"request_id": "other"})
    assert again.status == 409
    assert "being replaced already" in again.text
    assert len(desk.app.keys) == 2
    assert desk.dana.post(desk.path("rotation"), {"do": "stop"}).status == 303
    assert desk.is_off()


@pytest.mark.parametrize("do", ["stop", "extend", "cancel"])
def test_after_one_tab_has_canceled_the_other_is_told(desk: Desk, do: str) -> None:
    started(desk)
    path = desk.path("rotation")
    assert desk.dana.post(path, {"do": "cancel"}).status == 303
    answer = desk.dana.post(path, {"do": do})
    assert answer.status == 409
    assert "that was canceled" in answer.text
    assert not desk.is_off()


def test_a_key_that_stopped_while_its_form_was_open_is_not_replaced_again(desk: Desk) -> None:
    form = desk.dana.get(desk.path("rotation")).page.form(desk.path("rotation"))
    started(desk, "now")
    again = desk.dana.post(desk.path("rotation"), {"request_id": form.values["request_id"][0]})
    assert again.status == 409
    assert "Add a new key instead." in again.text
    assert len(desk.app.keys) == 2


def test_products_that_could_not_be_carried_over_are_named(desk: Desk) -> None:
    held = (KeyProduct("weather-free", APPROVED), KeyProduct("payments", REVOKED))
    desk.put(products=held)
    answer = desk.dana.submit(desk.path("rotation"), shows_keys=True)
    assert "Payments could not be carried over" in answer.text


def test_a_rotation_keeps_to_its_calls(desk: Desk) -> None:
    desk.dana.get("/products")
    fields = {"overlap": "1h", "request_id": "r1"}
    assert desk.dana.post(desk.path("rotation"), fields, shows_keys=True).calls <= 5


def test_the_form_says_when_the_new_key_ends_and_it_does(desk: Desk) -> None:
    desk.put(issued_at=NOON - timedelta(days=81), expires_at=NOON + timedelta(days=9))
    page = desk.dana.get(desk.path("rotation")).page
    hint = page.text_of("expires_in_days-hint")
    assert hint.startswith("Without a number it ends 30 May 2026, 12:00 UTC")
    assert "as long as this one" in hint
    answer = desk.dana.submit(desk.path("rotation"), shows_keys=True)
    assert desk.app.keys[0].expires_at == NOON + timedelta(days=90)
    assert "It works until 30 May 2026, 12:00 UTC." in answer.text


def test_the_form_can_give_the_new_key_another_end(desk: Desk) -> None:
    desk.put(issued_at=NOON, expires_at=NOON + timedelta(days=9))
    fields = {"expires_in_days": "30"}
    desk.dana.submit(desk.path("rotation"), fields, shows_keys=True)
    assert desk.app.keys[0].expires_at == NOON + timedelta(days=30)


def test_an_end_that_is_not_allowed_is_told_at_its_field_and_makes_no_key(build: Build) -> None:
    desk = desk_of(build, longest_days=60)
    desk.put(issued_at=NOON, expires_at=NOON + timedelta(days=90))
    hint = desk.dana.get(desk.path("rotation")).page.text_of("expires_in_days-hint")
    assert "this one lives longer than a new key may. At most 60 days." in hint
    answer = desk.dana.submit(desk.path("rotation"), {"expires_in_days": "61"})
    assert answer.status == 422
    assert answer.page.text_of("expires_in_days-error") == "Enter a number from 1 to 60."
    assert len(desk.app.keys) == 1


@pytest.mark.parametrize(
    ("keys", "words"),
    [({}, "never expires, like this one"), ({"default_days": 60}, "new keys have an end")],
)
def test_the_form_says_what_follows_a_key_without_an_end(
    build: Build, keys: dict[str, int], words: str
) -> None:
    desk = desk_of(build, **keys)
    assert words in desk.dana.get(desk.path("rotation")).page.text_of("expires_in_days-hint")
