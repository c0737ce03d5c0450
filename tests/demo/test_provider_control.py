"""The test control of the demo's OIDC provider: people, their sessions, the signing key."""

import base64
import json

import pytest

from tests.demo.visiting import SECONDS, Portal, Visit
from tests.demo_idp import run_provider

TYPE_OF_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


def test_killing_a_person_ends_the_session_and_sends_a_logout_token(visit: Visit) -> None:
    tokens = visit.sign_in("ravi")
    sid = visit.claims(tokens["id_token"])["sid"]
    bystander = Visit(visit.provider, visit.portal)
    bystander.sign_in("dana")

    told = visit.control("POST", "/kill/ravi").json()["logout_tokens"]

    assert {"client": "portal", "delivered": True} in told
    sent = [visit.claims(visit.portal.logout_tokens.get(timeout=SECONDS)) for _ in told]
    assert sid in {claims["sid"] for claims in sent}
    assert all(claims["sub"] == "ravi" and TYPE_OF_LOGOUT in claims["events"] for claims in sent)
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
