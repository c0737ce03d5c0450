"""The account page and the registration as a developer."""

import pytest

from app.domain.developers import DeveloperStatus
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
RAVI = {"first_name": "Ravi", "last_name": "Rao", "user_name": "ravi"}


@pytest.fixture
def ravi(house: House) -> Browser:
    """Ravi, who signs in for the first time and is no developer."""
    return house.signed_in("ravi", first_name="Ravi", last_name="Rao")


def register(browser: Browser, **fields: str) -> Answer:
    return browser.submit("/register", {**RAVI, **fields})


def test_the_account_page_says_who_one_is(dana: Browser) -> None:
    answer = dana.get("/account")
    assert answer.status == 200
    assert "dana@example.com" in answer.text
    assert "Active" in answer.text
    assert answer.calls == 1
    assert dana.get("/account").calls == 0


def test_the_account_page_invites_who_is_no_developer(ravi: Browser) -> None:
    answer = ravi.get("/account")
    assert "You are not registered as a developer yet" in answer.text
    assert answer.calls == 0


def test_the_account_page_tells_an_inactive_developer(house: House) -> None:
    house.developer("ines", DeveloperStatus.INACTIVE)
    assert (
        "While it is inactive, none of your API keys work"
        in house.signed_in("ines").get("/account").text
    )


def test_the_account_page_stands_while_apigee_is_down(house: House, dana: Browser) -> None:
    house.apigee.fail("*", DOWN)
    answer = dana.get("/account")
    assert answer.status == 200
    assert "its status is not known" in answer.text


@pytest.mark.parametrize("path", ["/account", "/register?next=/apps/new"])
def test_both_need_a_sign_in(anonymous: Browser, path: str) -> None:
    answer = anonymous.get(path)
    assert answer.status == 302
    assert answer.location.startswith(f"/sign-in?next={path.split('?', maxsplit=1)[0]}")
    part = anonymous.get(path, with_htmx=True)
    assert part.status == 401
    assert part.header("HX-Redirect") == answer.location


def test_the_form_is_filled_from_the_sign_in(ravi: Browser) -> None:
    values = ravi.get("/register").page.form("/register").values
    assert values["first_name"] == ["Ravi"]
    assert values["email"] == ["ravi@example.com"]
    assert values["user_name"] == ["ravi@example.com"]


def test_registering_makes_the_developer_and_leads_on(house: House, ravi: Browser) -> None:
    answer = ravi.submit("/register?next=/apps/new", RAVI | {"next": "/apps/new"})
    assert (answer.status, answer.location) == (303, "/apps/new")
    assert answer.calls == 1
    assert house.apigee.by_email["ravi@example.com"].user_name == "ravi"
    assert "You are registered as a developer." in ravi.follow(answer).text
    told = house.told()
    assert told[-4:-2] == ["developer.register intent", "developer.register done"]
    assert told[-2:] == ["developer.link intent", "developer.link done"]


def test_registering_leads_to_my_apps_by_default(ravi: Browser) -> None:
    assert register(ravi).location == "/apps"


def test_registering_again_leads_on_without_a_second_developer(house: House, ravi: Browser) -> None:
    register(ravi)
    assert ravi.post("/register", RAVI).location == "/"
    assert ravi.get("/register?next=/account").location == "/account"
    assert house.apigee.calls.count("developers.create") == 1


def test_the_address_comes_from_the_sign_in_whatever_the_form_says(
    house: House, ravi: Browser
) -> None:
    register(ravi, email="boss@example.com", developer_email="boss@example.com", status="x")
    assert list(house.apigee.by_email) == ["ravi@example.com"]


@pytest.mark.parametrize("field", ["first_name", "last_name", "user_name"])
@pytest.mark.parametrize("value", ["", " ", "x" * 256, "a\u202eb", "a\x07b"])
def test_a_bad_value_is_told_at_its_field_and_makes_nothing(
    house: House, ravi: Browser, field: str, value: str
) -> None:
    answer = register(ravi, **{field: value})
    assert answer.status == 422
    assert answer.page.text_of(f"{field}-error")
    assert answer.page.form("/register").values["email"] == ["ravi@example.com"]
    assert house.apigee.by_email == {}


