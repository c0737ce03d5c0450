"""What people do with their own account: names, a copy of what is kept, deletion."""

import json
from typing import Any

import pytest

from app.domain.errors import Upstream, UpstreamKind
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
NAMES = {"first_name": "Dee", "last_name": "Novak"}


def work(house: House) -> None:
    """Do what is due, as the worker does."""
    for _ in range(3):
        done = house.flask.test_cli_runner().invoke(args=["jobs", "work", "--once"])
        assert done.exit_code == 0, done.output


def downloaded(browser: Browser) -> Any:  # noqa: ANN401 - what JSON can say
    return json.loads(browser.post("/account/data").body)


def test_a_name_is_saved_here_and_on_apigee(house: House, dana: Browser) -> None:
    answer = dana.submit("/account/names", NAMES)
    assert (answer.status, answer.location) == (303, "/account")
    assert answer.calls <= 3
    assert "Your name is saved." in dana.follow(answer).text
    developer = house.apigee.by_email["dana@example.com"]
    assert (developer.first_name, developer.last_name) == ("Dee", "Novak")
    again = house.signed_in("dana", first_name="Dana", last_name="Reyes")
    assert "Dee Novak" in again.get("/account").text


def test_a_name_is_saved_while_apigee_is_down_and_arrives_later(
    house: House, dana: Browser
) -> None:
    house.apigee.fail("developers.get", DOWN)
    answer = dana.submit("/account/names", NAMES)
    assert "gets it as soon as it does" in dana.follow(answer).text
    assert house.apigee.by_email["dana@example.com"].first_name == "Dana"
    work(house)
    assert house.apigee.by_email["dana@example.com"].first_name == "Dee"


@pytest.mark.parametrize("field", ["first_name", "last_name"])
@pytest.mark.parametrize("value", ["", " ", "x" * 256, "a\u202eb", "a\x07b"])
def test_a_bad_name_is_told_at_its_field(
    house: House, dana: Browser, field: str, value: str
) -> None:
    answer = dana.submit("/account/names", {**NAMES, field: value})
    assert answer.status == 422
    assert answer.page.text_of(f"{field}-error")
    assert house.apigee.by_email["dana@example.com"].first_name == "Dana"


def test_nothing_but_names_is_taken_from_the_form(house: House, dana: Browser) -> None:
    """Abuse case 27: a form that says more than it shows."""
    more = {"email": "boss@example.com", "roles": "administrator", "blocked": "0", "status": "x"}
    assert dana.post("/account/names", {**NAMES, **more, "developer_id": "other"}).status == 303
    account = house.account()
    assert account is not None
    assert (account.email, account.roles) == ("dana@example.com", frozenset())
    assert list(house.apigee.by_email) == ["dana@example.com"]


def test_names_can_be_left_to_the_provider(build: Build) -> None:
    house = build(accounts={"names": "provider"})
    ravi = house.signed_in("ravi")
    assert "/account/names" not in ravi.get("/account").page.links
    assert "Change them there." in ravi.get("/account/names").text
    assert ravi.post("/account/names", NAMES).status == 403


def test_the_data_are_a_file_without_keys(house: House, dana: Browser) -> None:
    key = house.apigee.new_key("weather-free")
    house.apigee.add_app("dana@example.com", "trip", key)
    answer = dana.post("/account/data")
    assert answer.status == 200
    assert answer.header("Content-Disposition") == 'attachment; filename="account-data.json"'
    assert "no-store" in answer.header("Cache-Control")
    data = json.loads(answer.body)
    assert data["account"]["email"] == "dana@example.com"
    assert [(app["name"], app["number_of_keys"]) for app in data["apps"]] == [("trip", 1)]
    assert len(data["sessions"]) == 1
    assert {"sign_in", "account.data"} <= {row["action"] for row in data["audit"]}
    assert key.key_id not in answer.body
    assert key.ending not in answer.body
    assert house.told()[-1] == "account.data done"


def test_the_data_name_nobody_else(house: House, dana: Browser, ada: Browser) -> None:
    ada.post(f"/admin/developers/{house.public_id()}/status", {"status": "inactive"})
    rows = [row for row in downloaded(dana)["audit"] if row["action"] == "developer.deactivate"]
    assert {row["by"] for row in rows} == {"somebody else"}
    assert {row["address"] for row in rows} == {""}
    assert "ada" not in json.dumps(rows)


def test_the_data_come_without_the_apps_while_apigee_is_down(house: House, dana: Browser) -> None:
    house.apigee.fail("apps.page", DOWN)
    assert "Apigee did not answer" in downloaded(dana)["apps"]


