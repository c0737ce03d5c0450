"""A developer's address, changed by an administrator on Edge and refused on X."""

import pytest

from app.domain.errors import OutcomeUnknown, UpstreamKind
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.test_address import EDGE, NEW, OLD

LOST = OutcomeUnknown(UpstreamKind.TIMEOUT, "The answer was lost.")


@pytest.fixture
def edge(build: Build) -> House:
    """A portal over Edge with Dana's developer, who has an app."""
    house = build(apigee=EDGE)
    house.apigee.flavor = "edge"
    house.developer("dana")
    house.apigee.add_app(OLD, "trip", house.apigee.new_key("weather-free"))
    return house


def move(house: House, browser: Browser, new: str = NEW, old: str = OLD) -> Answer:
    """Follow the link of the developer's page and type the new address."""
    page = f"/admin/developers/{house.public_id(old)}"
    assert f"{page}/email" in browser.get(page).page.links
    return browser.submit(f"{page}/email", {"new_email": new}, action=f"{page}/email")


def test_the_address_changes_and_everything_else_stays(edge: House) -> None:
    ada, dana = edge.administrator(), edge.signed_in("dana")
    public_id, before = edge.public_id(), edge.account()
    answer = move(edge, ada)
    assert (answer.status, answer.location) == (303, f"/admin/developers/{public_id}")
    assert answer.calls == 2
    assert f"has the address {NEW} now." in ada.follow(answer).text
    assert list(edge.apigee.by_email) == [NEW]
    assert edge.public_id(NEW) == public_id
    after = edge.account(NEW)
    assert before is not None
    assert after is not None
    assert (after.account_id, after.developer_id) == (before.account_id, before.developer_id)
    assert "/apps/trip" in dana.get("/apps").page.links
    assert [line for line in edge.told() if line.startswith("developer.email")] == [
        "developer.email intent",
        "developer.email done",
    ]


def test_a_developer_without_an_account_moves_too(edge: House) -> None:
    ada = edge.administrator()
    assert move(edge, ada).status == 303
    assert "1 app" in ada.get(f"/admin/developers/{edge.public_id(NEW)}").text


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("nobody", "Enter an e-mail address"),
        (OLD, "The developer has this address already."),
        ("INES@example.com", "There is a developer with this address already."),
        ("zoe@example.com", "There is a developer with this address already."),
    ],
)
def test_what_cannot_be_the_address_is_said(edge: House, typed: str, problem: str) -> None:
    edge.developer("ines")
    edge.apigee.add_developer("zoe@example.com", "Zoe", "Elder")
    answer = move(edge, edge.administrator(), typed)
    assert answer.status == 422
    assert problem in answer.text
    assert OLD in edge.apigee.by_email


def test_after_a_lost_answer_a_job_finds_what_was_done(edge: House) -> None:
    edge.signed_in("dana")
    edge.apigee.fail("developers.update", LOST)
    ada = edge.administrator()
    answer = move(edge, ada)
    assert "nobody knows yet" in ada.follow(answer).text
    assert edge.told()[-1] == "developer.email unknown"
    (job,) = (job for job in edge.jobs.page().jobs if job.kind.value == "developer.email")
    assert job.is_unfinished


def test_on_x_an_address_is_for_ever(house: House, ada: Browser) -> None:
    house.developer("dana")
    page = f"/admin/developers/{house.public_id()}"
    shown = ada.get(page)
    assert "Apigee cannot change it." in shown.text
    assert f"{page}/email" not in shown.page.links
    asked = ada.get(f"{page}/email")
    assert "Apigee cannot change the address" in asked.text
    refused = ada.post(f"{page}/email", {"new_email": NEW})
    assert refused.status == 403
    assert list(house.apigee.by_email) == [OLD]
    assert house.told()[-1] == "developer.email failed"


def test_a_fresh_sign_in_names_the_developer_and_the_new_address(build: Build) -> None:
    house = build(apigee=EDGE, step_up={"actions": ["developer.email"]})
    house.apigee.flavor = "edge"
    house.developer("dana")
    ada = house.administrator()
    assert move(house, ada).location == "/sign-in/again"
    state = ada.get("/sign-in/again").location.partition("state=")[2].partition("&")[0]
    confirmation = ada.follow(ada.finish_sign_in(state))
    assert "Change the developer's address on Apigee" in confirmation.text
    assert NEW in confirmation.text
    assert OLD in confirmation.text
