"""The head of a page: YAML between two lines of ``---``."""

import re
from dataclasses import dataclass
from typing import Any, Final

import yaml

from app.content.documents import YAML_LOADER
from app.content.files import ContentError

FENCE: Final = "---"
# A fence that is longer than it should be, or names its language, is meant as one.
DASHES: Final = re.compile(r"-{3,}\s*\w*")
OTHERS: Final = (("+++", re.compile(r"\+{3}\s*$")), ("JSON", re.compile(r"\{\s*(?:\"|$)")))
# What may stand before a head without being seen on the page.
LEAD: Final = re.compile(r"(?:\s|<!--.*?-->)*", re.DOTALL)
FACT: Final = re.compile(r"\s*[\w\"'-]+\s*:(\s|$)")
MOST_LINES: Final = 60
LONGEST: Final = 8_000  # characters: nothing in a head can unfold to much
KNOWN: Final = ("title", "description", "order", "audience")


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says about itself; ``audience`` is None when it names nobody."""

    title: str = ""
    description: str = ""
    order: float = 0
    audience: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A page as it was written: its head, its body, and the line that the body begins at."""

    head: Head
    body: str
    first: int


def parse(file: str, text: str, roles: frozenset[str]) -> Written:
    """Take a page apart; raise ``ContentError`` with the line of what is wrong in its head.

    A head that cannot be read could ask for an audience, so such a page is shown to nobody.
    """
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != FENCE:
        _refuse_lost_head(file, text)
        return Written(Head(), text, 1)
    ends = [number for number, line in enumerate(lines) if number and line.rstrip() == FENCE]
    if not ends or ends[0] > MOST_LINES:
        raise ContentError(file, f"its head has no end: add a line with {FENCE}", 1)
    raw = "\n".join(lines[1 : ends[0]])
    body = "\n".join(lines[ends[0] + 1 :])
    return Written(_head(file, raw, roles), body, ends[0] + 2)


def _refuse_lost_head(file: str, text: str) -> None:
    """Raise ``ContentError`` for what was meant as a head and would be shown as text."""
    lead = LEAD.match(text)
    before = lead[0] if lead else ""
    lines = text[len(before) :].splitlines()
    number = before.count("\n") + 1
    other = next((name for name, begins in OTHERS if lines and begins.match(lines[0])), "")
    if other:
        told = f"{other} heads are not read; use {FENCE} and lines such as title: Limits"
        raise ContentError(file, told, number)
    if lines and DASHES.fullmatch(lines[0].rstrip()) and _holds_facts(lines[1:]):
        told = f"the head must begin on line 1 with {FENCE}: remove what stands before it"
        raise ContentError(file, told, number)
    if _holds_facts(_behind_fence(before.splitlines())):
        raise ContentError(file, "a head in a comment is not read: take it out of the comment", 1)


def _behind_fence(lines: list[str]) -> list[str]:
    found = (at for at, line in enumerate(lines) if DASHES.fullmatch(line.rstrip()))
    return lines[next(found, len(lines)) + 1 :]


def _holds_facts(lines: list[str]) -> bool:
    """Tell whether the lines behind a fence are those of a head, which ends."""
    rest = [line.strip() for line in lines[: MOST_LINES + 1]]
    end = next((at for at, line in enumerate(rest) if DASHES.fullmatch(line)), 0)
    written = (line for line in rest[:end] if line and not line.startswith("#"))
    return FACT.match(next(written, "")) is not None


def _head(file: str, raw: str, roles: frozenset[str]) -> Head:
    facts = _facts(file, raw)
    for name in facts:
        if name not in KNOWN:
            text = f"{name} is not known in a head; known are {', '.join(KNOWN)}"
            raise ContentError(file, text, _line(raw, str(name)))
    try:
        return Head(
            title=_text(facts.get("title", "")),
            description=_text(facts.get("description", "")),
            order=_number(facts.get("order", 0)),
            audience=_audience(facts["audience"], roles) if "audience" in facts else None,
        )
    except _Wrong as error:
        name, text = error.args
        raise ContentError(file, f"{name} {text}", _line(raw, name)) from error


def _facts(file: str, raw: str) -> dict[object, Any]:
    try:
        if len(raw) > LONGEST:
            raise ContentError(file, "its head is too long: write less", 1)
        facts = yaml.load(raw, Loader=YAML_LOADER)  # noqa: S506 - both loaders are safe ones
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise ContentError(file, f"its head is not valid YAML: {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise ContentError(file, "its head is not valid YAML: correct it", 1) from error
    if facts is None:
        return {}
    if not isinstance(facts, dict):
        raise ContentError(file, "its head must hold lines such as title: Limits", 1)
    return facts


class _Wrong(ValueError):
    """A fact of the head and what is wrong with it."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong("title or description", "must be text: write it in quotes")
    return value.strip()


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong("order", "must be a number")
    return value


def _audience(value: object, roles: frozenset[str]) -> frozenset[str]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(one, str) for one in names):
        raise _Wrong("audience", "must be a list of roles: write audience: [support]")
    unknown = sorted(set(names) - roles)
    if unknown:
        known = ", ".join(sorted(roles))
        raise _Wrong("audience", f"names {', '.join(unknown)}, which is no role; roles are {known}")
    return frozenset(names)


def _line(raw: str, name: str) -> int:
    names = name.split(" or ")
    found = (
        number
        for number, line in enumerate(raw.splitlines(), 2)
        if line.lstrip().startswith(tuple(names))
    )
    return next(found, 1)
