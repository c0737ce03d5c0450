"""The home page as blocks: the portal's own, or those of the operator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.domain.html import NO_HTML, Html
from app.domain.site import EVERYBODY, Audience, Readers, SiteLink


class BlockKind(StrEnum):
    """What a block shows; each has its own words where the operator gives none."""

    HERO = "hero"
    WELCOME = "welcome"
    START = "start"
    STEPS = "steps"
    CARDS = "cards"
    TEXT = "text"
    PRODUCTS = "products"
    APIS = "apis"
    FIRST_CALL = "first-call"


# The first of these has the heading of the page.
HEADED: Final = frozenset({BlockKind.HERO, BlockKind.WELCOME})
MOST_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Card:
    """A tile with a few words, which leads somewhere."""

    title: str
    text: str
    icon: str
    link: SiteLink


@dataclass(frozen=True, slots=True)
class HomeBlock:
    """One block. ``title`` and ``text`` are empty where the portal's own words stand.

    ``links`` are the buttons of a hero, None for the portal's own. ``most`` is how many products
    or APIs are shown. ``leads`` are the pages that ``html`` leads to, by its addresses.
    """

    kind: BlockKind
    title: str = ""
    text: str = ""
    links: tuple[SiteLink, ...] | None = None
    cards: tuple[Card, ...] = ()
    html: Html = NO_HTML
    leads: Mapping[str, str] = field(default_factory=dict)
    most: int = MOST_SHOWN
    with_call: bool = True
    audience: Audience = EVERYBODY

    @property
    def shows_call(self) -> bool:
        """Whether a call belongs to it that is ready to run."""
        return self.kind is BlockKind.FIRST_CALL or (self.kind is BlockKind.HERO and self.with_call)

    @property
    def needs_products(self) -> bool:
        """Whether it shows something of the products."""
        return self.kind is BlockKind.PRODUCTS or self.shows_call


VISITORS: Final = Audience(Readers.VISITORS)
SIGNED_IN: Final = Audience(Readers.SIGNED_IN)
OWN_HOME: Final = (
    HomeBlock(BlockKind.HERO, audience=VISITORS),
    HomeBlock(BlockKind.STEPS, audience=VISITORS),
    HomeBlock(BlockKind.WELCOME, audience=SIGNED_IN),
    HomeBlock(BlockKind.START, audience=SIGNED_IN),
    HomeBlock(BlockKind.PRODUCTS),
)


@dataclass(frozen=True, slots=True)
class Home:
    """The blocks that one reader sees; ``head`` is the place of the one with the heading."""

    blocks: tuple[HomeBlock, ...]

    @property
    def head(self) -> int:
        """The place of the block that has the heading of the page, -1 where none has."""
        places = (place for place, block in enumerate(self.blocks) if block.kind in HEADED)
        return next(places, -1)

    def has(self, kind: str) -> bool:
        """Tell whether a block of that kind is among them."""
        return any(block.kind == kind for block in self.blocks)
