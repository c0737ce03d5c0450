"""Markdown for machines: texts that stay what they are, code, and schemas as nested lists."""

import re
from collections.abc import Iterator
from typing import Final

from app.domain.html import Html
from app.domain.reference_schemas import Choices, Member, Schema

SIGNS: Final = frozenset("\\`*_[]<>#|")
MOST_VALUES: Final = 50


def line(text: str) -> str:
    """Return a text as one line that Markdown takes as it is."""
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in " ".join(text.split()))


def code(text: str) -> str:
    """Return a text as code within a line."""
    plain = " ".join(text.split())
    fence = "`" * (longest_run(plain) + 1)
    padding = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{padding}{plain}{padding}{fence}"


def block(text: str, language: str = "") -> str:
    """Return a text as a block of code, whatever is in it."""
    fence = "`" * max(3, longest_run(text) + 1)
    name = language if re.fullmatch(r"[\w+-]*", language) else ""
    return f"{fence}{name}\n{text.rstrip()}\n{fence}"


def longest_run(text: str) -> int:
    """Return how many backticks stand together at most."""
    return max((len(found) for found in re.findall("`+", text)), default=0)


def said(description: Html) -> str:
    """Return a description in one line, as its maker wrote it."""
    return " ".join(description.source.split())


def schema_lines(schema: Schema, depth: int = 0) -> Iterator[str]:
    """Yield a list of what is in a schema; what is told elsewhere on the page is named."""
    for member in schema.members:
        yield from _member(member, depth)
    if schema.others is not None:
        yield from _titled("other properties", schema.others, depth)
    for number, position in enumerate(schema.positions, 1):
        yield from _titled(f"item {number}", position, depth)
    if schema.items is not None and schema.items.is_worth_telling:
        yield from _titled("each item", schema.items, depth)
    for choices in schema.choices:
        yield from _choices(choices, depth)


def about(schema: Schema) -> str:
    """Return in one line what a schema asks of a value."""
    parts = [said(schema.description), *schema.facts]
    if schema.values:
        shown = ", ".join(code(value) for value in schema.values[:MOST_VALUES])
        more = len(schema.values) - MOST_VALUES
        parts.append(f"one of {shown}" + (f" and {more} more" if more > 0 else ""))
    if schema.default is not None:
        parts.append(f"default {code(schema.default)}")
    if schema.example is not None:
        parts.append(f"for example {code(schema.example)}")
    parts += [word for word, is_so in _marks(schema) if is_so]
    return "; ".join(part.rstrip(".") for part in parts if part)


def _marks(schema: Schema) -> Iterator[tuple[str, bool]]:
    yield "only in answers", schema.is_read_only
    yield "only in requests", schema.is_write_only
    yield "deprecated", schema.is_deprecated
    yield "told on this page already", bool(schema.told_at)
    yield "told on a page of its own", schema.own_page


def _member(member: Member, depth: int) -> Iterator[str]:
    name = f"{member.name} (pattern)" if member.is_pattern else member.name
    yield from _titled(code(name), member.schema, depth, is_required=member.is_required)


def _titled(title: str, schema: Schema, depth: int, *, is_required: bool = False) -> Iterator[str]:
    kind = f"{schema.kind}, required" if is_required else schema.kind
    told = about(schema)
    yield f"{'  ' * depth}- {title} ({line(kind)})" + (f": {told}" if told else "")
    yield from schema_lines(schema, depth + 1)


def _choices(choices: Choices, depth: int) -> Iterator[str]:
    by = f", told by {code(choices.discriminator)}" if choices.discriminator else ""
    yield f"{'  ' * depth}- {choices.kind}{by}:"
    for choice in choices.options:
        title = code(choice.value) if choice.value else line(choice.schema.name or "this")
        yield from _titled(title, choice.schema, depth + 1)
