"""``portal serve``: how it starts, is read anew and stops."""

import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.unit.starting import GOOD
from tests.wheel.conftest import Site
from tests.wheel.installed import SECONDS, Installed, answer

# Processes start several times, on machines that may be busy.
pytestmark = pytest.mark.timeout(600)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something; fail when it does not come in time."""
    last = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < last, "it did not happen"
        time.sleep(0.05)


def test_before_it_stops_it_is_unready_and_answers_all_the_same(site: Site) -> None:
    words = ("--workers", "2", "--drain", "2")
    with site.installed.serving(site.listener, *words, **site.settings) as process:
        assert answer(f"{site.url}/readyz").status_code == 200
        with requests.Session() as kept:
            assert kept.get(f"{site.url}/livez", timeout=SECONDS).status_code == 200
            process.terminate()
            until(lambda: answer(f"{site.url}/readyz").status_code == 503)
            unready = [answer(f"{site.url}/readyz") for _ in range(8)]
            assert {each.text for each in unready} == {"stopping\n"}  # whichever process is asked
            page = kept.get(f"{site.url}/docs/", timeout=SECONDS)
            assert (page.status_code, page.headers["Connection"]) == (200, "close")
        assert process.wait(SECONDS) == 0
    assert "Listening at" in site.installed.said()


def test_settings_are_read_anew_while_it_serves_and_wrong_ones_are_refused(site: Site) -> None:
    def shows(name: str) -> bool:
        return name in answer(f"{site.url}/docs/").text

    with site.installed.serving(
        site.listener, "--workers", "1", "--drain", "0", **site.settings
    ) as process:
        try:
            assert shows("Installed Portal")
            (site.installed.folder / "portal.toml").write_text("[branding]\nnmae = 1\n")
            process.send_signal(signal.SIGHUP)
            until(lambda: "Not reloaded" in site.installed.said())
            assert "branding.nmae" in site.installed.said()
            assert shows("Installed Portal")
            site.call_it("Another Name")
            process.send_signal(signal.SIGHUP)
            until(lambda: shows("Another Name"))
            until(lambda: "Worker exiting" in site.installed.said())
            order = ["Not reloaded", "Booting worker", "The new processes answer", "Worker exiting"]
            places = [site.installed.said().rindex(words) for words in order]
            assert places == sorted(places)  # nobody waits for a process that has yet to start
        finally:
            site.call_it("Installed Portal")
        process.terminate()
        assert process.wait(SECONDS) == 0


def test_a_database_that_waits_for_its_migrations_is_told(site: Site, tmp_path: Path) -> None:
    empty = {**site.settings, "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"}
    with site.installed.serving(site.listener, "--workers", "1", "--drain", "0", **empty):
        assert answer(f"{site.url}/readyz").status_code == 503
        until(lambda: "run `db upgrade`" in site.installed.said())


def test_wrong_settings_are_told_before_anything_listens(installed: Installed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = {**GOOD, "PORTAL_TYPO": "x", "PORTAL_SERVER_THREADS": "1"}
        said = installed.refused("serve", "--bind", f"fd://{listener.fileno()}", **settings)
    assert "PORTAL_TYPO is not a setting" in said
    assert "PORTAL_SERVER_THREADS" in said
    assert "Traceback" not in said
    assert "gunicorn" not in said


def test_systemd_hands_it_a_socket_and_is_told_when_it_listens(site: Site) -> None:
    """As the units of deploy/systemd do: the socket is the third file, the process the same."""
    told = site.installed.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.bind(str(told))
        notified.settimeout(SECONDS)
        settings = {**site.settings, "NOTIFY_SOCKET": str(told)}
        with site.installed.activated(site.listener, "--drain", "0", **settings) as process:
            assert notified.recv(1000).startswith(b"READY=1")
            assert answer(f"{site.url}/readyz").status_code == 200
            process.terminate()
            assert process.wait(SECONDS) == 0
    told.unlink()
