"""What reading needs from the content, as protocols, and what it is put together from."""

from dataclasses import dataclass
from typing import Protocol

from app.domain.apis import Api
from app.domain.html import Html
from app.domain.reference import ApiReference, Document, OperationReference, SchemaReference


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


@dataclass(frozen=True, slots=True)
class ReadingPorts:
    """The ports of what people read."""

    references: ApiReferences
