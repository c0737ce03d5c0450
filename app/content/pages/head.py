"""The head of a page: YAML between two lines of ``---``."""

import re
from dataclasses import dataclass
from typing import Any, Final

import yaml

from app.content.documents import YAML_LOADER
from app.content.files import ContentError

FENCE: Final = "---"
OTHER_FENCE: Final = "+++"
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
        _refuse_lost_head(file, lines)
        return Written(Head(), text, 1)
    ends = [number for number, line in enumerate(lines) if number and line.rstrip() == FENCE]
    if not ends or ends[0] > MOST_LINES:
        raise ContentError(file, f"its head has no end: add a line with {FENCE}", 1)
    raw = "\n".join(lines[1 : ends[0]])
    body = "\n".join(lines[ends[0] + 1 :])
    return Written(_head(file, raw, roles), body, ends[0] + 2)


def _refuse_lost_head(file: str, lines: list[str]) -> None:
    """Raise ``ContentError`` for what was meant as a head and would be shown as text."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    fence = lines[first].strip() if lines else ""
    if fence == OTHER_FENCE:
        text = f"{OTHER_FENCE} heads are not read; use {FENCE} and lines such as title: Limits"
        raise ContentError(file, text, first + 1)
    if fence != FENCE:
        return
    rest = [line.strip() for line in lines[first + 1 : first + 2 + MOST_LINES]]
    facts = rest[: rest.index(FENCE)] if FENCE in rest else []
    written = (line for line in facts if line and not line.startswith("#"))
    if FACT.match(next(written, "")):
        text = f"the head must begin on line 1: remove what stands before {FENCE}"
        raise ContentError(file, text, first + 1)


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
