"""A portal that is killed while it replaces a key: no key stops that nothing replaces."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from app.domain.jobs import JobState
from app.settings import Settings
from demo.plan import ROOT
from demo.run import portal
from emulator.faults import fault
from emulator.model import Flavor
from tests.faults.crowd import Person, people
from tests.faults.workshop import DANA, Workshop, until, workshop
from tests.scenario.programs import wait_for


@pytest.fixture(params=["x", "edge"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workshop]:
    flavor: Flavor = request.param
    with workshop(flavor, tmp_path) as running:
        yield running


@contextmanager
def served(shop: Workshop) -> Iterator["subprocess.Popen[bytes]"]:
    """Serve the portal as the demo does; it is killed with all of its processes in the end."""
    program = portal(shop.plan)
    with (
        program.log.open("ab") as log,
        subprocess.Popen(  # noqa: S603 - the demo's own command
            (sys.executable, *program.command[1:]),
            cwd=ROOT,
            env={**os.environ, **program.environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            wait_for(f"{shop.plan.portal_url}/livez")
            yield process
        finally:
            with suppress(ProcessLookupError):  # asked to end, it has ended with all of them
                os.killpg(process.pid, signal.SIGKILL)


def rotate(person: Person, key_id: str, token: str) -> requests.Response | None:
    """Send the form, always the same one; None when the portal dies meanwhile."""
    fields = {"csrf_token": token, "overlap": "1h", "request_id": "0123456789abcdef"}
    address = f"{person.address}/apps/app-0/keys/{key_id}/rotation"
    cookie = {"Cookie": f"portal_session={person.cookie}"}
    try:
        return requests.post(address, fields, headers=cookie, timeout=60, allow_redirects=False)
    except requests.RequestException:
        return None


def keys_of(shop: Workshop) -> list[str]:
    found = sorted(shop.app()["credentials"], key=lambda each: int(each["issuedAt"]))
    return [str(each["consumerKey"]) for each in found]


def killed_while_rotating(shop: Workshop, kind: str, path: str, keys: int) -> requests.Response:
    """Rotate, be killed when Apigee has so many keys, and send the same form again."""
    with shop.flask.app_context():
        [row] = shop.portal.apps.get(shop.owner, "app-0").keys
    [dana] = people(Settings(), [DANA])
    with ThreadPoolExecutor(1) as pool:
        with served(shop):
            token = dana.token()
            shop.local.faults.add(fault(kind, method="POST", path=path))
            sent = pool.submit(rotate, dana, row.key.key_id, token)
            until(lambda: bool(shop.jobs()) and shop.local.faults.listed() == [])
            assert len(keys_of(shop)) == keys
        assert sent.result() is None
    with served(shop):
        again = rotate(dana, row.key.key_id, token)
    assert again is not None
    return again


def come_due(shop: Workshop) -> None:
    """Let the overlap have ended, and the portal have died long before."""
    shop.make_due()
    shop.pass_over("created_at")
    shop.work_once()


def test_killed_before_apigee_made_the_key_the_old_one_goes_on(shop: Workshop) -> None:
    """Abuse case 39."""
    [old] = keys_of(shop)
    again = killed_while_rotating(shop, "hang", "/keys/create$", keys=1)
    assert again.status_code == 409
    assert "is being replaced already" in again.text
    come_due(shop)
    assert shop.job().state is JobState.DONE
    assert shop.call(old) == 200
    assert (keys_of(shop), shop.revoked()) == ([old], [])


def test_killed_after_apigee_made_the_key_it_is_shown_again_and_the_old_one_ends(
    shop: Workshop,
) -> None:
    """Abuse case 39."""
    again = killed_while_rotating(shop, "lost_in_hang", "/keys/(?!create)[^/]+$", keys=2)
    old, new = keys_of(shop)
    assert again.status_code == 200
    assert new in again.text
    assert len(keys_of(shop)) == 2
    assert (shop.call(old), shop.call(new)) == (200, 200)
    come_due(shop)
    assert (shop.call(old), shop.call(new)) == (401, 200)
    assert len(shop.revoked()) == 1


def test_asked_to_end_it_finishes_what_was_begun_and_takes_nothing_new(shop: Workshop) -> None:
    """Abuse case 39: SIGTERM while Apigee is slow to make a key."""
    with shop.flask.app_context():
        [row] = shop.portal.apps.get(shop.owner, "app-0").keys
    [dana] = people(Settings(), [DANA])
    with ThreadPoolExecutor(1) as pool, served(shop) as process:
        token = dana.token()
        shop.local.faults.add(fault("slow", method="POST", path="/keys/create$"))
        sent = pool.submit(rotate, dana, row.key.key_id, token)
        until(lambda: bool(shop.jobs()) and shop.local.faults.listed() == [])
        process.terminate()
        answer = sent.result()
        assert process.wait(60) == 0
        assert answer is not None
        assert answer.status_code == 200
        assert rotate(dana, row.key.key_id, token) is None
    assert keys_of(shop)[-1] in answer.text
    assert len(keys_of(shop)) == 2
