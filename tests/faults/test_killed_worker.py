"""One of two workers is killed in the middle of keys to turn off and mails to send."""

import signal
import socket
import subprocess
from collections import Counter

import pytest

from app.domain.audit import SYSTEM
from app.domain.rotation import Asked, Overlap
from emulator.faults import fault
from tests.faults.bad_day import APPS, EMAILS, Crowd, consumer_keys, gather
from tests.faults.workshop import Workshop, until
from tests.mail_server import mail_server

SLOW = fault("slow", times=0, path="/keys/", delay_milliseconds=150)
KINDS = ("key.retire", "mail.send")
LISTED = ", ".join(f"'{kind}'" for kind in KINDS)
KEYS = APPS * len(EMAILS)
MAILS = [f"person-{number}@example.com" for number in range(KEYS)]


@pytest.fixture
def mail_port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port that is free until a mail server listens at it, which the portal is to use."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none", "FOLDER": ""}
    for name, value in settings.items():
        monkeypatch.setenv(f"PORTAL_MAIL__{name}", value)
    return port


@pytest.fixture
def crowd(mail_port: int, site: Workshop) -> Crowd:
    """Everybody's keys are replaced and due, and as many mails are to be sent."""
    assert mail_port
    crowd = gather(site)
    with site.flask.app_context():
        for email in EMAILS:
            owner = crowd.owner(email)
            for number in range(APPS):
                [row] = site.portal.apps.get(owner, f"app-{number}").keys
                asked = Asked(f"app-{number}", row.key.key_id, Overlap.HOUR, row.key.key_id)
                site.portal.rotation.start(owner, SYSTEM, frozenset(), asked)
    return crowd


def jobs(shop: Workshop, condition: str) -> int:
    [[count]] = shop.rows(
        f"SELECT count(*) FROM jobs WHERE kind IN ({LISTED}) AND {condition}"  # noqa: S608 - words of ours
    )
    return int(str(count))


def has_in_hand(worker: "subprocess.Popen[bytes]", shop: Workshop, its: str) -> bool:
    """Stop a worker where it is, which it stays if a job is in its hand."""
    worker.send_signal(signal.SIGSTOP)
    if jobs(shop, its) == 1:
        return True
    worker.send_signal(signal.SIGCONT)
    return False


def begin(shop: Workshop) -> None:
    """Let all keys and mails be due."""
    with shop.flask.app_context():
        for email in MAILS:
            shop.portal.work.mail.mail.invitation(email, "Ada")
    shop.make_due()


def killed_in_the_middle(shop: Workshop) -> None:
    """Let two workers begin, and one of them die; the other does all but what that one held."""
    with shop.working() as killed, shop.working():
        until(lambda: shop.log().count("The worker waits for jobs.") == 2)
        begin(shop)
        its, left = f"worker LIKE '%-{killed.pid}-%'", "state IN ('waiting', 'running')"
        until(lambda: jobs(shop, "state = 'done'") >= 4 and jobs(shop, its) >= 2)
        held = f"state = 'running' AND {its}"
        until(lambda: has_in_hand(killed, shop, held))
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        until(lambda: jobs(shop, left) == 1)
        assert jobs(shop, held) == 1  # the lease of the dead one lasts
        shop.change(f"UPDATE jobs SET leased_until = '2020-01-01' WHERE {held}")  # noqa: S608 - as above
        until(lambda: jobs(shop, left) == 0)
    assert jobs(shop, "attempts = 2") == 1


def test_what_a_killed_worker_held_is_done_once_by_the_other(crowd: Crowd, mail_port: int) -> None:
    shop = crowd.shop
    shop.local.faults.add(SLOW)
    with mail_server(port=mail_port) as post:
        post.seconds = 0.1
        killed_in_the_middle(shop)
        arrived = Counter(post.recipients)
    # Only the one in hand may have been taken before that was written down.
    assert all(arrived[email] for email in MAILS)
    assert sum(arrived[email] for email in MAILS) <= len(MAILS) + 1
    # Apigee did nothing for a call whose caller was gone before it began: these have no status.
    turned_off = Counter(entry.path for entry in shop.revoked() if entry.status)
    assert (len(turned_off), set(turned_off.values())) == (KEYS, {1})
    for email in EMAILS:
        for app in crowd.apps(email).values():
            assert [shop.call(key) for key in consumer_keys(app)] == [200]
            assert [shop.call(key) for key in consumer_keys(app, "revoked")] == [401]
