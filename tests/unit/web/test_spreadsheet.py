"""CSV files: read back as written, and nothing in them is a formula."""

import csv
import io

import pytest

from app.web.spreadsheet import Cell, csv_file


def read(*rows: list[Cell]) -> list[list[str]]:
    text = csv_file("table", ["a", "b"], rows).get_data(as_text=True)
    return list(csv.reader(io.StringIO(text, newline="")))


WIDE = ["\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\u3000\uff1d1"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "\n1", "  =1+1", '=HYPERLINK("x")', *WIDE],
)
def test_a_text_that_would_be_a_formula_is_a_text(text: str) -> None:
    """Abuse case 36."""
    assert read([text, 1]) == [["a", "b"], [f"'{text}", "1"]]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a; +1;-2", "a; '+1;'-2"),
        ('a;"=1+1', "a;\"'=1+1"),
        ("a|@SUM(A1)", "a|'@SUM(A1)"),
        ("a\tb\t=1", "a\tb\t'=1"),
        ("a\n=1", "a\n'=1"),
        (";\uff1d1", ";'\uff1d1"),
        ("=1;=1", "'=1;'=1"),
        ("\t=1", "'\t'=1"),
    ],
)
def test_no_text_is_a_formula_behind_another_separator(text: str, written: str) -> None:
    """Abuse case 36."""
    assert read([text])[1:] == [[written]]


@pytest.mark.parametrize("text", ["a; b", "a,=1", "1-2", "x; y-z", "a=b;c=d"])
def test_a_text_without_a_formula_behind_a_separator_stays(text: str) -> None:
    assert read([text])[1:] == [[text]]


def test_other_texts_and_numbers_stay_as_they_are() -> None:
    assert read(['Größe, "quoted"', -1.5], ["a\nb", None])[1:] == [
        ['Größe, "quoted"', "-1.5"],
        ["a\nb", ""],
    ]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("usage-trip", "usage-trip"),
        ('a"; filename="b\r\nX: y', "a-filename-b-X-y"),
        ("../../etc", "etc"),
        ("ключ", "table"),
    ],
)
def test_the_files_name_holds_nothing_that_a_header_or_a_disk_would_take(
    name: str, file: str
) -> None:
    response = csv_file(name, ["a"], [])
    assert response.headers["Content-Disposition"] == f'attachment; filename="{file}.csv"'
    assert response.content_type == "text/csv; charset=utf-8"
