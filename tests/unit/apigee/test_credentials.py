"""Who the portal says it is: Basic, and the one token of a Google service account."""

import base64
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from google.auth import jwt

from app.apigee.credentials import Basic, ServiceAccount
from app.apigee.credentials.key_file import SCOPE
from app.apigee.deadline import Deadline
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from tests.unit.apigee.key_files import PUBLIC, write_key_file
from tests.unit.apigee.upstream import Reply, drip, hang, named, raw, reply, reset
from tests.unit.apigee.upstream import Upstream as Server

START = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


class SetClock:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def after(self, seconds: float) -> None:
        self.at = START + timedelta(seconds=seconds)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def file(server: Server, tmp_path: Path) -> Path:
    return write_key_file(tmp_path, f"{server.root}/token")


@pytest.fixture
def account(file: Path, clock: SetClock) -> ServiceAccount:
    return ServiceAccount(file, clock, jitter=lambda: 0.0)


def _token(value: str = "t1", life: object = 3600) -> Reply:
    return reply(200, {"access_token": value, "expires_in": life, "token_type": "Bearer"})


def _bearer(account: ServiceAccount, seconds: float = 2.0) -> str:
    return account.headers(Deadline(seconds))["Authorization"]


def _failure(account: ServiceAccount, seconds: float = 2.0) -> Upstream:
    with pytest.raises(Upstream) as failed:
        _bearer(account, seconds)
    assert not isinstance(failed.value, OutcomeUnknown)
    assert (failed.value.__cause__, failed.value.__context__) == (None, None)
    return failed.value