def test_a_copy_is_only_given_to_a_form_of_the_portal(dana: Browser) -> None:
    assert dana.get("/account/data").status == 405
    assert dana.open("/account/data", "POST", data={}).status == 400


def test_deleting_lists_what_stops_and_signs_out_everywhere(house: House, dana: Browser) -> None:
    key = house.apigee.new_key("weather-free")
    house.apigee.add_app("dana@example.com", "trip", key)
    other = house.signed_in("dana")
    shown = dana.get("/account/deletion")
    assert "none of its keys work within about 3 minutes" in shown.text
    assert f"•••• {key.ending}" in shown.text
    refused = dana.submit("/account/deletion", {"confirm_name": "yes"})
    assert refused.status == 422
    assert refused.page.text_of("confirm_name-error")
    answer = dana.submit("/account/deletion", {"confirm_name": "dana@example.com"})
    assert answer.location.startswith("https://idp.example/end?")
    for browser in (dana, other):
        assert browser.get("/account").status == 302
    work(house)
    assert not house.apigee.by_email["dana@example.com"].is_active
    assert house.account() is None
    assert "account.delete done" in house.told()
    again = house.signed_in("dana")
    assert "While it is inactive" in again.get("/account").text


def test_who_deleted_their_account_is_told_so_once_at_the_end(house: House, dana: Browser) -> None:
    answer = dana.submit("/account/deletion", {"confirm_name": "dana@example.com"})
    state = answer.location.partition("state=")[2]
    back = dana.get(f"/signed-out?state={state}")
    assert back.page.heading == "Your account is being deleted"
    assert "Your company sign-in has ended on this device, too." in back.text
    assert dana.get("/signed-out").page.heading == "You are signed out"
    again = house.signed_in("ravi")
    again.submit("/account", action="/sign-out")
    assert again.get("/signed-out").page.heading == "You are signed out"


def test_who_deleted_their_account_is_told_so_though_the_provider_is_silent(
    house: House, dana: Browser
) -> None:
    house.provider.is_down = True
    answer = dana.submit("/account/deletion", {"confirm_name": "dana@example.com"})
    assert answer.location == "/signed-out?open=1"
    back = dana.follow(answer)
    assert back.page.heading == "Your account is being deleted"
    assert "Your company sign-in may still be open" in back.text


def test_a_new_account_after_a_deletion_shows_at_once_that_the_developer_is_inactive(
    house: House, dana: Browser
) -> None:
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
    assert "While it is inactive" not in dana.get("/account").text
    assert "Active" in dana.get("/apps/trip").text
    dana.submit("/account/deletion", {"confirm_name": "dana@example.com"})
    work(house)
    again = house.signed_in("dana")
    assert "While it is inactive" in again.get("/account").text
    assert "Blocked" in again.get("/apps/trip").text
    assert "Blocked" in again.get("/apps").text or "inactive" in again.get("/apps").text


def test_full_deletion_takes_everything_and_the_names_out_of_the_log(build: Build) -> None:
    house = build(accounts={"deletion": "delete"})
    house.developer("dana")
    dana = house.signed_in("dana", first_name="Dana", last_name="Novak")
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
    assert "Apps and keys that are deleted" in dana.get("/account/deletion").text
    dana.submit("/account/deletion", {"confirm_name": "dana@example.com"})
    work(house)
    assert "dana@example.com" not in house.apigee.by_email
    told = " ".join(f"{row.actor.name} {row.target} {row.on_behalf_of}" for row in house.trail())
    assert "dana@example.com" not in told
    assert "Dana Novak" not in told
    verified = house.flask.test_cli_runner().invoke(args=["audit", "verify"])
    assert verified.exit_code == 0, verified.output


def test_what_is_deleted_must_be_listed_first(build: Build) -> None:
    house = build(accounts={"deletion": "delete"})
    house.developer("dana")
    dana = house.signed_in("dana")
    house.apigee.fail("apps.page", DOWN)
    assert dana.get("/account/deletion").status == 503


def test_deletion_waits_for_apigee_and_the_page_says_so(house: House, dana: Browser) -> None:
    house.apigee.fail("apps.page", DOWN)
    assert "your apps cannot be listed" in dana.get("/account/deletion").text
    dana.submit("/account/deletion", {"confirm_name": "dana@example.com"})
    again = house.signed_in("dana")
    page = again.get("/account")
    assert "Your account is being deleted" in page.text
    assert "/account/deletion" not in page.page.links
    assert again.post("/account/deletion", {"confirm_name": "dana@example.com"}).status == 409


def test_the_way_to_the_deletion_is_set_apart_and_says_what_stops(
    house: House, dana: Browser
) -> None:
    shown = dana.get("/account").page
    assert "Your API keys stop working within about 3 minutes" in shown.text
    assert shown.text.index("Download as JSON") < shown.text.index("Delete account")
    ravi = house.signed_in("ravi").get("/account").page
    assert "Your names, roles and sessions here are deleted." in ravi.text


