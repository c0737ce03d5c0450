"""The reference of every API of the content, read when a page asks for it."""

import hashlib
from dataclasses import dataclass, field
from typing import Final

import yaml

from app.content.apis import LoadedApi
from app.content.catalogue import ContentCatalogue
from app.content.markdown.code import highlighted
from app.content.reference.examples import NOT_THERE, made
from app.content.reference.operations import OperationReader
from app.content.reference.overview import overview
from app.content.reference.parts import COMPONENT, MappingParts, Parts, escaped
from app.content.reference.schemas import SchemaReader
from app.content.shapes import mapping, written
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
LONGEST_TO_REWRITE: Final = 500_000  # bytes; JSON is YAML too, and writing YAML anew is slow


@dataclass(frozen=True, slots=True)
class ReferenceLibrary:
    """Implements ``ApiReferences`` over the catalogue of the content folder.

    A document that was once written for a download is kept until the API is read anew.
    """

    catalogue: ContentCatalogue
    _written: dict[tuple[str, str], tuple[LoadedApi, Document]] = field(default_factory=dict)

    def overview(self, api: Api) -> ApiReference | None:
        """Return an API as a whole, None where its document is gone."""
        parts = self.parts(api.slug)
        return overview(api, parts, self._format(api.slug)) if parts else None

    def operation(self, api: Api, operation_id: str) -> OperationReference | None:
        """Return one operation or webhook, None where there is none of that id."""
        parts, operation = self.parts(api.slug), api.operation(operation_id)
        return OperationReader(api, parts).read(operation) if parts and operation else None

    def schema(self, api: Api, name: str) -> SchemaReference | None:
        """Return a schema among the components, None where there is none of that name."""
        parts = self.parts(api.slug)
        known = mapping(parts.part("/components/schemas")) if parts else {}
        if parts is None or name not in known:
            return None
        reference = {"$ref": COMPONENT + escaped(name)}
        tree = SchemaReader(parts).read(reference, "schema")
        value = made(parts, reference, is_sent=False)
        example = None if value is NOT_THERE else Example(written(value), is_made=True)
        return SchemaReference(name, tree, example) if tree else None

    def document(self, api: Api, kind: str) -> Document | None:
        """Return the document to download as ``json`` or ``yaml``, else None."""
        loaded = self.catalogue.loaded(api.slug)
        if loaded is None or kind not in KINDS:
            return None
        known = self._written.get((api.slug, kind))
        if known is None or known[0] is not loaded:
            known = self._written[api.slug, kind] = (loaded, _document(loaded, kind))
        return known[1]

    def colored(self, code: str, language: str) -> Html:
        """Return code with its parts in the colors of the style sheet."""
        return Html(highlighted(code, language))

    def parts(self, slug: str) -> Parts | None:
        """Return the parts of an API's document."""
        loaded = self.catalogue.loaded(slug)
        return MappingParts(loaded.document) if loaded else None

    def _format(self, slug: str) -> str:
        loaded = self.catalogue.loaded(slug)
        original = loaded.original if loaded else {}
        number = original.get("openapi") or original.get("swagger") or ""
        return f"{'OpenAPI' if 'openapi' in original else 'Swagger'} {number}"


def _document(loaded: LoadedApi, kind: str) -> Document:
    if ENDINGS.get(loaded.file.suffix.lower()) == kind:
        content = loaded.source.encode()
    else:
        content = written(loaded.original).encode()
        if kind == "yaml" and len(content) <= LONGEST_TO_REWRITE:
            content = _as_yaml(loaded.original)
    return Document(content, KINDS[kind], hashlib.sha256(content).hexdigest()[:32])


def _as_yaml(document: object) -> bytes:
    dumper = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper
    return yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True).encode()
