"""Signing in at the certified provider, with a browser that fills in its form."""

import html
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests
from joserfc.jwk import ECKey, RSAKey

from app.domain.clock import SystemClock
from app.domain.errors import SignInFailed, Upstream, UpstreamKind
from app.domain.secret import Secret
from app.identity.config import ClientKey, ProviderConfig, StepUp
from app.identity.provider import OidcProvider
from app.services.ports import SignedIn
from app.services.provider_port import Wish
from tests.demo_idp import Provider, run_provider
from tests.identity.conftest import ROLES
from tests.identity.evil import ec_key, rsa_key

PORTAL = "http://localhost:8000"
REDIRECT = f"{PORTAL}/auth/demo/callback"
SECRET = "50% of a+made up/secret="
SECONDS = 30


@pytest.fixture(scope="module")
def certified() -> Iterator[Provider]:
    with run_provider(PORTAL, SECRET) as running:
        yield running


def portal_side(certified: Provider, **settings: Any) -> OidcProvider:  # noqa: ANN401 - each field of the settings has its type
    config = ProviderConfig(
        name="demo",
        title="Demo",
        issuer=certified.issuer,
        client_id=certified.client_id,
        client_secret=Secret(certified.client_secret),
        scope="openid profile email groups",
        roles=ROLES,
        **settings,
    )
    return OidcProvider(config, SystemClock())


@dataclass
class Browser:
    """Follows redirects until they lead back to the portal; fills in the form on the way."""

    session: requests.Session = field(default_factory=requests.Session)
    forms: int = 0

    def come_back(self, url: str, login: str) -> dict[str, str]:
        answer = self.session.get(url, allow_redirects=False, timeout=SECONDS)
        while True:
            location = urljoin(answer.url, answer.headers.get("location", ""))
            if answer.is_redirect and location.startswith(PORTAL):
                return dict(parse_qsl(urlsplit(location).query))
            if answer.is_redirect:
                answer = self.session.get(location, allow_redirects=False, timeout=SECONDS)
                continue
            action = re.search(r'<form method="post" action="([^"]+)"', answer.text)
            assert action, answer.text
            self.forms += 1
            answer = self.session.post(
                urljoin(answer.url, html.unescape(action.group(1))),
                {"login": login, "password": "demo"},
                allow_redirects=False,
                timeout=SECONDS,
            )

    def sign_in(self, provider: OidcProvider, login: str, wish: Wish = Wish.NOTHING) -> SignedIn:
        begun = provider.challenge(REDIRECT, wish)
        return provider.finish(REDIRECT, self.come_back(begun.url, login), begun.state)


@pytest.fixture
def browser() -> Iterator[Browser]:
    one = Browser()
    yield one
    one.session.close()


@pytest.fixture
def provider(certified: Provider) -> OidcProvider:
    return portal_side(certified)


def test_ravi_signs_in_with_his_names_and_without_a_role(
    provider: OidcProvider, browser: Browser
) -> None:
    who = browser.sign_in(provider, "ravi").identity
    assert (who.subject, who.email, who.email_verified) == ("ravi", "ravi@example.com", True)
    assert (who.first_name, who.last_name, who.user_name) == ("Ravi", "Iyer", "ravi")
    assert who.roles == frozenset()
    assert who.sid
    assert who.authenticated_at is not None
    assert abs((SystemClock().now() - who.authenticated_at).total_seconds()) < 60


@pytest.mark.parametrize(("login", "role"), [("ada", "administrator"), ("sam", "support")])
def test_groups_become_roles(
    login: str, role: str, provider: OidcProvider, browser: Browser
) -> None:
    assert browser.sign_in(provider, login).identity.roles == {role}


def test_the_address_of_eve_is_not_verified(provider: OidcProvider, browser: Browser) -> None:
    who = browser.sign_in(provider, "eve").identity
    assert (who.email, who.email_verified) == ("dana@example.com", False)