def test_an_address_that_is_the_same_everywhere_is_no_matter(dana: Browser) -> None:
    assert "cannot change the address" not in dana.get("/account").text


def test_the_operator_can_rule_deletion_out(build: Build) -> None:
    house = build(accounts={"deletion": "off"})
    ravi = house.signed_in("ravi")
    assert "/account/deletion" not in ravi.get("/account").page.links
    assert "not deleted here" in ravi.get("/account/deletion").text
    assert ravi.post("/account/deletion", {"confirm_name": "ravi@example.com"}).status == 403


def test_an_address_that_differs_is_told_and_the_link_stays(house: House, dana: Browser) -> None:
    """Abuse case 29: the address at the provider becomes a colleague's."""
    house.developer("boss")
    assert dana.get("/account").status == 200
    moved = house.signed_in("dana", email="boss@example.com")
    page = moved.get("/account")
    assert "Your sign-in provider says boss@example.com" in page.text
    assert "Apigee cannot change the address of a developer" in page.text
    account = house.account()
    assert account is not None
    assert account.subject == "dana"
    assert house.account("boss@example.com") is None


def test_who_is_blocked_meanwhile_creates_nothing(house: House, dana: Browser) -> None:
    """Abuse case 8: the account is blocked while the form is open."""
    form = dana.get("/apps/new").page.form("/apps/new")
    run = house.flask.test_cli_runner().invoke
    assert run(args=["accounts", "block", "dana@example.com"]).exit_code == 0
    house.apigee.calls.clear()
    fields = {**form.values, "display_name": ["Late"], "products": ["weather-free"]}
    answer = dana.open("/apps/new", "POST", data=fields)
    assert answer.status in {302, 400}
    assert house.apigee.calls == []
    assert house.apigee.by_app == {}


QUESTIONS = {"team": {"label": "Team", "required": True}, "floor": {"label": "Floor"}}


@pytest.fixture
def asking(build: Build) -> House:
    """A portal with two questions of the operator's own, and Dana's developer."""
    house = build(registration={"attributes": QUESTIONS})
    house.developer("dana")
    return house


def attributes(house: House) -> dict[str, str]:
    held = house.apigee.by_email["dana@example.com"].attributes
    return {item.name: item.value for item in held}


def test_the_operators_own_questions_are_answered_anew(asking: House) -> None:
    dana = asking.signed_in("dana")
    assert "/account/details" in dana.get("/account").page.links
    typed = {"attributes[team]": " Quay ", "attributes[floor]": "3"}
    answer = dana.submit("/account/details", typed)
    assert (answer.status, answer.location) == (303, "/account")
    assert attributes(asking) == {"team": "Quay", "floor": "3"}
    shown = dana.get("/account/details")
    assert shown.calls == 1
    assert shown.page.form("/account/details").values["attributes[team]"] == ["Quay"]
    dana.submit("/account/details", {"attributes[floor]": ""})
    assert attributes(asking) == {"team": "Quay"}
    assert asking.told()[-2:] == ["developer.update intent", "developer.update done"]


def test_details_that_break_a_rule_are_told_at_their_field(asking: House) -> None:
    dana = asking.signed_in("dana")
    answer = dana.submit("/account/details", {"attributes[team]": " ", "attributes[floor]": "3"})
    assert answer.status == 422
    assert "Team is needed." in answer.text
    assert answer.page.form("/account/details").values["attributes[floor]"] == ["3"]
    assert attributes(asking) == {}


def test_details_are_those_that_are_asked_for_and_no_others(asking: House) -> None:
    """Abuse case 27: attributes that nobody asks for."""
    dana = asking.signed_in("dana")
    sent = {"attributes[team]": "Quay", "attributes[tier]": "gold", "attributes[status]": "x"}
    assert dana.post("/account/details", sent).status == 303
    assert attributes(asking) == {"team": "Quay"}


def test_details_belong_to_a_developer_and_to_a_portal_that_asks(
    asking: House, build: Build
) -> None:
    assert asking.signed_in("ravi").get("/account/details").status == 403
    ravi = build().signed_in("ravi")
    assert ravi.get("/account/details").status == 404
    assert "/account/details" not in ravi.get("/account").page.links


def test_details_are_not_saved_while_apigee_is_down(asking: House) -> None:
    dana = asking.signed_in("dana")
    asking.apigee.fail("developers.update", DOWN)
    assert dana.post("/account/details", {"attributes[team]": "Quay"}).status == 503
    assert asking.told()[-1] == "developer.update failed"
