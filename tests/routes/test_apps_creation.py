"""Creating an app: the form, what it refuses, and the one page with the key."""

import re
from collections.abc import Mapping

import pytest

from app.domain.developers import DeveloperStatus
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from tests.routes.client import Answer, Browser
from tests.routes.house import House

LOST = OutcomeUnknown(UpstreamKind.TIMEOUT, "Apigee's answer was lost.")
BUSY = Upstream(UpstreamKind.BUSY, "Apigee is busy. Try again in a minute.", retry_after=7)
BIDI = "a\u202eb"


def create(browser: Browser, name: str = "Trip planner", **fields: str | list[str]) -> Answer:
    """Fill in the form and send it."""
    known: dict[str, str | list[str]] = {"display_name": name, "products": ["weather-free"]}
    return browser.submit("/apps/new", {**known, **fields}, shows_keys=True)


def without_token(values: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return a form's values; its token is new with every second."""
    return {name: value for name, value in values.items() if name != "csrf_token"}


def names(house: House) -> list[str]:
    """Return the apps that are on Apigee."""
    return sorted(name for _email, name in house.apigee.by_app)


def test_the_form_offers_the_products_of_the_person(dana: Browser) -> None:
    page = dana.get("/apps/new").page
    offered = [item.get("value") for item in page.all("input", name="products")]
    assert offered == ["payments", "weather-free"]


def test_the_form_costs_the_catalogue_and_the_status_once(dana: Browser) -> None:
    assert dana.get("/apps/new").calls == 2
    assert dana.get("/apps/new").calls == 0


def test_a_product_of_the_address_is_ticked(dana: Browser) -> None:
    page = dana.get("/apps/new?products=payments").page
    ticked = [item.get("value") for item in page.all("input", name="products", checked="")]
    assert ticked == ["payments"]


def test_typing_a_name_answers_the_internal_name_without_asking_apigee(
    house: House, dana: Browser
) -> None:
    house.apigee.calls.clear()
    answer = dana.get("/apps/new?display_name=Trip+Planner+2", with_htmx=True)
    assert "trip-planner-2" in answer.page.text_of("internal-name")
    assert answer.calls == 0
    assert house.apigee.calls == []
    refused = dana.get("/apps/new?display_name=%20", with_htmx=True)
    assert "The internal name is made from it" in refused.text


def test_the_answer_to_creating_is_the_page_with_the_key(house: House, dana: Browser) -> None:
    dana.get("/apps/new")
    answer = create(dana)
    assert answer.status == 200
    assert answer.page.heading == "Trip planner is created"
    pair = next(iter(house.apigee.by_key_id.values()))
    assert answer.page.text_of("consumer-key") == pair.consumer_key.reveal()
    assert answer.page.text_of("consumer-secret") == pair.consumer_secret.reveal()
    assert f"x-apikey: {pair.consumer_key.reveal()}" in answer.page.text_of("curl-1")
    [reference] = [each for each in answer.page.links if each.startswith("/apis/")]
    assert dana.get(reference).status == 200
    assert answer.calls <= 2
    assert house.told()[-2:] == ["app.create intent", "app.create done"]


def test_the_key_is_on_no_page_after_that(dana: Browser) -> None:
    create(dana)
    for path in ("/apps", "/apps/trip-planner", "/apps/trip-planner/deletion", "/"):
        assert dana.get(path).status == 200  # the browser of the tests looks for keys itself


def test_a_product_that_needs_approval_waits(dana: Browser) -> None:
    answer = create(dana, products=["weather-free", "payments"])
    assert "Waiting for approval" in answer.text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Enter a name."),
        ("   ", "Enter a name."),
        ("a\x00b", "Remove characters that cannot be seen"),
        ("a\nb", "Remove characters that cannot be seen"),
        (BIDI, "Remove characters that cannot be seen"),
        ("x" * 256, "Use at most 255 characters."),
    ],
)
def test_a_bad_name_is_told_at_its_field_and_creates_nothing(
    house: House, dana: Browser, name: str, told: str
) -> None:
    answer = create(dana, name)
    assert answer.status == 422
    assert told in answer.page.text_of("display_name-error")
    field = answer.page.by_id("display_name")
    assert field is not None
    assert field.get("aria-invalid") == "true"
    assert answer.page.title.startswith("Error: ")
    assert names(house) == []


@pytest.mark.parametrize("name", ["50% #1", "é", "Größe?", "日本", "<b>&amp;", "{{7*7}}"])
def test_any_other_name_works_end_to_end(house: House, dana: Browser, name: str) -> None:
    """Abuse case 10."""
    created = create(dana, name)
    assert created.status == 200
    assert created.page.heading == f"{name} is created"
    internal = names(house)[0]
    assert re.fullmatch(r"[a-z0-9-]+", internal)
    shown = dana.get(f"/apps/{internal}")
    assert shown.page.heading == name
    assert name in dana.get("/apps").text
    gone = dana.submit(f"/apps/{internal}/deletion", {"confirm_name": name})
    assert "The app is deleted." in dana.follow(gone).text


