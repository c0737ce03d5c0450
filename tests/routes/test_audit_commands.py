"""``flask audit …``: verified, shown, taken out."""

import csv
import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from app.domain.audit import COLUMNS, Action, Actor, AuditEntry, Phase
from app.domain.audit_chain import Head
from app.web import extensions, logs
from tests.routes.house import NOON, House

ADA = Actor(7, "Ada Reyes", "req-1", "192.0.2.1", "5e5510n")
ENTRY = AuditEntry("a1", Phase.DONE, NOON, ADA, Action.APP_CREATE, "app", "trip", "dana@x.org")


def run(house: House, *words: str) -> Result:
    return house.flask.test_cli_runner().invoke(args=["audit", *words])


def write(house: House, *entries: AuditEntry) -> None:
    with house.context():
        for entry in entries:
            house.portal.audit.log.append(entry)


def seal(house: House) -> Head:
    with house.context():
        return house.portal.audit.keeper.seal()


def tamper(house: House, *statements: str) -> None:
    with house.context(), extensions.db.engine.begin() as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(text(triggers)).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))


def test_a_whole_chain_is_said_to_be_whole(house: House) -> None:
    write(house, ENTRY, ENTRY)
    head = seal(house)
    write(house, ENTRY)
    done = run(house, "verify", "--head", str(head))
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "The chain is whole: 2 rows, compared with 1 published heads.",
        f"Its head is 2:{head.hash}",
        "1 rows since 2026-03-01 12:00 UTC are not sealed yet.",
    ]


def test_the_first_broken_row_is_named(house: House) -> None:
    write(house, ENTRY, ENTRY, ENTRY)
    seal(house)
    tamper(house, "UPDATE audit SET target = 'other' WHERE id >= 2")
    done = run(house, "verify")
    assert done.exit_code == 1
    assert done.output == "Row 2 is broken: it was changed. 1 rows before it hold.\n"


def test_a_published_head_in_the_portals_log_finds_a_tail_that_was_cut_off(
    house: House, tmp_path: Path
) -> None:
    write(house, ENTRY, ENTRY, ENTRY)
    stderr = StringIO()
    logs.configure("ERROR", stderr)
    house.flask.test_cli_runner().invoke(args=["jobs", "work", "--once"])
    log = tmp_path / "portal.log"
    log.write_text(f"no JSON\n[]\n{stderr.getvalue()}", encoding="utf-8")
    assert run(house, "verify", "--heads-from", str(log)).exit_code == 0
    tamper(house, "DELETE FROM audit WHERE id = 3", "DELETE FROM audit_chain WHERE row_id = 3")
    assert run(house, "verify").exit_code == 0
    done = run(house, "verify", "--heads-from", str(log))
    assert done.exit_code == 1
    assert "The chain is broken: it ends at 2, but a head of 3 was published." in done.output


def test_the_chain_is_followed_from_a_head_on(house: House) -> None:
    write(house, ENTRY, ENTRY)
    cut = seal(house)
    write(house, ENTRY)
    head = seal(house)
    tamper(house, "DELETE FROM audit WHERE id < 3", "DELETE FROM audit_chain WHERE row_id < 3")
    assert run(house, "verify").exit_code == 1
    done = run(house, "verify", "--from", str(cut), "--head", str(cut), "--head", str(head))
    assert done.exit_code == 0
    assert "The chain is whole: 1 rows, compared with 1 published heads." in done.output


def test_rows_that_nobody_seals_are_a_finding(house: House) -> None:
    write(house, ENTRY)
    house.clock.advance(599)
    assert run(house, "verify").exit_code == 0
    house.clock.advance(2)
    done = run(house, "verify")
    assert done.exit_code == 1
    assert "no worker runs" in done.output


@pytest.mark.parametrize(
    "head", ["", "7", "7:abc", f"x:{'0' * 64}", f"7:{'g' * 64}", f"{'9' * 5000}:{'0' * 64}"]
)
def test_what_is_no_head_is_refused(house: House, head: str) -> None:
    assert run(house, "verify", "--head", head).exit_code == 2


def test_the_newest_rows_are_shown_and_nothing_in_them_moves_the_terminal(house: House) -> None:
    evil = replace(ENTRY, target="trip\x1b[2J\n\x9b", detail="two\twords", count=3)
    write(house, ENTRY, evil)
    shown = run(house, "show", "--limit", "1").output
    assert shown == (
        "      2  2026-03-01 12:00:00  app.create done x3  Ada Reyes for dana@x.org  "
        "app trip\ufffd[2J\ufffd\ufffd (two\ufffdwords)\n"
    )


def test_rows_are_exported_as_lines_of_json_and_the_export_is_recorded(house: House) -> None:
    write(house, ENTRY, replace(ENTRY, actor=Actor(None, "system")))
    lines = [json.loads(line) for line in run(house, "export", "--actor", "7").output.splitlines()]
    assert lines == [
        {
            "number": 1,
            "at": "2026-03-01T12:00:00.000000+00:00",
            "event": "sensitive_create",
            "action": "app.create",
            "phase": "done",
            "count": 1,
            "actor_account_id": 7,
            "actor_name": "Ada Reyes",
            "on_behalf_of": "dana@x.org",
            "target_kind": "app",
            "target": "trip",
            "target_account_id": None,
            "detail": "",
            "address": "192.0.2.1",
            "session": "5e5510n",
            "request_id": "req-1",
            "action_id": "a1",
        }
    ]
    assert house.told()[2:] == ["audit.export intent", "audit.export done"]
    assert house.trail()[-1].target == "one actor"


def test_a_table_runs_nothing_in_a_spreadsheet(house: House) -> None:
    """Abuse case 36."""
    write(house, replace(ENTRY, target="=HYPERLINK(1)", detail='a "b",\nc'))
    output = run(house, "export", "--format", "csv", "--action", "app.create").stdout_bytes
    header, row = csv.reader(StringIO(output.decode(), newline=""))
    assert header == list(COLUMNS)
    told = dict(zip(header, row, strict=True))
    assert (told["target"], told["detail"]) == ("'=HYPERLINK(1)", 'a "b",\nc')


def test_times_are_utc_and_the_end_is_left_out(house: House) -> None:
    write(house, *(replace(ENTRY, at=NOON + timedelta(hours=hour)) for hour in range(4)))
    done = run(house, "export", "--since", "2026-03-01T13:00:00", "--until", "2026-03-01T15:00:00")
    assert [json.loads(line)["number"] for line in done.output.splitlines()] == [2, 3]
    since, until = "since 2026-03-01T13:00:00+00:00", "until 2026-03-01T15:00:00+00:00"
    assert house.trail()[-1].target == f"{since}, {until}"


def test_a_long_log_is_exported_whole(house: House) -> None:
    write(house, *(replace(ENTRY, action_id=f"a{number}") for number in range(1001)))
    done = run(house, "export", "--action", "app.create")
    assert len(done.output.splitlines()) == 1001
