"""Templates and addresses as code, kept for all applications of a run.

Compiling them takes nearly all of the time in which an application is made.
"""

from collections.abc import Callable
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class CompiledOnce(BytecodeCache):
    """Keeps code by the template and its text, so a changed template is compiled anew."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


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
