"""Sign-in by a proxy's signed header: only what it signed for this portal counts, each time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from app.services.ingredients import Ports
from tests.identity.evil import KEYS, Answer, Evil, run_evil, signed, unsigned
from tests.identity.evil import HandClock as EvilClock
from tests.routes.client import Answer as Page
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

HEADER = "x-goog-iap-jwt-assertion"
ISSUER = "https://cloud.google.com/iap"
AUDIENCE = "/projects/1/global/backendServices/2"
OUT = "/_gcp_iap/clear_login_cookie"
KEY = ECKey.generate_key("P-256", {"kid": "one"})


def no_providers(ports: Ports) -> Ports:
    return replace(ports, providers={})


@pytest.fixture
def proxy() -> Iterator[Evil]:
    """Where the proxy's public keys are."""
    with run_evil(EvilClock()) as running:
        running.publishes(KEY)
        yield running


@pytest.fixture
def house(build: Build, proxy: Evil) -> House:
    assertion = {
        "header": HEADER,
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "jwks_url": f"{proxy.issuer}{KEYS}",
        "sign_out_url": OUT,
        "email_trusted": True,
        "roles": {"portal-admins": "administrator"},
    }
    limits = {"sign_in": "20 per minute"}
    built = build(no_providers, assertion=assertion, oidc={}, limits=limits)
    built.developer("dana")
    return built


def says(house: House, subject: str = "dana", **changes: Any) -> str:  # noqa: ANN401 - any claim
    """Return what the proxy signs about somebody; a claim that is None is left out."""
    now = int(house.clock.now().timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "email": f"{subject}@example.com",
        "iat": now,
        "exp": now + 600,
        **changes,
    }
    known = {name: value for name, value in claims.items() if value is not None}
    return signed({"alg": "ES256", "kid": "one"}, known, KEY)


def ask(browser: Browser, path: str, value: str, **headers: str) -> Page:
    """Open a page as the proxy passes it on."""
    return browser.open(path, headers={HEADER: value, **headers})


def sessions_of(house: House) -> int:
    """Return how many living sessions dana has."""
    account = house.account()
    assert account is not None
    with house.context():
        return len(house.portal.session_office.of(account))


def test_whom_the_proxy_names_is_signed_in_and_keeps_one_session(house: House) -> None:
    browser = house.browser()
    first = ask(browser, "/account", says(house))
    assert first.status == 200
    assert "dana@example.com" in first.text
    cookie = browser.cookie()
    assert cookie
    for _ in range(3):
        assert ask(browser, "/apps", says(house)).status == 200
    assert browser.cookie() == cookie
    assert sessions_of(house) == 1
    assert house.told().count("sign_in done") == 1


def wrong(house: House) -> dict[str, str]:
    """Return values that are no proof, by what is wrong with them."""
    now = int(house.clock.now().timestamp())
    good = says(house)
    head, body, signature = good.split(".")
    other = ECKey.generate_key("P-256", {"kid": "one"})
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "dana", "iat": now, "exp": now + 600}
    rsa = RSAKey.generate_key(2048, {"kid": "one"})
    public = OctKey.import_key(KEY.as_pem(private=False).hex())
    return {
        "missing": "",
        "no token": "dana@example.com",
        "two values": f"{good},{says(house, 'ada')}",
        "two values, the same": f"{good}, {good}",
        "unsigned": unsigned({}, claims),
        "not signed by the proxy": signed({"alg": "ES256", "kid": "one"}, claims, other),
        "another algorithm": signed({"alg": "RS256", "kid": "one"}, claims, rsa),
        "signed with the public key": signed({"alg": "HS256", "kid": "one"}, claims, public),
        "another key": signed({"alg": "ES256", "kid": "two"}, claims, KEY),
        "another body": f"{head}.{says(house, 'ada').split('.')[1]}.{signature}",
        "signature cut off": f"{head}.{body}.",
        "another issuer": says(house, iss="https://evil.example"),
        "no issuer": says(house, iss=None),
        "another audience": says(house, aud="/projects/1/global/backendServices/3"),
        "further audiences": says(house, aud=[AUDIENCE, "other"]),
        "no audience": says(house, aud=None),
        "expired": says(house, iat=now - 700, exp=now - 100),
        "no expiry": says(house, exp=None),
        "expires in a year": says(house, exp=now + 31_536_000),
        "expiry is no number": says(house, exp="later"),
        "expiry is true": says(house, exp=True),
        "from the future": says(house, iat=now + 100),
        "no beginning": says(house, iat=None),
        "not yet valid": says(house, nbf=now + 100),
        "nobody": says(house, sub=""),
        "no subject": says(house, sub=None),
        "too long": says(house, more="x" * 20_000),
        "not ASCII": "\u00e9.\u00e9.\u00e9",
    }


