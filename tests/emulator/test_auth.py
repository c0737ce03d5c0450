"""Who may call: Bearer tokens and the token endpoint on X, Basic on Edge."""

import base64
import json
import stat
import time
from collections.abc import Mapping
from pathlib import Path

import google.auth.transport.requests
import pytest
import requests
from google.oauth2 import service_account
from joserfc import jwt
from joserfc.jwk import RSAKey

from emulator import Switches
from emulator.credentials import (
    ensure_service_account,
    read_service_account,
    write_service_account,
)
from emulator.running import LocalApigee
from emulator.token_endpoint import GRANT, SCOPE
from tests.emulator.conftest import Client, Json, Start, code


class Clock:
    """A clock that tests move, in seconds since 1970."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def content(local: LocalApigee) -> Json:
    return json.loads(local.service_account_file.read_text())


def assertion(
    local: LocalApigee, changes: Mapping[str, object] | None = None, key: str = ""
) -> str:
    """A signed assertion as Google asks for it, with some claims changed or (None) left out."""
    account = content(local)
    now = int(local.options.clock())
    claims = {
        "iss": account["client_email"],
        "aud": local.token_uri,
        "scope": SCOPE,
        "iat": now,
        "exp": now + 3600,
        **(changes or {}),
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    signing = RSAKey.import_key(key or account["private_key"])
    return jwt.encode({"alg": "RS256"}, kept, signing, algorithms=["RS256"])


def fetch(local: LocalApigee, form: Mapping[str, str]) -> requests.Response:
    return requests.post(local.token_uri, data=form, timeout=20)


def ask(local: LocalApigee, authorization: str = "") -> requests.Response:
    headers = {"Authorization": authorization} if authorization else {}
    url = f"{local.url}/organizations/demo"
    return requests.get(url, headers=headers, timeout=20)


def test_googles_own_library_gets_a_token_that_works(x: Client) -> None:
    read = service_account.Credentials.from_service_account_file
    credentials = read(x.local.service_account_file, scopes=[SCOPE])  # type: ignore[no-untyped-call]  # google-auth has no types here
    credentials.refresh(google.auth.transport.requests.Request())
    assert ask(x.local, f"Bearer {credentials.token}").status_code == 200


def test_a_signed_assertion_is_answered_with_a_token(x: Client) -> None:
    answer = fetch(x.local, {"grant_type": GRANT, "assertion": assertion(x.local)})
    assert answer.status_code == 200
    token = answer.json()
    assert (token["expires_in"], token["token_type"]) == (3599, "Bearer")
    assert ask(x.local, f"Bearer {token['access_token']}").status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"aud": "https://example.com/token"}, "invalid_grant"),
        ({"aud": None}, "invalid_grant"),
        ({"iss": "other@example.com"}, "invalid_grant"),
        ({"iss": None}, "invalid_grant"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"iat": 1, "exp": 3000}, "invalid_grant"),
        ({"iat": None}, "invalid_grant"),
        ({"exp": "soon"}, "invalid_grant"),
        ({"exp": 99_999_999_999}, "invalid_grant"),
        ({"iat": 99_999_999_000, "exp": 99_999_999_999}, "invalid_grant"),
    ],
)
def test_a_wrong_assertion_is_refused(x: Client, changes: dict[str, object], error: str) -> None:
    signed = assertion(x.local, changes)
    answer = fetch(x.local, {"grant_type": GRANT, "assertion": signed})
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_an_assertion_signed_by_another_is_refused(x: Client, tmp_path: Path) -> None:
    write_service_account(tmp_path / "other.json", x.local.token_uri)
    other = json.loads((tmp_path / "other.json").read_text())["private_key"]
    answer = fetch(x.local, {"grant_type": GRANT, "assertion": assertion(x.local, key=other)})
    assert answer.status_code == 400
    assert answer.json()["error_description"] == "Invalid JWT Signature."


@pytest.mark.parametrize("bad", ["", "a.b.c", "text", "e30.e30.e30"])
def test_what_is_no_assertion_is_refused(x: Client, bad: str) -> None:
    answer = fetch(x.local, {"grant_type": GRANT, "assertion": bad})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_other_grants_and_methods_are_refused(x: Client) -> None:
    answer = fetch(x.local, {"grant_type": "password"})
    assert answer.json()["error"] == "unsupported_grant_type"
    answer = requests.get(x.local.token_uri, timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_edge_has_no_token_endpoint(edge: Client) -> None:
    assert fetch(edge.local, {"grant_type": GRANT}).status_code == 404


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer none", "Basic b3BzOmRlbW8="])
def test_x_refuses_callers_without_a_good_token(x: Client, authorization: str) -> None:
    answer = ask(x.local, authorization)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"


def test_a_token_ends_after_its_hour(start: Start) -> None:
    clock = Clock()
    x = start(flavor="x", clock=clock)
    clock.now += 3598
    assert x.get("").status_code == 200
    clock.now += 2
    assert x.get("").status_code == 401


def test_tokens_can_be_registered_and_revoked(x: Client) -> None:
    x.local.tokens.register("fixed")
    assert ask(x.local, "Bearer fixed").status_code == 200
    x.local.tokens.revoke_all()
    assert ask(x.local, "Bearer fixed").status_code == 401


def test_edge_takes_the_password_of_a_configured_user(start: Start) -> None:
    edge = start(flavor="edge", users={"me@example.com": "pässword:1"})
    assert edge.local.basic == ("me@example.com", "pässword:1")
    url = f"{edge.local.url}/organizations/demo"
    encoded = base64.b64encode("me@example.com:pässword:1".encode()).decode()
    answer = requests.get(url, headers={"Authorization": f"Basic {encoded}"}, timeout=20)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic !!!", "Basic /w==", "Basic b3BzQGV4YW1wbGUuY29tOm5v", "Bearer demo"],
)
def test_edge_refuses_other_callers(edge: Client, authorization: str) -> None:
    answer = ask(edge.local, authorization)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_edge_can_answer_a_wrong_password_with_500(start: Start) -> None:
    edge = start(flavor="edge", switches=Switches(edge_bad_login_status=500))
    answer = ask(edge.local)
    assert (answer.status_code, code(answer)) == (500, "usersandroles.SsoInternalServerError")


def test_who_changed_something_is_written_down_on_edge(start: Start) -> None:
    edge = start(flavor="edge", users={"me@example.com": "secret"})
    body = {"email": "a@example.com", "firstName": "A", "lastName": "B", "userName": "a"}
    developer = edge.call("POST", "/developers", body).json()
    assert developer["createdBy"] == developer["lastModifiedBy"] == "me@example.com"


def test_a_service_account_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "account.json"
    made = ensure_service_account(path, "http://127.0.0.1:1/token")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {"type", "project_id", "private_key_id", "private_key", "client_email"} < set(
        json.loads(path.read_text())
    )
    assert read_service_account(path) == made


def test_a_service_account_file_follows_the_port_and_keeps_its_key(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    made = ensure_service_account(path, "http://127.0.0.1:1/token")
    assert ensure_service_account(path, "http://127.0.0.1:2/token") == made
    assert json.loads(path.read_text())["token_uri"] == "http://127.0.0.1:2/token"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_no_service_account_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    path.write_text('{"type": "authorized_user"}')
    with pytest.raises(ValueError, match="not a service-account file"):
        ensure_service_account(path, "http://127.0.0.1:1/token")


def test_a_given_service_account_file_is_the_one_that_works(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    x = start(flavor="x", service_account=path)
    assert x.local.service_account_file == path
    answer = fetch(x.local, {"grant_type": GRANT, "assertion": assertion(x.local)})
    assert answer.status_code == 200
