"""Tokens of the machine's own service account, from Google's metadata server."""

import time

import pytest

from app.apigee.credentials import Metadata
from app.apigee.deadline import Deadline
from app.domain.errors import Upstream, UpstreamKind
from tests.unit.apigee.upstream import Reply, hang, reply
from tests.unit.apigee.upstream import Upstream as Server

FLAVOR = {"Metadata-Flavor": "Google"}
TOKEN = {"access_token": "ya29.x", "expires_in": 3599, "token_type": "Bearer"}


@pytest.fixture
def machine(server: Server) -> Metadata:
    return Metadata(server.root.removeprefix("http://"))


def _failure(machine: Metadata) -> Upstream:
    with pytest.raises(Upstream) as failed:
        machine.headers(Deadline(30))
    return failed.value


def test_the_token_of_the_default_account_is_asked_for(server: Server, machine: Metadata) -> None:
    server.answer(reply(200, TOKEN, headers=FLAVOR))
    assert machine.headers(Deadline(5)) == {"Authorization": "Bearer ya29.x"}
    seen = server.seen[0]
    assert seen.method == "GET"
    assert seen.target == "/computeMetadata/v1/instance/service-accounts/default/token"
    assert seen.headers["metadata-flavor"] == "Google"


@pytest.mark.parametrize("headers", [{}, {"Metadata-Flavor": "Amazon"}])
def test_an_answer_of_anything_else_is_not_believed(
    server: Server, machine: Metadata, headers: dict[str, str]
) -> None:
    server.answer(reply(200, TOKEN, headers=headers))
    error = _failure(machine)
    assert (error.kind, error.code) == (UpstreamKind.CREDENTIALS, "metadata_absent")


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (reply(404, "none", headers=FLAVOR), UpstreamKind.CREDENTIALS, "metadata_account"),
        (reply(403, {}, headers=FLAVOR), UpstreamKind.CREDENTIALS, "metadata_account"),
        (reply(503, {}, headers=FLAVOR), UpstreamKind.FAILED, "token"),
        (reply(200, [], headers=FLAVOR), UpstreamKind.BROKEN_ANSWER, "token"),
    ],
    ids=["absent", "forbidden", "down", "junk"],
)
def test_a_machine_without_a_usable_account_is_told(
    server: Server, machine: Metadata, answer: Reply, kind: UpstreamKind, code: str
) -> None:
    server.answer(answer)
    error = _failure(machine)
    assert (error.kind, error.code) == (kind, code)


def test_a_machine_that_is_not_of_google_is_told_soon(server: Server, machine: Metadata) -> None:
    server.answer(hang(60))
    begun = time.monotonic()
    assert _failure(machine).code == "metadata_absent"
    assert time.monotonic() - begun < 15
    assert _failure(Metadata("127.0.0.1:1")).kind is UpstreamKind.UNREACHABLE


@pytest.mark.parametrize("host", ["http://x", "a b", "x/y", "me@x", "x:port", "x:1:2"])
def test_a_host_is_a_host(host: str) -> None:
    with pytest.raises(ValueError, match="GCE_METADATA_HOST must be a host"):
        Metadata(host)


@pytest.mark.parametrize("host", ["", "metadata.google.internal", "169.254.169.254:80", "[::1]:9"])
def test_google_s_own_variable_names_the_host(host: str) -> None:
    assert Metadata(host).refused_code == "token_not_accepted"
