"""Variables in a page: ``{{ name }}`` is replaced by the operator's words, as plain text."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final
from urllib.parse import unquote

from markdown_it.token import Token

from app.content.markdown.lines import VARIABLE, Source, filled

TEXTS: Final = frozenset({"text"})
BREAKS: Final = frozenset({"softbreak", "hardbreak"})
CODES: Final = frozenset({"code_inline", "fence", "code_block"})
RAW: Final = frozenset({"html_inline", "html_block"})


def fill(tokens: Iterable[Token], variables: Mapping[str, str], source: Source) -> None:
    """Put in the values; a name that is not known is a problem, but in code it may be meant."""
    for token in tokens:
        line = token.map[0] if token.map else 0
        for each in (token, *(token.children or ())):
            line += each.type in BREAKS
            if each.type in TEXTS:
                _tell_unknown(each.content, variables, source, line)
            if each.type in TEXTS | CODES:
                each.content = filled(each.content, variables)
            elif each.type in RAW:
                safe = {name: escape(value) for name, value in variables.items()}
                each.content = filled(each.content, safe)
            _fill_addresses(each, variables)
        if token.type in {"block_open", "tab"}:
            token.meta["title"] = filled(token.meta["title"], variables)


def _fill_addresses(token: Token, variables: Mapping[str, str]) -> None:
    for name in ("href", "src"):
        value = token.attrGet(name)
        # The parser has written the braces of an address as %7B and %7D.
        if isinstance(value, str) and "%7B%7B" in value:
            token.attrSet(name, filled(unquote(value), variables))


def _tell_unknown(text: str, variables: Mapping[str, str], source: Source, line: int) -> None:
    for found in VARIABLE.finditer(text):
        if found[1] not in variables:
            known = ", ".join(sorted(variables))
            source.problem(line, f"{{{{ {found[1]} }}}} is not known; known are {known}")
