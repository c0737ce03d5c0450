"""Tables as CSV that a spreadsheet opens without running any of it."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from flask import Response

# What a spreadsheet takes for the start of a formula.
FORMULA: Final = re.compile(r"\s*[=+\-@\t\r\n]")
UNSAFE_IN_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")

Cell = str | int | float | None


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer a CSV file (RFC 4180, UTF-8) with a row of headings; ``name`` is without ending."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    response = Response(text.getvalue(), content_type="text/csv; charset=utf-8")
    file = UNSAFE_IN_NAME.sub("-", name).strip("-.") or "table"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}.csv"'
    return response


def _safe(cell: Cell) -> Cell:
    """Put an apostrophe before a text that would be a formula; numbers are numbers."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell
