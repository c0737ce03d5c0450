"""Tokens of an Edge machine user: its password once, then the refresh token."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from app.apigee.credentials import EdgeOAuth
from app.apigee.deadline import Deadline
from app.apigee.hints import hint
from app.domain.errors import Upstream, UpstreamKind
from tests.unit.apigee.upstream import Reply, named, reply, reset
from tests.unit.apigee.upstream import Upstream as Server

START = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


class SetClock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def after(self, seconds: float) -> None:
        self.at = START + timedelta(seconds=seconds)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def user(server: Server, clock: SetClock) -> EdgeOAuth:
    address = f"{server.root}/oauth/token"
    return EdgeOAuth(address, "ops+1@example.com", "pä &ss", clock, jitter=lambda: 0.0)


def _granted(token: str, refresh: str | None = "r1") -> Reply:
    answer = {"access_token": token, "token_type": "bearer", "expires_in": 1799}
    return reply(200, answer | ({"refresh_token": refresh} if refresh else {}))


def _bearer(user: EdgeOAuth) -> str:
    return user.headers(Deadline(5))["Authorization"]


def _forms(server: Server) -> list[dict[str, list[str]]]:
    return [parse_qs(seen.body.decode()) for seen in server.seen]


def test_the_first_token_costs_the_password_and_the_next_the_refresh_token(
    server: Server, user: EdgeOAuth, clock: SetClock
) -> None:
    server.answer(_granted("t1"), _granted("t2", None), _granted("t3", "r2"), _granted("t4"))
    found = []
    for minutes in (0, 25, 50, 75):
        clock.after(minutes * 60)
        found.append(_bearer(user))
    assert found == ["Bearer t1", "Bearer t2", "Bearer t3", "Bearer t4"]
    login = {"grant_type": ["password"], "username": ["ops+1@example.com"], "password": ["pä &ss"]}
    again = {"grant_type": ["refresh_token"], "refresh_token": ["r1"]}
    assert _forms(server) == [login, again, again, {**again, "refresh_token": ["r2"]}]


def test_the_request_is_made_as_apigee_says(server: Server, user: EdgeOAuth) -> None:
    server.answer(_granted("t1"))
    _bearer(user)
    seen = server.seen[0]
    assert (seen.method, seen.target) == ("POST", "/oauth/token")
    assert seen.headers["authorization"] == "Basic ZWRnZWNsaTplZGdlY2xpc2VjcmV0"
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded;charset=utf-8"
    assert seen.headers["accept"] == "application/json;charset=utf-8"


@pytest.mark.parametrize("status", [400, 401])
def test_a_refused_refresh_token_falls_back_to_the_password(
    server: Server, user: EdgeOAuth, clock: SetClock, status: int
) -> None:
    refused = reply(status, {"error": "invalid_token", "error_description": "r1 is invalid"})
    server.answer(_granted("t1"), refused, _granted("t2", None), _granted("t3"))
    _bearer(user)
    clock.after(1500)
    assert _bearer(user) == "Bearer t2"
    clock.after(3000)
    assert _bearer(user) == "Bearer t3"
    kinds = [form["grant_type"][0] for form in _forms(server)]
    assert kinds == ["password", "refresh_token", "password", "password"]


@pytest.mark.parametrize("bad", named(down=reply(503, {}), reset=reset, junk=reply(200, "<p>")))
def test_a_refresh_token_that_brings_nothing_is_tried_once_only(
    server: Server, user: EdgeOAuth, clock: SetClock, bad: Reply
) -> None:
    server.answer(_granted("t1"), bad, _granted("t2"))
    _bearer(user)
    clock.after(1500)
    assert _bearer(user) == "Bearer t1"
    clock.after(1531)
    assert _bearer(user) == "Bearer t2"
    kinds = [form["grant_type"][0] for form in _forms(server)]
    assert kinds == ["password", "refresh_token", "password"]


@pytest.mark.parametrize(
    ("status", "refusal", "code"),
    [
        (401, {"error": "unauthorized", "error_description": "Invalid Credentials"}, "login"),
        (400, {"error": "invalid_grant", "error_description": "Bad credentials"}, "login"),
        (401, {"error": "unauthorized", "error_description": "MFA token required"}, "mfa"),
        (401, {"error": "mfa_required"}, "mfa"),
        (401, {"error": "unauthorized", "error_description": "passcode expected"}, "mfa"),
        (401, {"error": "invalid_client"}, "client"),
        (404, {}, "login"),
    ],
)
def test_a_refused_login_says_what_kind_of_user_is_needed(
    server: Server, user: EdgeOAuth, status: int, refusal: dict[str, str], code: str
) -> None:
    server.answer(reply(status, refusal))
    with pytest.raises(Upstream) as refused:
        _bearer(user)
    codes = {"login": "login_refused", "mfa": "login_mfa", "client": "token_refused"}
    assert (refused.value.kind, refused.value.code) == (UpstreamKind.CREDENTIALS, codes[code])
    assert ("machine user" in hint(refused.value.code)) is (code != "client")
    assert "pä" not in f"{refused.value!r}{refused.value.message}"


def test_a_token_that_apigee_refuses_is_replaced(server: Server, user: EdgeOAuth) -> None:
    server.answer(_granted("t1"), _granted("t2"))
    assert user.renew(user.headers(Deadline(5)))
    assert _bearer(user) == "Bearer t2"
    assert user.refused_code == "token_not_accepted"
