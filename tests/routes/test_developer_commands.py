"""The developer index on the command line: narrowed, sorted, shown and taken out."""

import csv
import json
from io import StringIO

import pytest
from click.testing import Result

from app.services.exports.columns import APP_COLUMNS, DEVELOPER_COLUMNS
from tests.routes.house import House
from tests.routes.test_admin_developers import fill
from tests.routes.test_app_export import DOWN, furnish


def run(house: House, *words: str) -> Result:
    return house.flask.test_cli_runner().invoke(args=["developers", *words])


def emails(result: Result) -> list[str]:
    return [line.split()[1].partition("@")[0] for line in result.output.splitlines()]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--query", "reyes"], ["dana", "ines", "a-zoe"]),
        (["--status", "inactive"], ["ines"]),
        (["--attribute", "tier=gold"], ["dana"]),
        (["--attribute", "tier=silver"], []),
        (["--never-signed-in"], ["ines", "a-zoe"]),
        (["--sort", "email"], ["a-zoe", "dana", "ines"]),
        (["--sort", "-registered"], ["dana", "ines", "a-zoe"]),
    ],
)
def test_the_list_is_narrowed_and_sorted(house: House, words: list[str], found: list[str]) -> None:
    house.developer("dana")
    house.signed_in("dana")
    fill(house)
    assert emails(run(house, "list", *words)) == found


def test_the_list_for_programs_holds_every_fact(house: House) -> None:
    fill(house)
    dana, ines, _zoe = map(json.loads, run(house, "list", "--json").output.splitlines())
    assert dana["attributes"] == {"tier": "gold"}
    assert (dana["apps"], dana["last_sign_in_at"]) == (2, None)
    assert dana["id"] == house.public_id()
    assert ines["registered_at"] == "2026-02-28T12:00:00+00:00"


def test_a_name_cannot_command_the_terminal(house: House) -> None:
    odd = house.apigee.add_developer("odd@example.com", "Od\x1b[2Jd", "\x9bName")
    with house.context():
        house.portal.developers.index.save([odd], house.clock.now())
    for words in (("list",), ("show", "odd@example.com")):
        output = run(house, *words).output
        assert "\x1b" not in output
        assert "\x9b" not in output


def test_one_developer_is_shown_by_address_or_id(house: House) -> None:
    fill(house)
    by_address = run(house, "show", "dana@example.com")
    assert "email             dana@example.com\n" in by_address.output
    assert 'attributes        {"tier": "gold"}\n' in by_address.output
    assert run(house, "show", house.public_id()).output == by_address.output
    facts = json.loads(run(house, "show", "--json", "dana@example.com").output)
    assert facts["status"] == "active"
    missing = run(house, "show", "DANA@example.com")
    assert missing.exit_code == 1
    assert "run developers sync" in missing.output


def test_the_table_is_printed_on_record(house: House) -> None:
    fill(house, 1_100)
    result = run(house, "export", "--query", "crowd", "--sort", "-name", "--bom")
    header, *rows = csv.reader(StringIO(result.stdout_bytes.decode("utf-8-sig"), newline=""))
    assert header == list(DEVELOPER_COLUMNS)
    assert [row[1] for row in (rows[0], rows[-1])] == ["Dev1099", "Dev0000"]
    done = house.trail()[-1]
    assert (done.action.value, done.detail, done.actor.name) == (
        "developer.export",
        "1,100 rows",
        "system",
    )


def test_apps_are_printed_as_they_are_read(house: House) -> None:
    furnish(house)
    result = run(house, "export", "--kind", "apps", "--query", "dana")
    header, *rows = csv.reader(StringIO(result.stdout_bytes.decode(), newline=""))
    assert header == list(APP_COLUMNS)
    assert [row[0] for row in rows] == ["dana@example.com"] * 2
    done = house.trail()[-1]
    assert (done.action.value, done.target, done.detail) == ("app.export", "some words", "2 rows")
    house.apigee.fail("organization_apps.all", DOWN)
    result = run(house, "export", "--kind", "apps")
    assert (result.exit_code, house.trail()[-1].phase.value) == (1, "failed")
    assert "Error: Apigee does not answer right now." in result.output


@pytest.mark.parametrize("kind", ["developers", "apps"])
def test_without_a_log_no_table_is_printed(house: House, kind: str) -> None:
    furnish(house)
    house.break_audit()
    result = run(house, "export", "--kind", kind)
    assert result.exit_code == 1
    assert "dana@example.com" not in result.output
