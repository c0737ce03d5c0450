"""Sessions and their cookies."""

import secrets
from dataclasses import replace
from http.cookies import Morsel, SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event

from app.services.ports import Challenge
from app.services.provider_port import Wish
from app.web import extensions
from tests.fakes.identity import HOST, FakeProvider
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House


def cookies(answer: Answer) -> dict[str, Morsel[str]]:
    """Return the cookies that an answer sets."""
    found: dict[str, Morsel[str]] = {}
    for line in answer.response.headers.getlist("Set-Cookie"):
        found |= dict(SimpleCookie(line))
    return found


def sign_in_answers(house: House, browser: Browser) -> tuple[Answer, Answer]:
    """Return the answers that begin and end a sign-in."""
    house.provider.will_sign_in("dana")
    begun = browser.get("/sign-in")
    state = parse_qs(urlsplit(begun.location).query)["state"][0]
    return begun, browser.finish_sign_in(state)


@pytest.mark.parametrize(
    ("public_url", "prefix", "path"),
    [
        ("http://localhost:8000", "", "/"),
        ("https://developers.example.com", "__Host-", "/"),
        ("https://example.com/portal", "__Secure-", "/portal"),
    ],
)
def test_cookies_are_as_strict_as_the_address_allows(
    build: Build, public_url: str, prefix: str, path: str
) -> None:
    house = build(public_url=public_url)
    begun, ended = sign_in_answers(house, house.browser(public_url))
    before = cookies(begun)[f"{prefix}portal_sign_in"]
    after = cookies(ended)[f"{prefix}portal_session"]
    for cookie in (before, after):
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == path
        assert cookie["domain"] == ""
        assert bool(cookie["secure"]) is public_url.startswith("https")
    assert before["max-age"] == "600"
    assert after["max-age"] == after["expires"] == ""
    assert cookies(ended)[f"{prefix}portal_sign_in"]["max-age"] == "0"


def test_cookies_are_small(house: House, dana: Browser) -> None:
    begun, ended = sign_in_answers(house, house.browser())
    for answer in (begun, ended, dana.get("/account")):
        assert all(len(morsel.OutputString()) < 1000 for morsel in cookies(answer).values())


class LongProvider(FakeProvider):
    """A provider whose kept values are as long as real ones."""

    def challenge(self, redirect_uri: str, wish: Wish = Wish.NOTHING) -> Challenge:
        assert not wish
        self.redirects.append(redirect_uri)
        kept = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
        return Challenge(f"{HOST}/?state={kept['state']}", {**kept, "provider": self.name})


@pytest.mark.parametrize(("length", "fitting"), [(1, 3), (140, 1)])
def test_of_many_started_sign_ins_the_last_ones_work_that_fit_into_one_cookie(
    build: Build, length: int, fitting: int
) -> None:
    provider = LongProvider()
    house = build(lambda ports: replace(ports, providers={"demo": provider}))
    browser = house.browser()
    states = []
    for _ in range(25):
        answer = browser.get(f"/sign-in?next=/apps?q={secrets.token_urlsafe(length)}")
        assert len(cookies(answer)["portal_sign_in"].OutputString()) < 1000
        states.append(parse_qs(urlsplit(answer.location).query)["state"][0])
    provider.will_sign_in("dana")
    assert browser.finish_sign_in(states[-1 - fitting]).status == 400
    assert browser.finish_sign_in(states[-fitting]).status == 303


def test_who_is_not_signed_in_gets_no_cookie(anonymous: Browser) -> None:
    for path in ("/", "/products", "/signed-out", "/no-such-page", "/apps"):
        assert cookies(anonymous.get(path)) == {}


def test_a_reader_gets_no_new_cookie_with_every_page(dana: Browser) -> None:
    assert cookies(dana.get("/apps")) == {}