def test_an_app_without_a_product_is_refused(house: House, dana: Browser) -> None:
    answer = create(dana, products=[])
    assert answer.status == 422
    assert answer.page.text_of("products-error") == "Choose at least one product."
    assert names(house) == []


@pytest.mark.parametrize("product", ["maps-partner", "ledger", "no-such-product"])
def test_a_product_that_is_not_the_persons_is_refused_like_a_missing_one(
    house: House, dana: Browser, product: str
) -> None:
    answer = create(dana, products=["weather-free", product])
    assert answer.status == 422
    assert "is not available" in answer.page.text_of("products-error")
    assert names(house) == []


@pytest.mark.parametrize(
    "callback",
    ["javascript:alert(1)", "http://evil.example", "https://", "ftp://a.example", "https://a@b.c"],
)
def test_a_bad_callback_is_told_at_its_field_and_creates_nothing(
    house: House, dana: Browser, callback: str
) -> None:
    answer = create(dana, callback_url=callback)
    assert answer.status == 422
    assert answer.page.text_of("callback_url-error")
    field = answer.page.by_id("callback_url")
    assert field is not None
    assert field.get("value") == callback
    assert names(house) == []


def test_a_long_description_is_refused_and_kept_in_the_form(dana: Browser) -> None:
    answer = create(dana, description="x" * 1001)
    assert "at most 1000" in answer.page.text_of("description-error")
    assert answer.page.text_of("description") == "x" * 1001


def test_a_refused_form_keeps_what_was_ticked_and_its_request(dana: Browser) -> None:
    answer = create(dana, "", products=["payments"])
    form = answer.page.form("/apps/new")
    assert form.values["products"] == ["payments"]
    assert len(form.values["request_id"][0]) == 32


@pytest.mark.parametrize("request_id", ["", "x" * 65, "../etc"])
def test_a_form_without_its_request_number_is_refused(
    house: House, dana: Browser, request_id: str
) -> None:
    answer = create(dana, request_id=request_id)
    assert answer.status == 422
    assert "Reload the page" in answer.text
    assert names(house) == []


def test_a_name_that_is_taken_is_told_at_its_field(house: House, dana: Browser) -> None:
    create(dana)
    answer = create(dana)
    assert answer.status == 422
    assert "There is an app with this name already" in answer.page.text_of("display_name-error")
    assert names(house) == ["trip-planner"]


def test_the_same_form_sent_twice_makes_one_app_and_shows_its_key_again(
    house: House, dana: Browser
) -> None:
    """Abuse case 9."""
    values = dana.get("/apps/new").page.form("/apps/new").values
    fields = {**values, "display_name": ["Trip planner"], "products": ["weather-free"]}
    first = dana.post("/apps/new", fields, shows_keys=True)
    second = dana.post("/apps/new", fields, shows_keys=True)
    assert names(house) == ["trip-planner"]
    assert first.page.text_of("consumer-key") == second.page.text_of("consumer-key") != ""


def test_a_display_name_that_another_app_was_given_later_is_refused_too(
    house: House, dana: Browser
) -> None:
    create(dana)
    dana.submit("/apps/trip-planner/edit", {"display_name": "Night run"})
    dana.get("/apps")
    answer = create(dana, "Night run!")
    assert answer.status == 422
    assert "There is an app with this name already" in answer.page.text_of("display_name-error")
    assert names(house) == ["trip-planner"]


def test_typing_a_name_says_at_once_that_it_is_taken(house: House, dana: Browser) -> None:
    create(dana)
    dana.get("/apps")
    house.apigee.calls.clear()
    taken = dana.get("/apps/new?display_name=trip+PLANNER", with_htmx=True)
    assert "You already have an app with the name trip-planner" in " ".join(
        taken.page.text_of("internal-name").split()
    )
    free = dana.get("/apps/new?display_name=trip+planner+2", with_htmx=True)
    assert "already" not in free.page.text_of("internal-name")
    assert house.apigee.calls == []


def test_a_form_that_made_an_app_says_so_when_it_is_sent_with_another_name(
    house: House, dana: Browser
) -> None:
    values = dana.get("/apps/new").page.form("/apps/new").values
    fields = {**values, "display_name": ["Trip planner"], "products": ["weather-free"]}
    dana.post("/apps/new", fields, shows_keys=True)
    fields["display_name"] = ["Night run"]
    second = dana.post("/apps/new", fields, shows_keys=True)
    assert second.page.heading == "Trip planner was created before"
    assert "No app named “Night run” was made." in second.text
    assert "/apps/new?products=weather-free" in second.page.links
    assert names(house) == ["trip-planner"]


