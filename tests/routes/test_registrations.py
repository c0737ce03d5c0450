"""Registrations as people and administrators see them."""

import json

import pytest

from app.cli.registrations import developers
from app.domain.developers import DeveloperStatus
from app.domain.errors import Upstream, UpstreamKind
from app.domain.people import Account
from app.domain.registrations import Existing
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.page import words

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
RAVI = {"first_name": "Ravi", "last_name": "Rao", "user_name": "ravi"}
EMAIL = "ravi@example.com"


def account_of(house: House, email: str = EMAIL) -> Account:
    found = house.account(email)
    assert found is not None
    return found


def run(house: House, *command: str) -> str:
    runner = house.flask.test_cli_runner()
    return str(runner.invoke(developers, list(command)).output)


@pytest.fixture
def strict(build: Build) -> House:
    return build(registration={"policy": "approval"})


@pytest.fixture
def waiting(strict: House) -> Browser:
    """Ravi, who registered and waits."""
    ravi = strict.signed_in("ravi")
    answer = ravi.submit("/register?next=/apps/new", RAVI)
    assert (answer.status, answer.calls) == (303, 2)
    assert answer.location == "/register?next=/apps/new"
    assert "Your registration waits for approval" in ravi.follow(answer).text
    return ravi


def test_who_waits_reads_what_happens_next(strict: House, waiting: Browser) -> None:
    page = waiting.get("/register")
    assert "What happens next: once you are approved" in page.text
    assert page.calls == 0
    assert "an administrator has yet to approve it" in waiting.get("/account").text
    assert strict.apigee.by_email[EMAIL].status is DeveloperStatus.INACTIVE


def test_administrators_see_that_somebody_waits_and_is_not_just_inactive(
    strict: House, waiting: Browser
) -> None:
    del waiting
    ada = strict.administrator()
    (status,) = ada.get("/admin/developers?q=ravi").page.all("td", data_label="Status")
    assert words(status) == "Waiting for approval"
    assert "/admin/accounts?state=waiting" in ada.get("/admin/developers").page.links
    assert "Waiting for approval: 1" in ada.get("/admin/developers").text
    details = ada.get(f"/admin/developers/{strict.public_id(EMAIL)}").page.text_of(
        "developer-details"
    )
    assert "Registration status Waiting for approval" in details


def test_an_app_of_who_waits_has_a_blocked_key_and_a_banner(waiting: Browser) -> None:
    form = {"display_name": "Trip", "products": "weather-free"}
    made = waiting.submit("/apps/new", form, shows_keys=True)
    assert made.status == 200
    assert "Your registration waits for approval" in made.text
    assert "Your registration waits for approval" in waiting.get("/apps").text


def test_the_administrator_approves_on_the_developers_page(strict: House, waiting: Browser) -> None:
    page = f"/admin/developers/{strict.public_id(EMAIL)}"
    ada = strict.administrator()
    assert "registered and waits for a decision" in ada.get(page).text
    answer = ada.submit(page, {"decision": "approve"}, action=f"{page}/registration")
    assert (answer.status, answer.location) == (303, page)
    shown = ada.follow(answer).text
    assert "is approved." in shown
    assert "waits for a decision" not in shown
    assert strict.apigee.by_email[EMAIL].is_active
    assert waiting.get("/register?next=/apps").location == "/apps"
    assert "waits for approval" not in waiting.get("/apps").text


def test_the_administrator_refuses_with_a_reason_that_the_person_reads(
    strict: House, waiting: Browser
) -> None:
    page = f"/admin/developers/{strict.public_id(EMAIL)}"
    ada = strict.administrator()
    fields = {"decision": "refuse", "reason": ""}
    unsaid = ada.submit(page, fields, action=f"{page}/registration")
    assert (unsaid.status, "the person reads it" in unsaid.text) == (422, True)
    fields["reason"] = "Ask <b>Mia</b> first."
    assert ada.submit(page, fields, action=f"{page}/registration").status == 303
    assert "was refused and cannot use My apps" in ada.get(page).text
    sent = waiting.get("/apps")
    assert sent.location == "/register?next=/apps"
    assert "Ask <b>Mia</b> first." in waiting.follow(sent).text
    assert "Ask <b>Mia</b> first." in waiting.get("/account").text
    assert waiting.post("/apps/new", {"display_name": "Trip"}).location.startswith("/register")
    assert strict.apigee.by_app == {}
    again = ada.post(f"{page}/registration", fields)
    assert again.status == 409


