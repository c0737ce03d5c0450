"""What the operator says about the frame of the portal: links of the top bar and of the foot."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Place(StrEnum):
    """The portal's own entries of the top bar."""

    DOCS = "docs"
    APIS = "apis"
    PRODUCTS = "products"
    APPS = "apps"
    ADMIN = "admin"


class Readers(StrEnum):
    """Whom something is shown to."""

    ALL = "all"
    VISITORS = "visitors"
    SIGNED_IN = "signed-in"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks; ``may_read`` is false for a visitor of a portal that asks everybody to sign in."""

    roles: frozenset[str] = frozenset()
    is_signed_in: bool = False
    may_read: bool = True


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees something: everybody, visitors or people who are signed in, with one of the roles.

    It is about what is shown and opens nothing: what a link leads to has rules of its own.
    """

    readers: Readers = Readers.ALL
    roles: frozenset[str] | None = None

    def has(self, reader: Reader) -> bool:
        """Tell whether somebody belongs to it."""
        if self.roles is not None and not self.roles & reader.roles:
            return False
        wanted = Readers.SIGNED_IN if reader.is_signed_in else Readers.VISITORS
        return self.readers in {Readers.ALL, wanted}


EVERYBODY: Final = Audience()


@dataclass(frozen=True, slots=True)
class SiteLink:
    """A link by configuration.

    It leads to one of the portal's own ``place`` or to ``href``: a path of the portal that begins
    with ``/`` or an address elsewhere. ``page`` is the documentation page that the path names. An
    empty title is the portal's own word for the place.
    """

    title: str
    place: Place | None = None
    href: str = ""
    page: str | None = None
    audience: Audience = EVERYBODY

    @property
    def is_elsewhere(self) -> bool:
        """Whether it leads out of the portal."""
        return self.place is None and not self.href.startswith("/")


@dataclass(frozen=True, slots=True)
class FootGroup:
    """Links of the foot below a title, or without one side by side."""

    title: str
    links: tuple[SiteLink, ...]
    audience: Audience = EVERYBODY


OWN_TOP = tuple(SiteLink("", place) for place in Place)


@dataclass(frozen=True, slots=True)
class Frame:
    """The top bar and the foot as the operator wants them."""

    top: tuple[SiteLink, ...] = OWN_TOP
    foot: tuple[FootGroup, ...] = ()


def places(links: Collection[SiteLink]) -> frozenset[Place]:
    """Return the portal's own places that links lead to."""
    return frozenset(link.place for link in links if link.place is not None)
