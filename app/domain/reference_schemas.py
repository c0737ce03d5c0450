"""A schema of an API document as a page shows it: a tree without cycles.

Follows the OpenAPI Specification, "Schema Object", of 3.0 and 3.1.
"""

from dataclasses import dataclass

from app.domain.html import NO_HTML, Html


@dataclass(frozen=True, slots=True)
class Member:
    """One property of an object."""

    name: str
    schema: "Schema"
    is_required: bool = False
    is_pattern: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the schemas to choose from; ``value`` is what the discriminator says for it."""

    schema: "Schema"
    value: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """Schemas that hold together: ``one of``, ``any of``, ``all of`` or ``not``.

    ``discriminator`` is the property that tells which one it is.
    """

    kind: str
    options: tuple[Choice, ...]
    discriminator: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema. ``kind`` says what it is in words: ``array of Payment``, ``string or null``.

    ``name`` is that of a component. ``anchor`` is its id on the page where it is told, and
    ``told_at`` the id where it is told instead; with ``own_page`` it is on a page of its own.
    ``facts`` are its constraints in words. ``raw`` is what cannot be shown in any better way.
    """

    kind: str
    name: str = ""
    title: str = ""
    description: Html = NO_HTML
    anchor: str = ""
    told_at: str = ""
    own_page: bool = False
    facts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    default: str | None = None
    example: str | None = None
    is_read_only: bool = False
    is_write_only: bool = False
    is_deprecated: bool = False
    members: tuple[Member, ...] = ()
    items: "Schema | None" = None
    positions: tuple["Schema", ...] = ()
    others: "Schema | None" = None
    choices: tuple[Choices, ...] = ()
    raw: str = ""

    @property
    def has_inside(self) -> bool:
        """Whether there is something to unfold."""
        inside = self.members or self.positions or self.choices or self.others or self.raw
        return bool(inside) or (self.items is not None and self.items.is_worth_telling)

    @property
    def is_worth_telling(self) -> bool:
        """Whether more than its kind is known."""
        said = self.description or self.facts or self.values or self.default is not None
        return bool(said or self.has_inside or self.told_at or self.own_page)