def test_a_developer_who_exists_is_linked_in_two_calls(house: House, ravi: Browser) -> None:
    house.apigee.add_developer("ravi@example.com")
    answer = register(ravi)
    assert (answer.status, answer.calls) == (303, 2)
    assert ravi.get("/apps").status == 200


def test_an_unverified_address_cannot_register(house: House) -> None:
    house.developer("dana")
    eve = house.signed_in("eve", email="dana@example.com", email_verified=False)
    answer = eve.get("/register")
    assert answer.status == 403
    assert "has not verified your e-mail address" in answer.text
    posted = eve.post("/register", RAVI)
    assert posted.status == 403
    assert house.account() is None


def test_the_account_page_does_not_invite_who_cannot_register(house: House) -> None:
    eve = house.signed_in("eve", email="dana@example.com", email_verified=False)
    page = eve.get("/account")
    assert "has not verified your e-mail address" in page.text
    assert "/register" not in page.text


def test_a_developer_of_somebody_else_is_not_taken_over(house: House) -> None:
    house.developer("dana")
    house.signed_in("dana")
    second = house.signed_in("second-dana", email="dana@example.com")
    answer = second.post("/register", RAVI)
    assert answer.status == 403
    assert "cannot be connected automatically" in answer.text
    linked = house.account()
    assert linked is not None
    assert linked.subject == "dana"


def test_domains_and_terms_are_the_operators_choice(build: Build) -> None:
    house = build(registration={"domains": ["example.com"], "terms_version": "3"})
    stranger = house.signed_in("mallory", email="m@evil.example")
    assert "your e-mail domain" in stranger.get("/register").text
    ravi = house.signed_in("ravi")
    refused = register(ravi)
    assert refused.status == 422
    assert refused.page.text_of("accept_terms-error") == "Accept the terms to continue."
    assert register(ravi, accept_terms="3").status == 303


def test_registering_goes_on_by_itself_when_apigee_is_down(house: House, ravi: Browser) -> None:
    house.apigee.fail("developers.create", DOWN)
    answer = register(ravi)
    assert (answer.status, answer.location) == (303, "/register?next=/")
    assert house.told()[-1] == "developer.register failed"
    for path in ("/apps", "/apps/new"):
        sent = ravi.get(path)
        assert sent.location == f"/register?next={path}"
    told = ravi.follow(sent)
    assert told.calls == 0
    assert "Your developer account is being set up" in told.text
    assert "Your developer account is being set up" in ravi.get("/account").text
    assert ravi.get("/products").status == 200
    house.work()
    assert ravi.get("/apps").status == 200
    assert list(house.apigee.by_email) == ["ravi@example.com"]


def test_who_waits_for_apigee_can_have_it_tried_again(house: House, ravi: Browser) -> None:
    house.apigee.fail("developers.create", DOWN)
    register(ravi)
    house.apigee.fail("developers.get", DOWN)
    assert ravi.submit("/register?next=/apps").location == "/register?next=/apps"
    assert ravi.submit("/register?next=/apps").location == "/apps"
    assert house.jobs.page().jobs[0].is_unfinished
    house.work()
    assert house.apigee.calls.count("developers.create") == 2


def test_a_lost_answer_is_made_good(house: House, ravi: Browser) -> None:
    lost = OutcomeUnknown(UpstreamKind.TIMEOUT, "Apigee's answer was lost.")
    house.apigee.fail("developers.create", lost, after=True)
    assert register(ravi).status == 303
    assert ravi.get("/apps").status == 200
    assert len(house.apigee.by_email) == 1


@pytest.mark.parametrize("following", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_registering_never_leads_to_another_site(ravi: Browser, following: str) -> None:
    shown = ravi.get(f"/register?next={following}")
    assert shown.page.form("/register").values["next"] == ["/"]
    assert register(ravi, next=following).location == "/apps"


@pytest.mark.parametrize("email", ["../x@example.com", "x/../y@example.com"])
def test_an_address_that_can_be_no_developers_is_told_and_leaves_nothing(
    house: House, email: str
) -> None:
    eve = house.signed_in("eve", email=email)
    shown = eve.get("/register")
    assert shown.status == 403
    assert "cannot be a developer" in shown.text
    assert eve.post("/register", RAVI).status == 403
    assert house.account() is None
    assert house.jobs.held == {}
