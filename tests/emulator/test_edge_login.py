"""Edge's login service gives tokens to people and machine users, and the API takes them."""

import base64
import json

import pytest
import requests

from emulator import Switches
from emulator.edge_login import EdgeSignIn
from tests.emulator.conftest import Client, Json, Start
from tests.emulator.test_auth import Clock

CLIENT = ("edgecli", "edgeclisecret")
PERSON, MACHINE = "ops@example.com", "portal@example.com"
USERS = {PERSON: "demo", MACHINE: "machine"}
PASSWORD = {"grant_type": "password", "username": PERSON, "password": "demo"}
AS_MACHINE = {"grant_type": "password", "username": MACHINE, "password": "machine"}


def fetch(
    edge: Client, form: dict[str, str], path: str = "", client: tuple[str, str] = CLIENT
) -> requests.Response:
    where = f"{edge.local.root}{path}" if path else edge.local.login_uri
    return requests.post(where, data=form, auth=client, timeout=20)


def token(edge: Client, form: dict[str, str], path: str = "") -> Json:
    answer = fetch(edge, form, path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refusal(edge: Client, form: dict[str, str], path: str = "") -> tuple[int, str]:
    answer = fetch(edge, form, path)
    body = answer.json()
    assert set(body) == {"error", "error_description"}
    return answer.status_code, body["error"]


def status_with(edge: Client, access_token: str) -> int:
    headers = {"Authorization": f"Bearer {access_token}"}
    return requests.get(f"{edge.local.url}/o/demo", headers=headers, timeout=20).status_code


def claims(value: str) -> Json:
    part = value.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_a_password_is_answered_with_a_token_the_api_takes(start: Start) -> None:
    clock = Clock()
    edge = start(flavor="edge", clock=clock)
    got = token(edge, PASSWORD)
    assert (got["token_type"], got["expires_in"]) == ("bearer", 1799)
    assert set(got) == {
        "access_token", "token_type", "refresh_token", "expires_in", "scope", "jti",
    }  # fmt: skip
    inside = claims(got["access_token"])
    assert inside["email"] == inside["user_name"] == PERSON
    assert inside["exp"] - inside["iat"] == 1799
    assert inside["iat"] == int(clock.now)
    assert status_with(edge, got["access_token"]) == 200
    clock.now += 1800
    assert status_with(edge, got["access_token"]) == 401


def test_who_signed_in_is_who_changes_things(edge: Client) -> None:
    headers = {"Authorization": f"Bearer {token(edge, PASSWORD)['access_token']}"}
    body = {"email": "a@example.com", "firstName": "A", "lastName": "B", "userName": "a"}
    where = f"{edge.local.url}/o/demo/developers"
    made = requests.post(where, json=body, headers=headers, timeout=20).json()
    assert made["createdBy"] == PERSON


def test_a_refresh_token_is_good_once_and_for_its_time(start: Start) -> None:
    clock = Clock()
    edge = start(flavor="edge", clock=clock)
    first = token(edge, PASSWORD)
    renew = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    clock.now += 3600
    second = token(edge, renew)
    assert status_with(edge, second["access_token"]) == 200
    assert second["refresh_token"] != first["refresh_token"]
    assert refusal(edge, renew) == (401, "invalid_token")
    clock.now += 86_401
    renew = {"grant_type": "refresh_token", "refresh_token": second["refresh_token"]}
    assert refusal(edge, renew) == (401, "invalid_token")
    assert refusal(edge, {"grant_type": "refresh_token"}) == (401, "invalid_token")


def test_a_refresh_token_can_also_be_kept_and_the_times_chosen(start: Start) -> None:
    switches = Switches(edge_refresh_rotates=False, edge_token_seconds=43199)
    edge = start(flavor="edge", switches=switches)
    first = token(edge, PASSWORD)
    assert first["expires_in"] == 43199
    renew = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert [token(edge, renew)["refresh_token"] for _ in range(2)] == [first["refresh_token"]] * 2


@pytest.mark.parametrize(
    "change", [{"password": "no"}, {"username": "nobody@example.com"}, {"username": ""}]
)
def test_wrong_credentials_are_refused_in_the_words_of_edge(
    edge: Client, change: dict[str, str]
) -> None:
    answer = fetch(edge, {**PASSWORD, **change})
    assert answer.status_code == 401
    assert answer.json() == {"error": "unauthorized", "error_description": "Invalid Credentials"}


def test_only_the_fixed_client_and_known_grants_are_taken(edge: Client) -> None:
    assert fetch(edge, PASSWORD, client=("edgecli", "other")).status_code == 401
    assert refusal(edge, {**PASSWORD, "grant_type": "implicit"}) == (400, "unsupported_grant_type")
    assert requests.get(edge.local.login_uri, auth=CLIENT, timeout=20).status_code == 405


@pytest.mark.parametrize("place", ["form", "query"])
def test_who_has_a_second_factor_must_send_its_code(start: Start, place: str) -> None:
    edge = start(flavor="edge", users=USERS, edge=EdgeSignIn(mfa={PERSON: "123456"}))
    assert refusal(edge, PASSWORD) == (401, "unauthorized")
    assert refusal(edge, {**PASSWORD, "mfa_token": "654321"}) == (401, "unauthorized")
    if place == "form":
        assert fetch(edge, {**PASSWORD, "mfa_token": "123456"}).status_code == 200
    else:
        assert fetch(edge, PASSWORD, "/oauth/token?mfa_token=123456").status_code == 200


def saml(start: Start, clock: Clock | None = None) -> Client:
    sign_in = EdgeSignIn(zone="acme", saml=True, mfa={MACHINE: "1"}, machine_users=[MACHINE])
    return start(flavor="edge", users=USERS, edge=sign_in, clock=clock or Clock())


def test_people_of_a_saml_zone_sign_in_with_a_passcode_once(start: Start) -> None:
    clock = Clock()
    edge = saml(start, clock)
    assert edge.local.login_uri.endswith("/zones/acme/oauth/token")
    assert refusal(edge, PASSWORD) == (401, "unauthorized")
    page = f"{edge.local.root}/zones/acme/passcode"

    def form() -> dict[str, str]:
        code = requests.get(page, params={"username": PERSON}, timeout=20).json()["passcode"]
        return {"grant_type": "password", "response_type": "token", "passcode": code}

    once = form()
    got = token(edge, once)
    assert claims(got["access_token"])["email"] == PERSON
    assert status_with(edge, got["access_token"]) == 200
    assert refusal(edge, once) == (401, "unauthorized")
    late = form()
    clock.now += 301
    assert refusal(edge, late) == (401, "unauthorized")
    answer = requests.get(page, params={"username": "nobody@example.com"}, timeout=20)
    assert answer.status_code == 404


def test_a_machine_user_of_a_zone_needs_its_password_only(start: Start) -> None:
    edge = saml(start)
    assert status_with(edge, token(edge, AS_MACHINE)["access_token"]) == 200
    assert refusal(edge, AS_MACHINE, "/oauth/token") == (401, "unauthorized")
    assert refusal(edge, AS_MACHINE, "/zones/other/oauth/token") == (404, "not_found")


def test_basic_is_off_where_the_organisation_uses_saml_or_says_so(start: Start) -> None:
    for edge in (saml(start), start(flavor="edge", edge=EdgeSignIn(basic=False))):
        answer = edge.get("")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert start(flavor="edge").get("").status_code == 200


def test_without_saml_there_are_no_passcodes(edge: Client) -> None:
    page = f"{edge.local.root}/passcode"
    assert requests.get(page, params={"username": PERSON}, timeout=20).status_code == 404
    form = {"grant_type": "password", "passcode": "guess"}
    assert refusal(edge, form) == (401, "unauthorized")


def test_x_has_no_login_service(x: Client) -> None:
    assert fetch(x, PASSWORD).status_code == 404


def test_the_journal_holds_no_password_and_no_code(edge: Client) -> None:
    fetch(edge, PASSWORD, "/oauth/token?mfa_token=123456")
    [entry] = edge.local.journal.select(kind="token")
    assert (entry.path, entry.query, entry.body) == ("/oauth/token", "", "")
