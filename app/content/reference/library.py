"""The reference of every API of the content, read when a page asks for it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from app.content.catalogue import ContentCatalogue, LoadedApi
from app.content.compiling.compiler import OTHER, SOURCE
from app.content.compiling.parts import ShelfParts
from app.content.markdown.code import highlighted
from app.content.reference.examples import NOT_THERE, made
from app.content.reference.operations import OperationReader
from app.content.reference.overview import overview
from app.content.reference.parts import COMPONENT, escaped
from app.content.reference.schemas import SchemaReader
from app.content.shapes import written
from app.domain.apis import Api
from app.domain.html import Html
from app.domain.reference import (
    ApiReference,
    Document,
    Example,
    OperationReference,
    SchemaReference,
)

KINDS: Final = {"json": "application/json", "yaml": "application/yaml"}
ENDINGS: Final = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}


@dataclass(frozen=True, slots=True)
class ReferenceLibrary:
    """Implements ``ApiReferences`` over the catalogue of the content folder.

    Everything raises ``NotReady`` while a document is being prepared.
    """

    catalogue: ContentCatalogue

    def overview(self, api: Api) -> ApiReference | None:
        """Return an API as a whole, None where its document is gone."""
        with self._opened(api) as (loaded, parts):
            return overview(api, parts, loaded.written_for) if loaded and parts else None

    def operation(self, api: Api, operation_id: str) -> OperationReference | None:
        """Return one operation or webhook, None where there is none of that id."""
        with self._opened(api) as (_, parts):
            operation = api.operation(operation_id)
            return OperationReader(api, parts).read(operation) if parts and operation else None

    def schema(self, api: Api, name: str) -> SchemaReference | None:
        """Return a schema among the components, None where there is none of that name."""
        with self._opened(api) as (_, parts):
            pointer = COMPONENT + escaped(name)
            if parts is None or parts.part(pointer[1:]) is None:
                return None
            reference = {"$ref": pointer}
            tree = SchemaReader(parts).read(reference, "schema")
            value = made(parts, reference, is_sent=False)
            example = None if value is NOT_THERE else Example(written(value), is_made=True)
            return SchemaReference(name, tree, example) if tree else None

    def document(self, api: Api, kind: str) -> Document | None:
        """Return the document to download as ``json`` or ``yaml``, else None."""
        with self._opened(api) as (loaded, parts):
            if loaded is None or parts is None or kind not in KINDS:
                return None
            own = ENDINGS.get(loaded.folder.document.suffix)
            content = parts.entry.part(SOURCE if own == kind else OTHER)
            key = f"{loaded.folder.document.key} {kind}"
            return Document(
                content or b"", KINDS[kind], hashlib.sha256(key.encode()).hexdigest()[:32]
            )

    def colored(self, code: str, language: str) -> Html:
        """Return code with its parts in the colors of the style sheet."""
        return Html(highlighted(code, language))

    @contextmanager
    def _opened(self, api: Api) -> Iterator[tuple[LoadedApi | None, ShelfParts | None]]:
        loaded = self.catalogue.loaded(api.slug)
        if loaded is None:
            yield None, None
            return
        with self.catalogue.opened(loaded) as parts:
            yield loaded, parts