def test_support_sees_it_and_decides_nothing(strict: House, waiting: Browser) -> None:
    del waiting
    page = f"/admin/developers/{strict.public_id(EMAIL)}"
    sam = strict.signed_in("sam", roles=frozenset({"support"}))
    shown = sam.get(page)
    assert "registered and waits for a decision" in shown.text
    assert 'value="approve"' not in shown.body
    assert sam.post(f"{page}/registration", {"decision": "approve"}).status == 403
    assert not strict.apigee.by_email[EMAIL].is_active


def test_the_command_line_lists_approves_and_refuses(strict: House, waiting: Browser) -> None:
    assert json.loads(run(strict, "waiting", "--json")) == {
        "account": account_of(strict).account_id,
        "email": EMAIL,
        "standing": "waiting",
        "developer": EMAIL,
    }
    assert run(strict, "waiting") == (
        f"{EMAIL}  waits for approval: developers approve or refuse\n"
    )
    assert "Say why" in run(strict, "refuse", EMAIL, "--reason", " ")
    assert run(strict, "refuse", EMAIL, "--reason", "Not yet.") == f"{EMAIL} is refused\n"
    assert "Not yet." in waiting.get("/register").text
    assert run(strict, "waiting") == ""
    assert run(strict, "waiting", "--refused").startswith(f"{EMAIL}  was refused: ")
    assert "does not wait for a decision any more" in run(strict, "refuse", EMAIL, "--reason", "No")
    assert run(strict, "approve", EMAIL) == f"{EMAIL} is approved and active\n"
    assert waiting.get("/apps").status == 200
    assert "or was refused" in run(strict, "approve", EMAIL)
    assert run(strict, "waiting", "--refused") == ""
    second = strict.signed_in("mia")
    second.submit("/register", RAVI)
    assert run(strict, "approve", "mia@example.com") == "mia@example.com is approved and active\n"
    assert strict.apigee.by_email["mia@example.com"].is_active
    assert run(strict, "waiting") == ""


def test_who_has_a_developer_on_apigee_waits_for_a_hand(build: Build) -> None:
    house = build(registration={"existing": "administrator"})
    house.developer("ravi")
    ravi = house.signed_in("ravi")
    answer = ravi.submit("/register", RAVI)
    assert "connected by an administrator" in ravi.follow(answer).text
    assert ravi.get("/apps").location == "/register?next=/apps"
    assert "An administrator has to connect it" in ravi.get("/account").text
    assert run(house, "waiting") == (f"{EMAIL}  waits for a link to a developer: accounts link\n")
    assert "use accounts link" in run(house, "approve", EMAIL)


def test_who_has_a_developer_on_apigee_can_be_refused_by_the_settings(build: Build) -> None:
    house = build(registration={"existing": "refuse"})
    house.developer("ravi")
    answer = house.signed_in("ravi").submit("/register", RAVI)
    assert answer.status == 403
    assert "does not connect existing ones" in answer.text


def test_only_the_invited_see_the_form(build: Build) -> None:
    house = build(registration={"policy": "invited"})
    ravi = house.signed_in("ravi")
    refused = ravi.get("/register")
    assert refused.status == 403
    assert "Registration here is by invitation" in refused.text
    told = run(house, "invite", "Ravi@example.com")
    assert told == "Ravi@example.com is invited: http://localhost:8000/register\n"
    assert "was invited before" in run(house, "invite", EMAIL)
    assert "Enter an e-mail address" in run(house, "invite", "ravi")
    assert ravi.submit("/register", RAVI).location == "/apps"


FIELDS = {
    "team": {"label": "Team", "required": True, "choices": ["Maps", "Payments"]},
    "cost-center": {"label": "Cost center", "hint": "Four digits.", "pattern": "[0-9]{4}"},
}


def test_what_is_wrong_is_told_in_the_order_of_the_page(build: Build) -> None:
    house = build(registration={"attributes": FIELDS, "terms_version": "1"})
    wrong = house.signed_in("ravi").submit("/register", {**RAVI, "last_name": ""})
    in_order = ["#last_name", "#attributes[team]", "#accept_terms"]
    assert [link for link in wrong.page.links if link in in_order] == in_order


