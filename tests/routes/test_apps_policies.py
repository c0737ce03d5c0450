"""What the operator's settings say of new apps: in the form, when it is sent, on Apigee."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House

DANA = "dana@example.com"


def house_with(build: Build, **apps: object) -> tuple[House, Browser]:
    """Return a portal with these settings of ``[apps]``, and Dana's browser."""
    made = build(apps=apps)
    made.developer("dana")
    return made, made.signed_in("dana")


def create(browser: Browser, **fields: Any) -> Answer:  # noqa: ANN401 - texts and lists of them
    known = {"display_name": "Trip planner", "products": ["weather-free"], **fields}
    return browser.submit("/apps/new", known, shows_keys=True)


def products_of(house: House, name: str = "trip-planner") -> list[str]:
    return list(house.apigee.by_app[DANA, name].products)


def test_a_required_product_is_shown_as_fixed_and_always_added(build: Build) -> None:
    house, dana = house_with(build, required_products=["payments"])
    page = dana.get("/apps/new").page
    assert [item.get("value") for item in page.all("input", name="products")] == ["weather-free"]
    assert "Included" in page.text_of("product-list")
    assert create(dana).status == 200
    assert products_of(house) == ["payments", "weather-free"]


def test_only_the_required_products_are_enough(build: Build) -> None:
    house, dana = house_with(build, required_products=["payments"])
    assert create(dana, products=[]).status == 200
    assert products_of(house) == ["payments"]


@pytest.mark.parametrize("product", ["maps-partner", "no-such-product"])
def test_a_required_product_that_is_not_open_stops_creating_with_a_clear_text(
    build: Build, product: str
) -> None:
    house, dana = house_with(build, required_products=[product])
    page = dana.get("/apps/new")
    assert "Every app here needs a product that is not open to its developer" in page.text
    sent = {"display_name": "x", "products": "weather-free", "request_id": "r1"}
    answer = dana.post("/apps/new", sent)
    assert answer.status == 422
    assert house.apigee.by_app == {}


def test_default_products_are_ticked_until_others_are_asked_for(build: Build) -> None:
    _house, dana = house_with(build, default_products=["weather-free"])

    def ticked(path: str) -> list[str | None]:
        page = dana.get(path).page
        return [item.get("value") for item in page.all("input", name="products", checked="")]

    assert ticked("/apps/new") == ["weather-free"]
    assert ticked("/apps/new?products=payments") == ["payments"]


def test_one_product_is_a_choice_of_one_and_checked_when_it_is_sent(build: Build) -> None:
    house, dana = house_with(build, one_product=True)
    page = dana.get("/apps/new").page
    assert {item.get("type") for item in page.all("input", name="products")} == {"radio"}
    answer = create(dana, products=["weather-free", "payments"])
    assert answer.status == 422
    assert answer.page.text_of("products-error") == "Choose exactly one product."
    assert create(dana, products=["payments"]).status == 200
    assert products_of(house) == ["payments"]


def test_the_one_product_may_be_the_required_one(build: Build) -> None:
    house, dana = house_with(build, one_product=True, required_products=["payments"])
    assert dana.get("/apps/new").page.all("input", name="products") == []
    assert create(dana, products=["weather-free"]).status == 422
    assert create(dana, products=[]).status == 200
    assert products_of(house) == ["payments"]


def test_without_callbacks_there_is_no_field_and_none_is_written(build: Build) -> None:
    house, dana = house_with(build, callback="never")
    assert dana.get("/apps/new").page.by_id("callback_url") is None
    assert create(dana, callback_url="javascript:alert(1)").status == 200
    assert house.apigee.by_app[DANA, "trip-planner"].callback_url == ""


def test_a_scheme_of_an_app_is_accepted_where_the_operator_does(build: Build) -> None:
    house, dana = house_with(build, callback_schemes=["com.example.trip"])
    assert "com.example.trip:" in dana.get("/apps/new").text
    assert create(dana, callback_url="other:/back").status == 422
    assert create(dana, callback_url="com.example.trip:").status == 422
    assert create(dana, callback_url="com.example.trip:/back").status == 200
    made = house.apigee.by_app[DANA, "trip-planner"]
    assert made.callback_url == "com.example.trip:/back"


def test_who_has_as_many_apps_as_allowed_is_told_the_number(build: Build) -> None:
    house, dana = house_with(build, per_developer=2)
    assert create(dana, display_name="One").status == 200
    assert create(dana, display_name="Two").status == 200
    page = dana.get("/apps/new")
    assert "There are 2 apps, the most that one developer may have here" in page.text
    assert page.page.all("input", name="display_name") == []
    sent = {"display_name": "Three", "products": "weather-free", "request_id": "r3"}
    answer = dana.post("/apps/new", sent)
    assert answer.status == 422
    assert "There are 2 apps" in answer.text
    assert len(house.apigee.by_app) == 2
    assert house.told()[-2:] == ["app.create intent", "app.create failed"]


def test_the_same_form_shows_its_app_again_though_there_is_no_room_for_another(
    build: Build,
) -> None:
    house, dana = house_with(build, per_developer=1)
    values = {**dana.get("/apps/new").page.form("/apps/new").values}
    fields = {**values, "display_name": ["Trip planner"], "products": ["weather-free"]}
    first = dana.post("/apps/new", fields, shows_keys=True)
    second = dana.post("/apps/new", fields, shows_keys=True)
    assert first.page.text_of("consumer-key") == second.page.text_of("consumer-key") != ""
    assert len(house.apigee.by_app) == 1


