"""The products of a key: more, fewer, asked for again, and taken back."""

import pytest

from app.domain.keys import ApprovalStatus, KeyProduct
from app.domain.notes import Author, NoteKind
from app.domain.products import ApiProduct
from tests.routes.desk import Desk

REVOKED, PENDING = ApprovalStatus.REVOKED, ApprovalStatus.PENDING
APPROVED = ApprovalStatus.APPROVED


def held(desk: Desk) -> dict[str, ApprovalStatus]:
    return {item.name: item.status for item in desk.key().products}


def test_a_key_gets_a_product_and_those_it_has_keep_their_status(desk: Desk) -> None:
    path = desk.path("products")
    form = desk.dana.get(path).page.form(path)
    assert form.values["products"] == ["weather-free"]
    answer = desk.dana.submit(path, {"products": ["weather-free", "payments"]})
    assert "The key's products are changed." in desk.dana.follow(answer).text
    assert held(desk) == {"weather-free": APPROVED, "payments": PENDING}


def test_a_product_is_taken_off_and_the_key_says_that_gateways_lag(desk: Desk) -> None:
    desk.put(
        issued_at=None,
        products=(KeyProduct("weather-free", APPROVED), KeyProduct("payments", APPROVED)),
    )
    desk.dana.submit(desk.path("products"), {"products": "weather-free"})
    assert held(desk) == {"weather-free": APPROVED}
    assert "Updating, up to 3 minutes" in desk.article()


@pytest.mark.parametrize("products", [[], ["ledger"], ["weather-free", "no-such-product"]])
def test_what_may_not_be_chosen_is_told_and_changes_nothing(
    desk: Desk, products: list[str]
) -> None:
    before = desk.key()
    answer = desk.dana.submit(desk.path("products"), {"products": products})
    assert answer.status == 422
    assert answer.page.text_of("products-error")
    assert desk.key() == before


def test_a_product_that_is_not_offered_any_more_can_stay(desk: Desk) -> None:
    desk.put(products=(KeyProduct("gone-1", APPROVED), KeyProduct("weather-free", APPROVED)))
    page = desk.dana.get(desk.path("products"))
    assert "No longer exists on Apigee." in page.text
    desk.dana.submit(desk.path("products"), {"products": ["gone-1", "weather-free", "payments"]})
    assert held(desk) == {"gone-1": APPROVED, "weather-free": APPROVED, "payments": PENDING}


def test_a_product_that_is_deleted_is_not_called_approved(desk: Desk) -> None:
    desk.put(products=(KeyProduct("gone-1", APPROVED), KeyProduct("weather-free", APPROVED)))
    page = desk.dana.get(desk.path("products")).page
    (choice,) = (item for item in page.all("label") if "gone-1" in "".join(item.itertext()))
    said = " ".join("".join(choice.itertext()).split())
    assert (
        said
        == "gone-1 No longer exists on Apigee. Once taken away it cannot be chosen again. Deleted"
    )


def test_a_refused_product_is_asked_for_again(desk: Desk) -> None:
    desk.put(products=(KeyProduct("weather-free", APPROVED), KeyProduct("payments", REVOKED)))
    desk.note(NoteKind.REFUSED, Author.ADMINISTRATOR, "payments", "No contract yet.")
    page = desk.dana.get(desk.path("products"))
    assert "Reason: No contract yet." in page.text
    assert "Ask again for Payments" in page.text
    answer = desk.dana.post(desk.path("products"), {"do": "again", "product": "payments"})
    assert "asked for again" in desk.dana.follow(answer).text
    assert held(desk) == {"weather-free": APPROVED, "payments": PENDING}
    assert "Updating" not in desk.article()


def test_a_refused_product_that_nobody_decides_about_cannot_be_asked_for_again(
    desk: Desk,
) -> None:
    desk.put(products=(KeyProduct("weather-free", REVOKED),))
    page = desk.dana.get(desk.path("products"))
    assert page.page.all("button", name="do") == []
    answer = desk.dana.post(desk.path("products"), {"do": "again", "product": "weather-free"})
    assert answer.status == 422
    assert "was refused for this app" in answer.text
    assert held(desk) == {"weather-free": REVOKED}


def test_a_request_is_withdrawn(desk: Desk) -> None:
    desk.put(products=(KeyProduct("payments", PENDING),))
    answer = desk.dana.post(desk.path("products"), {"do": "withdraw", "product": "payments"})
    assert "The request is withdrawn." in desk.dana.follow(answer).text
    assert held(desk) == {}
    assert "No products" in desk.article()


@pytest.mark.parametrize("do", ["withdraw", "again"])
@pytest.mark.parametrize("product", ["weather-free", "payments", ""])
def test_only_what_waits_is_withdrawn_and_only_what_was_refused_is_asked_for_again(
    desk: Desk, do: str, product: str
) -> None:
    before = desk.key()
    answer = desk.dana.post(desk.path("products"), {"do": do, "product": product})
    assert answer.status == 409
    assert desk.key() == before


def test_saving_twice_changes_nothing_more(desk: Desk) -> None:
    for _ in range(2):
        sent = {"products": ["weather-free", "payments"]}
        assert desk.dana.submit(desk.path("products"), sent).status == 303
    assert held(desk) == {"weather-free": APPROVED, "payments": PENDING}


def test_two_hundred_and_fifty_products_are_a_list_that_can_be_searched(desk: Desk) -> None:
    for number in range(250):
        desk.house.apigee.put_product(ApiProduct(f"p-{number}", f"Product {number}"))
    for path in (desk.path("products"), "/apps/trip/keys/new"):
        page = desk.dana.get(path)
        assert len(page.page.all("input", name="products")) == 252
        assert page.page.all("input", data_filter="product-list")
        assert page.page.all("input", name="products")[0].get("value") == "weather-free"


def test_the_page_costs_one_call(desk: Desk) -> None:
    desk.dana.get(desk.path("products"))
    assert desk.dana.get(desk.path("products")).calls == 1