def test_basic_sends_name_and_password() -> None:
    basic = Basic("ops@example.com", "pä:ss")
    sent = basic.headers(Deadline(1))["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == "ops@example.com:pä:ss"
    assert not basic.renew({})
    basic.close()


def test_a_token_is_asked_for_as_google_says(
    server: Server, account: ServiceAccount, clock: SetClock
) -> None:
    server.answer(_token())
    clock.at = datetime.now(UTC)  # noqa: TID251 - Google's own check reads the machine's clock
    assert _bearer(account) == "Bearer t1"
    form = parse_qs(server.seen[0].body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    claims = jwt.decode(form["assertion"][0], certs=PUBLIC, audience=f"{server.root}/token")  # type: ignore[no-untyped-call]  # untyped
    assert (claims["iss"], claims["scope"]) == ("portal@example.iam", SCOPE)
    assert claims["exp"] - claims["iat"] == 3600


def test_the_file_is_read_at_the_first_call_only(
    server: Server, account: ServiceAccount, file: Path
) -> None:
    elsewhere = file.rename(file.with_name("elsewhere.json"))
    assert _failure(account).kind is UpstreamKind.CREDENTIALS
    elsewhere.rename(file)
    server.answer(_token())
    assert _bearer(account) == "Bearer t1"


def test_a_key_file_that_was_renamed_over_the_former_one_signs_for_the_next_token(
    server: Server, account: ServiceAccount, clock: SetClock, file: Path, tmp_path: Path
) -> None:
    server.answer(_token("t1"), _token("t2"))
    assert _bearer(account) == "Bearer t1"
    beside = tmp_path / "beside"
    beside.mkdir()
    write_key_file(beside, f"{server.root}/token", private_key_id="key-2").rename(file)
    clock.after(3600)
    assert _bearer(account) == "Bearer t2"
    claims = [parse_qs(each.body.decode())["assertion"][0] for each in server.seen]
    kids = [jwt.decode_header(claim)["kid"] for claim in claims]  # type: ignore[no-untyped-call]  # untyped
    assert kids == ["key-1", "key-2"]


def test_one_token_serves_many_calls(
    server: Server, account: ServiceAccount, clock: SetClock
) -> None:
    server.answer(_token("t1"), _token("t2"))
    assert [_bearer(account) for _ in range(3)] == ["Bearer t1"] * 3
    clock.after(3600 * 0.8 - 1)
    assert _bearer(account) == "Bearer t1"
    clock.after(3600 * 0.8)
    assert _bearer(account) == "Bearer t2"
    assert len(server.seen) == 2


def test_many_threads_fetch_one_token(server: Server, account: ServiceAccount) -> None:
    server.answer(drip(raw(200, b'{"access_token": "t1"}'), 0.05, after=100), _token("t2"))
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(_bearer(account))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, len(server.seen)) == (["Bearer t1"] * 30, 1)


def test_others_go_on_with_the_old_token_while_one_fetches(
    server: Server, account: ServiceAccount, clock: SetClock
) -> None:
    server.answer(_token("t1"), drip(raw(200, b'{"access_token": "t2"}'), 0.1, after=80))
    _bearer(account)
    clock.after(3000)
    begun = threading.Event()
    server.script[0] = _after(begun, server.script[0])
    fetching = threading.Thread(target=lambda: _bearer(account, 5))
    fetching.start()
    assert begun.wait(10)
    assert _bearer(account) == "Bearer t1"
    fetching.join()
    assert _bearer(account) == "Bearer t2"


def _after(begun: threading.Event, then: Reply) -> Reply:
    def send(connection: object) -> None:
        begun.set()
        then(connection)  # type: ignore[arg-type]  # the socket, handed on

    return send


def test_a_wait_for_the_first_token_ends_with_the_deadline(
    server: Server, account: ServiceAccount
) -> None:
    begun = threading.Event()
    server.answer(_after(begun, hang(0.8)))
    fetching = threading.Thread(target=lambda: _failure(account, 0.7))
    fetching.start()
    assert begun.wait(10)
    assert _failure(account, 0.1).kind is UpstreamKind.TIMEOUT
    fetching.join()


@pytest.mark.parametrize("bad", named(failed=reply(500, {}), reset=reset, nobody=reply(400, {})))
def test_the_old_token_stands_in_while_there_is_no_new_one(
    server: Server, account: ServiceAccount, clock: SetClock, bad: Reply
) -> None:
    server.answer(_token("t1"), bad)
    _bearer(account)
    clock.after(3000)
    assert [_bearer(account) for _ in range(3)] == ["Bearer t1"] * 3
    assert len(server.seen) == 2
    clock.after(3031)
    assert _bearer(account) == "Bearer t1"
    assert len(server.seen) == 3
    clock.after(3600)
    _failure(account)


def test_a_refused_token_is_fetched_again(server: Server, account: ServiceAccount) -> None:
    server.answer(_token("t1"), _token("t2"))
    refused = account.headers(Deadline(1))
    assert account.renew(refused)
    assert _bearer(account) == "Bearer t2"
    assert account.renew(refused)
    assert _bearer(account) == "Bearer t2"
    assert len(server.seen) == 2
    account.close()


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        pytest.param(reply(401, {}), UpstreamKind.CREDENTIALS, "token_refused", id="refused"),
        pytest.param(reply(302, ""), UpstreamKind.CREDENTIALS, "token_refused", id="redirect"),
        pytest.param(reply(429, {}), UpstreamKind.BUSY, "token", id="busy"),
        pytest.param(reply(503, "down", kind="text/html"), UpstreamKind.FAILED, "token", id="down"),
        pytest.param(
            reply(200, "<p>", kind="text/html"), UpstreamKind.BROKEN_ANSWER, "token", id="page"
        ),
        pytest.param(reply(200, b"[" * 9000), UpstreamKind.BROKEN_ANSWER, "token", id="deep"),
        pytest.param(reply(200, {}), UpstreamKind.BROKEN_ANSWER, "token", id="empty"),
        pytest.param(reply(200, []), UpstreamKind.BROKEN_ANSWER, "token", id="list"),
        pytest.param(_token("a\nb"), UpstreamKind.BROKEN_ANSWER, "token", id="newline"),
        pytest.param(_token("a b"), UpstreamKind.BROKEN_ANSWER, "token", id="space"),
        pytest.param(reply(200, {"access_token": 1}), UpstreamKind.BROKEN_ANSWER, "token", id="1"),
        pytest.param(reset, UpstreamKind.BROKEN_ANSWER, "token", id="reset"),
    ],
)
def test_no_token_is_upstream(
    server: Server, account: ServiceAccount, answer: Reply, kind: UpstreamKind, code: str
) -> None:
    server.answer(answer)
    error = _failure(account)
    assert (error.kind, error.code) == (kind, code)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Invalid JWT: Token must be short-lived and in a reasonable timeframe.", "token_clock"),
        ("Invalid JWT Signature.", "token_signature"),
        ("Invalid grant: account not found", "token_account"),
        ("Something new", "token_grant"),
    ],
)
def test_google_says_why_it_does_not_take_the_claim(
    server: Server, account: ServiceAccount, said: str, code: str
) -> None:
    server.answer(reply(400, {"error": "invalid_grant", "error_description": said}))
    error = _failure(account)
    assert (error.kind, error.code) == (UpstreamKind.CREDENTIALS, code)


@pytest.mark.parametrize("life", [None, "3600", True, 0, -1, 1e300])
def test_a_life_that_is_no_number_is_an_hour(
    server: Server, account: ServiceAccount, clock: SetClock, life: object
) -> None:
    server.answer(_token("t1", life), _token("t2"))
    _bearer(account)
    clock.after(2870)
    assert _bearer(account) == "Bearer t1"
