"""The frame of every page: entries of the top bar, links of the foot, as addresses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, cast

from flask import current_app, request, url_for

from app.domain.home import Home
from app.domain.site import Place, Reader, SiteLink
from app.domain.theme import Logo, ThemeFile
from app.services.kept import Kept
from app.web import access
from app.web.context import CurrentUser, person, portal, signed_in

# The portal's own entries: where they lead, their usual words, their icons in the menu of a phone.
OWN: Final = {
    Place.DOCS: ("docs.index", "Docs", "book-open"),
    Place.APIS: ("apis.index", "APIs", "code"),
    Place.PRODUCTS: ("products.index", "Products", "package"),
    Place.APPS: ("my_apps.index", "My apps", "app-window"),
    Place.ADMIN: ("", "Admin", "shield"),
}
# Entries whose pages are about something else than their name in the code.
ABOUT: Final = {Place.APPS: "my_apps"}


@dataclass(frozen=True, slots=True)
class Line:
    """A link that is ready to be shown; ``part`` is the part of the portal that it opens."""

    title: str
    address: str
    part: str = ""
    icon: str = ""
    is_elsewhere: bool = False

    def is_current(self, nav: str) -> bool:
        """Tell whether the page that is shown belongs to it."""
        if self.part == Place.ADMIN:
            return nav.startswith("admin")
        return nav == self.part if self.part else self.address == request.script_root + request.path


@dataclass(frozen=True, slots=True)
class Group:
    """Links of the foot below a title."""

    title: str
    lines: tuple[Line, ...]


def reader() -> Reader:
    """Return who looks at the page."""
    who = person()
    if isinstance(who, CurrentUser):
        return Reader(who.account.audience, is_signed_in=True)
    return Reader(may_read=portal().presentation.public_reading)


def top() -> tuple[Line, ...]:
    """Return the top bar; what the portal itself knows nothing of for the reader is left out."""
    return _surroundings().top


def foot() -> tuple[Group, ...]:
    """Return the foot."""
    return _surroundings().foot


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the theme: its address and size in pixels."""

    address: str
    media_type: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """What the head and the bar of a page show of the theme; empty where it says nothing."""

    style: str
    icon: Picture | None
    logo: Picture | None
    logo_at_night: Picture | None
    alt: str
    with_name: bool


def look() -> Look:
    """Return the theme as addresses."""
    return _surroundings().look


def home() -> Home:
    """Return the blocks of the home page."""
    return _surroundings().home


@dataclass(frozen=True, slots=True)
class Help:
    """A place to read on, and the title of its page."""

    title: str
    address: str


def helping(place: tuple[str, str], find: Callable[[], Help | None]) -> Help | None:
    """Return what helps at a place, found once for readers who see the same."""
    helps = _surroundings().helps
    if place not in helps:
        helps[place] = find()
    return helps[place]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What stands around the pages of everybody who may see the same; nothing is a person's."""

    top: tuple[Line, ...]
    foot: tuple[Group, ...]
    look: Look
    home: Home
    has_docs: bool
    helps: dict[tuple[str, str], Help | None] = field(default_factory=dict)


def _surroundings() -> _Surroundings:
    """Return what was found for the person before, since a page asks several times."""
    who = person()
    if who.surroundings is None:
        who.surroundings = _for_reader()
    return cast(_Surroundings, who.surroundings)


def _for_reader() -> _Surroundings:
    who = reader()
    key = request.script_root, who, access.first_admin_page()
    sources = portal().reading.site.sources()
    kept: Kept[_Surroundings] = current_app.extensions["surroundings"]
    return kept.get(key, sources, lambda: _made_for(who))


def _made_for(who: Reader) -> _Surroundings:
    has_docs = _endpoint(Place.DOCS, who) != ""
    return _Surroundings(_top(who), _foot(who), _look(), portal().reading.site.home(who), has_docs)


def _top(who: Reader) -> tuple[Line, ...]:
    return tuple(_lines(portal().reading.site.top(who), who))


def _foot(who: Reader) -> tuple[Group, ...]:
    groups = portal().reading.site.foot(who)
    return tuple(Group(group.title, tuple(_lines(group.links, who))) for group in groups)


def _look() -> Look:
    theme = portal().reading.site.theme()
    logo = theme.logo
    return Look(
        style=url_for("theme.style", v=theme.digest) if theme.style else "",
        icon=_picture(theme.icon),
        logo=_picture(logo.light, logo.width, logo.height) if logo else None,
        logo_at_night=_picture(logo.dark, logo.dark_width, logo.height) if logo else None,
        alt=_alt(logo),
        with_name=logo is None or logo.with_name,
    )


def _alt(logo: Logo | None) -> str:
    """Return what stands for the logo; nothing where the name beside it says it already."""
    if logo is None:
        return ""
    return logo.alt or ("" if logo.with_name else portal().presentation.name)


def _picture(file: ThemeFile | None, width: int = 0, height: int = 0) -> Picture | None:
    if file is None:
        return None
    place = url_for("theme.send", file=file.path, v=file.digest)
    return Picture(place, file.media_type, width, height)


def seen() -> str:
    """Return what changes with the site while it is written; nothing at other times."""
    reading = portal().reading
    return reading.site.digest() if reading.is_written else ""


def address(href: str) -> str:
    """Return where a link by configuration leads, below the path that the portal is served at."""
    return f"{request.script_root}{href}" if href.startswith("/") else href


def _lines(links: tuple[SiteLink, ...], who: Reader) -> Iterator[Line]:
    for link in links:
        if link.place is None:
            yield Line(link.title, address(link.href), is_elsewhere=link.is_elsewhere)
        elif endpoint := _endpoint(link.place, who):
            _, words, icon = OWN[link.place]
            part = ABOUT.get(link.place, str(link.place))
            yield Line(link.title or words, url_for(endpoint), part, icon)


def _endpoint(place: Place, who: Reader) -> str:
    """Return what a place of the portal opens; nothing where it has nothing for the reader."""
    if place is Place.ADMIN:
        return access.first_admin_page()
    if place is Place.DOCS and not (
        who.may_read and portal().reading.pages.is_any_visible(who.roles)
    ):
        return ""
    return OWN[place][0]


def _may_search() -> bool:
    """Tell whether there is a search for the reader."""
    return signed_in() or portal().presentation.public_reading


def _has_docs() -> bool:
    """Tell whether there is documentation that the reader may read."""
    return _surroundings().has_docs


# What templates ask.
GLOBALS: Final = MappingProxyType(
    {
        "top_bar": top,
        "foot_links": foot,
        "look": look,
        "site_address": address,
        "site_seen": seen,
        "may_search": _may_search,
        "has_docs": _has_docs,
    }
)
