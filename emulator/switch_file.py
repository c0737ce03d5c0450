"""Switches as a TOML file: `name = value`, one line each, after the doubt the switch is about."""

import inspect
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from emulator.switches import Switches

_HEAD = "# Switches of the local Apigee that differ from its defaults.\n"


class SwitchError(ValueError):
    """A file of switches that cannot be read; says which switch and why."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One field of `Switches`: its type, its default and the doubt it is about."""

    name: str
    kind: Any
    default: Any
    doubt: str

    @property
    def allowed(self) -> str:
        """What may be written, in words."""
        if get_origin(self.kind) is Literal:
            return ", ".join(_toml(each) for each in get_args(self.kind))
        if self.kind is bool:
            return "true, false"
        if get_origin(self.kind) is tuple:
            return f"a list of {_choices(self.kind)}"
        whole = f"a whole number from {self.least}"
        return {int: whole, float: "a number from 0", str: "a text"}[self.kind]

    @property
    def least(self) -> int:
        """The least whole number; 0 where that is what is usual."""
        return 1 if self.default else 0

    def read(self, value: Any) -> Any:
        """The value for the field. Raises SwitchError for one that does not fit."""
        if get_origin(self.kind) is tuple and isinstance(value, list):
            value = tuple(value)
        low = self.kind is int and isinstance(value, int) and value < self.least
        if low or not _fits(self.kind, value):
            raise SwitchError(f"{self.name}: one of {self.allowed} is expected")
        return float(value) if self.kind is float else value


@cache
def known_switches() -> Mapping[str, Switch]:
    """Every switch by its name, in the order of the class."""
    kinds, doubts = get_type_hints(Switches), _doubts()
    found = (
        Switch(each.name, kinds[each.name], each.default, doubts[each.name])
        for each in fields(Switches)
    )
    return MappingProxyType({each.name: each for each in found})


def read_switches(path: Path | str) -> Switches:
    """The switches of a file, defaults for those not in it. Raises SwitchError."""
    try:
        raw = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SwitchError(f"{path}: {error}") from error
    known = known_switches()
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise SwitchError(f"{path}: unknown {', '.join(unknown)}")
    try:
        return Switches(**{name: known[name].read(value) for name, value in raw.items()})
    except SwitchError as error:
        raise SwitchError(f"{path}: {error}") from None


def write_switches(switches: Switches, path: Path | str) -> None:
    """Write those that differ from the defaults, each below its doubt."""
    parts = [_HEAD]
    for each in known_switches().values():
        value = getattr(switches, each.name)
        if value != each.default:
            parts.append(f"# {each.doubt}\n{each.name} = {_toml(value)}\n")
    Path(path).write_text("\n".join(parts), encoding="utf-8")


def table() -> str:
    """Every switch as a table in Markdown."""
    rows = ["| switch | default | may be | doubt |", "|---|---|---|---|"]
    for each in known_switches().values():
        cells = (f"`{each.name}`", f"`{_toml(each.default)}`", each.allowed, each.doubt)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def _fits(kind: Any, value: Any) -> bool:
    if get_origin(kind) is Literal:
        return any(value == each and type(value) is type(each) for each in get_args(kind))
    if get_origin(kind) is tuple:
        distinct = isinstance(value, tuple) and len(set(value)) == len(value) > 0
        return distinct and all(_fits(get_args(kind)[0], each) for each in value)
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    if kind is float:
        return isinstance(value, int | float) and 0 <= value < float("inf")
    return isinstance(value, kind)


def _choices(kind: Any) -> str:
    return ", ".join(_toml(each) for each in get_args(get_args(kind)[0]))


def _toml(value: Any) -> str:
    """A value as TOML writes it, which for these types is as JSON does."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _doubts() -> Mapping[str, str]:
    """The comment above each field; fields with none of their own share the one before."""
    names = {each.name for each in fields(Switches)}
    doubts: dict[str, str] = {}
    comment: Sequence[str] = ()
    fresh = True
    for line in inspect.getsource(Switches).splitlines():
        text = line.strip()
        if text.startswith("#"):
            comment = (text.removeprefix("# "),) if fresh else (*comment, text.removeprefix("# "))
            fresh = False
        elif (name := text.partition(":")[0]) in names:
            doubts[name] = " ".join(comment)
            fresh = True
    return doubts