def test_fields_that_the_form_does_not_have_are_ignored(house: House, dana: Browser) -> None:
    """Abuse case 27."""
    house.developer("bob")
    extra = {
        "status": "approved",
        "scopes": "admin",
        "developerEmail": "bob@example.com",
        "developer_email": "bob@example.com",
        "appId": "1",
        "name": "other",
        "keyExpiresIn": "-1",
        "attributes": "x",
    }
    fields = {"display_name": "Trip planner", "products": "weather-free", **extra}
    answer = dana.submit("/apps/new", fields, shows_keys=True)
    assert answer.status == 200
    made = house.apigee.by_app["dana@example.com", "trip-planner"]
    assert names(house) == ["trip-planner"]
    assert made.scopes == ()
    assert {item.name for item in made.attributes} == {"DisplayName", "portal_request_id"}
    assert made.keys[0].expires_at is None


def test_creating_is_refused_with_a_clear_text_while_apigee_is_busy(
    house: House, dana: Browser
) -> None:
    dana.get("/apps/new")
    house.apigee.fail("apps.create", BUSY)
    answer = create(dana)
    assert answer.status == 503
    assert "Apigee is busy" in answer.text
    assert answer.header("Retry-After") == "7"
    assert names(house) == []
    assert house.told()[-2:] == ["app.create intent", "app.create failed"]
    assert create(dana).status == 200


@pytest.mark.parametrize("error", [BUSY, LOST])
def test_what_was_typed_is_kept_while_apigee_is_away(
    house: House, dana: Browser, error: Upstream
) -> None:
    typed = {**dana.get("/apps/new").page.form("/apps/new").values, "description": ["Plans."]}
    typed |= {"display_name": ["Trip planner"], "products": ["weather-free"]}
    house.apigee.fail("apps.create", error)
    answer = dana.post("/apps/new", typed)
    assert answer.status == 503
    assert error.message in answer.text
    again = answer.page.form("/apps/new").values
    assert without_token(again) == without_token(typed)
    assert dana.post("/apps/new", again, shows_keys=True).status == 200
    assert names(house) == ["trip-planner"]


def test_a_lost_answer_still_ends_on_the_page_with_the_key(house: House, dana: Browser) -> None:
    dana.get("/apps/new")
    house.apigee.fail("apps.create", LOST, after=True)
    answer = create(dana)
    assert answer.status == 200
    assert answer.page.text_of("consumer-key")
    assert names(house) == ["trip-planner"]


def test_without_the_catalogue_the_form_says_why_it_is_missing(house: House, dana: Browser) -> None:
    house.apigee.fail("products.all", BUSY)
    answer = dana.get("/apps/new")
    assert answer.status == 200
    assert "Products cannot be read right now" in answer.text


def test_without_any_product_the_form_says_whom_to_ask(house: House, dana: Browser) -> None:
    house.apigee.by_product.clear()
    assert "No products for you yet" in dana.get("/apps/new").text


def test_an_inactive_developer_may_create_and_the_key_is_blocked_from_birth(house: House) -> None:
    """Abuse case 8."""
    house.developer("ines", DeveloperStatus.INACTIVE)
    answer = create(house.signed_in("ines"))
    assert answer.status == 200
    assert "Your developer account is inactive" in answer.text
    assert "Blocked while your account is inactive" in answer.text
    assert "It works from your own machine" not in answer.text
    assert "once your account is active" in answer.text
    assert "Approved" not in answer.text


def test_creating_needs_a_sign_in(house: House, anonymous: Browser) -> None:
    answer = anonymous.post("/apps/new", {"display_name": "x", "products": "weather-free"})
    assert answer.status == 302
    assert answer.location.startswith("/sign-in")
    partial = anonymous.post("/apps/new", {"display_name": "x"}, with_htmx=True)
    assert partial.status == 401
    assert partial.header("HX-Redirect").startswith("/sign-in")
    assert names(house) == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Billing / invoices", "billing-invoices"),
        ("C:\\tools", "c-tools"),
        ("..", "app-"),
        ("50 % & more? #1 <b>", "50-more-1-b"),
    ],
)
def test_a_display_name_is_kept_as_typed_and_only_the_internal_name_is_plain(
    house: House, dana: Browser, typed: str, name: str
) -> None:
    assert create(dana, typed).status == 200
    [made] = names(house)
    assert made.startswith(name)
    assert house.apigee.by_app["dana@example.com", made].display_name == typed
    assert dana.get(f"/apps/{made}").page.heading == typed
