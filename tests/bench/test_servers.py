"""The comparison of servers, with the one that is installed and few people."""

import re
from pathlib import Path

import pytest

from bench import servers


@pytest.mark.timeout(600)
def test_a_server_is_measured_warm_cold_hanging_and_while_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "gunicorn, threads"
    monkeypatch.setattr(servers, "CANDIDATES", {name: servers.CANDIDATES[name]})
    monkeypatch.setattr(servers, "installed", lambda folder: folder)
    for few, number in {"PEOPLE": 4, "CAUGHT": 2, "HANGING": 1_500, "STOPPED": 1_000}.items():
        monkeypatch.setattr(servers, few, number)

    rows = {row.name: row for row in servers.server_rows(tmp_path, 1, 1)}

    assert f"warm pages/s: {name}" in rows
    assert f"4 people, cold, 50 ms: pages/s: {name}" in rows
    assert rows[f"hanging: {name}"].made_of.endswith("; 4 x 200")
    assert re.match(r"2 of 2 pages under way were answered", rows[f"stop: {name}"].made_of)