def test_after_the_keys_were_rotated_twice_within_a_minute_people_go_on_signing_in(
    certified: Provider,
) -> None:
    provider = portal_side(certified)
    before = Browser()
    keys = {before.sign_in(provider, "ravi").id_token.split(".")[0]}
    for _ in range(2):
        requests.post(f"{certified.control_url}/rotate", timeout=SECONDS).raise_for_status()
        keys.add(before.sign_in(provider, "ravi").id_token.split(".")[0])
    before.session.close()
    assert len(keys) == 3


def test_who_has_a_session_there_signs_in_without_a_form_unless_asked_to_sign_in_again(
    provider: OidcProvider, browser: Browser
) -> None:
    first = browser.sign_in(provider, "ravi").identity
    assert browser.forms == 1
    browser.sign_in(provider, "ravi")
    assert browser.forms == 1
    time.sleep(1.1)  # it counts whole seconds
    fresh = browser.sign_in(provider, "ravi", Wish.FRESH).identity
    assert browser.forms == 2
    assert first.authenticated_at is not None
    assert fresh.authenticated_at is not None
    assert fresh.authenticated_at > first.authenticated_at


def test_a_stronger_sign_in_is_asked_for_and_proven(certified: Provider, browser: Browser) -> None:
    strong = portal_side(certified, step_up=StepUp(acr=("mfa",)))
    assert browser.sign_in(strong, "ravi", Wish.FRESH).identity.subject == "ravi"
    unheard_of = portal_side(certified, step_up=StepUp(acr=("retina",)))
    with pytest.raises(SignInFailed) as refused:
        browser.sign_in(unheard_of, "ravi", Wish.FRESH)
    assert refused.value.reason == "acr"


def test_signing_out_ends_the_session_there_and_comes_back(
    provider: OidcProvider, browser: Browser
) -> None:
    done = browser.sign_in(provider, "ravi")
    url = provider.sign_out_url(done.id_token, f"{PORTAL}/")
    assert url is not None
    back = browser.session.get(url, allow_redirects=False, timeout=SECONDS)
    assert (back.is_redirect, back.headers["location"]) == (True, f"{PORTAL}/")
    again = provider.challenge(REDIRECT)
    form = browser.session.get(again.url, timeout=SECONDS)
    assert 'name="password"' in form.text


def test_a_code_works_once(provider: OidcProvider, browser: Browser) -> None:
    begun = provider.challenge(REDIRECT)
    answer = browser.come_back(begun.url, "ravi")
    provider.finish(REDIRECT, answer, begun.state)
    with pytest.raises(SignInFailed) as refused:
        provider.finish(REDIRECT, answer, begun.state)
    assert refused.value.reason == "code_refused"


def test_the_code_of_one_browser_is_useless_with_the_state_of_another(
    provider: OidcProvider, browser: Browser
) -> None:
    mine, theirs = provider.challenge(REDIRECT), provider.challenge(REDIRECT)
    answer = browser.come_back(theirs.url, "eve")
    with pytest.raises(SignInFailed) as refused:
        provider.finish(REDIRECT, answer, mine.state)
    assert refused.value.reason == "state_mismatch"
    injected = {**answer, "state": mine.state["state"]}
    with pytest.raises(SignInFailed) as refused:
        provider.finish(REDIRECT, injected, mine.state)
    assert refused.value.reason == "code_refused"


def test_a_client_may_prove_itself_by_signing(browser: Browser, tmp_path: Path) -> None:
    keys: tuple[RSAKey | ECKey, ...] = (rsa_key(), ec_key())
    for number, key in enumerate(keys):
        file = tmp_path / f"{number}.pem"
        file.write_bytes(key.as_pem(private=True))
        public = {"keys": [{**key.as_dict(private=False), "use": "sig"}]}
        with run_provider(PORTAL, client_keys=public) as running:
            signing = portal_side(
                running, client_method="private_key_jwt", client_key=ClientKey(file)
            )
            assert browser.sign_in(signing, "ravi").identity.subject == "ravi"
            with pytest.raises(Upstream) as raised:
                browser.sign_in(portal_side(running), "ravi")
            assert raised.value.kind is UpstreamKind.CREDENTIALS
