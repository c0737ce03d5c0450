"""The demo's OIDC provider, walked through as a browser and a portal would."""

import base64
import hashlib
import json
import re
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.demo_idp import Provider, run_provider

SCOPE = "openid profile email groups"
SECONDS = 10
type_of_logout = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class Portal:
    """Where the provider sends people and logout tokens: a server that writes them down."""

    url: str
    logout_tokens: Queue[str] = field(default_factory=Queue)


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    received: Queue[str] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            received.put(parse_qs(body)["logout_token"][0])
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing: the request line would be noise between the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Portal(f"http://localhost:{server.server_port}", received)
    server.shutdown()
    server.server_close()
    thread.join(SECONDS)


@pytest.fixture(scope="module")
def provider(portal: Portal) -> Iterator[Provider]:
    with run_provider(portal.url) as running:
        yield running


@dataclass
class Visit:
    """One browser at the provider, and the portal's side of its sign-in."""

    provider: Provider
    portal: Portal
    browser: requests.Session = field(default_factory=requests.Session)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def discovery(self) -> dict[str, Any]:
        address = f"{self.provider.issuer}/.well-known/openid-configuration"
        return dict(requests.get(address, timeout=SECONDS).json())

    def get(self, url: str) -> requests.Response:
        """Follow redirects until a page of the provider's or a way out of it."""
        answer = self.browser.get(url, allow_redirects=False, timeout=SECONDS)
        return self.follow(answer)

    def follow(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect and self.at_provider(answer.headers["location"]):
            where = requests.compat.urljoin(answer.url, answer.headers["location"])
            answer = self.browser.get(where, allow_redirects=False, timeout=SECONDS)
        return answer

    def at_provider(self, location: str) -> bool:
        return location.startswith(("/", self.provider.issuer))

    def ask(self, **more: str) -> requests.Response:
        challenge = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "client_id": self.provider.client_id,
            "response_type": "code",
            "scope": SCOPE,
            "redirect_uri": f"{self.portal.url}/auth/demo/callback",
            "state": "a-state",
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **more,
        }
        query = {name: value for name, value in query.items() if value}
        return self.get(f"{self.discovery['authorization_endpoint']}?{urlencode(query)}")

    def fill_in(self, form: requests.Response, login: str, password: str) -> requests.Response:
        action = re.search(r'<form method="post" action="([^"]+)"', form.text)
        assert action, form.text
        where = requests.compat.urljoin(form.url, action.group(1))
        data = {"login": login, "password": password}
        answer = self.browser.post(where, data, allow_redirects=False, timeout=SECONDS)
        return self.follow(answer)

    def redeem(self, back: requests.Response) -> dict[str, Any]:
        assert back.is_redirect, back.text
        answer = dict(parse_qsl(urlsplit(back.headers["location"]).query))
        assert answer["state"] == "a-state"
        assert answer["iss"] == self.provider.issuer
        return self.token(
            grant_type="authorization_code",
            code=answer["code"],
            redirect_uri=f"{self.portal.url}/auth/demo/callback",
            code_verifier=self.verifier,
        )

    def token(self, **data: str) -> dict[str, Any]:
        who = (self.provider.client_id, self.provider.client_secret)
        where = self.discovery["token_endpoint"]
        return dict(requests.post(where, data, auth=who, timeout=SECONDS).json())

    def sign_in(self, login: str, **more: str) -> dict[str, Any]:
        return self.redeem(self.fill_in(self.ask(**more), login, "demo"))

    def sign_out(self, **query: str) -> requests.Response:
        return self.get(f"{self.discovery['end_session_endpoint']}?{urlencode(query)}")

    def claims(self, token: str) -> dict[str, Any]:
        keys = requests.get(self.discovery["jwks_uri"], timeout=SECONDS).json()
        return dict(jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims)

    def control(self, method: str, path: str, body: object = None) -> requests.Response:
        return requests.request(
            method, f"{self.provider.control_url}{path}", json=body, timeout=SECONDS
        )


@pytest.fixture
def visit(provider: Provider, portal: Portal) -> Iterator[Visit]:
    while not portal.logout_tokens.empty():
        portal.logout_tokens.get()
    one = Visit(provider, portal)
    yield one
    one.browser.close()


def test_discovery_names_the_issuer_without_a_slash_and_what_the_portal_relies_on(
    visit: Visit,
) -> None:
    assert visit.discovery["issuer"] == visit.provider.issuer
    assert visit.discovery["authorization_response_iss_parameter_supported"] is True
    assert visit.discovery["code_challenge_methods_supported"] == ["S256"]
    assert visit.discovery["backchannel_logout_session_supported"] is True
    assert visit.discovery["acr_values_supported"] == ["pwd", "mfa"]


