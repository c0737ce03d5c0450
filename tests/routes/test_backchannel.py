"""Back-channel logout over HTTP: what ends, what is answered, and what is never asked."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.domain.errors import Upstream, UpstreamKind
from app.services.provider_port import LogoutNotice
from app.web import extensions
from tests.fakes.identity import HOST
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House

PATH = "/auth/demo/backchannel-logout"


def signed(house: House, subject: str = "", sid: str = "", number: int = 1) -> str:
    """Let the provider sign a logout token."""
    until = house.clock.now() + timedelta(minutes=6)
    token = f"logout-token-{number}"
    house.provider.notices[token] = LogoutNotice(HOST, subject, sid, f"jti-{number}", until)
    return token


def send(house: House, token: str, path: str = PATH) -> Answer:
    """Send a token as a provider does: no cookie, no form of ours."""
    answer = house.browser().open(path, "POST", data={"logout_token": token})
    assert answer.response.mimetype == "application/json"
    assert "Set-Cookie" not in answer.response.headers
    assert isinstance(json.loads(answer.body), dict)
    return answer


def test_a_person_is_signed_out_everywhere(house: House, dana: Browser) -> None:
    other, ravi = house.signed_in("dana"), house.signed_in("ravi")
    assert send(house, signed(house, "dana")).status == 200
    for browser in (dana, other):
        assert browser.get("/account").status == 302
        assert browser.get("/apps", with_htmx=True).status == 401
    assert ravi.get("/account").status == 200
    last = house.trail()[-1]
    assert (last.action.value, last.target, last.detail) == (
        *("session.provider_logout", "dana"),
        "2 sessions",
    )


def test_the_record_names_the_account_also_where_nothing_was_left_to_end(
    house: House, dana: Browser
) -> None:
    number = house.account_number("dana@example.com")
    for sent in (1, 2):
        assert send(house, signed(house, "dana", number=sent)).status == 200
        assert house.trail()[-1].target_account_id == number
    assert house.trail()[-1].detail == "0 sessions"
    assert dana.get("/account").status == 302
    send(house, signed(house, "nobody", number=3))
    assert house.trail()[-1].target_account_id is None


def test_one_session_of_the_provider_ends_and_the_other_stays(house: House) -> None:
    here = house.signed_in("dana", sid="s1")
    there = house.signed_in("dana", sid="s2")
    assert send(house, signed(house, "dana", "s1")).status == 200
    assert here.get("/account").status == 302
    assert there.get("/account").status == 200


def test_a_token_works_once(house: House, dana: Browser) -> None:
    """Abuse case 5."""
    token = signed(house, "dana")
    assert send(house, token).status == 200
    dana.sign_in("dana")
    again = send(house, token)
    assert (again.status, json.loads(again.body)) == (400, {"error": "invalid_request"})
    assert dana.get("/account").status == 200
    assert house.told()[-2:] == ["sign_in done", "session.provider_logout failed"]


def test_somebody_who_is_not_here_is_signed_out_all_the_same(house: House) -> None:
    assert send(house, signed(house, "nobody")).status == 200
    assert house.trail()[-1].detail == "0 sessions"


@pytest.mark.parametrize("token", ["", "forged", "a.b.c"])
def test_what_the_provider_did_not_sign_ends_nothing(
    house: House, dana: Browser, token: str
) -> None:
    assert send(house, token).status == 400
    assert dana.get("/account").status == 200


def test_another_provider_is_none_of_ours(house: House, dana: Browser) -> None:
    assert send(house, signed(house, "dana"), "/auth/nobody/backchannel-logout").status == 400
    assert dana.get("/account").status == 200


def test_while_the_provider_gives_no_keys_nothing_ends(house: House, dana: Browser) -> None:
    house.provider.problem = Upstream(UpstreamKind.TIMEOUT, "No answer.")
    assert send(house, signed(house, "dana")).status == 400
    assert dana.get("/account").status == 200


@pytest.mark.parametrize("length", [40_000, 1_000_000])
def test_a_body_that_is_too_large_is_not_read(house: House, dana: Browser, length: int) -> None:
    """Abuse case 6."""
    answer = send(house, "x" * length)
    assert answer.status == 413
    assert dana.get("/account").status == 200


def test_while_the_database_is_away_the_provider_is_told_that_it_failed(house: House) -> None:
    token = signed(house, "dana")
    with house.context():
        extensions.db.session.execute(text("DROP TABLE used_logout_tokens"))
        extensions.db.session.commit()
    assert send(house, token).status == 400


def test_it_is_never_opened_by_a_browser(anonymous: Browser) -> None:
    assert anonymous.get(PATH).status == 405


def test_a_browser_of_another_site_cannot_send_one(house: House, dana: Browser) -> None:
    answer = dana.open(
        PATH,
        "POST",
        data={"logout_token": signed(house, "dana")},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert (answer.status, answer.response.mimetype) == (400, "application/json")
    assert dana.get("/account").status == 200


def test_a_cookie_that_comes_along_is_not_looked_at(house: House, dana: Browser) -> None:
    before = house.trail()
    answer = dana.open(PATH, "POST", data={"logout_token": "forged"})
    assert answer.status == 400
    assert "Set-Cookie" not in answer.response.headers
    [row] = house.trail()[len(before) :]
    assert (row.actor.account_id, row.actor.name, row.detail) == (
        None,
        "anonymous",
        "bad_signature",
    )


def test_refused_tokens_are_limited_and_good_ones_are_not(build: Build) -> None:
    """Abuse case 6."""
    house = build(limits={"multiplier": 1, "logout": "3 per minute"})
    for number in range(6):
        assert send(house, signed(house, "nobody", number=number)).status == 200
    assert [send(house, "forged").status for _ in range(4)] == [400, 400, 400, 429]
    refused = send(house, "forged")
    assert refused.header("Retry-After") == "60"
