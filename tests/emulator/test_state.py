"""What was answered is still there after a restart, even when the process was killed."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from emulator.__main__ import main
from emulator.model import Flavor
from emulator.statefile import StateFile
from emulator.store import Store
from tests.emulator.conftest import NEW_DEVELOPER, SEED, Client, Start

AUTH = ("ops@example.com", "demo")


@contextmanager
def process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The emulator as a process of its own, on a free port; gives it and its address."""
    command = [sys.executable, "-m", "emulator", "--port", "0", *arguments]
    child = subprocess.Popen(  # noqa: S603 - our own module
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout
    assert child.stderr
    try:
        line = child.stdout.readline()
        assert line, child.stderr.read()
        yield child, line.split()[-1]
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
        child.stdout.close()
        child.stderr.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "state.json"


def test_everything_survives_a_restart(start: Start, flavor: Flavor, state: Path) -> None:
    def snapshot(client: Client) -> list[object]:
        return [
            client.json("/developers", expand="true"),
            client.json("/apps", expand="true", includeCred="true"),
            client.json("/apiproducts", expand="true"),
        ]

    first = start(flavor=flavor, state=state)
    body = {"name": "maps", "apiProducts": ["weather-free"], "scopes": ["READ"]}
    first.call("POST", "/developers/ravi@example.com/apps", body)
    first.call("DELETE", "/apiproducts/payments")
    first.call("POST", "/developers/dana@example.com?action=inactive")
    before = snapshot(first)
    first.local.stop()
    second = start(flavor=flavor, state=state, seed=None)
    assert snapshot(second) == before


def test_a_process_killed_right_after_an_answer_has_lost_nothing(state: Path) -> None:
    emails = [f"dev{number}@example.com" for number in range(20)]
    arguments = ("--flavor", "edge", "--state", str(state))
    with process(*arguments) as (child, url):
        for email in emails:
            body = {**NEW_DEVELOPER, "email": email}
            address = f"{url}/organizations/demo/developers"
            answer = requests.post(address, json=body, auth=AUTH, timeout=20)
            assert answer.status_code == 201
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    with process(*arguments) as (_, url):
        listed = requests.get(f"{url}/organizations/demo/developers", auth=AUTH, timeout=20)
        assert listed.json() == sorted(emails)


def test_the_seed_counts_only_while_there_is_no_state(state: Path, tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps(SEED))
    arguments = ("--flavor", "edge", "--state", str(state), "--seed", str(seed))
    with process(*arguments) as (child, url):
        address = f"{url}/organizations/demo/developers/dana@example.com"
        assert requests.delete(address, auth=AUTH, timeout=20).status_code == 200
        child.terminate()
        assert child.wait(60) == 0
    with process(*arguments) as (_, url):
        listed = requests.get(f"{url}/organizations/demo/developers", auth=AUTH, timeout=20)
        assert listed.json() == ["ravi@example.com"]
        reset = requests.post(url.replace("/v1", "/_emulator/reset"), timeout=20)
        assert reset.status_code == 204
        listed = requests.get(f"{url}/organizations/demo/developers", auth=AUTH, timeout=20)
        assert listed.json() == ["dana@example.com", "ravi@example.com"]


def test_the_files_are_for_their_owner_only(start: Start, state: Path) -> None:
    start(state=state).call("POST", "/developers", NEW_DEVELOPER)
    for path in (state, state.with_name("state.json.log")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_torn_last_line_is_a_write_nobody_was_told_of(start: Start, state: Path) -> None:
    first = start(state=state)
    first.call("POST", "/developers", NEW_DEVELOPER)
    first.local.stop()
    log = state.with_name("state.json.log")
    log.write_bytes(log.read_bytes() + b'[["developers", "x", {"develo')
    second = start(state=state, seed=None)
    assert len(second.json("/developers")["developer"]) == 3


def test_the_log_is_folded_into_the_snapshot_when_it_has_grown(state: Path, start: Start) -> None:
    source = start()
    store = source.local.site.store
    state.parent.mkdir()
    file = StateFile(state, log_floor=2000)
    file.start(store)
    sizes = []
    for number in range(30):
        source.call(
            "POST", f"/developers/ravi@example.com/attributes/a{number % 9}", {"value": "v"}
        )
        sizes.append(state.with_name("state.json.log").stat().st_size)
    file.close()
    assert max(sizes) < 10_000
    assert sizes != sorted(sizes)
    copy = Store()
    assert StateFile(state).load(copy)
    assert copy.entities() == store.entities()


def test_a_snapshot_without_its_log_removed_is_read_the_same(start: Start, state: Path) -> None:
    first = start(state=state)
    first.call("POST", "/developers", NEW_DEVELOPER)
    first.call("DELETE", "/developers/dana@example.com")
    first.local.stop()
    log = state.with_name("state.json.log")
    kept = log.read_bytes()
    second = start(state=state, seed=None)
    second.local.stop()
    # As if the process had been killed between writing the snapshot and emptying the log.
    log.write_bytes(kept)
    third = start(state=state, seed=None)
    emails = [each["email"] for each in third.json("/developers")["developer"]]
    assert emails == ["new@example.com", "ravi@example.com"]


@pytest.mark.parametrize("content", ["{}", "[]", '{"format": 99}'])
def test_another_file_is_not_taken_for_a_state(state: Path, content: str, start: Start) -> None:
    state.parent.mkdir()
    state.write_text(content)
    with pytest.raises(ValueError, match="not a state file"):
        start(state=state)


def test_a_write_that_cannot_be_kept_is_not_answered_as_done(
    start: Start, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client = start(state=state, observers=())
    assert client.local._state
    client.local._state.close()
    answer = client.session.put(
        f"{client.local.url}/organizations/demo/developers/dana@example.com",
        json={**NEW_DEVELOPER, "email": "dana@example.com"},
        timeout=20,
    )
    assert answer.status_code == 500
    assert "the state file is closed" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com"])  # noqa: S104 - refused
def test_the_command_serves_this_machine_only(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--host", host])
    assert refused.value.code == 2
    assert "--host" in capsys.readouterr().err


def test_the_command_takes_no_port_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--port", "65536"])
    assert refused.value.code == 2
    assert "--port: a number from 0 to 65535" in capsys.readouterr().err


def test_the_command_says_what_is_wrong_with_a_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text('{"apiProduct": []}')
    assert main(["--port", "0", "--seed", str(seed)]) == 2
    assert capsys.readouterr().err == "emulator: seed: unknown apiProduct\n"


def test_the_command_ends_when_it_is_told_to(capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    stop.set()
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    try:
        assert main(["--host", "localhost", "--port", "0", "--flavor", "edge"], stop) == 0
    finally:
        for each, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(each, handler)
    assert "Local Apigee (edge) on http://127.0.0.1:" in capsys.readouterr().out


def test_the_command_makes_a_service_account_and_journals_to_a_file(tmp_path: Path) -> None:
    account, journal = tmp_path / "account.json", tmp_path / "journal.jsonl"
    arguments = ("--service-account", str(account), "--journal", str(journal))
    with process(*arguments, "--host", "localhost") as (child, url):
        requests.get(f"{url}/organizations/demo", timeout=20)
        assert json.loads(account.read_text())["token_uri"] == url.replace("/v1", "/token")
        child.send_signal(signal.SIGINT)
        assert child.wait(60) == 0
    [line] = journal.read_text().splitlines()
    assert json.loads(line)["path"] == "/v1/organizations/demo"
