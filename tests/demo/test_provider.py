"""Signing in and out at the demo's OIDC provider, as a browser and a portal would."""

import pytest
import requests

from tests.demo.visiting import SCOPE, SECONDS, Visit
from tests.demo_idp import Provider


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