def test_counting_costs_one_call_more_and_only_where_there_is_a_limit(build: Build) -> None:
    house, dana = house_with(build, per_developer=5)
    values = {**dana.get("/apps/new").page.form("/apps/new").values}
    house.apigee.calls.clear()
    fields = {**values, "display_name": ["Trip planner"], "products": ["weather-free"]}
    answer = dana.post("/apps/new", fields, shows_keys=True)
    assert answer.status == 200
    assert house.apigee.calls[:2] == ["apps.names", "apps.create"]


@pytest.mark.parametrize(
    ("keys", "asked", "days"),
    [
        ({}, "", None),
        ({}, "30", 30),
        ({"default_days": 90}, "", 90),
        ({"default_days": 90, "longest_days": 365}, "200", 200),
        ({"longest_days": 365}, "", 365),
    ],
)
def test_a_key_lives_as_long_as_was_asked_for_within_the_policy(
    build: Build, keys: dict[str, int], asked: str, days: int | None
) -> None:
    house = build(keys=keys)
    house.developer("dana")
    assert create(house.signed_in("dana"), expires_in_days=asked).status == 200
    ends = house.apigee.by_app[DANA, "trip-planner"].keys[0].expires_at
    expected = None if days is None else house.clock.now() + timedelta(days=days)
    assert ends == expected


@pytest.mark.parametrize("asked", ["0", "-1", "366", "1.5", "tomorrow", "٣"])
def test_a_lifetime_that_is_not_allowed_is_told_at_its_field(build: Build, asked: str) -> None:
    house = build(keys={"longest_days": 365})
    house.developer("dana")
    dana = house.signed_in("dana")
    assert "At most 365." in dana.get("/apps/new").text
    answer = create(dana, expires_in_days=asked)
    assert answer.status == 422
    assert answer.page.text_of("expires_in_days-error")
    assert answer.page.form("/apps/new").values["expires_in_days"] == [asked]
    assert house.apigee.by_app == {}


RULES = """
class Rules:
    def may_request(self, person, product):
        return "It is for partners." if product.name == "payments" else None
    def before_write(self, write):
        return "Say what it is for." if not write.values.get("description") else None
    def after_write(self, write):
        pass
"""


def test_the_operators_own_class_speaks_in_the_form_and_when_it_is_sent(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "form_rules.py").write_text(RULES)
    monkeypatch.syspath_prepend(str(tmp_path))
    house = build(policy="form_rules:Rules")
    house.developer("dana")
    dana = house.signed_in("dana")
    page = dana.get("/apps/new")
    assert "Not for you: It is for partners." in page.text
    assert "payments" not in [
        item.get("value")
        for item in page.page.all("input", name="products")
        if "disabled" not in item.attrib
    ]
    refused = create(dana, products=["payments"], description="x")
    assert refused.page.text_of("products-error") == "Payments: It is for partners."
    silent = create(dana)
    assert silent.status == 422
    assert "Say what it is for." in silent.text
    assert house.apigee.by_app == {}
    assert create(dana, description="Trips.").status == 200


ATTRIBUTES = {
    "attributes": {"cost_center": "Cost center", "tier": "Tier"},
    "editable_attributes": ["cost_center"],
}


def attributes_of(house: House) -> dict[str, str]:
    return {item.name: item.value for item in house.apigee.by_app[DANA, "trip-planner"].attributes}


def test_attributes_that_developers_edit_are_in_the_form_of_a_new_app(build: Build) -> None:
    house, dana = house_with(build, **ATTRIBUTES)
    values = dana.get("/apps/new").page.form("/apps/new").values
    assert [name for name in values if "[" in name] == ["attributes[cost_center]"]
    sent = {"attributes[cost_center]": " 4711 ", "attributes[tier]": "gold"}
    assert create(dana, **sent).status == 200
    held = attributes_of(house)
    assert (held["cost_center"], "tier" in held) == ("4711", False)


def test_an_attribute_that_is_left_empty_is_not_made(build: Build) -> None:
    house, dana = house_with(build, **ATTRIBUTES)
    assert create(dana).status == 200
    assert "cost_center" not in attributes_of(house)


def test_an_attribute_that_cannot_be_used_is_told_at_its_field(build: Build) -> None:
    house, dana = house_with(build, **ATTRIBUTES)
    long = {"attributes[cost_center]": "x" * 2001}
    answer = create(dana, **long)
    assert answer.status == 422
    assert "at most 2000" in answer.page.text_of("attributes[cost_center]-error")
    assert answer.page.form("/apps/new").values["attributes[cost_center]"] == ["x" * 2001]
    assert house.apigee.by_app == {}


def test_no_attribute_takes_the_place_of_what_the_portal_writes(build: Build) -> None:
    reserved = {"attributes[DisplayName]": "x", "attributes[portal_request_id]": "x"}
    house, dana = house_with(build, **ATTRIBUTES)
    assert create(dana, **reserved).status == 200
    assert attributes_of(house)["DisplayName"] == "Trip planner"


@pytest.mark.parametrize(("reveal", "is_once"), [("once", True), ("always", False)])
def test_the_form_says_whether_a_key_is_shown_again(
    build: Build, reveal: str, *, is_once: bool
) -> None:
    house = build(keys={"reveal": reveal})
    house.developer("dana")
    dana = house.signed_in("dana")
    form = dana.get("/apps/new").text
    assert ("They are shown there and never again" in form) == is_once
    assert ("You can show them again later" in form) != is_once
    assert ("and shows it again" in create(dana).text) != is_once
