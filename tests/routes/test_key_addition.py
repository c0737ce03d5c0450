"""Adding a key: once for each form, within the policy, and shown in the answer."""

import pytest

from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from app.domain.keys import ApprovalStatus
from tests.routes.conftest import Build
from tests.routes.desk import Desk

NEW = "/apps/trip/keys/new"
DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")


def test_a_key_is_added_with_its_label_products_and_end(desk: Desk) -> None:
    chosen = ["payments", "weather-free"]
    fields: dict[str, str | list[str]] = {
        "label": " Blue  box ",
        "products": chosen,
        "expires_in_days": "30",
    }
    answer = desk.dana.submit(NEW, fields, shows_keys=True)
    assert answer.status == 200
    made = desk.app.keys[0]
    pair = desk.house.apigee.by_key_id[made.key_id]
    assert answer.page.text_of("consumer-key") == pair.consumer_key.reveal()
    assert answer.page.text_of("consumer-secret") == pair.consumer_secret.reveal()
    assert f"API_KEY={pair.consumer_key.reveal()}" in answer.page.text_of("env")
    assert f"x-apikey: {pair.consumer_key.reveal()}" in answer.page.text_of("curl-1")
    assert "Payments Waiting for approval" in answer.text
    assert made.expires_at is not None
    assert (made.expires_at - desk.house.clock.now()).days == 30
    assert "Blue box" in desk.article(made.key_id)
    assert desk.house.told()[-2:] == ["key.add intent", "key.add done"]


def test_a_label_that_another_key_has_is_refused_and_the_same_form_again_is_not(
    desk: Desk,
) -> None:
    fields: dict[str, str | list[str]] = {"label": "Blue box", "products": ["weather-free"]}
    fields |= {"request_id": "abc123"}
    made = desk.dana.submit(NEW, fields, shows_keys=True)
    again = desk.dana.submit(NEW, fields, shows_keys=True)
    assert made.page.text_of("consumer-key") == again.page.text_of("consumer-key")
    refused = desk.dana.submit(NEW, {**fields, "request_id": "abc124"})
    assert refused.status == 422
    assert "Another key of this app is called that" in refused.page.text_of("label-error")
    assert len(desk.app.keys) == 2
    given = desk.dana.submit(
        NEW, {**fields, "request_id": "abc124", "label": "Red"}, shows_keys=True
    )
    assert given.status == 200


def test_the_form_ticks_the_newest_keys_products_first(desk: Desk) -> None:
    answer = desk.dana.get(NEW)
    boxes = answer.page.all("input", type="checkbox")
    assert [(box.get("value"), "checked" in box.attrib) for box in boxes] == [
        ("weather-free", True),
        ("payments", False),
    ]
    asked = desk.dana.get(f"{NEW}?products=payments").page.form(NEW)
    assert asked.values["products"] == ["payments"]


def test_the_page_and_the_answer_keep_to_their_calls(desk: Desk) -> None:
    desk.dana.get(NEW)
    assert desk.dana.get(NEW).calls == 1
    fields = {"products": "weather-free", "request_id": "r1"}
    assert desk.dana.post(NEW, fields, shows_keys=True).calls == 4


def test_the_same_form_twice_makes_one_key_and_shows_it_again(desk: Desk) -> None:
    fields = {"products": "weather-free", "request_id": "r1"}
    first = desk.dana.post(NEW, fields, shows_keys=True)
    again = desk.dana.post(NEW, fields, shows_keys=True)
    assert first.page.text_of("consumer-key") == again.page.text_of("consumer-key")
    assert len(desk.app.keys) == 2


