"""Reading the values of one table: what does not fit is a problem with its line, and left out."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, TypeVar

from app.content.site.toml import Toml, Where, shown
from app.domain.site import Audience, Readers

MOST_ROWS: Final = 60
LONGEST: Final = 300  # characters of what people read in one piece
Value = TypeVar("Value")
AUDIENCE: Final = ("audience", "show_to")


class Unusable(Exception):
    """What a table stands for is left out; why is among the problems."""


class Table:
    """A table of a file; ``where`` is the way to it."""

    def __init__(self, toml: Toml, facts: object, where: Where, roles: frozenset[str]) -> None:
        self._toml = toml
        self._roles = roles
        self.where = where
        if not isinstance(facts, Mapping):
            self._toml.problem(where, f"{shown(facts)} must be a table", f"{facts}")
            raise Unusable
        self._facts: Mapping[str, Any] = facts

    def __contains__(self, name: str) -> bool:
        return name in self._facts

    def only(self, *known: str) -> None:
        """Name every key that is not known; what the others say holds."""
        for name in self._unknown(known):
            text = f"{name} is not known here; known are {', '.join(known)}"
            self.problem(name, text, name)

    def closed(self, *known: str) -> None:
        """Name every key that is not known; one closes what has an audience: raise ``Unusable``.

        It may be a misspelled ``audience``, without which everybody would see it.
        """
        self.only(*known)
        if self._unknown(known):
            raise Unusable

    def text(self, name: str, default: str = "", longest: int = LONGEST) -> str:
        """Return a text of one line or more; what is none, or too long, is left out."""
        value = self._facts.get(name, default)
        if isinstance(value, str) and len(value) <= longest and "\0" not in value:
            return value.strip()
        return self._refused(name, value, f"must be text of at most {longest} characters", default)

    def needed(self, name: str) -> str:
        """Return a text that must be there; raise ``Unusable``."""
        if found := self.text(name):
            return found
        if isinstance(self._facts.get(name, ""), str):
            self.problem("", f"has no {name}: write one")
        raise Unusable

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """Return one of some words."""
        value = self._facts.get(name, default)
        if isinstance(value, str) and value in choices:
            return value
        return self._refused(
            name, value, f"must be one of {', '.join(filter(None, choices))}", default
        )

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number."""
        if name not in self:
            return default
        value = self._facts[name]
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        return self._refused(name, value, f"must be a whole number from {least} to {most}", default)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return yes or no."""
        value = self._facts.get(name, default)
        return (
            value
            if isinstance(value, bool)
            else self._refused(name, value, "must be true or false", default)
        )

    def table(self, name: str) -> "Table | None":
        """Return a table in this one; None if there is none that can be used."""
        return next(iter(self._tables(name, [self._facts[name]])), None) if name in self else None

    def rows(self, name: str, most: int = MOST_ROWS) -> Iterator["Table"]:
        """Yield the tables of a list, written ``[[name]]``."""
        value = self._facts.get(name, [])
        if not isinstance(value, list) or len(value) > most:
            written = ".".join(part for part in (*self.where, name) if isinstance(part, str))
            self.problem(name, f"must be written as [[{written}]], at most {most} times")
            return
        yield from self._tables(name, value, is_listed=True)

    def audience(self) -> Audience:
        """Return whom it is for; a mistake in it closes it: raise ``Unusable``."""
        readers = self._facts.get("show_to", Readers.ALL)
        if readers not in tuple(Readers):
            self.problem("show_to", f"show_to must be one of {', '.join(Readers)}")
            raise Unusable
        return Audience(Readers(readers), self._audience())

    def problem(self, name: str, text: str, words: str = "") -> None:
        """Note what is wrong with a value of the table, or without a name with all of it."""
        self._toml.problem((*self.where, name) if name else self.where, text, words)

    def line(self, name: str) -> int:
        """Return the line of a value."""
        return self._toml.line((*self.where, name))

    def _unknown(self, known: Collection[str]) -> list[str]:
        return [name for name in self._facts if name not in known]

    def _tables(
        self, name: str, values: list[object], *, is_listed: bool = False
    ) -> Iterator["Table"]:
        for number, value in enumerate(values):
            where = (*self.where, name, number) if is_listed else (*self.where, name)
            try:
                yield Table(self._toml, value, where, self._roles)
            except Unusable:
                continue

    def _audience(self) -> frozenset[str] | None:
        if "audience" not in self:
            return None
        value = self._facts["audience"]
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
            self.problem(
                "audience", 'audience must be a list of roles: write audience = ["support"]'
            )
            raise Unusable
        if unknown := sorted(set(names) - self._roles):
            known = ", ".join(sorted(self._roles))
            text = f"audience names {', '.join(unknown)}, which is no role; roles are {known}"
            self.problem("audience", text)
            raise Unusable
        return frozenset(names)

    def _refused(self, name: str, value: object, text: str, default: Value) -> Value:
        self.problem(name, f"{name} {text}, not {shown(value)}", f"{value}")
        return default
