"""The table of abuse cases: each has tests that say its number, and each number has its row."""

import ast
import re

from tests.architecture.sources import ROOT, functions, modules

TABLE = ROOT / "docs" / "abuse-cases.md"
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]*) \|$", re.MULTILINE)
FILE = re.compile(r"`(tests/[\w/]+\.py)`")
NUMBERS = re.compile(r"Abuse cases? ((?:\d+(?:, | and )?)+)")
MOST = 39


def tagged() -> dict[int, set[str]]:
    """Return the files with tests of each case, as the tests' own words have it."""
    found: dict[int, set[str]] = {}
    for file in modules("tests"):
        for function in functions(file):
            words = NUMBERS.search(ast.get_docstring(function) or "")
            if words and function.name.startswith("test_"):
                for number in re.findall(r"\d+", words[1]):
                    name = file.relative_to(ROOT).as_posix()
                    found.setdefault(int(number), set()).add(name)
    return found


def rows() -> dict[int, str]:
    """Return what the table says of each case."""
    return {int(number): tests for number, tests in ROW.findall(TABLE.read_text(encoding="utf-8"))}


def test_every_file_of_the_table_has_a_test_of_that_number() -> None:
    found = tagged()
    for number, tests in rows().items():
        assert set(FILE.findall(tests)) <= found.get(number, set()), number


def test_every_case_has_a_row_and_every_row_tests_or_a_reason() -> None:
    table = rows()
    assert set(table) >= set(tagged())
    assert max(table) == MOST
    assert [number for number, tests in table.items() if not tests.strip()] == []
