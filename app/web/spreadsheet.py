"""Tables as CSV that a spreadsheet opens without running any of it."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from flask import Response

# What a spreadsheet takes for the start of a formula; some do so with the wide signs, too.
FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")
# The same behind what a spreadsheet takes for the end of a cell, where it is set to another one
# than the comma; a comma in a text is safe, because the text is quoted.
INSIDE: Final = re.compile(r"([;|\t\r\n][\s\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
UNSAFE_IN_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
CHUNK: Final = 500

Cell = str | int | float | None


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer a CSV file (RFC 4180, UTF-8) with a row of headings; ``name`` is without ending."""
    return attachment("".join(csv_lines(columns, rows)), f"{name}.csv", "text/csv; charset=utf-8")


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield the lines of a CSV file one by one, the headings first."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in chain((columns,), rows):
        writer.writerow([_safe(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def in_chunks(lines: Iterator[str], *, with_mark: bool = False) -> Iterator[str]:
    """Join lines, so that a long file is not sent line by line.

    With a byte order mark a spreadsheet that does not ask about encodings takes it for UTF-8.
    """
    begin = chain(("\ufeff",) if with_mark else (), lines)
    while chunk := "".join(islice(begin, CHUNK)):
        yield chunk


def attachment(content: str | Iterable[str], name: str, content_type: str) -> Response:
    """Answer a file to be kept under a name that is made of harmless characters."""
    stem, _, ending = name.rpartition(".")
    file = UNSAFE_IN_NAME.sub("-", stem).strip("-.") or "table"
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file}.{ending}"'
    return response


def _safe(cell: Cell) -> Cell:
    """Put an apostrophe before what would be a formula in a text; numbers are numbers."""
    if not isinstance(cell, str):
        return cell
    inside = INSIDE.sub(r"\1'", cell)
    return f"'{inside}" if FORMULA.match(cell) else inside
