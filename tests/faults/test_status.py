"""The checks against a local Apigee that answers, forbids, or does not answer at all."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.checks import Area, Finding, Outcome
from emulator.faults import Fault, fault
from emulator.model import Flavor
from tests.faults.conftest import Build
from tests.faults.house import House

FLAVORS: tuple[Flavor, ...] = ("x", "edge")
FORBIDDEN = {
    "error": {
        "code": 403,
        "message": "Permission denied",
        "status": "PERMISSION_DENIED",
        "details": [{"metadata": {"permission": "apigee.developers.delete"}}],
    }
}


def of_apigee(house: House) -> dict[str, Finding]:
    with house.flask.test_request_context():
        findings = house.portal.status.ask()
    return {each.subject: each for each in findings if each.area is Area.APIGEE}


@pytest.mark.parametrize("flavor", FLAVORS)
def test_a_portal_with_every_right_finds_everything_in_order(flavor: Flavor, build: Build) -> None:
    house = build(flavor)
    findings = of_apigee(house)
    untried = findings.pop("Other rights")
    assert (untried.outcome, "creating developers" in untried.said) == (Outcome.SKIPPED, True)
    assert {each.outcome for each in findings.values()} == {Outcome.GOOD}
    assert len(findings) == 15
    assert (len(house.apps()), house.status()) == (1, "active")


def test_a_right_that_is_missing_is_named_with_what_to_do(build: Build) -> None:
    house = build("x")
    house.local.faults.add(
        Fault(status=403, body=FORBIDDEN, times=0, method="DELETE", path="/developers/")
    )
    findings = of_apigee(house)
    wrong = {name for name, each in findings.items() if each.outcome is Outcome.BAD}
    assert wrong == {"Delete developers", "Delete apps"}
    assert "apigee.developers.delete" in findings["Delete developers"].advice


@pytest.mark.parametrize(
    ("method", "path", "subject"),
    [
        ("POST", "/developers/[^/]*/apps/[^/]*$", "Change apps"),
        ("POST", "/keys", "Add keys"),
        ("GET", "/apps$", "List apps of the organization"),
    ],
)
def test_each_right_that_is_missing_shows(
    build: Build, method: str, path: str, subject: str
) -> None:
    house = build("x")
    house.local.faults.add(Fault(status=403, body=FORBIDDEN, times=0, method=method, path=path))
    assert of_apigee(house)[subject].outcome is Outcome.BAD


def test_an_apigee_that_does_not_answer_is_asked_once(build: Build) -> None:
    house = build("x", deadline_seconds=1)
    house.local.faults.add(fault("hang", times=0, path="/v1/organizations/"))
    findings = of_apigee(house)
    outcomes = [each.outcome for each in findings.values()]
    assert outcomes == [Outcome.BAD, *[Outcome.SKIPPED] * 15]


def test_the_command_ends_with_an_error_where_something_is_wrong(build: Build) -> None:
    house = build("x")
    runner = house.flask.test_cli_runner()
    assert runner.invoke(args=["doctor"]).exit_code == 0
    house.local.faults.add(
        fault("unavailable", status=403, body="{}", times=0, path="/apiproducts")
    )
    told = runner.invoke(args=["doctor"])
    assert told.exit_code == 1
    assert "WRONG   Read API products" in told.output
    rows = [
        json.loads(line) for line in runner.invoke(args=["doctor", "--json"]).output.splitlines()
    ]
    assert {row["subject"]: row["outcome"] for row in rows}["Read API products"] == "bad"


def test_before_there_is_a_database_the_command_finds_that_and_goes_on(
    build: Build, tmp_path: Path
) -> None:
    house = build("x")
    with closing(sqlite3.connect(tmp_path / "portal.db")) as database:
        database.executescript("DROP TABLE installation; DROP TABLE alembic_version")
    told = house.flask.test_cli_runner().invoke(args=["doctor"])
    assert told.exit_code == 1
    assert "WRONG   Database: The database does not answer or lacks" in told.output
    assert "db upgrade" in told.output
    assert "ok      Add keys" in told.output


def test_the_command_shows_its_findings_and_no_log(
    build: Build, capfd: pytest.CaptureFixture[str]
) -> None:
    house = build("x")
    house.local.faults.add(
        Fault(status=403, body=FORBIDDEN, times=0, method="DELETE", path="/developers/")
    )
    capfd.readouterr()
    told = house.flask.test_cli_runner().invoke(args=["doctor"])
    assert "Apigee does not allow the portal to do this." in told.output
    assert '"level"' not in told.output + capfd.readouterr().err
