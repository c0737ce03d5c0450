"""Templates, addresses and statements as code, kept for all applications of a run.

Compiling them takes nearly all of the time in which an application is made and first used.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

Builder = Callable[..., tuple[str, str]]


class CompiledOnce(BytecodeCache):
    """Keeps code by the template and its text, so a changed template is compiled anew."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


class AddressesOnce:
    """Keeps what Werkzeug reads out of a rule's text, by the text and the converters it may name.

    It is written into the rule, which is given the same anew.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], _Read] = {}
        self._parse = Rule._parse_rule

    def of(self, rule: Rule, text: str) -> Iterable[RulePart]:
        """Return the parts of a rule, read the first time only."""
        assert rule.map is not None
        key = (text, *sorted((name, id(kind)) for name, kind in rule.map.converters.items()))
        read = self._kept.get(key)
        if read is None:
            read = self._kept[key] = self._read(rule, text)
        rule._trace.extend(read.trace)
        rule._converters.update(read.converters)
        rule.arguments.update(read.converters)
        return read.parts

    def _read(self, rule: Rule, text: str) -> "_Read":
        before = rule._trace, rule._converters
        rule._trace, rule._converters = [], {}
        try:
            parts = list(self._parse(rule, text))
            return _Read(parts, rule._trace, rule._converters)
        finally:
            rule._trace, rule._converters = before


@dataclass(frozen=True)
class _Read:
    parts: list[RulePart]
    trace: list[tuple[bool, str]]
    converters: dict[str, BaseConverter]


class BuildersOnce:
    """Keeps the functions that write addresses by the rule they follow.

    Werkzeug makes them of a rule's text alone, and they are given the rule whenever they are
    called; only the defaults of a rule are written into them, so those with any are left out.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], Builder] = {}
        self._compile = Rule._compile_builder

    def of(self, rule: Rule, append_unknown: bool = True) -> Builder:
        """Return what Werkzeug would compile for the rule, compiled the first time only."""
        if rule.defaults:
            return self._compile(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in self._kept:
            self._kept[key] = self._compile(rule, append_unknown)
        return self._kept[key]


class StatementsOnce:
    """Keeps the statements that SQLAlchemy has written, for all databases of one kind.

    It keeps them for one engine by its dialect, and each test has an engine of its own. All
    dialects of a kind are set up alike here, so they count as the same.
    """

    def __init__(self) -> None:
        self._kept: dict[type[Dialect], object] = {}

    def __get__(self, engine: Engine, kind: type[Engine]) -> object:
        return self._kept[type(engine.dialect)]

    def __set__(self, engine: Engine, empty: object) -> None:
        self._kept.setdefault(type(engine.dialect), empty)
