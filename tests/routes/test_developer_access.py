"""May the person behind a developer sign in: the second switch of the developer's page."""

import json

import pytest

from app.domain.audit import Action, Phase
from app.domain.jobs import JobKind
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.test_step_up import AGAIN, confirm, sign_in_again

EMAIL = "dana@example.com"
WHY = "Left the company, ask Ben."


@pytest.fixture
def page(house: House, dana: Browser) -> str:
    """The access page of Dana, who has signed in."""
    assert dana.get("/account").status == 200
    return access(house)


def access(house: House) -> str:
    return f"/admin/developers/{house.public_id()}/access"


def done(house: House, action: Action) -> list[tuple[str, str, str, str]]:
    return [
        (row.actor.name, row.target, row.on_behalf_of, row.detail)
        for row in house.trail()
        if row.action is action and row.phase is Phase.DONE
    ]


def test_the_page_says_that_the_person_may_sign_in_and_asks_apigee_for_nothing(
    house: House, page: str, ada: Browser
) -> None:
    answer = ada.get(page)
    assert (answer.status, answer.calls) == (200, 0)
    assert "Can sign in" in answer.text
    assert "Last sign-in" in answer.text
    assert "Sessions 1" in answer.text
    number = house.account_number(EMAIL)
    assert f"/admin/accounts/{number}" in answer.page.links
    assert page.removesuffix("/access") in answer.page.links


def test_who_is_blocked_with_a_reason_is_out_at_once_and_administrators_read_why(
    house: House, page: str, dana: Browser, ada: Browser
) -> None:
    answer = ada.submit(page, {"sign_in": "blocked", "why": WHY}, action=page)
    assert (answer.status, answer.location) == (303, page)
    shown = ada.follow(answer)
    for where in (shown, ada.get(page.removesuffix("/access"))):
        assert "Sign-in blocked" in where.text
        assert "by ada@example.com" in where.text
        assert f"Reason {WHY}" in where.text
    assert f"Reason {WHY}" in ada.get(f"/admin/accounts/{house.account_number(EMAIL)}").text
    assert "Not signed in anywhere." in shown.text
    house.provider.will_sign_in("dana")
    refused = dana.finish_sign_in(dana.begin_sign_in())
    assert (refused.status, WHY in refused.text) == (400, False)
    assert done(house, Action.ACCOUNT_BLOCK) == [("ada@example.com", EMAIL, EMAIL, WHY)]
    assert house.apigee.by_email[EMAIL].is_active
    ada.submit(page, {"sign_in": "allowed"}, action=page)
    assert "Can sign in" in ada.get(page).text
    assert WHY not in ada.get(page).text


def test_the_reason_is_not_in_the_persons_own_data(house: House, page: str, ada: Browser) -> None:
    ada.post(page, {"sign_in": "blocked", "why": WHY})
    ada.post(page, {"sign_in": "allowed"})
    data = house.signed_in("dana").post("/account/data").body
    assert "account.block" in {row["action"] for row in json.loads(data)["audit"]}
    assert WHY not in data


def test_a_reason_that_cannot_be_kept_changes_nothing(
    house: House, page: str, ada: Browser
) -> None:
    answer = ada.submit(page, {"sign_in": "blocked", "why": "x" * 501}, action=page)
    assert answer.status == 422
    assert "at most 500 characters" in answer.page.text_of("why-error")
    assert ada.post(page, {"sign_in": "deleted"}).status == 422
    account = f"/admin/accounts/{house.account_number(EMAIL)}"
    long = ada.submit(account, {"sign_in": "blocked", "why": "\x07"}, action=f"{account}/sign-in")
    assert (long.status, "all of them visible" in long.text) == (422, True)
    assert "Can sign in" in ada.get(page).text


def test_the_person_is_signed_out_everywhere(
    house: House, page: str, dana: Browser, ada: Browser
) -> None:
    path = page.replace("/access", "/sessions")
    answer = ada.submit(page, action=path)
    assert (answer.location, dana.get("/account").status) == (page, 302)
    assert done(house, Action.SESSION_END_ALL) == [("ada@example.com", EMAIL, EMAIL, "")]
    assert ada.post(path, {"next": "//evil.example/"}).location == page.removesuffix("/access")


def test_nobody_blocks_themselves(house: House, ada: Browser) -> None:
    house.developer("ada")
    house.signed_in("ada", roles=frozenset({"administrator"}))
    path = f"/admin/developers/{house.public_id('ada@example.com')}/access"
    shown = ada.get(path)
    assert "Blocking it takes another administrator." in shown.text
    assert path not in {form.action for form in shown.page.forms}
    refused = ada.post(path, {"sign_in": "blocked"})
    assert (refused.status, "You cannot block yourself" in refused.text) == (403, True)
    assert path.removesuffix("/access") in refused.page.links
    assert ada.get("/account").status == 200


def test_who_never_signed_in_can_be_invited(build: Build) -> None:
    house = build(mail={"sender": "portal@example.com", "host": "localhost"})
    house.developer("dana")
    ada = house.administrator()
    shown = ada.get(access(house))
    assert "Never signed in" in shown.text
    assert "Never signed in" not in ada.get(access(house).removesuffix("/access")).text
    assert ada.post(access(house), {"sign_in": "blocked"}).status == 404
    answer = ada.submit(access(house), action=f"{access(house)}/invitation")
    assert "dana@example.com is invited." in ada.follow(answer).text
    assert done(house, Action.DEVELOPER_INVITE) == [("ada@example.com", EMAIL, "", "")]
    assert JobKind.SEND_MAIL in {job.kind for job in house.jobs.page(None, None).jobs}


def test_support_reads_and_changes_nothing(house: House, page: str) -> None:
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    shown = sam.get(page)
    assert shown.status == 200
    assert {form.action for form in shown.page.forms if "/admin/" in form.action} == set()
    assert sam.post(page, {"sign_in": "blocked"}).status == 403


def test_blocking_asks_for_a_fresh_sign_in_as_the_accounts_page_does(build: Build) -> None:
    house = build(step_up={"actions": ["account.change"]})
    house.developer("dana")
    house.signed_in("dana")
    ada, path = house.administrator(), access(house)
    assert ada.post(path, {"sign_in": "blocked", "why": WHY}).location == AGAIN
    told = ada.follow(sign_in_again(ada))
    assert told.page.heading == "Block sign-in?"
    assert f"Developer dana@example.com Reason {WHY}" in told.text
    assert confirm(ada, path).location == path
    assert done(house, Action.ACCOUNT_BLOCK)
