"""The ``flask`` commands."""

import json
from dataclasses import replace

import pytest
from click import Context
from click.testing import Result

from app.domain.developers import DeveloperStatus
from app.domain.errors import Upstream, UpstreamKind
from tests.routes.house import House

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")


def run(house: House, *words: str) -> Result:
    return house.flask.test_cli_runner().invoke(args=["developers", *words])


def status_of_dana(house: House) -> DeveloperStatus:
    return house.apigee.by_email["dana@example.com"].status


def test_synchronizing_says_how_many_were_read_and_how_many_differed(house: House) -> None:
    house.apigee.add_developer("dana@example.com")
    house.apigee.add_developer("bob@example.com")
    assert run(house, "sync").output == "2 developers read, 2 new or different\n"
    assert run(house, "sync").output == "2 developers read, 0 new or different\n"


def test_synchronizing_fails_with_words_while_apigee_is_down(house: House) -> None:
    house.apigee.fail("developers.all", DOWN)
    result = run(house, "sync")
    assert result.exit_code == 1
    assert result.output == "Error: Apigee does not answer right now.\n"


def test_the_list_is_for_people_or_for_programs(house: House) -> None:
    house.developer("dana")
    house.developer("ines", DeveloperStatus.INACTIVE)
    assert run(house, "list").output == (
        "active   dana@example.com  Dana Reyes\ninactive ines@example.com  Ines Reyes\n"
    )
    lines = [json.loads(line) for line in run(house, "list", "--json").output.splitlines()]
    assert [line["email"] for line in lines] == ["dana@example.com", "ines@example.com"]
    assert lines[1]["status"] == "inactive"
    assert run(house, "list", "--query", "ines").output.count("\n") == 1


def test_the_list_holds_every_page(house: House) -> None:
    for number in range(120):
        house.apigee.add_developer(f"d{number:03}@example.com")
    run(house, "sync")
    assert run(house, "list").output.count("\n") == 120


def test_a_developer_is_deactivated_and_activated_on_the_record(house: House) -> None:
    house.developer("dana")
    assert run(house, "deactivate", "dana@example.com").output == "dana@example.com is inactive\n"
    assert status_of_dana(house) is DeveloperStatus.INACTIVE
    assert run(house, "activate", "dana@example.com").output == "dana@example.com is active\n"
    assert status_of_dana(house) is DeveloperStatus.ACTIVE
    assert house.told() == [
        "developer.deactivate intent",
        "developer.deactivate done",
        "developer.activate intent",
        "developer.activate done",
    ]
    assert {entry.actor.account_id for entry in house.trail()} == {None}


def test_an_unknown_developer_is_told(house: House) -> None:
    house.developer("dana")
    result = run(house, "deactivate", "dana")
    assert result.exit_code == 1
    assert "run developers sync" in result.output
    assert status_of_dana(house) is DeveloperStatus.ACTIVE


def test_the_routes_and_the_database_commands_are_there(house: House) -> None:
    commands = house.flask.cli
    assert {"developers", "db"} <= set(commands.list_commands(Context(commands)))


# --- Synchronizing --------------------------------------------------------------------------------


def test_a_dry_run_prints_what_differs_and_changes_nothing(house: House) -> None:
    house.developer("dana")
    known = house.apigee.by_email["dana@example.com"]
    house.apigee.put_developer(replace(known, first_name="Di\x1b[31mana"))
    house.apigee.add_developer("new@example.com")
    result = run(house, "sync", "--dry-run")
    assert result.output == (
        "dana@example.com  differs: first_name here 'Dana', on Apigee 'Di\\x1b[31mana'\n"
        "new@example.com  only on Apigee\n"
        "2 developers read, 2 findings, nothing changed\n"
    )
    assert "new@example.com" not in run(house, "list").output


def test_synchronizing_takes_a_filter_a_direction_and_answers_programs(house: House) -> None:
    house.apigee.add_developer("dana@example.com")
    house.apigee.add_developer("bob@other.test")
    words = ("sync", "--json", "--filter", "*@other.test", "--direction", "apigee")
    finding, summary = map(json.loads, run(house, *words).output.splitlines())
    assert (finding["kind"], finding["email"]) == ("only_there", "bob@other.test")
    assert (summary["read"], summary["changed"], summary["state"]) == (2, 1, "done")
    assert run(house, "list").output.count("\n") == 1
    refused = run(house, "sync", "--filter", "*" * 9)
    assert (refused.exit_code, "5 stars" in refused.output) == (1, True)


def test_conflicts_are_counted_in_what_synchronizing_says(house: House) -> None:
    for email in ("dana@example.com", "Dana@example.com"):
        house.apigee.add_developer(email)
    told = "2 developers read, 2 new or different, 1 for an administrator to look at\n"
    assert run(house, "sync").output == told
    assert "Dana@example.com" in run(house, "sync", "--dry-run").output


@pytest.mark.parametrize(
    "words",
    [
        ("developers", "update", "dana@example.com", "--set", "a\udcffb=1"),
        ("developers", "sync", "--only", "\udcff"),
        ("accounts", "show", "\udcff"),
        ("approvals", "list", "--product", "\udcff"),
        ("mail", "try", "\udcff@example.com"),
        ("audit", "export", "--actor", "\udcff"),
        ("doctor", "\udcff"),
    ],
)
def test_an_argument_that_is_no_text_is_refused_with_words(
    house: House, words: tuple[str, ...]
) -> None:
    house.developer("dana")
    refused = house.flask.test_cli_runner().invoke(args=list(words))
    assert refused.exit_code == 2
    assert isinstance(refused.exception, SystemExit)
    assert "An argument is no text in UTF-8. Nothing was done." in refused.output
    assert house.apigee.calls == []
