"""Switches as a file: every one in every position comes back as it was, and mistakes are named."""

from itertools import permutations
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

import emulator
from emulator.__main__ import main
from emulator.switch_file import SwitchError, known_switches, read_switches, table, write_switches
from emulator.switches import Switches
from tests.emulator.conftest import Start
from tests.emulator.test_state import process

README = Path(emulator.__file__).with_name("README.md")


def positions(kind: object) -> list[Any]:
    """Every value a switch of a kind can have, or some of them where there is no end."""
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if get_origin(kind) is tuple:
        names = get_args(get_args(kind)[0])
        return [each for size in range(1, len(names) + 1) for each in permutations(names, size)]
    some: dict[object, list[Any]] = {
        bool: [True, False],
        int: [1, 7, 404],
        float: [0.0, 0.5, 180.0],
        str: ["", "a.b", 'quote " back \\ slash', "line\nline", "ünïcode # 🙂"],
    }
    return some[kind]


EVERY_POSITION = [
    (each.name, value) for each in known_switches().values() for value in positions(each.kind)
]


@pytest.mark.parametrize(("name", "value"), EVERY_POSITION, ids=str)
def test_every_switch_in_every_position_is_read_back(
    tmp_path: Path, name: str, value: object
) -> None:
    path = tmp_path / "switches.toml"
    moved: dict[str, Any] = {name: value}
    switches = Switches(**moved)
    write_switches(switches, path)
    back = read_switches(path)
    assert back == switches
    assert type(getattr(back, name)) is type(value)


def test_all_switches_moved_at_once_are_read_back(tmp_path: Path) -> None:
    moved = {
        each.name: next(value for value in positions(each.kind) if value != each.default)
        for each in known_switches().values()
    }
    path = tmp_path / "switches.toml"
    switches = Switches(**moved)
    write_switches(switches, path)
    assert read_switches(path) == switches


def test_only_what_differs_is_written_each_below_its_doubt(tmp_path: Path) -> None:
    path = tmp_path / "switches.toml"
    write_switches(Switches(), path)
    assert "=" not in path.read_text()
    assert read_switches(path) == Switches()
    write_switches(Switches(key_length=48, product_in_use="refuse"), path)
    lines = path.read_text().splitlines()
    at = lines.index('product_in_use = "refuse"')
    assert lines[at - 1].startswith("# Deleting a product that a key still names: only one")
    assert lines[at - 1].endswith("is recorded to refuse (400 mint.stillReferenced).")
    assert [line for line in lines if "=" in line and line[0] != "#"] == [
        'product_in_use = "refuse"',
        "key_length = 48",
    ]


def test_every_switch_names_its_doubt() -> None:
    assert all(len(each.doubt) > 20 for each in known_switches().values())
    assert known_switches()["secret_length"].doubt == known_switches()["key_length"].doubt


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", "unknown colour"),
        ("page_token_inclusive = 1", "page_token_inclusive: one of true, false"),
        ('product_in_use = "sometimes"', 'product_in_use: one of "delete", "refuse"'),
        ("product_action_status = true", "product_action_status: one of 200, 204"),
        ('key_length = "long"', "key_length: one of a whole number from 1"),
        ("key_length = 0", "key_length"),
        ("key_length = true", "key_length"),
        ("runtime_cache_seconds = -1", "runtime_cache_seconds: one of a number from 0"),
        ("runtime_cache_seconds = nan", "runtime_cache_seconds"),
        ("duplicate_app_code = 5", "duplicate_app_code: one of a text"),
        ("app_stub_fields = []", 'app_stub_fields: one of a list of "name", "appId"'),
        ('app_stub_fields = ["name", "name"]', "app_stub_fields"),
        ('app_stub_fields = "name"', "app_stub_fields"),
        ("key_length 5", "switches.toml"),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "switches.toml"
    path.write_text(text)
    with pytest.raises(SwitchError) as caught:
        read_switches(path)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SwitchError, match=r"none\.toml"):
        read_switches(tmp_path / "none.toml")


def test_an_emulator_behaves_as_its_file_says(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "switches.toml"
    path.write_text("key_length = 48\n")
    x = start(switches=emulator.read_switches(path))
    made = x.call("POST", "/developers/ravi@example.com/apps", {"name": "a"}).json()
    assert len(made["credentials"][0]["consumerKey"]) == 48


def test_the_command_takes_a_file_and_refuses_a_bad_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "switches.toml"
    path.write_text("deletion_seconds = 5")
    with process("--switches", str(path)) as (_, url):
        assert url
    path.write_text("speed = 5")
    assert main(["--port", "0", "--switches", str(path)]) == 2
    assert "unknown speed" in capsys.readouterr().err


def test_the_command_lists_the_switches(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-switches"]) == 0
    listed = capsys.readouterr().out
    assert listed == table()
    assert listed.count("\n") == len(known_switches()) + 2


def test_the_readme_has_the_table_of_switches_as_it_is() -> None:
    """To mend it, put there what `python -m emulator --list-switches` prints."""
    assert table() in README.read_text(encoding="utf-8")
