"""The audit log as a file: lines of JSON, or a table for a spreadsheet."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.domain.audit import COLUMNS, AuditEntry, told
from app.web.spreadsheet import csv_lines


@dataclass(frozen=True, slots=True)
class Format:
    """How rows are written, line by line."""

    content_type: str
    lines: Callable[[Iterable[AuditEntry]], Iterator[str]]


def _json_lines(rows: Iterable[AuditEntry]) -> Iterator[str]:
    for row in rows:
        yield f"{json.dumps(told(row))}\n"


def _csv_lines(rows: Iterable[AuditEntry]) -> Iterator[str]:
    return csv_lines(COLUMNS, (tuple(told(row).values()) for row in rows))


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "jsonl": Format("application/jsonl; charset=utf-8", _json_lines),
        "csv": Format("text/csv; charset=utf-8", _csv_lines),
    }
)
