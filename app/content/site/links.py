"""Links by configuration: where they lead is checked, so that none does anything but lead there."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from app.content.pages.around import PLACES
from app.content.site.table import AUDIENCE, Table, Unusable
from app.domain.documentation import INDEX, address_of
from app.domain.shipped import PATHS as SHIPPED
from app.domain.site import Place, SiteLink

LINK: Final = ("title", "href", "page", *AUDIENCE)
LONGEST: Final = 1_000  # characters
# Browsers pass over some of these, so what they make of the address would be another one.
UNSAFE: Final = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"`{}|^\u2000-\u200f\u2028-\u202f\ufeff]")
ELSEWHERE: Final = (
    "must begin with https://, http:// or mailto:, or with / for a place of the portal"
)
MAIL: Final = re.compile(r"mailto:[^@\s]+@[^@\s]+")


def link(
    row: Table,
    root: Path,
    places: Mapping[str, Place] | None = None,
    further: tuple[str, ...] = (),
) -> SiteLink:
    """Return a link; raise ``Unusable`` when it leads nowhere, or has a key that is not known.

    ``places`` are the portal's own entries that it may name as ``entry``, ``further`` the other
    keys of its table.
    """
    row.closed(*LINK, *further, *(("entry",) if places else ()))
    audience = row.audience()
    named = [name for name in ("entry", "page", "href") if name in row]
    if len(named) != 1:
        options = "entry, page or href" if places else "page or href"
        row.problem("", f"a link has one of {options}: write where it leads")
        raise Unusable
    if places and "entry" in row:
        place = row.choice("entry", tuple(places), "")
        if not place:
            raise Unusable
        return SiteLink(row.text("title"), places[place], audience=audience)
    href, page = target(row, root)
    return SiteLink(row.needed("title"), href=href, page=page, audience=audience)


def target(row: Table, root: Path) -> tuple[str, str | None]:
    """Return where a table's ``page`` or ``href`` leads, and the page of the documentation."""
    if "page" in row:
        name = row.text("page").removeprefix("/docs/").removesuffix(".md").strip("/")
        page = _page(root, name)
        if page is None:
            row.problem(
                "page", f"docs/{name}.md does not exist: add the page or correct its name", name
            )
            raise Unusable
        return f"/docs/{quote(address_of(page))}", page
    href = row.text("href", longest=LONGEST)
    problem, page = checked(root, href)
    if problem:
        row.problem("href", f"{href[:80]!r} {problem}", href[:80])
        raise Unusable
    return href, page


def checked(root: Path, href: str) -> tuple[str, str | None]:
    """Return what is wrong with an address, and the page of the documentation that it names."""
    if UNSAFE.search(href):
        return "holds characters that no address has", None
    return inside(root, href) if href.startswith("/") else (outside(href), None)


def outside(href: str) -> str:
    """Return what is wrong with an address elsewhere, or nothing."""
    try:
        parts = urlsplit(href)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
        is_web = is_web and parts.port != 0
    except ValueError:
        return "is no address"
    if is_web and href.lower().startswith(("https://", "http://")):
        return ""
    return "" if MAIL.fullmatch(href) else ELSEWHERE


def inside(root: Path, href: str) -> tuple[str, str | None]:
    """Return what is wrong with a path of the portal, and the page that it names."""
    bare = re.split(r"[?#]", href, maxsplit=1)[0]
    first, _, rest = bare[1:].partition("/")
    if (
        first not in PLACES | {"docs", "register"}
        or bare.startswith("//")
        or ".." in bare.split("/")
    ):
        return "leads nowhere in the portal: correct the address", None
    if first != "docs" or not rest:
        return "", None
    page = _page(root, rest.strip("/"))
    return ("", page) if page else (f"has no page docs/{rest.strip('/')}.md: correct it", None)


def _page(root: Path, name: str) -> str | None:
    """Return the path of a page that is there; whether it can be shown, pages say themselves."""
    if ".." in name.split("/"):
        return None
    for path in (name or INDEX, f"{name}/{INDEX}"):
        if path in SHIPPED or (root / "docs" / f"{path}.md").is_file():
            return path
    return None