def test_further_questions_are_asked_and_kept(build: Build) -> None:
    house = build(registration={"attributes": FIELDS})
    ravi = house.signed_in("ravi")
    wrong = ravi.submit("/register", {**RAVI, "attributes[cost-center]": "12"})
    assert wrong.status == 422
    assert wrong.page.text_of("attributes[team]-error") == "Team is needed."
    assert wrong.page.text_of("attributes[cost-center]-error") == "Cost center: Four digits."
    assert wrong.page.form("/register").values["attributes[cost-center]"] == ["12"]
    answers = {"attributes[team]": "Maps", "attributes[cost-center]": "0815"}
    extra = {"attributes[role]": "admin", "status": "active"}
    assert ravi.submit("/register", {**RAVI, **answers, **extra}).location == "/apps"
    kept = {item.name: item.value for item in house.apigee.by_email[EMAIL].attributes}
    assert kept.keys() == {"team", "cost-center", "portal_request_id"}
    page = house.administrator().get(f"/admin/developers/{house.public_id(EMAIL)}").page
    assert "3 of 18, one of them the portal\u2019s own" in page.text_of("developer")
    assert "Cost center On Apigee cost-center" in page.text_of("developer")
    assert "0815" in {each.get("value") for each in page.all("input")}


def test_who_has_no_key_gets_none_back_by_being_activated(strict: House, waiting: Browser) -> None:
    del waiting
    ada = strict.administrator()
    path = f"/admin/developers/{strict.public_id(EMAIL)}"
    page = ada.get(path).page
    assert "Activating lets keys created later work." in page.text
    [form] = page.all("form", action=f"{path}/status")
    assert form.get("hx-confirm", "").endswith("?\nKeys created later work.")


def test_new_terms_are_asked_for_before_my_apps(build: Build) -> None:
    house = build(registration={"terms_version": "2", "terms_url": "https://example.com/terms"})
    house.developer("dana")
    with house.context():
        accounts, developer = house.portal.registration.accounts, house.apigee.by_email
        browser = house.signed_in("dana")
        [who] = [accounts.get(1)]
        accounts.link(who.account_id, developer["dana@example.com"])
    for path in ("/apps", "/apps/new"):
        assert browser.get(path).location == f"/account/terms?next={path}"
    assert browser.get("/account").status == 200
    page = "/account/terms?next=/apps/new"
    assert "Accept them to go on to My apps." in browser.get(page).text
    assert browser.post("/account/terms", {"accept_terms": "1"}).status == 422
    accepted = browser.submit(page, {"accept_terms": "2"}, action="/account/terms")
    assert (accepted.status, accepted.location) == (303, "/apps/new")
    assert browser.get("/apps").status == 200
    assert browser.get(page).location == "/apps/new"
    [line] = run(house, "terms").splitlines()
    told = json.loads(line)
    assert (told["version"], told["email"], told["subject"]) == ("2", "dana@example.com", "dana")
    assert told["accepted_at"].startswith("2026-03-01T12:00:00")
    assert "terms.accept done" in house.told()
    assert house.told()[-1] == "terms.export done"


def test_a_developer_who_could_not_be_looked_up_at_sign_in_is_linked_by_the_job(
    house: House,
) -> None:
    house.developer("ravi")
    house.apigee.fail("developers.get", DOWN)
    ravi = house.signed_in("ravi")
    assert ravi.get("/apps").location == "/register?next=/apps"
    assert "Your developer account is being set up" in ravi.get("/register").text
    house.work()
    assert ravi.get("/register?next=/apps").location == "/apps"
    assert account_of(house).developer_email == EMAIL


def test_what_apigee_does_not_take_later_is_told_at_the_form(house: House) -> None:
    house.apigee.fail("developers.create", DOWN)
    ravi = house.signed_in("ravi")
    ravi.submit("/register", RAVI)
    house.developer("ravi")
    rules = house.portal.registration.set_up.rules
    object.__setattr__(rules, "existing", Existing.REFUSE)
    house.work()
    shown = ravi.get("/register").text
    assert "Your registration could not be finished" in shown
    assert "does not connect existing ones" in shown


def test_the_page_of_an_unverified_address_is_the_same_whoever_exists(build: Build) -> None:
    """Abuse case 29: nobody learns from the form which addresses Apigee has."""
    bodies = []
    for exists in (True, False):
        house = build()
        if exists:
            house.developer("dana")
        eve = house.signed_in("eve", email="dana@example.com", email_verified=False)
        house.apigee.calls.clear()
        answer = eve.post("/register", RAVI)
        assert (answer.status, house.apigee.calls) == (403, [])
        bodies.append(answer.text)
    assert bodies[0] == bodies[1]
