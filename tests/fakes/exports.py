"""Tables of apps in memory, proven by the same cases as the real ones (tests/store)."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.errors import NotFound
from app.services.developer_port import DeveloperFilter
from app.services.exports.columns import Row
from app.services.exports.port import Export


@dataclass
class FakeExportFiles:
    """``port.ExportFiles`` in a dict."""

    held: dict[str, Export] = field(default_factory=dict)
    runs: dict[str, int] = field(default_factory=dict)
    kept: dict[str, list[Row]] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)

    def begin(self, account_id: int, asked: DeveloperFilter, at: datetime) -> Export:
        export = Export(secrets.token_hex(8), account_id, asked, at)
        self.held[export.public_id] = export
        return export

    def get(self, public_id: str) -> Export:
        try:
            return self.held[public_id]
        except KeyError:
            raise NotFound("There is no such table.") from None

    def of_account(self, account_id: int) -> Sequence[Export]:
        return tuple(item for item in self.held.values() if item.account_id == account_id)[::-1]

    def take(self, public_id: str) -> tuple[int, str]:
        self.get(public_id)
        self.runs[public_id] = self.runs.get(public_id, 0) + 1
        return self.runs[public_id], self.last.get(public_id, "")

    def clear(self, public_id: str, run: int) -> bool:
        if self.runs.get(public_id) != run:
            return False
        self.held[public_id] = replace(self.held[public_id], apps=0, rows=0)
        self.kept[public_id], self.last[public_id] = [], ""
        return True

    def add(self, public_id: str, run: int, rows: Sequence[Row], app_ids: Sequence[str]) -> bool:
        if self.runs.get(public_id) != run:
            return False
        self.kept.setdefault(public_id, []).extend(rows)
        self.last[public_id] = app_ids[-1]
        known = self.held[public_id]
        changed = replace(known, apps=known.apps + len(app_ids), rows=known.rows + len(rows))
        self.held[public_id] = changed
        return True

    def finish(self, public_id: str, run: int, at: datetime) -> bool:
        if self.runs.get(public_id) != run:
            return False
        self.held[public_id] = replace(self.held[public_id], finished_at=at)
        return True

    def rows(self, public_id: str) -> Iterator[Row]:
        return iter(tuple(self.kept.get(public_id, ())))

    def forget(self, begun_before: datetime) -> int:
        old = [item.public_id for item in self.held.values() if item.begun_at < begun_before]
        for public_id in old:
            for kept in (self.held, self.runs, self.kept, self.last):
                kept.pop(public_id, None)
        return len(old)