def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(
    house: House, anonymous: Browser
) -> None:
    """Abuse case 13."""
    planted = "a-session-id-that-somebody-else-knows-already"
    anonymous.flask.set_cookie("portal_session", planted)
    house.provider.will_sign_in("dana")
    anonymous.finish_sign_in(anonymous.begin_sign_in())
    assert anonymous.cookie() != planted
    other = house.browser()
    other.flask.set_cookie("portal_session", planted)
    assert other.get("/account").status == 302


def test_signing_in_again_gives_another_session(house: House, dana: Browser) -> None:
    """Abuse case 13."""
    old = dana.cookie()
    dana.submit("/account", action="/sign-out")
    dana.sign_in("dana")
    assert dana.cookie() not in {"", old}
    assert house.told().count("sign_in done") == 2


def test_what_was_begun_in_another_window_changes_no_session(house: House, dana: Browser) -> None:
    second = house.browser()
    state = second.begin_sign_in()
    second.flask.set_cookie("portal_session", dana.cookie())
    house.provider.will_sign_in("mallory")
    assert second.finish_sign_in(state).status == 400
    assert "dana@example.com" in second.get("/account").text


def test_an_old_cookie_is_dead_after_signing_out(house: House, dana: Browser) -> None:
    """Abuse case 4."""
    old, token = dana.cookie(), dana.token
    dana.submit("/account", action="/sign-out")
    thief = house.browser()
    thief.flask.set_cookie("portal_session", old)
    thief.token = token
    assert thief.get("/account").status == 302
    assert thief.get("/account", with_htmx=True).status == 401
    assert thief.post("/register", {}).status == 302


def test_a_session_ends_after_an_hour_without_use_and_after_twelve_in_any_case(
    house: House, dana: Browser
) -> None:
    for _ in range(13):
        house.clock.advance(55 * 60)
        assert dana.get("/signed-out").page.forms != []
    house.clock.advance(10 * 60)
    assert dana.get("/account").status == 302
    again = house.signed_in("dana")
    house.clock.advance(61 * 60)
    assert again.get("/account").status == 302


def test_a_read_costs_one_statement_for_session_and_account(house: House, dana: Browser) -> None:
    dana.get("/apps")
    statements: list[str] = []
    with house.flask.app_context():
        engine = extensions.db.engine
    event.listen(
        engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]), named=False
    )
    for path in ("/apps", "/account", "/products", "/static/js/portal.js", "/livez"):
        statements.clear()
        assert dana.get(path).status == 200
        expected = 0 if path in {"/static/js/portal.js", "/livez"} else 1
        # The account page lists the person's other sessions.
        expected += path == "/account"
        assert len(statements) == expected, (path, statements)
    statements.clear()
    assert house.browser().get("/products").status == 200
    assert statements == []


def test_the_first_page_after_a_sign_in_writes_nothing(house: House) -> None:
    house.developer("dana")
    statements: list[str] = []
    with house.flask.app_context():
        engine = extensions.db.engine
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    dana = house.signed_in("dana")
    for path in ("/apps", "/products"):
        assert "csrf_token" in dana.get(path).body
    written = [text for text in statements if text.startswith("UPDATE sign_in_sessions")]
    assert len(written) == 1, written


def test_last_use_is_noted_at_most_once_a_minute(house: House, dana: Browser) -> None:
    statements: list[str] = []
    with house.flask.app_context():
        engine = extensions.db.engine
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    house.clock.advance(61)
    dana.get("/signed-out")
    dana.get("/signed-out")
    assert [text.split()[0] for text in statements] == ["SELECT", "UPDATE", "SELECT"]


def test_an_app_may_be_called_like_an_address_that_asks_nobody(house: House, dana: Browser) -> None:
    for name in ("backchannel-logout", "livez"):
        house.apigee.add_app("dana@example.com", name, house.apigee.new_key("weather-free"))
        assert dana.get(f"/apps/{name}").status == 200
    for path in ("/livezX", "/readyz2", "/csp-reports", "/auth/a/b/backchannel-logout"):
        assert "Sign out" in dana.get(path).text
