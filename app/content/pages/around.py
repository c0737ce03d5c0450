"""What surrounds a page: where its links lead, its pictures, its diagrams, its variables."""

import posixpath
import re
from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote, unquote

from app.content.diagrams.diagrams import Diagrams
from app.content.markdown.page import Picture
from app.content.pages.media import is_media
from app.domain.documentation import INDEX, Sample, address_of

ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
# The parts of the portal that a page may lead to by an address from its root.
PLACES: Final = frozenset(
    {"", "account", "admin", "apis", "apps", "diagnosis", "products", "search", "sign-in"}
)
UNSAFE: Final = "is no address that a page may lead to: use https, http, mailto or a file here"
SCHEMES: Final = ("https:", "http:", "mailto:", "tel:")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The content as one page sees it; collects the pages it leads to, and anchors in them.

    ``pages`` and ``files`` are paths below ``docs/``. ``operations`` gives the operations of an
    API, or None where there is no such API.
    """

    path: str
    pages: Collection[str]
    files: Collection[str]
    variables: Mapping[str, str]
    operations: Callable[[str], Container[str] | None]
    diagrams: Diagrams
    anchors: list[tuple[str, str]] = field(default_factory=list)
    leads: dict[str, str] = field(default_factory=dict)

    def link(self, href: str) -> tuple[str, str]:
        """Return the address to show, as seen from this page, and what is wrong with it."""
        if ELSEWHERE.match(href):
            return (href, "") if href.lower().startswith(SCHEMES) else ("", f"{href[:80]} {UNSAFE}")
        place, _, anchor = href.partition("#")
        bare, _, query = place.partition("?")
        if not bare:
            self.anchors.append((self.path, anchor))
            return href, ""
        if bare.startswith("/") and not bare.startswith("/docs"):
            return self._place(bare, href)
        return self._inside(unquote(bare), (query, anchor), href)

    def image(self, href: str) -> tuple[str, str]:
        """Return the same for a picture, which must lie in the content."""
        if ELSEWHERE.match(href):
            return "", f"{href[:80]} is on another host: put the picture into the content"
        name = self._below_docs(unquote(href.partition("?")[0]))
        if name not in self.files or not is_media(name or ""):
            return "", f"the picture {href[:80]} does not exist: add it or correct its name"
        return self._seen_from_here(f"docs/{name}"), ""

    def sample(self, sample: Sample) -> str:
        """Return what is wrong with an embedded operation."""
        known = self.operations(sample.slug)
        if known is None:
            return f"there is no API {sample.slug}: correct the name of its folder"
        if sample.operation_id not in known:
            return f"the API {sample.slug} has no operation {sample.operation_id}"
        return ""

    def picture(self, text: str) -> tuple[Picture | None, str]:
        """Return the drawing of a Mermaid text, below the name of this page."""
        drawing, problem = self.diagrams.find(text)
        if drawing is None:
            return None, problem
        name = f"{PurePosixPath(self.path).name}.diagram-{drawing.name}.svg"
        return Picture(quote(name), drawing.name, drawing.width, drawing.height), ""

    def _place(self, bare: str, href: str) -> tuple[str, str]:
        first, _, rest = bare[1:].partition("/")
        if first not in PLACES:
            return href, f"{bare[:80]} leads nowhere in the portal: correct the address"
        slug = rest.partition("/")[0]
        if first == "apis" and slug and self.operations(slug) is None:
            return href, f"there is no API {slug}: correct the name of its folder"
        _, mark, tail = href.partition(bare)
        return self._seen_from_here(bare[1:]) + (tail if mark else ""), ""

    def _inside(self, bare: str, extra: tuple[str, str], href: str) -> tuple[str, str]:
        query, anchor = extra
        name = self._below_docs(bare)
        tail = (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")
        page = self._page(name) if name is not None else None
        if page is not None:
            self.anchors.append((page, anchor))
            address = self._seen_from_here(f"docs/{address_of(page)}")
            self.leads.update({unquote(address): page, bare: page})
            return address + tail, ""
        if name in self.files and is_media(name or ""):
            return self._seen_from_here(f"docs/{name}") + tail, ""
        return href, f"{bare[:80]} does not exist: add the file or correct the link"

    def _below_docs(self, bare: str) -> str | None:
        """Return a path below ``docs/``; None if it leads out of it."""
        if bare.startswith("/"):
            whole = posixpath.normpath(bare.removeprefix("/docs").strip("/") or ".")
        else:
            whole = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), bare))
        return (
            None if whole.startswith("..") else whole.removeprefix(".") if whole == "." else whole
        )

    def _page(self, name: str) -> str | None:
        bare = name.removesuffix(".md")
        for known in (bare, f"{bare}/{INDEX}".lstrip("/")):
            if known in self.pages:
                return known
        return None

    def _seen_from_here(self, target: str) -> str:
        """Return a path of the portal as a relative address, whatever the portal's own path is."""
        here = posixpath.dirname(f"docs/{address_of(self.path)}") or "."
        relative = posixpath.relpath(target or ".", here)
        return quote(relative) + (
            "/" if target.endswith("/") and not relative.endswith("/") else ""
        )
