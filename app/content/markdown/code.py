"""Code with its colors: a few classes, whose colors stand in the tokens of the style sheet."""

from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import groupby
from typing import Final

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import (
    Comment,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Token,
    _TokenType,
)
from pygments.util import ClassNotFound

LONGEST: Final = 50_000  # characters; what is longer stays in one color
CLASSES: Final[dict[_TokenType, str]] = {
    Token: "",
    Comment: "tok-note",
    Keyword: "tok-word",
    Keyword.Constant: "tok-value",
    Literal: "tok-value",
    Number: "tok-value",
    String: "tok-text",
    String.Interpol: "tok-value",
    Name.Attribute: "tok-name",
    Name.Builtin: "tok-word",
    Name.Class: "tok-name",
    Name.Decorator: "tok-name",
    Name.Function: "tok-name",
    Name.Tag: "tok-name",
    Name.Variable: "tok-name",
    Operator.Word: "tok-word",
    Punctuation: "",
    Generic.Deleted: "tok-gone",
    Generic.Inserted: "tok-new",
    Generic.Heading: "tok-word",
}
NAMES: Final = frozenset(CLASSES.values()) - {""}


def highlighted(code: str, language: str) -> str:
    """Return the code as escaped HTML with its parts in ``<span>``s of the classes ``NAMES``.

    A language that is not known, and very long code, comes back without colors.
    """
    lexer = _lexer(language.lower()) if len(code) <= LONGEST else None
    return escape(code, quote=False) if lexer is None else "".join(_spans(lexer, code))


def _spans(lexer: Lexer, code: str) -> Iterator[str]:
    for name, parts in groupby(lexer.get_tokens(code), lambda part: _class(part[0])):
        text = escape("".join(text for _, text in parts), quote=False)
        yield f'<span class="{name}">{text}</span>' if name else text


@cache
def _class(kind: _TokenType) -> str:
    while kind not in CLASSES:
        kind = kind.parent or Token
    return CLASSES[kind]


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
