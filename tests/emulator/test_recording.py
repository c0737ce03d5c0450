"""Recordings hold whole exchanges, but not who made them."""

import stat
from pathlib import Path

import pytest
import requests

from emulator.messages import Exchange
from emulator.recording import VARIABLE, Recorder, read_recordings, recorder
from tests.emulator.conftest import NEW_DEVELOPER, Start


def test_what_is_recorded_is_read_back_without_the_callers_credentials(
    start: Start, tmp_path: Path
) -> None:
    seen: list[Exchange] = []
    x = start(observers=[seen.append, Recorder(tmp_path / "new")])
    x.call("POST", "/developers", NEW_DEVELOPER)
    x.get("/developers/é")
    recorded = list(read_recordings(tmp_path / "new"))
    assert [each.response for each in recorded] == [each.response for each in seen]
    assert [each.request.body for each in recorded] == [each.request.body for each in seen]
    assert recorded[1].request.path == seen[1].request.path
    [path] = (tmp_path / "new").iterdir()
    assert "Bearer" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_where_callers_sign_in_nothing_is_recorded(start: Start, tmp_path: Path) -> None:
    edge = start(flavor="edge", observers=[Recorder(tmp_path)])
    form = {"grant_type": "password", "username": "ops@example.com", "password": "demo"}
    client = ("edgecli", "edgeclisecret")
    answer = requests.post(edge.local.login_uri, data=form, auth=client, timeout=20)
    edge.get("")
    [path] = tmp_path.iterdir()
    assert answer.json()["access_token"] not in path.read_text()
    assert [each.request.path for each in read_recordings(tmp_path)] == ["/v1/organizations/demo"]


def test_a_line_cut_short_is_passed_over(start: Start, tmp_path: Path) -> None:
    start(observers=[Recorder(tmp_path)]).get("")
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes() + b'{"flavor": "x", "requ')
    assert len(list(read_recordings(tmp_path))) == 1


def test_recording_is_asked_for_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE)
    assert recorder() == []
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert len(recorder()) == 1