def test_what_the_proxy_did_not_sign_for_the_portal_is_nobody(house: House) -> None:
    """Abuse case 16: each is 401 with one fixed page, no session, and a reason on the record."""
    pages = set()
    for name, value in wrong(house).items():
        browser = house.browser()
        answer = ask(browser, "/account", value)
        assert answer.status == 401, name
        assert answer.response.headers.getlist("Set-Cookie") == [], name
        assert "example.com" not in answer.text.replace("help@example.com", ""), name
        pages.add(answer.page.heading)
        part = browser.open("/account", headers={HEADER: value}, with_htmx=True)
        assert (part.status, part.body) == (401, ""), name
    assert pages == {"Sign-in did not work"}
    assert house.account() is None
    assert "sign_in.refused failed" in house.told()


def test_every_page_asks_for_the_header_but_those_that_show_nothing(house: House) -> None:
    """Abuse case 16."""
    browser = house.browser()
    for path in ("/", "/products", "/apps", "/no-such-page", "/sign-in", "/admin/audit"):
        assert browser.get(path).status == 401
    for path in ("/livez", "/readyz", "/static/js/portal.js", "/signed-out"):
        assert browser.get(path).status == 200


def test_plain_headers_and_addresses_of_peers_prove_nothing(house: House) -> None:
    """Abuse case 16: neither a forged identity header nor coming from the proxy's machine."""
    browser = house.browser()
    answer = browser.get(
        "/account",
        X_Goog_Authenticated_User_Email="accounts.google.com:dana@example.com",
        X_Forwarded_User="dana",
        X_Forwarded_For="127.0.0.1",
        Authorization=f"Bearer {says(house)}",
    )
    assert answer.status == 401


def test_another_person_in_the_same_browser_ends_the_first_ones_session(house: House) -> None:
    """Abuse case 16: the header's user switches in the middle of a session."""
    browser = house.browser()
    assert ask(browser, "/apps", says(house)).status == 200
    first = browser.cookie()
    switched = ask(browser, "/account", says(house, "ada", groups=["portal-admins"]))
    assert "ada@example.com" in switched.text
    assert "dana@example.com" not in switched.body
    assert browser.cookie() not in {"", first}
    assert sessions_of(house) == 0
    browser.flask.set_cookie("portal_session", first)
    again = ask(browser, "/account", says(house, "ada", groups=["portal-admins"]))
    assert "ada@example.com" in again.text


def test_a_form_of_the_person_before_is_not_taken_from_the_next(house: House) -> None:
    """Abuse case 16."""
    browser = house.browser()
    page = ask(browser, "/apps/new", says(house))
    token = page.page.form("/apps/new").values["csrf_token"][0]
    house.developer("bob")
    sent = {"csrf_token": token, "display_name": "T", "products": "payments", "request_id": "r"}
    header = {HEADER: says(house, "bob")}
    assert browser.open("/apps/new", "POST", headers=header, data=sent).status == 400
    assert house.apigee.by_app == {}


def test_a_session_without_the_header_is_over(house: House) -> None:
    browser = house.browser()
    assert ask(browser, "/apps", says(house)).status == 200
    assert browser.get("/apps").status == 401
    assert sessions_of(house) == 0


