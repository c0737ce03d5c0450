"""Over real processes at DEBUG, a planted key is found where it was asked for and nowhere else."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
import requests

from tests.scenario.canary import SHOWS, Canary, run_canary
from tests.scenario.test_secrecy import spellings

# A provider is told whom to sign out by the id_token (OpenID Connect RP-Initiated Logout 1.0).
HINT = re.compile(rb"id_token_hint=[\w.-]+")


@pytest.fixture(scope="module", params=["x", "edge"])
def canary(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Canary]:
    with run_canary(request.param, tmp_path_factory.mktemp("canary")) as lived:
        yield lived


def found(content: bytes, secrets: dict[str, str]) -> list[str]:
    """Return the names of the secrets that the content holds, also in base64."""
    return [
        name
        for name, secret in secrets.items()
        if any(spelling in content for spelling in spellings(secret))
    ]


def whole(answer: requests.Response) -> bytes:
    """Return the answer with its headers and address, without the cookie that it sets."""
    headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
    return HINT.sub(b"", f"{answer.url} {headers}".encode() + answer.content)


def shows(answer: requests.Response) -> bool:
    return answer.request.method == "POST" and answer.url.endswith(SHOWS)


def test_it_is_in_the_answers_that_show_a_key_and_in_no_other(canary: Canary) -> None:
    """Abuse case 23."""
    showing = b"".join(whole(answer) for answer in canary.answers if shows(answer))
    assert len(found(showing, canary.keys)) > 8
    for answer in canary.answers:
        typed = answer.request.path_url.encode()
        secrets = canary.tokens if shows(answer) else canary.secrets
        content = whole(answer) if canary.key.encode() not in typed else answer.content[:0]
        assert found(content, secrets) == [], (answer.request.method, answer.url)


def test_an_answer_shows_one_key_and_one_secret_at_most(canary: Canary) -> None:
    for answer in canary.answers:
        if canary.key.encode() not in answer.request.path_url.encode():
            assert len(found(whole(answer), canary.keys)) <= 2, answer.url


def test_no_table_and_no_file_of_the_database_holds_it(canary: Canary) -> None:
    assert found(_dump(canary), canary.secrets) == []
    for file in sorted(canary.house.database.parent.rglob("*")):
        if file.is_dir():
            continue
        assert found(file.read_bytes(), canary.secrets) == [], file.name


def _dump(canary: Canary) -> bytes:
    with closing(sqlite3.connect(f"file:{canary.house.database}?mode=ro", uri=True)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables: Iterable[list[tuple[object, ...]]] = (
            database.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608 - a table of ours
            for (name,) in names
        )
        return "\n".join(map(str, tables)).encode()


def test_redis_does_not_hold_it(canary: Canary) -> None:
    held = canary.redis.everything()
    assert held
    for name, value in held.items():
        assert found(name + value, canary.secrets) == []


@pytest.mark.parametrize(
    ("program", "told"),
    [("portal", "POST /sign-out"), ("portal", "/auth/demo/callback"), ("worker", "key.retire")],
)
def test_the_log_of_a_process_at_debug_does_not_hold_it(
    canary: Canary, program: str, told: str
) -> None:
    """Abuse case 23."""
    log = (canary.house.plan.logs / f"{program}.log").read_bytes()
    assert told.encode() in log
    assert found(log, canary.secrets) == []


def test_the_audit_log_does_not_hold_it_wherever_it_goes(canary: Canary) -> None:
    stream = canary.stream.read_bytes()
    assert b"key.reveal" in stream
    for content in (stream, *canary.exports):
        assert content
        assert found(content, canary.secrets) == []


def test_no_mail_holds_it(canary: Canary) -> None:
    """Mails are decoded: what is folded or encoded in one is not hidden from the search."""
    mails = [file.read_bytes() for file in canary.house.plan.mail.glob("*.eml")]
    words = [_words(message_from_bytes(mail, policy=default)) for mail in mails]
    assert any(b"was replaced and is off now" in content for content in words)
    for content in (*mails, *words):
        assert found(content, canary.secrets) == []


def _words(mail: EmailMessage) -> bytes:
    headers = "\n".join(f"{name}: {value}" for name, value in mail.items())
    texts = (str(part.get_content()) for part in mail.iter_parts())
    return "\n".join([headers, *texts]).encode()
