"""The state on disk: a JSON snapshot and, beside it, a log with one line per answered write.

The line is written before the answer leaves, so a process killed at any moment has lost no
write it has answered. A torn last line is a write nobody was told of and is dropped. The log is
folded into a new snapshot (written beside the old one, then renamed) at start and when it has
grown larger than the snapshot. Both files hold keys and are readable by their owner only.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from emulator.model import (
    Entity,
    decode_app,
    decode_developer,
    decode_group,
    decode_product,
    encode,
)
from emulator.population import Plan
from emulator.store import Store
from emulator.tables import Change, table_and_key

FORMAT = 1
# Bytes of log that are always tolerated before it is folded into the snapshot.
LOG_FLOOR = 1_000_000

_DECODERS: Mapping[str, Callable[[Mapping[str, Any]], Entity]] = {
    "developers": decode_developer,
    "groups": decode_group,
    "apps": decode_app,
    "products": decode_product,
}


class StateFile:
    """One state file and its log; used by one process at a time."""

    def __init__(self, path: Path, *, log_floor: int = LOG_FLOOR) -> None:
        self._path = path
        self._log_path = path.with_name(f"{path.name}.log")
        self._log: IO[bytes] | None = None
        self._log_floor = log_floor
        self._log_limit = log_floor

    def load(self, store: Store) -> bool:
        """Fill the store; False if there is no state yet. Raises ValueError if unreadable."""
        if not self._path.exists():
            return False
        saved = json.loads(self._path.read_bytes())
        if not isinstance(saved, dict) or saved.get("format") != FORMAT:
            raise ValueError(f"{self._path} is not a state file of this emulator")
        store.replace_all(
            [decode(each) for table, decode in _DECODERS.items() for each in saved.get(table, ())],
            Plan(**saved["generated"]) if "generated" in saved else None,
            [Change(table, key, None) for table, key in saved.get("removed", ())],
        )
        if self._log_path.exists():
            _replay(store, self._log_path.read_bytes())
        return True

    def start(self, store: Store) -> None:
        """Write a snapshot of the store, begin an empty log and become the store's sink."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._snapshot(store)

        def sink(changes: Sequence[Change]) -> None:
            self._append(store, changes)

        store.sink = sink

    def close(self) -> None:
        if self._log:
            self._log.close()
            self._log = None

    def _snapshot(self, store: Store) -> None:
        tables: dict[str, list[Entity]] = {name: [] for name in _DECODERS}
        for entity in store.entities():
            tables[table_and_key(entity)[0]].append(entity)
        saved: dict[str, Any] = {"format": FORMAT, **tables}
        if store.population.plan.developers:
            saved["generated"] = asdict(store.population.plan)
            saved["removed"] = [[each.table, each.key] for each in store.removals()]
        beside = self._path.with_name(f"{self._path.name}.new")
        with _private(beside, "wb") as file:
            file.write(json.dumps(saved, default=encode).encode())
        beside.replace(self._path)
        # The log may only go once the snapshot is in place; replaying it twice does no harm.
        self.close()
        self._log = _private(self._log_path, "wb")
        self._log_limit = max(self._log_floor, self._path.stat().st_size)

    def _append(self, store: Store, changes: Sequence[Change]) -> None:
        if self._log is None:
            raise OSError("the state file is closed")
        rows = [[change.table, change.key, change.entity] for change in changes]
        self._log.write(json.dumps(rows, default=encode).encode() + b"\n")
        self._log.flush()
        if self._log.tell() > self._log_limit:
            self._snapshot(store)


def _replay(store: Store, log: bytes) -> None:
    for line in log.split(b"\n")[:-1]:
        for table, key, raw in json.loads(line):
            entity = None if raw is None else _DECODERS[table](raw)
            store.apply(Change(table, key, entity))


def _private(path: Path, mode: str) -> IO[bytes]:
    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, 0o600)

    return open(path, mode, opener=opener)