def test_a_proof_that_ends_is_noticed_though_it_was_seen_before(house: House) -> None:
    browser, value = house.browser(), says(house)
    for seconds, status in ((0, 200), (20, 200), (659 - 20, 200), (2, 401)):
        house.clock.advance(seconds)
        assert ask(browser, "/account", value).status == status


def test_keys_are_read_once_and_again_when_they_change(house: House, proxy: Evil) -> None:
    browser = house.browser()
    for number in range(5):
        assert ask(browser, "/account", says(house, jti=str(number))).status == 200
    assert proxy.count(KEYS) == 1
    newer = ECKey.generate_key("P-256", {"kid": "two"})
    proxy.publishes(newer)
    now = int(house.clock.now().timestamp())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "dana", "iat": now, "exp": now + 60}
    fresh = signed({"alg": "ES256", "kid": "two"}, claims, newer)
    assert ask(browser, "/account", fresh).status == 200
    assert ask(browser, "/account", says(house, jti="old key")).status == 401


def test_without_the_proxys_keys_nobody_is_let_in_and_nothing_breaks(
    house: House, proxy: Evil
) -> None:
    proxy.answers[KEYS] = Answer(status=500)
    answer = ask(house.browser(), "/account", says(house))
    assert answer.status == 503
    assert house.browser().get("/livez").status == 200


def test_roles_are_those_that_the_header_names_now(house: House) -> None:
    browser = house.browser()
    assert ask(browser, "/admin/audit", says(house)).status == 403
    assert ask(browser, "/admin/audit", says(house, groups=["portal-admins"])).status == 200
    assert ask(browser, "/admin/audit", says(house, groups="others")).status == 403
    assert ask(browser, "/admin/audit", says(house, groups={"portal-admins": 1})).status == 403


def test_another_address_or_one_that_is_no_longer_verified_counts_at_once(house: House) -> None:
    browser = house.browser()
    for email, verified in (
        ("dana@example.com", True),
        ("dana@example.com", False),
        ("dana@elsewhere.example", False),
    ):
        value = says(house, email=email, email_verified=verified)
        assert email in ask(browser, "/account", value).text
        account = house.account()
        assert account is not None
        assert account.email == email
    assert sessions_of(house) == 1


def test_who_keeps_no_cookie_begins_sessions_as_often_as_the_limit_allows(
    house: House,
) -> None:
    """Abuse case 37: of one person, wherever they ask from and whatever they ask for."""
    paths = ["/account", "/apps", "/products"] * 8
    statuses = [ask(house.browser(), path, says(house)).status for path in paths]
    assert statuses == [200] * 20 + [429] * 4
    assert ask(house.browser(), "/no-such-page", says(house)).status == 404
    assert ask(house.browser(), "/no-such-page", "").status == 401
    assert sessions_of(house) == 20
    assert ask(house.browser(), "/account", says(house, "ada")).status == 200


def test_a_blocked_account_stays_out(house: House) -> None:
    browser = house.browser()
    assert ask(browser, "/account", says(house)).status == 200
    with house.context():
        account = house.account()
        assert account is not None
        house.portal.sign_in.book.block(account.account_id, blocked=True)
    assert ask(browser, "/account", says(house)).status == 401


def test_signing_out_ends_the_session_and_goes_to_the_proxy(house: House) -> None:
    browser = house.browser()
    form = ask(browser, "/account", says(house)).page.form("/sign-out")
    left = browser.open("/sign-out", "POST", headers={HEADER: says(house)}, data=form.values)
    assert (left.status, left.location) == (303, OUT)
    assert sessions_of(house) == 0
    assert browser.get("/signed-out").status == 200


def test_there_is_no_other_way_in(house: House) -> None:
    browser = house.browser()
    value = says(house)
    assert ask(browser, "/sign-in?next=/apps", value).location == "/apps"
    assert ask(browser, "/auth/demo/callback?code=c&state=s", value).status == 404
    notice = browser.open("/auth/demo/backchannel-logout", "POST", headers={HEADER: value})
    assert notice.status == 400
