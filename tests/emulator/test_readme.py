"""What the README promises is what there is."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import emulator
from emulator.__main__ import _parser
from emulator.fault_kinds import PRESETS, Fault
from emulator.population import Plan
from emulator.running import Options

README = Path(emulator.__file__).with_name("README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading, to the next one."""
    return README.partition(f"## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", PRESETS)
def test_every_ready_made_fault_is_described(name: str) -> None:
    assert f"| `{name}` |" in section("Faults")


def test_no_fault_is_described_that_is_not_there() -> None:
    named = re.findall(r"^\| `(\w+)` \|", section("Faults"), re.MULTILINE)
    assert set(named) == {*PRESETS, *(each.name for each in fields(Fault))}


def test_every_setting_and_option_is_named() -> None:
    python, shell = section("From a Python test"), section("From a shell")
    assert [each.name for each in fields(Options) if f"`{each.name}`" not in python] == []
    options = re.findall(r"--[a-z-]+", _parser().format_help())
    assert {each for each in options if each not in shell} <= {"--help"}


def test_every_number_of_a_generated_organization_is_named() -> None:
    text = section("A generated organisation")
    assert [each.name for each in fields(Plan) if f"`{each.name}`" not in text] == []


def test_every_name_the_package_gives_is_mentioned() -> None:
    assert [each for each in emulator.__all__ if each not in README] == []