@pytest.mark.parametrize(
    ("fields", "place", "text"),
    [
        ({}, "products-error", "Choose at least one product."),
        ({"products": "ledger"}, "products-error", "is not available"),
        ({"products": "weather-free", "label": "x" * 61}, "label-error", "at most 60"),
        ({"products": "weather-free", "expires_in_days": "0"}, "expires_in_days-error", "from 1"),
        ({"products": "weather-free", "expires_in_days": "91"}, "expires_in_days-error", "to 90."),
        ({"products": "weather-free", "expires_in_days": "1e1"}, "expires_in_days-error", "whole"),
        ({"products": "weather-free", "expires_in_days": "²"}, "expires_in_days-error", "whole"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_makes_no_key(
    build: Build, fields: dict[str, str], place: str, text: str
) -> None:
    house = build(keys={"longest_days": 90})
    house.developer("dana")
    desk = Desk(house, house.signed_in("dana"))
    answer = desk.dana.post(NEW, {"request_id": "r1", **fields})
    assert answer.status == 422
    assert text in answer.page.text_of(place)
    assert len(desk.app.keys) == 1
    assert answer.page.form(NEW).values["request_id"] == ["r1"]
    good = {"products": "weather-free", "request_id": "r1"}
    assert desk.dana.post(NEW, good, shows_keys=True).status == 200


def test_without_a_number_the_policys_days_are_used(build: Build) -> None:
    house = build(keys={"longest_days": 90, "default_days": 30})
    house.developer("dana")
    desk = Desk(house, house.signed_in("dana"))
    assert "Without a number: 30 days. At most 90." in desk.dana.get(NEW).text
    desk.dana.submit(NEW, shows_keys=True)
    made = desk.app.keys[0]
    assert made.expires_at is not None
    assert (made.expires_at - house.clock.now()).days == 30


def test_a_form_without_a_usable_request_id_makes_no_key(desk: Desk) -> None:
    answer = desk.dana.post(NEW, {"products": "weather-free"})
    assert answer.status == 422
    assert "Reload the page" in answer.text
    assert len(desk.app.keys) == 1


def test_a_product_of_manual_approval_waits_whatever_is_sent(desk: Desk) -> None:
    fields = {"products": "payments", "request_id": "r1", "status": "approved"}
    desk.dana.post(NEW, fields, shows_keys=True)
    (item,) = desk.app.keys[0].products
    assert item.status is ApprovalStatus.PENDING


def test_apigee_falling_silent_after_the_key_was_made_still_shows_it(desk: Desk) -> None:
    house = desk.house
    desk.dana.get("/products")

    def observe(operation: str, _status: int, _seconds: float) -> None:
        if operation == "keys.add_products":
            house.apigee.fail("apps.get", DOWN)

    house.apigee.observe = observe
    answer = desk.dana.post(NEW, {"products": "weather-free", "request_id": "r1"}, shows_keys=True)
    assert answer.status == 200
    made = house.apigee.by_key_id[desk.app.keys[0].key_id]
    assert answer.page.text_of("consumer-key") == made.consumer_key.reveal()


def test_a_lost_answer_says_so_and_the_same_form_then_shows_the_key(desk: Desk) -> None:
    desk.house.apigee.fail(
        "keys.add_products",
        OutcomeUnknown(UpstreamKind.TIMEOUT, "The answer was lost."),
        after=True,
    )
    fields = {"products": "weather-free", "request_id": "r1"}
    assert desk.dana.post(NEW, fields).status == 503
    again = desk.dana.post(NEW, fields, shows_keys=True)
    assert again.status == 200
    assert len(desk.app.keys) == 2


def test_the_form_says_so_when_apigee_is_down(desk: Desk) -> None:
    desk.house.apigee.fail("*", DOWN)
    desk.house.apigee.fail("*", DOWN)
    assert desk.dana.get(NEW).status == 503


def test_the_summary_of_errors_follows_the_page(desk: Desk) -> None:
    fields = {"display_name": "", "request_id": "r1"}
    answer = desk.dana.post("/apps/new", fields)
    wrong = [link for link in answer.page.links if link in {"#display_name", "#products"}]
    assert wrong == ["#display_name", "#products"]
