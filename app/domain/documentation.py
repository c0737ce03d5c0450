"""Pages of the documentation: what a page holds, who may read it, and where it stands."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.domain.html import Html

INDEX: Final = "index"
# The logger that tells of mistakes in the content, where nobody asked for them.
MISTAKES: Final = "app.content.mistakes"


@dataclass(frozen=True, slots=True)
class ContentProblem:
    """Something in the content that is wrong: the file, the line from 1 (0: none), what to do.

    What is only a ``note`` is shown to readers all the same.
    """

    file: str
    line: int
    text: str
    is_note: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page as lists know it.

    ``path`` names its file below ``docs/`` without ``.md``. ``audiences`` are the roles that its
    own head and those of its folders ask for; each must be met. ``modified`` is when its file was
    written last.
    """

    path: str
    title: str
    description: str = ""
    order: float = 0
    audiences: tuple[frozenset[str], ...] = ()
    modified: datetime | None = None

    @property
    def address(self) -> str:
        """The address below ``/docs/``; a folder's index has that of the folder."""
        return address_of(self.path)

    def is_for(self, roles: Collection[str]) -> bool:
        """Tell whether somebody with these roles may read it."""
        return may_read(self.audiences, roles)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page: 2 or 3 deep, with the anchor that leads to it."""

    level: int
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A part of a page that shows one operation of an API."""

    slug: str
    operation_id: str


Segment = Html | Sample


@dataclass(frozen=True, slots=True)
class Page:
    """A page that can be shown; ``markdown`` is the same for machines.

    ``diagrams`` are the names of the pictures that were drawn of its texts. ``leads`` are the pages
    it leads to, by the addresses that its links have.
    """

    entry: PageEntry
    headings: tuple[Heading, ...]
    segments: tuple[Segment, ...]
    markdown: str
    diagrams: frozenset[str] = frozenset()
    leads: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What differs whenever the page does: 16 hex characters."""
        shown = repr((self.entry, self.headings, self.segments))
        return hashlib.sha256(shown.encode()).hexdigest()[:16]

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The operations that it shows, each once."""
        found = (segment for segment in self.segments if isinstance(segment, Sample))
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of the side bar: a page, an address elsewhere, or a title over further lines."""

    title: str
    page: str | None = None
    href: str = ""
    items: tuple["MenuItem", ...] = ()

    @property
    def address(self) -> str:
        """The address of its page below ``/docs/``."""
        return address_of(self.page or INDEX)

    def pages(self) -> Iterator[str]:
        """Return the paths of the pages in it, from the top."""
        if self.page is not None:
            yield self.page
        for item in self.items:
            yield from item.pages()


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A picture or a download: where it lies, what browsers are told that it is.

    ``digest`` changes with what is in it. ``is_shown``: browsers may show it, else they save it.
    """

    location: str
    media_type: str
    digest: str
    modified: datetime
    is_shown: bool


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page with its surroundings, as one reader may see them: side bar, way to it, neighbors."""

    page: Page
    menu: tuple[MenuItem, ...]
    trail: tuple[MenuItem, ...] = ()
    previous: PageEntry | None = None
    following: PageEntry | None = None


def may_read(audiences: Sequence[frozenset[str]], roles: Collection[str]) -> bool:
    """Tell whether these roles meet every audience."""
    held = frozenset(roles)
    return all(audience & held for audience in audiences)


def address_of(path: str) -> str:
    """Return the address of a page below ``/docs/``."""
    folder, _, name = path.rpartition("/")
    if name != INDEX:
        return path
    return f"{folder}/" if folder else ""


def folders_of(path: str) -> Iterator[str]:
    """Return the folders that a page lies in, from the top: ``""`` first."""
    parts = path.split("/")[:-1]
    for count in range(len(parts) + 1):
        yield "/".join(parts[:count])
