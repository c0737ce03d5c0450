"""Editing an app: what may be changed, what stays, and who was faster."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.apps import DeveloperApp
from app.domain.attributes import Attribute
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House

DANA = "dana@example.com"
PATH = "/apps/trip/edit"
APPS = {
    "attributes": {"cost_center": "Cost center", "tier": "Tier"},
    "editable_attributes": ["cost_center"],
}
HELD = (
    Attribute("DisplayName", "Trip"),
    Attribute("tier", "gold"),
    Attribute("cost_center", "4711"),
    Attribute("written by hand", "keep me"),
)


def put(house: House, **facts: object) -> None:
    """Give Dana an app with attributes of all kinds."""
    apigee = house.apigee
    apigee.add_app(DANA, "trip", apigee.new_key("weather-free"))
    known = {"attributes": HELD, "callback_url": "https://old.example/back", **facts}
    apigee.put_app(DANA, replace(app(house), **known))  # type: ignore[arg-type] # the test names fields of DeveloperApp
    apigee.calls.clear()


def app(house: House) -> DeveloperApp:
    return house.apigee.by_app[DANA, "trip"]


@pytest.fixture
def house(build: Build) -> House:
    made = build(apps=APPS)
    made.developer("dana")
    put(made)
    return made


@pytest.fixture
def dana(house: House) -> Browser:
    return house.signed_in("dana")


def edit(dana: Browser, **fields: str) -> Answer:
    return dana.submit(PATH, fields)


def test_the_form_holds_what_apigee_has_and_costs_one_call(dana: Browser) -> None:
    answer = dana.get(PATH)
    values = answer.page.form(PATH).values
    assert answer.calls == 1
    assert values["display_name"] == ["Trip"]
    assert values["callback_url"] == ["https://old.example/back"]
    assert values["attributes[cost_center]"] == ["4711"]
    assert "The internal name stays trip" in answer.text


def test_attributes_that_are_only_seen_have_no_field(dana: Browser) -> None:
    assert "attributes[tier]" not in dana.get(PATH).page.form(PATH).values
    assert "gold" in dana.get("/apps/trip").text


def test_what_is_changed_is_written_and_everything_else_kept(house: House, dana: Browser) -> None:
    before = app(house)
    answer = edit(dana, display_name="Trip planner", description="Plans.\r\nTrips.")
    assert (answer.status, answer.location) == (303, "/apps/trip")
    after = app(house)
    assert after.keys == before.keys
    assert after.callback_url == before.callback_url
    assert after.attributes == (
        Attribute("DisplayName", "Trip planner"),
        *HELD[1:],
        Attribute("Notes", "Plans.\nTrips."),
    )
    assert "The changes are saved." in dana.follow(answer).text
    assert house.told()[-2:] == ["app.update intent", "app.update done"]


@pytest.mark.parametrize(
    ("field", "before"),
    [("description", []), ("display_name", ["apps.page"])],
)
def test_a_change_costs_three_calls_and_a_new_name_one_where_the_list_is_old(
    house: House, dana: Browser, field: str, before: list[str]
) -> None:
    values = dana.get(PATH).page.form(PATH).values
    house.apigee.calls.clear()
    dana.post(PATH, {**values, field: "Trip planner"})
    assert house.apigee.calls == ["apps.get", *before, "apps.before", "apps.update"]


@pytest.mark.parametrize("name", ["Night run", "night  RUN!"])
def test_the_name_of_another_app_is_refused_as_on_creating(
    house: House, dana: Browser, name: str
) -> None:
    other = house.apigee.add_app(DANA, "a1", house.apigee.new_key("weather-free"))
    house.apigee.put_app(DANA, replace(other, attributes=(Attribute("DisplayName", "Night run"),)))
    answer = edit(dana, display_name=name)
    assert answer.status == 422
    assert "There is an app with this name already" in answer.page.text_of("display_name-error")
    assert app(house).display_name == "Trip"


def test_an_app_may_be_renamed_to_what_differs_from_its_own_name_in_signs_only(
    house: House, dana: Browser
) -> None:
    assert edit(dana, display_name="TRIP!").status == 303
    assert app(house).display_name == "TRIP!"


def test_a_form_that_changes_nothing_writes_nothing(house: House, dana: Browser) -> None:
    told = house.told()
    house.apigee.calls.clear()
    answer = edit(dana)
    assert answer.status == 303
    assert house.apigee.calls == ["apps.get", "apps.get"]
    assert house.told() == told
    assert "Nothing was changed." in dana.follow(answer).text


def test_an_attribute_is_changed_and_an_emptied_one_taken_away(house: House, dana: Browser) -> None:
    edit(dana, **{"attributes[cost_center]": "0815"})
    assert Attribute("cost_center", "0815") in app(house).attributes
    edit(dana, **{"attributes[cost_center]": ""})
    assert [item.name for item in app(house).attributes] == [
        "DisplayName",
        "tier",
        "written by hand",
    ]


def test_fields_that_are_not_open_are_not_written(house: House, dana: Browser) -> None:
    extra = {
        "attributes[tier]": "platinum",
        "attributes[portal_request_id]": "x",
        "name": "other",
        "status": "approved",
        "products": "ledger",
    }
    answer = edit(dana, **extra)
    assert "Nothing was changed." in dana.follow(answer).text
    assert app(house).attributes == HELD


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("display_name", "", "Enter a name."),
        ("display_name", "a\x07b", "Remove characters"),
        ("callback_url", "javascript:alert(1)", "Use an address that starts with https://"),
        ("description", "x" * 1001, "at most 1000"),
        ("attributes[cost_center]", "x" * 2001, "at most 2000"),
        ("attributes[cost_center]", "a\x00b", "cannot be seen"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(
    house: House, dana: Browser, field: str, value: str, told: str
) -> None:
    before = app(house)
    answer = edit(dana, **{field: value})
    assert answer.status == 422
    assert told in answer.page.text_of(f"{field}-error")
    assert app(house) == before


def test_a_callback_of_old_that_is_not_touched_may_stay(house: House, dana: Browser) -> None:
    house.apigee.put_app(DANA, replace(app(house), callback_url="http://old.example"))
    assert edit(dana, display_name="Trip planner").status == 303
    assert app(house).callback_url == "http://old.example"


def test_who_was_slower_sees_both_and_overwrites_only_on_purpose(
    house: House, dana: Browser
) -> None:
    values = dana.get(PATH).page.form(PATH).values
    house.apigee.put_app(DANA, replace(app(house), callback_url="https://new.example"))
    answer = dana.post(PATH, {**values, "display_name": "Trip planner"})
    assert answer.status == 409
    assert "Somebody changed this app" in answer.text
    assert "https://new.example" in answer.text
    assert app(house).callback_url == "https://new.example"
    assert app(house).display_name == "Trip"
    form = answer.page.form(PATH)
    assert form.values["display_name"] == ["Trip planner"]
    assert form.values["callback_url"] == ["https://old.example/back"]
    again = dana.post(PATH, {**form.values})
    assert again.status == 303
    assert (app(house).display_name, app(house).callback_url) == (
        "Trip planner",
        "https://old.example/back",
    )


def test_a_form_that_shows_other_values_than_there_are_is_a_conflict(
    house: House, dana: Browser
) -> None:
    values = dana.get(PATH).page.form(PATH).values
    stale = {**values, "revision": ["of-another-time"], "display_name": ["Trip planner"]}
    assert dana.post(PATH, stale).status == 409
    assert house.told()[-1] != "app.update done"


def rated(house: House, tier: str) -> None:
    """Change an attribute that the form does not hold, as a job beside the portal does."""
    others = tuple(item for item in app(house).attributes if item.name != "tier")
    attributes = (*others, Attribute("tier", tier), Attribute("rated by", "a job"))
    house.apigee.put_app(DANA, replace(app(house), attributes=attributes))


def test_what_changed_beside_the_form_collides_with_nothing_and_is_kept(
    house: House, dana: Browser
) -> None:
    values = dana.get(PATH).page.form(PATH).values
    rated(house, "silver")
    assert dana.post(PATH, {**values, "display_name": "Trip planner"}).status == 303
    assert app(house).display_name == "Trip planner"
    assert {Attribute("tier", "silver"), Attribute("rated by", "a job")} <= {*app(house).attributes}


def after_reading(house: House, happens: Callable[[], object]) -> None:
    """Let something happen on Apigee once, after the app was read and before it is written."""
    get = house.apigee.apps.get

    def read(developer: str, name: str) -> DeveloperApp:
        found = get(developer, name)
        house.apigee.apps.get = get  # type: ignore[method-assign] # it happens once
        happens()
        return found

    house.apigee.apps.get = read  # type: ignore[method-assign] # watched in this test only


def test_what_changes_beside_the_form_in_the_moment_of_saving_is_kept_too(
    house: House, dana: Browser
) -> None:
    values = dana.get(PATH).page.form(PATH).values
    after_reading(house, lambda: rated(house, "silver"))
    assert dana.post(PATH, {**values, "display_name": "Trip planner"}).status == 303
    assert app(house).display_name == "Trip planner"
    assert Attribute("tier", "silver") in app(house).attributes
    assert house.told()[-2:] == ["app.update intent", "app.update done"]


def test_what_collides_in_the_moment_of_saving_is_a_conflict(house: House, dana: Browser) -> None:
    values = dana.get(PATH).page.form(PATH).values
    taken = "https://taken.example"
    after_reading(
        house, lambda: house.apigee.put_app(DANA, replace(app(house), callback_url=taken))
    )
    assert dana.post(PATH, {**values, "display_name": "Trip planner"}).status == 409
    assert (app(house).display_name, app(house).callback_url) == ("Trip", taken)


DOWN = Upstream(UpstreamKind.BUSY, "Apigee does not answer.", retry_after=7)
LOST = OutcomeUnknown(UpstreamKind.TIMEOUT, "The answer was lost.")


def test_an_apigee_that_is_down_changes_nothing(house: House, dana: Browser) -> None:
    values = dana.get(PATH).page.form(PATH).values
    house.apigee.fail("apps.update", DOWN)
    answer = dana.post(PATH, {**values, "display_name": "Trip planner"})
    assert answer.status == 503
    assert house.told()[-1] == "app.update failed"


def test_the_form_is_shown_with_its_age_while_apigee_is_away(house: House, dana: Browser) -> None:
    dana.get("/apps")
    house.clock.advance(120)
    house.apigee.fail("apps.get", DOWN)
    answer = dana.get(PATH)
    assert answer.status == 200
    assert "2 minutes ago. Changes are not possible until Apigee answers again." in answer.text
    values = answer.page.form(PATH).values
    assert dana.post(PATH, {**values, "display_name": "Trip planner"}).status == 303
    assert app(house).display_name == "Trip planner"


@pytest.mark.parametrize("operation", ["apps.get", "apps.update"])
@pytest.mark.parametrize("is_listed", [True, False])
def test_what_was_typed_is_kept_while_apigee_is_away(
    house: House, dana: Browser, operation: str, is_listed: bool
) -> None:
    typed = {**dana.get(PATH).page.form(PATH).values, "display_name": ["Trip planner"]}
    typed |= {"description": ["Plans."], "attributes[cost_center]": ["0815"]}
    if is_listed:
        dana.get("/apps")
    house.apigee.fail(operation, DOWN)
    answer = dana.post(PATH, typed)
    assert (answer.status, answer.header("Retry-After")) == (503, "7")
    assert "The changes are not saved" in answer.text
    assert "Apigee does not answer." in answer.text
    again = answer.page.form(PATH).values
    token = {"csrf_token": again["csrf_token"]}  # another one with every second
    assert {**again} == {**typed, **token}
    assert dana.post(PATH, again).status == 303
    assert app(house).description == "Plans."


def test_a_lost_answer_is_not_told_as_a_failure(house: House, dana: Browser) -> None:
    values = {**dana.get(PATH).page.form(PATH).values, "display_name": ["Trip planner"]}
    house.apigee.fail("apps.update", LOST, after=True)
    answer = dana.post(PATH, values)
    assert answer.status == 503
    assert "It is not known whether the changes are saved" in answer.text
    again = dana.post(PATH, answer.page.form(PATH).values)
    assert "Nothing was changed." in dana.follow(again).text


def test_an_app_that_is_not_known_has_no_form_while_apigee_is_away(
    house: House, dana: Browser
) -> None:
    house.apigee.fail("apps.get", DOWN)
    assert dana.get(PATH).status == 503


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_app_of_somebody_else_is_not_found(house: House, dana: Browser, method: str) -> None:
    house.developer("bob")
    house.apigee.add_app("bob@example.com", "plan", house.apigee.new_key("weather-free"))
    data = {"csrf_token": dana.token, "display_name": "Mine"} if method == "POST" else None
    assert dana.open("/apps/plan/edit", method, data=data).status == 404
    assert house.apigee.by_app["bob@example.com", "plan"].display_name == "plan"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_editing_needs_a_sign_in(anonymous: Browser, method: str) -> None:
    answer = anonymous.open(PATH, method)
    assert answer.location.startswith("/sign-in")
    assert anonymous.open(PATH, method, with_htmx=True).status == 401


def test_without_callbacks_the_form_has_none_and_keeps_the_one_that_is_there(build: Build) -> None:
    house = build(apps={"callback": "never"})
    house.developer("dana")
    put(house)
    dana = house.signed_in("dana")
    assert "callback_url" not in dana.get(PATH).page.form(PATH).values
    edit(dana, display_name="Trip planner", callback_url="https://sneaked.example")
    assert app(house).callback_url == "https://old.example/back"
