"""Columns of tables that are centered or stand at the right."""

from collections.abc import Iterable

from markdown_it.token import Token


def align(tokens: Iterable[Token]) -> None:
    """Say it by an attribute: the parser says it by a style, which no page may have."""
    for token in tokens:
        if token.type in {"th_open", "td_open"} and token.attrs:
            style = str(token.attrs.pop("style", ""))
            if side := style.removeprefix("text-align:"):
                token.attrs["align"] = side
