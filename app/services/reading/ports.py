"""What reading needs from the content, as protocols, and what it is put together from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.apis import Api
from app.domain.documentation import ContentFile, ContentProblem, MenuItem, Page, PageEntry, Sample
from app.domain.home import HomeBlock
from app.domain.html import Html
from app.domain.reference import ApiReference, Document, OperationReference, SchemaReference
from app.domain.search import Indexed, Wanted
from app.domain.site import Frame
from app.domain.theme import Theme


class ApiReferences(Protocol):
    """The documents of the APIs, as their pages show them."""

    def overview(self, api: Api) -> ApiReference | None:
        """Return an API as a whole, None where its document is gone."""
        ...

    def operation(self, api: Api, operation_id: str) -> OperationReference | None:
        """Return one operation or webhook, None where there is none of that id."""
        ...

    def schema(self, api: Api, name: str) -> SchemaReference | None:
        """Return a schema among the components, None where there is none of that name."""
        ...

    def document(self, api: Api, kind: str) -> Document | None:
        """Return the document to download as ``json`` or ``yaml``, else None."""
        ...

    def colored(self, code: str, language: str) -> Html:
        """Return code with its parts in the colors of the style sheet."""
        ...


class Documentation(Protocol):
    """The pages of the documentation, whoever may read them."""

    def entries(self) -> Mapping[str, PageEntry]:
        """Return every page that can be shown, by path."""
        ...

    def menu(self) -> tuple[MenuItem, ...]:
        """Return the side bar with every page."""
        ...

    def page(self, path: str) -> Page | None:
        """Return a page, None where there is none."""
        ...

    def file(self, path: str) -> ContentFile | None:
        """Return a picture or download, None where there is none."""
        ...

    def naming(self, path: str) -> frozenset[str]:
        """Return the pages that name a picture or download."""
        ...

    def audiences(self, path: str) -> tuple[frozenset[str], ...] | None:
        """Return what the folders of a file ask for; None where nobody may have it."""
        ...

    def drawing(self, name: str) -> ContentFile | None:
        """Return a drawn diagram, None where there is none."""
        ...


class Site(Protocol):
    """What the operator says about the portal as a whole, whoever looks."""

    def frame(self) -> Frame:
        """Return the top bar and the foot."""
        ...

    def theme(self) -> Theme:
        """Return what differs from the portal's own look."""
        ...

    def home(self) -> Sequence[HomeBlock]:
        """Return the blocks of the home page, from the top."""
        ...

    def file(self, path: str) -> ContentFile | None:
        """Return a file that the theme uses, None for any other."""
        ...


class SearchIndex(Protocol):
    """What finds pages, APIs, operations and schemas by their words."""

    def find(self, wanted: Wanted) -> Indexed:
        """Return what is found; an answer comes whatever is wrong with the index."""
        ...

    def prepare(self) -> None:
        """Begin to make what is missing, if anything changed; returns at once."""
        ...


class Checked(Protocol):
    """A part of the content that can tell what is wrong with it."""

    def problems(self) -> Sequence[ContentProblem]:
        """Read everything and return all that is wrong, by file and line."""
        ...


def nothing_to_prepare() -> None:
    """Do nothing: everything is made when it is read."""


@dataclass(frozen=True, slots=True)
class ReadingPorts:
    """The ports of what people read; ``is_written`` while somebody works on the content.

    ``prepare`` does at once what is else done while nobody waits. ``first_call`` is the operation
    that the operator chose to begin with, if any.
    """

    references: ApiReferences
    pages: Documentation
    site: Site
    search: SearchIndex
    checked: tuple[Checked, ...] = ()
    is_written: bool = False
    prepare: Callable[[], None] = nothing_to_prepare
    first_call: Sample | None = None
