"""What the pages of a rotation say of products that the new key does not open, or not yet."""

from dataclasses import replace

import pytest

from app.domain.keys import ApprovalStatus, Key, KeyProduct
from app.domain.products import ApiProduct, Approval
from tests.routes.desk import EMAIL, Desk

APPROVED, PENDING = ApprovalStatus.APPROVED, ApprovalStatus.PENDING


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Dana's key opens a free product, and one that somebody approved."""
    product = ApiProduct("pay", "Payments API", access="public", approval=Approval.MANUAL)
    desk.house.apigee.put_product(product)
    desk.put(products=(KeyProduct("weather-free", APPROVED), KeyProduct("pay", APPROVED)))
    return desk


def new_key(desk: Desk) -> Key:
    return desk.app.keys[0]


def test_the_form_names_what_waits_for_approval_again(two: Desk) -> None:
    text = two.dana.get(two.path("rotation")).text
    assert "Approval is asked for again" in text
    assert "calls to Payments API then fail until it is approved" in text
    assert "If you choose Now, it stops as soon as the new key works for anything" in text


def test_the_form_names_what_is_left_out(two: Desk) -> None:
    two.put(products=(*two.key().products, KeyProduct("gone", APPROVED)))
    text = two.dana.get(two.path("rotation")).text
    assert "gone cannot be carried over" in text
    assert "same products" not in text


def test_the_answer_and_the_page_name_what_would_stop(two: Desk) -> None:
    answer = two.dana.submit(two.path("rotation"), {"overlap": "1h"}, shows_keys=True)
    assert "Payments API waits for approval on the new key." in answer.text
    assert "Until then both work." not in answer.text
    page = two.dana.get(two.path("rotation")).text
    assert "Payments API is approved on the old key only." in page
    assert "Both keys go on working." not in page
    app = two.app
    products = (KeyProduct("weather-free", APPROVED), KeyProduct("pay", APPROVED))
    ready = replace(new_key(two), products=products)
    two.house.apigee.put_app(EMAIL, replace(app, keys=(ready, *app.keys[1:])))
    page = two.dana.get(two.path("rotation")).text
    assert "approved on the old key only" not in page
    assert "Both keys go on working." in page


def test_a_leaked_key_stops_and_the_answer_names_what_stops_with_it(two: Desk) -> None:
    answer = two.dana.submit(two.path("rotation"), {"overlap": "now"}, shows_keys=True)
    assert "Calls to Payments API fail until the new key is approved for it." in answer.text
    assert two.is_off()


@pytest.mark.parametrize("overlap", ["", "now"])
def test_a_key_is_not_extended_by_no_time(two: Desk, overlap: str) -> None:
    two.dana.submit(two.path("rotation"), {"overlap": "1h"}, shows_keys=True)
    (job,) = two.house.jobs.held.values()
    answer = two.dana.post(two.path("rotation"), {"do": "extend", "overlap": overlap})
    assert answer.status == 422
    assert answer.page.text_of("overlap-error") == "Choose how much longer the old key works."
    assert next(iter(two.house.jobs.held.values())).due_at == job.due_at
