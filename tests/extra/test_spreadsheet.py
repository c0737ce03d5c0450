"""The developers' CSV in LibreOffice: the same rows as in Python, and nothing of it runs."""

import csv
from dataclasses import replace
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.domain.attributes import Attribute
from tests.extra.libreoffice import saved_as
from tests.routes.client import Browser
from tests.routes.conftest import ada as ada  # noqa: PLC0414 - a fixture, used by name
from tests.routes.conftest import build as build  # noqa: PLC0414 - a fixture, used by name
from tests.routes.conftest import house as house  # noqa: PLC0414 - a fixture, used by name
from tests.routes.conftest import template as template  # noqa: PLC0414 - a fixture, used by name
from tests.routes.house import House

ODD = (
    *('=HYPERLINK("http://evil.example","win")', "=1+1", "+1", "-1", "@SUM(1)", "\t=1+1"),
    *('quo"te, comma; semicolon', "line\nbreak\nbreak", "\U0001f98a fox", "Łukasz Ærø", "'quoted"),
    *("%0A=1+1", "\uff1d1+1", "|cmd", " padded "),
    *(
        "a;=1+1",
        "a; =1+1",
        'a;"=1+1"',
        "a\n=1+1",
        "a\t=1+1",
        "a|=1+1",
        ";=1+1",
        "a,=1+1",
        "a,;=1+1",
    ),
)
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@pytest.fixture
def file(house: House, ada: Browser, tmp_path: Path) -> Path:
    people = [
        replace(
            house.apigee.add_developer(f"d{number:02}@example.com", text, "Odd"),
            attributes=(Attribute("note", text),),
        )
        for number, text in enumerate(ODD)
    ]
    with house.context():
        house.portal.developers.index.save(people, house.clock.now())
    found = tmp_path / "developers.csv"
    found.write_text(ada.get("/admin/developers/export.csv?sort=email").body, newline="")
    return found


def cells_of(sheet: Path) -> list[list[str]]:
    """Return the texts of a flat OpenDocument sheet, as they are shown."""
    rows = []
    for row in ET.parse(sheet).getroot().iter(f"{TABLE}table-row"):  # noqa: S314 - LibreOffice's own
        cells: list[str] = []
        for cell in row.iter(f"{TABLE}table-cell"):
            lines = ["".join(_text(line)) for line in cell.iter(f"{TEXT}p")]
            repeated = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            cells += ["\n".join(lines)] * min(repeated, 20)
        rows.append(cells)
    return rows


def _text(line: ET.Element) -> list[str]:
    parts = [line.text or ""]
    for child in line:
        if child.tag == f"{TEXT}s":
            parts.append(" " * int(child.get(f"{TEXT}c", "1")))
        if child.tag == f"{TEXT}tab":
            parts.append("\t")
        parts += [*_text(child)[:1], child.tail or ""]
    return parts


@pytest.mark.parametrize("separators", [",", ";", ",;", "\t", "|", ",;\t|"])
def test_no_cell_of_the_table_is_a_formula(file: Path, separators: str) -> None:
    """Abuse case 36."""
    sheet = saved_as("fods", file, separators)
    cells = list(ET.parse(sheet).getroot().iter(f"{TABLE}table-cell"))  # noqa: S314 - LibreOffice's own
    assert len(cells) > len(ODD)
    assert not [cell for cell in cells if cell.get(f"{TABLE}formula") is not None]


def test_libreoffice_and_python_read_the_same_rows(file: Path) -> None:
    wanted = list(csv.reader(StringIO(file.read_text(encoding="utf-8"), newline="")))
    seen = cells_of(saved_as("fods", file))
    assert len(seen[: len(wanted)]) == len(ODD) + 1
    for ours, theirs in zip(wanted, seen, strict=False):
        assert theirs[:6] == ours[:6]
        assert theirs[10] == ours[10]