def test_ravi_signs_in_and_the_id_token_tells_who_he_is(visit: Visit) -> None:
    claims = visit.claims(visit.sign_in("ravi")["id_token"])
    expected = {
        "sub": "ravi",
        "email": "ravi@example.com",
        "email_verified": True,
        "given_name": "Ravi",
        "family_name": "Iyer",
        "name": "Ravi Iyer",
        "preferred_username": "ravi",
        "groups": [],
        "iss": visit.provider.issuer,
        "aud": "portal",
        "nonce": visit.nonce,
    }
    assert claims.items() >= expected.items()
    assert claims["auth_time"] > 0
    assert claims["sid"]


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("dana", {"email": "dana@example.com", "email_verified": True, "groups": []}),
        ("ada", {"email": "ada@example.com", "groups": ["portal-admins"]}),
        ("sam", {"email": "sam@example.com", "groups": ["portal-support"]}),
        ("ines", {"email": "ines@example.com", "email_verified": True}),
        ("eve", {"email": "dana@example.com", "email_verified": False}),
    ],
)
def test_userinfo_says_the_same_of_the_other_people(
    visit: Visit, login: str, expected: dict[str, object]
) -> None:
    token = visit.sign_in(login)["access_token"]
    where = visit.discovery["userinfo_endpoint"]
    said = requests.get(where, headers={"authorization": f"Bearer {token}"}, timeout=SECONDS).json()
    assert said.items() >= {"sub": login, **expected}.items()


def test_a_wrong_password_is_refused_in_words_and_the_login_stays_filled_in(visit: Visit) -> None:
    page = visit.fill_in(visit.ask(), "ravi", "wrong")
    assert page.status_code == 401
    assert "The login or the password is wrong." in page.text
    assert 'value="ravi"' in page.text


def test_what_was_typed_is_escaped(visit: Visit) -> None:
    page = visit.fill_in(visit.ask(), '"><script>alert(1)</script>', "wrong")
    assert "<script" not in page.text


def test_the_form_has_labels_a_heading_and_no_script(visit: Visit) -> None:
    page = visit.ask()
    assert '<html lang="en">' in page.text
    assert page.text.count("<h1>") == 1
    for name in ("login", "password"):
        assert f'<label for="{name}">' in page.text
        assert f'id="{name}" name="{name}"' in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_request_without_pkce_is_refused(visit: Visit) -> None:
    back = visit.ask(code_challenge="", code_challenge_method="")
    assert "error=invalid_request" in back.headers["location"]


def test_a_foreign_redirect_address_is_refused_on_a_page(visit: Visit) -> None:
    page = visit.ask(redirect_uri="http://localhost:1/elsewhere")
    assert page.status_code == 400
    assert "This sign-in cannot go on" in page.text


def test_a_wrong_client_secret_gets_no_token(visit: Visit) -> None:
    back = visit.fill_in(visit.ask(), "ravi", "demo")
    stranger = Visit(
        Provider(visit.provider.issuer, visit.provider.control_url, "portal", "wrong"),
        visit.portal,
        verifier=visit.verifier,
    )
    assert stranger.redeem(back)["error"] == "invalid_client"


def test_the_second_visit_needs_no_password_unless_it_is_asked_for(visit: Visit) -> None:
    visit.sign_in("ravi")
    assert "code=" in visit.ask().headers["location"]
    assert "code=" in visit.ask(prompt="none").headers["location"]
    assert "Confirm that it is you" in visit.ask(prompt="login").text
    assert "Confirm that it is you" in visit.ask(max_age="0").text


def test_nobody_signed_in_and_no_prompt_allowed_is_said_to_the_portal(visit: Visit) -> None:
    assert "error=login_required" in visit.ask(prompt="none").headers["location"]


def test_a_stronger_sign_in_is_given_when_it_is_asked_for(visit: Visit) -> None:
    assert visit.claims(visit.sign_in("ravi")["id_token"])["acr"] == "pwd"
    stronger = visit.sign_in("ravi", acr_values="mfa")
    assert visit.claims(stronger["id_token"])["acr"] == "mfa"


def test_a_refresh_token_works_once(visit: Visit) -> None:
    first = visit.sign_in("ravi")["refresh_token"]
    second = visit.token(grant_type="refresh_token", refresh_token=first)
    assert visit.claims(second["id_token"])["sub"] == "ravi"
    again = visit.token(grant_type="refresh_token", refresh_token=first)
    assert again["error"] == "invalid_grant"


def test_offline_access_may_be_asked_for(visit: Visit) -> None:
    tokens = visit.sign_in("ravi", scope=f"{SCOPE} offline_access", prompt="consent")
    assert "offline_access" in tokens["scope"]
    assert tokens["refresh_token"]


def test_signing_out_with_the_id_token_asks_nothing_and_comes_back(visit: Visit) -> None:
    token = visit.sign_in("ravi")["id_token"]
    home = f"{visit.portal.url}/"
    back = visit.sign_out(id_token_hint=token, post_logout_redirect_uri=home, state="bye")
    assert back.status_code == 303
    assert back.headers["location"] == f"{home}?state=bye"
    assert "error=login_required" in visit.ask(prompt="none").headers["location"]


