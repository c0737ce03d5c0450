"""Mails outlive a mail server that is down and a worker that is killed while it sends them."""

import signal
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.workshop import Workshop, until, workshop
from tests.mail_server import mail_server

INVITED = [f"person-{number}@example.com" for number in range(30)]
STATES = "SELECT state FROM jobs WHERE kind = 'mail.send'"


@pytest.fixture
def port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def shop(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    settings = {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none", "FOLDER": ""}
    for name, value in settings.items():
        monkeypatch.setenv(f"PORTAL_MAIL__{name}", value)
    with workshop("x", tmp_path) as running:
        yield running


def states(shop: Workshop) -> Counter[object]:
    return Counter(state for (state,) in shop.rows(STATES))


def test_every_mail_arrives_although_the_server_was_down_and_the_worker_killed(
    shop: Workshop, port: int
) -> None:
    with shop.flask.app_context():
        for email in INVITED:
            shop.portal.work.mail.mail.invitation(email, "Ada")
    shop.work_once()
    assert states(shop) == {"waiting": len(INVITED)}
    assert {error for (error,) in shop.rows("SELECT error FROM jobs WHERE error <> ''")} == {
        "The mail server cannot be reached (ConnectionRefusedError)."
    }
    shop.pass_over("run_at")
    with mail_server(port=port) as post:
        post.seconds = 0.1  # so that the worker is killed in the middle
        with shop.working() as killed:
            until(lambda: len(post.mails) > 3)
            killed.send_signal(signal.SIGKILL)
        assert len(post.mails) < len(INVITED)
        shop.pass_over("leased_until")
        shop.work_once()
        assert states(shop) == {"done": len(INVITED)}
        arrived = Counter(str(mail["Message-ID"]) for mail in post.mails)
        assert sorted(set(post.recipients)) == sorted(INVITED)
        # Only the one in hand may have been taken before that was written down.
        assert len(arrived) == len(INVITED)
        assert sum(arrived.values()) <= len(INVITED) + 1
    assert shop.rows("SELECT DISTINCT state, sealed FROM mails") == [("sent", "")]
