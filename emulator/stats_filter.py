"""The `filter` of a stats call: comparisons of dimensions joined by and/or, with parentheses.

`(developer_app eq 'trips' and response_status_code ge 400)`, `(apiproxy in 'a','b')`. `and` binds
closer than `or`. Texts are quoted with ' or ", numbers may be bare; `like` takes % and _. That
`like` and `not like` exist is in some documents only.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.errors import ApiError, bad_request
from emulator.stats_dimensions import value_of
from emulator.traffic import Facts

Condition = Callable[[Facts], bool]

_TOKEN = re.compile(r"""\s*(?:([(),])|'([^']*)'|"([^"]*)"|([^\s(),'"]+))""")
_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "lt": operator.lt,
    "ge": operator.ge,
    "le": operator.le,
}
MAX_LENGTH = 10_000
# Parentheses within parentheses; deeper ones would exhaust the stack.
MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    quoted: bool = False

    def says(self, *words: str) -> bool:
        return not self.quoted and self.text.lower() in words


def parse_filter(text: str) -> Condition:
    """The condition a filter states; an empty one takes every call. Raises 400."""
    if not text.strip():
        return lambda _facts: True
    if len(text) > MAX_LENGTH:
        raise _wrong("it is too long")
    parser = _Parser(_tokens(text))
    condition = parser.either(0)
    parser.end()
    return condition


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def either(self, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise _wrong("it is nested too deep")
        parts = [self._both(depth)]
        while self._take("or"):
            parts.append(self._both(depth))
        return lambda facts: any(each(facts) for each in parts)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise _wrong(f"{self._tokens[self._at].text} is not expected")

    def _both(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._take("and"):
            parts.append(self._one(depth))
        return lambda facts: all(each(facts) for each in parts)

    def _one(self, depth: int) -> Condition:
        if self._take("("):
            inner = self.either(depth + 1)
            if not self._take(")"):
                raise _wrong("a parenthesis is not closed")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        dimension = self._next().text
        read = value_of(dimension)
        word = self._next().text.lower()
        if word == "not" and self._take("like"):
            word = "notlike"
        test = self._test(word)
        return lambda facts: test(read(facts))

    def _test(self, word: str) -> Callable[[str], bool]:
        if word in ("in", "notin"):
            listed = set(self._list())
            return lambda value: (value in listed) is (word == "in")
        literal = self._literal()
        if word in ("eq", "ne"):
            return lambda value: (value == literal) is (word == "eq")
        if word in ("like", "notlike"):
            pattern = _like(literal)
            return lambda value: (pattern.fullmatch(value) is not None) is (word == "like")
        if word in _ORDERS:
            return lambda value: _ORDERS[word](*_comparable(value, literal))
        raise _wrong(f"{word} is no comparison")

    def _list(self) -> list[str]:
        enclosed = self._take("(")
        found = [self._literal()]
        while self._take(","):
            found.append(self._literal())
        if enclosed and not self._take(")"):
            raise _wrong("a parenthesis is not closed")
        return found

    def _literal(self) -> str:
        token = self._next()
        if token.quoted or re.fullmatch(r"-?\d+(\.\d+)?", token.text):
            return token.text
        raise _wrong(f"{token.text} is not quoted")

    def _next(self) -> _Token:
        if self._at >= len(self._tokens):
            raise _wrong("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, word: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at].says(word)
        self._at += found
        return found


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _wrong("a quotation is not closed")
        sign, single, double, word = match.groups()
        quoted = single if single is not None else double
        found.append(_Token(sign or word) if quoted is None else _Token(quoted, quoted=True))
        at = match.end()
    return found


def _comparable(value: str, literal: str) -> tuple[float, float] | tuple[str, str]:
    """As numbers if both are, else as texts."""
    try:
        return float(value), float(literal)
    except ValueError:
        return value, literal


def _like(literal: str) -> re.Pattern[str]:
    wild = {"%": ".*", "_": "."}
    return re.compile("".join(wild.get(each) or re.escape(each) for each in literal), re.DOTALL)


def _wrong(why: str) -> ApiError:
    return bad_request(f"Invalid filter: {why}")
