"""Lists of what can be read, for machines, with whole addresses."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from flask import current_app, request

from app.domain.apis import Api, ApiOperation
from app.domain.documentation import INDEX, MenuItem, PageEntry
from app.domain.errors import NotFound
from app.web.context import portal
from app.web.markdown_text import line

# The most that one site map may list: https://www.sitemaps.org/protocol.html.
MOST_LISTED: Final = 50_000
NOT_FOR_CRAWLERS: Final = ("account", "admin", "apps", "auth", "diagnosis", "register", "search")
NOBODY: Final = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Listed:
    """A place with its whole address, and when it was changed, if that is known."""

    address: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a section: what it is called, where it is, and what it is about."""

    title: str
    address: str
    about: str = ""


def whole(path: str) -> str:
    """Return the address of a path of the portal as people and machines elsewhere need it."""
    return f"{portal().presentation.public_url}/{quote(path, safe='/:@')}"


def robots() -> str:
    """Return the rules for crawlers, by https://www.rfc-editor.org/rfc/rfc9309."""
    root = request.script_root
    if not portal().presentation.public_reading:
        return f"User-agent: *\nDisallow: {root}/\n"
    closed = [f"Disallow: {root}/{name}" for name in (*NOT_FOR_CRAWLERS, "sign-")]
    lines = ("User-agent: *", *closed, "", f"Sitemap: {whole('sitemap.xml')}")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class SiteMap:
    """What everybody may read, pages first; the ``version`` differs whenever it does."""

    pages: Sequence[PageEntry]
    apis: Sequence[Api]

    @property
    def version(self) -> str:
        """All that is in it, in short: writing it takes far longer."""
        lines = [whole(""), f"{MOST_LISTED}"]
        lines += [f"{entry.address} {entry.modified}" for entry in self.pages]
        for api in self.apis:
            lines += (api.slug, *(each.operation_id for each in _listed(api)))
        return "\n".join(lines)

    def written(self, part: str) -> str:
        """Return it, or a numbered part; more than one map may hold are in parts."""
        places = list(self._places())
        count = -(-len(places) // MOST_LISTED)
        if part:
            if not (part.isascii() and part.isdecimal() and 1 <= int(part[:6]) <= count):
                raise NotFound("There is no such part.")
            begin = (int(part[:6]) - 1) * MOST_LISTED
            places = places[begin : begin + MOST_LISTED]
        elif count > 1:
            parts = [f"{whole('sitemap.xml')}?part={number + 1}" for number in range(count)]
            return _written("machines/sitemaps.xml", parts=parts)
        return _written("machines/sitemap.xml", places=places)

    def _places(self) -> Iterator[Listed]:
        yield from (Listed(whole(path)) for path in ("", "apis", "products"))
        for entry in self.pages:
            yield Listed(whole(f"docs/{entry.address}"), entry.modified)
        for api in self.apis:
            yield Listed(whole(f"apis/{api.slug}"))
            for operation in _listed(api):
                yield Listed(whole(f"apis/{api.slug}/{operation.operation_id}"))


def site_map() -> SiteMap:
    """Return what everybody may read."""
    return SiteMap(portal().reading.pages.visible(NOBODY), _apis(NOBODY))


def llms(roles: Collection[str]) -> str:
    """Return the pages and APIs that these roles see, in the form of https://llmstxt.org."""
    apis = _apis(roles)
    documents = [
        Line(_titled(api), whole(f"apis/{api.slug}/openapi.json"), "as it was published")
        for api in apis
    ]
    described = [Line(_titled(api), whole(f"apis/{api.slug}.md"), api.lead) for api in apis]
    sections = [*_sections(roles), ("APIs", described), ("OpenAPI documents", documents)]
    shown = [each for each in sections if each[1]]
    return _written("machines/llms.txt", sections=shown, plain=line)


def _written(template: str, **context: object) -> str:
    return current_app.jinja_env.get_template(template).render(**context)


def _sections(roles: Collection[str]) -> Iterator[tuple[str, Sequence[Line]]]:
    """Yield the sections of the side bar, and then what it does not name."""
    pages = portal().reading.pages
    menu = pages.menu(roles)
    left = {entry.path: entry for entry in pages.visible(roles)}
    alone = [MenuItem("", INDEX), *(item for item in menu if item.page is not None)]
    for title, items in (
        ("Documentation", alone),
        *((item.title, [item]) for item in menu if item.items),
    ):
        yield title, [_line(left.pop(path)) for path in _paths(items) if path in left]
    yield "Further pages", [_line(entry) for entry in left.values()]


def _paths(items: Sequence[MenuItem]) -> Iterator[str]:
    for item in items:
        yield from item.pages()


def _line(entry: PageEntry) -> Line:
    return Line(entry.title, whole(f"docs/{entry.path}.md"), entry.description)


def _listed(api: Api) -> Sequence[ApiOperation]:
    return (*api.operations, *api.webhooks)


def _apis(roles: Collection[str]) -> Sequence[Api]:
    """Return every version of what they see; while Apigee is silent those without a product."""
    found = portal().reading.apis.listed(roles)
    return [api for family in found.families for api in family.versions]


def _titled(api: Api) -> str:
    return f"{api.title} {api.version}".strip()
