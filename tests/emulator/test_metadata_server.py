"""The metadata server works with Google's own library and refuses what Google's refuses."""

import os
import subprocess
import sys

import pytest
import requests

from tests.emulator.conftest import Client

DEFAULT = "/computeMetadata/v1/instance/service-accounts/default"
FLAVOR = {"Metadata-Flavor": "Google"}
# The library reads the variables when it is imported, so it gets a process of its own.
SIGN_IN = """
import google.auth, google.auth.transport.requests
from google.auth.compute_engine import _metadata
request = google.auth.transport.requests.Request()
assert _metadata.ping(request)
credentials, project = google.auth.default()
credentials.refresh(request)
print(type(credentials).__module__, project, credentials.service_account_email, credentials.token)
"""


def ask(x: Client, path: str, headers: dict[str, str] | None = None) -> requests.Response:
    return requests.get(f"{x.local.root}{path}", headers=FLAVOR | (headers or {}), timeout=20)


def test_googles_own_library_finds_the_server_and_gets_a_token_that_works(x: Client) -> None:
    host = x.local.root.removeprefix("http://")
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    variables = {
        **kept, "GCE_METADATA_HOST": host, "GCE_METADATA_IP": host, "HOME": "/nonexistent",
        "NO_PROXY": "*",
    }  # fmt: skip
    done = subprocess.run(  # noqa: S603 - this very interpreter with the text above
        [sys.executable, "-c", SIGN_IN],
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kind, project, email, token = done.stdout.split()
    assert kind.startswith("google.auth.compute_engine")
    assert (project, email) == ("demo", "portal@demo.iam.gserviceaccount.com")
    answer = requests.get(
        f"{x.local.url}/organizations/demo",
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/computeMetadata/v1/project/project-id", "demo"),
        (f"{DEFAULT}/email", "portal@demo.iam.gserviceaccount.com"),
        (f"{DEFAULT}/scopes", "https://www.googleapis.com/auth/cloud-platform\n"),
        ("/", "computeMetadata/\n"),
    ],
)
def test_the_server_says_who_the_machine_is(x: Client, path: str, text: str) -> None:
    answer = ask(x, path)
    assert (answer.status_code, answer.text) == (200, text)
    assert answer.headers["Metadata-Flavor"] == "Google"


def test_a_token_is_given_under_both_names_of_the_account(x: Client) -> None:
    for name in ("default", "portal@demo.iam.gserviceaccount.com"):
        body = ask(x, f"/computeMetadata/v1/instance/service-accounts/{name}/token").json()
        assert (body["expires_in"], body["token_type"]) == (3599, "Bearer")


@pytest.mark.parametrize(
    "headers",
    [{"Metadata-Flavor": ""}, {"Metadata-Flavor": "Other"}, {"X-Forwarded-For": "10.0.0.1"}],
)
def test_without_the_header_or_through_a_proxy_nothing_is_told(
    x: Client, headers: dict[str, str]
) -> None:
    answer = ask(x, f"{DEFAULT}/token", headers)
    assert answer.status_code == 403
    assert "ya29" not in answer.text


def test_what_is_not_there_is_not_found_and_nothing_can_be_written(x: Client) -> None:
    for path in (f"{DEFAULT}/none", "/computeMetadata/v1/none", f"{DEFAULT[:-7]}other/token"):
        assert ask(x, path).status_code == 404
    answer = requests.post(f"{x.local.root}{DEFAULT}/token", headers=FLAVOR, timeout=20)
    assert answer.status_code == 405


def test_edge_has_no_metadata_server_and_the_root_is_nobodys(edge: Client, x: Client) -> None:
    assert ask(edge, f"{DEFAULT}/token").status_code == 404
    assert requests.get(f"{x.local.root}/", timeout=20).status_code == 404
