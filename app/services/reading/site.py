"""The frame of the portal as one person sees it: only links that lead them somewhere."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.domain.documentation import ContentFile
from app.domain.errors import NotFound
from app.domain.home import BlockKind, Home, HomeBlock
from app.domain.html import Html
from app.domain.leading import closed, html_without
from app.domain.site import FootGroup, Reader, SiteLink
from app.domain.theme import Theme
from app.services.reading.ports import Documentation, Site


class SiteReading:
    """Top bar, foot, theme and home page, by configuration."""

    def __init__(self, site: Site, pages: Documentation) -> None:
        self._site = site
        self._pages = pages

    def sources(self) -> Sequence[object]:
        """Return what all of it is made of; these are others when top bar or home page may be."""
        site = self._site
        return site.frame(), site.theme(), site.home(), self._pages.entries()

    def top(self, reader: Reader) -> tuple[SiteLink, ...]:
        """Return the entries of the top bar; those of the portal itself as the file has them."""
        return tuple(self.visible(self._site.frame().top, reader))

    def foot(self, reader: Reader) -> tuple[FootGroup, ...]:
        """Return the groups of the foot that have a link for this reader."""
        found = (
            FootGroup(group.title, tuple(self.visible(group.links, reader)), group.audience)
            for group in self._site.frame().foot
            if group.audience.has(reader)
        )
        return tuple(group for group in found if group.links)

    def home(self, reader: Reader) -> Home:
        """Return the home page with the links that are for this reader."""
        return Home(tuple(self._blocks(reader)))

    def theme(self) -> Theme:
        """Return what differs from the portal's own look; it is the same for everybody."""
        return self._site.theme()

    def digest(self) -> str:
        """Return what differs whenever frame, theme or home page do: 16 hex characters."""
        whole = repr((self._site.frame(), self._site.theme(), self._site.home()))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def file(self, path: str) -> ContentFile:
        """Return a file that the theme uses; raise ``NotFound`` for any other."""
        found = self._site.file(path)
        if found is None:
            raise NotFound("There is no such file.")
        return found

    def visible(self, links: Iterable[SiteLink], reader: Reader) -> Iterator[SiteLink]:
        """Yield the links that are for a reader; one to a page that is not does not show."""
        for link in links:
            if not link.audience.has(reader):
                continue
            if link.page is not None:
                entry = self._pages.entries().get(link.page)
                if not reader.may_read or entry is None or not entry.is_for(reader.roles):
                    continue
            yield link

    def _blocks(self, reader: Reader) -> Iterator[HomeBlock]:
        for block in self._site.home():
            if not block.audience.has(reader):
                continue
            own = block.links is None
            links = None if own else tuple(self.visible(block.links or (), reader))
            cards = tuple(card for card in block.cards if any(self.visible([card.link], reader)))
            if cards or block.kind is not BlockKind.CARDS:
                yield replace(block, links=links, cards=cards, html=self._html(block, reader))

    def _html(self, block: HomeBlock, reader: Reader) -> Html:
        entries = self._pages.entries() if block.leads and reader.may_read else {}
        hidden = closed(block.leads, entries, reader.roles)
        return html_without(block.html, hidden) if hidden else block.html
