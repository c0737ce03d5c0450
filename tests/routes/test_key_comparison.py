"""Comparing a secret with a key's, and what a key is called."""

import pytest

from app.domain.errors import Upstream, UpstreamKind
from tests.routes.conftest import Build
from tests.routes.desk import Desk

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")


def secret(desk: Desk) -> str:
    return desk.house.apigee.by_key_id[desk.key_id].consumer_secret.reveal()


def test_the_right_secret_matches_and_is_not_sent_back(desk: Desk) -> None:
    answer = desk.dana.submit(desk.path("comparison"), {"secret": f" {secret(desk)}\n"})
    assert answer.status == 200
    assert "It matches" in answer.text
    assert secret(desk) not in answer.body
    assert desk.house.told()[-2:] == ["key.verify intent", "key.verify done"]


@pytest.mark.parametrize("typed", ["x", "dé😀", "x" * 4_000, "0" * 16])
def test_any_other_text_does_not_match_and_is_not_sent_back(desk: Desk, typed: str) -> None:
    answer = desk.dana.post(desk.path("comparison"), {"secret": typed})
    assert "It does not match" in answer.text
    assert [item.get("value") for item in answer.page.all("input", name="secret")] == [""]


def test_the_key_itself_and_another_keys_secret_do_not_match(desk: Desk) -> None:
    other = desk.add(desk.house.apigee.new_key("weather-free"))
    pairs = desk.house.apigee.by_key_id
    for value in (pairs[desk.key_id].consumer_key, pairs[other.key_id].consumer_secret):
        answer = desk.dana.post(desk.path("comparison"), {"secret": value.reveal()})
        assert "It does not match" in answer.text


def test_nothing_to_compare_is_an_error_at_the_field(desk: Desk) -> None:
    answer = desk.dana.post(desk.path("comparison"), {"secret": "  "})
    assert answer.status == 422
    assert answer.page.text_of("secret-error")
    assert "keys.pair" not in desk.house.apigee.calls


def test_a_part_of_the_page_says_the_same(desk: Desk) -> None:
    fields = {"secret": secret(desk)}
    answer = desk.dana.post(desk.path("comparison"), fields, with_htmx=True)
    assert "It matches" in answer.text


def test_comparing_is_limited_like_showing(build: Build) -> None:
    house = build(limits={"multiplier": 1})
    house.developer("dana")
    desk = Desk(house, house.signed_in("dana"))
    path = desk.path("comparison")
    answers = [desk.dana.post(path, {"secret": "guess"}).status for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_while_apigee_is_down_nothing_is_said_about_the_secret(desk: Desk) -> None:
    desk.house.apigee.fail("keys.pair", DOWN)
    answer = desk.dana.post(desk.path("comparison"), {"secret": secret(desk)})
    assert answer.status == 503
    assert desk.house.told()[-1] == "key.verify failed"


def test_a_key_gets_a_label_and_loses_it_again(desk: Desk) -> None:
    path = desk.path("label")
    answer = desk.dana.submit(path, {"label": " Blue <b>box</b>  "})
    assert "The key's label is changed." in desk.dana.follow(answer).text
    assert "Blue <b>box</b>" in desk.article()
    assert desk.dana.get(path).page.form(path).values["label"] == ["Blue <b>box</b>"]
    desk.dana.submit(path, {"label": ""})
    assert "Key 1" in desk.article()


@pytest.mark.parametrize("label", ["x" * 61, "a\u202eb", "a\x00b"])
def test_a_label_that_cannot_be_used_is_told_at_its_field(desk: Desk, label: str) -> None:
    answer = desk.dana.post(desk.path("label"), {"label": label})
    assert answer.status == 422
    assert "at most 60 characters" in answer.page.text_of("label-error")
    assert "Key 1" in desk.article()