def test_signing_out_twice_still_comes_back(visit: Visit) -> None:
    token = visit.sign_in("ravi")["id_token"]
    home = f"{visit.portal.url}/"
    visit.sign_out(id_token_hint=token, post_logout_redirect_uri=home)
    back = visit.sign_out(id_token_hint=token, post_logout_redirect_uri=home)
    assert back.headers["location"] == home


def test_signing_out_without_an_id_token_asks_first(visit: Visit) -> None:
    visit.sign_in("ravi")
    page = visit.sign_out()
    assert page.status_code == 200
    assert "Sign out here too?" in page.text
    assert "code=" in visit.ask(prompt="none").headers["location"]


def test_the_id_token_of_somebody_else_does_not_sign_a_person_out_unasked(visit: Visit) -> None:
    other = Visit(visit.provider, visit.portal)
    foreign = other.sign_in("dana")["id_token"]
    visit.sign_in("ravi")
    assert "Sign out here too?" in visit.sign_out(id_token_hint=foreign).text


def test_another_person_can_sign_in_in_the_same_browser(visit: Visit) -> None:
    visit.sign_in("ravi")
    tokens = visit.redeem(visit.fill_in(visit.ask(prompt="login"), "dana", "demo"))
    assert visit.claims(tokens["id_token"])["sub"] == "dana"


def test_killing_a_person_ends_the_session_and_sends_a_logout_token(visit: Visit) -> None:
    tokens = visit.sign_in("ravi")
    sid = visit.claims(tokens["id_token"])["sid"]
    bystander = Visit(visit.provider, visit.portal)
    bystander.sign_in("dana")

    told = visit.control("POST", "/kill/ravi").json()["logout_tokens"]

    assert {"client": "portal", "delivered": True} in told
    sent = [visit.claims(visit.portal.logout_tokens.get(timeout=SECONDS)) for _ in told]
    assert sid in {claims["sid"] for claims in sent}
    assert all(claims["sub"] == "ravi" and type_of_logout in claims["events"] for claims in sent)
    assert "error=login_required" in visit.ask(prompt="none").headers["location"]
    refused = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refused["error"] == "invalid_grant"
    assert "code=" in bystander.ask(prompt="none").headers["location"]


def test_killing_a_person_without_a_session_still_tells_the_portal(visit: Visit) -> None:
    visit.control("PUT", "/users/nobody", {})
    visit.control("POST", "/kill/nobody")
    claims = visit.claims(visit.portal.logout_tokens.get(timeout=SECONDS))
    assert claims["sub"] == "nobody"
    assert "sid" not in claims


def test_a_person_can_be_added_and_changed(visit: Visit) -> None:
    visit.control("PUT", "/users/noor", {"email": "noor@example.com", "groups": ["a"]})
    claims = visit.claims(visit.sign_in("noor")["id_token"])
    assert (claims["email"], claims["groups"]) == ("noor@example.com", ["a"])
    visit.control("PUT", "/users/noor", {"groups": None, "password": "other"})
    later = Visit(visit.provider, visit.portal)
    tokens = later.redeem(later.fill_in(later.ask(), "noor", "other"))
    assert "groups" not in visit.claims(tokens["id_token"])


def test_a_disabled_person_cannot_sign_in_nor_go_on(visit: Visit) -> None:
    visit.control("PUT", "/users/lena", {})
    tokens = visit.sign_in("lena")
    visit.control("PUT", "/users/lena", {"disabled": True})
    assert "This account is disabled." in visit.fill_in(visit.ask(), "lena", "demo").text
    refused = visit.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refused["error"] == "invalid_grant"


@pytest.mark.parametrize(("query", "published"), [("", 1), ("?keep=old", 2)])
def test_a_new_key_signs_after_a_rotation_and_sessions_go_on(
    portal: Portal, query: str, published: int
) -> None:
    with run_provider(portal.url) as own:
        visit = Visit(own, portal)
        before = visit.sign_in("ravi")["id_token"]
        kids = visit.control("POST", f"/rotate{query}").json()["kids"]
        assert len(kids) == published
        after = visit.redeem(visit.ask(prompt="none"))["id_token"]
        assert visit.claims(after)["sub"] == "ravi"
        assert _kid(after) == kids[0] != _kid(before)
        assert (_kid(before) in kids) is (published == 2)


def test_what_the_control_api_does_not_know_is_said(visit: Visit) -> None:
    assert visit.control("GET", "/healthz").json() == {"status": "ok"}
    assert visit.control("GET", "/kill/ravi").status_code == 404
    assert visit.control("PUT", "/users/ravi", ["a"]).status_code == 400


def _kid(token: str) -> str:
    header = token.split(".", maxsplit=1)[0]
    return str(json.loads(base64.urlsafe_b64decode(header + "=="))["kid"])
