"""One operation of a document as its page shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.content.openapi import METHODS
from app.content.reference.calls import example_call
from app.content.reference.descriptions import description, docs
from app.content.reference.parts import Parts, escaped, node_at, resolved
from app.content.reference.schemas import SchemaReader
from app.content.reference.security import needs, slots
from app.content.reference.servers import servers
from app.content.reference.values import Values
from app.content.shapes import Node, mapping, sequence, text, texts, words
from app.domain.apis import Api, ApiOperation
from app.domain.reference import Callback, Onward, OperationReference, Parameter, Response

DEEPEST_CALLBACKS: Final = 2
MOST_CALLBACKS: Final = 20
MOST_RESPONSES: Final = 40


@dataclass(slots=True)
class OperationReader:
    """Reads one page's operation, and the callbacks in it, from the parts of a document."""

    api: Api
    parts: Parts
    schemas: SchemaReader = field(init=False)
    values: Values = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        self.schemas = SchemaReader(self.parts)
        self.values = Values(self.parts, self.schemas)

    def read(self, operation: ApiOperation) -> OperationReference | None:
        """Return what the page shows, or None where the document has it no more."""
        is_webhook = operation in self.api.webhooks
        top = "webhooks" if is_webhook else "paths"
        item = node_at(self.parts, f"/{top}/{escaped(operation.path)}").node
        node = item.get(operation.method.lower())
        if not isinstance(node, Mapping):
            return None
        found = self._operation(operation, item, node, 0, is_webhook=is_webhook)
        if is_webhook:
            return found
        is_told = "security" in node or self.parts.part("/security") is not None
        proof = slots(self.api, found.needs, is_told=is_told)
        return found.called(example_call(self.api, found, proof))

    def _operation(
        self, operation: ApiOperation, item: Node, node: Node, depth: int, *, is_webhook: bool
    ) -> OperationReference:
        place = f"c{self._count}-" if depth else ""
        own = sequence(node.get("servers")) or sequence(item.get("servers"))
        return OperationReference(
            operation=operation,
            description=description(node, top=3),
            servers=servers(own),
            parameters=self._parameters(item, node),
            body=self.values.body(node.get("requestBody"), f"{place}body"),
            responses=tuple(self._responses(node, place)),
            callbacks=tuple(self._callbacks(node, depth + 1)),
            needs=() if is_webhook or depth else needs(self.parts, node),
            docs=docs(node),
            is_webhook=is_webhook,
        )

    def _parameters(self, item: Node, node: Node) -> tuple[Parameter, ...]:
        """An operation's own parameters replace those of its path with the same name and place."""
        every: dict[tuple[str, str], Parameter] = {}
        for value in (*sequence(item.get("parameters")), *sequence(node.get("parameters"))):
            self._count += 1
            found = self.values.parameter(value, self._count)
            if found is not None and not self._is_key(found):
                every[found.place, found.name] = found
        return tuple(every.values())

    def _is_key(self, parameter: Parameter) -> bool:
        name, place = self.api.key_name.lower(), self.api.key_place.value
        return parameter.name.lower() == name and parameter.place.value == place

    def _responses(self, node: Node, place: str) -> Iterator[Response]:
        every = list(mapping(node.get("responses")).items())[:MOST_RESPONSES]
        for status, value in every:
            if status.startswith("x-"):
                continue
            found = resolved(self.parts, value)
            own = f"{place}r{status.lower()}"
            headers = mapping(found.node.get("headers"))
            yield Response(
                status=status,
                description=description(found.node),
                media=self.values.media(found.node.get("content"), own, is_sent=False),
                headers=tuple(
                    self.values.header(str(name), each, f"{own}-h{number}")
                    for number, (name, each) in enumerate(headers.items())
                ),
                onward=tuple(self._onward(found.node)),
            )

    def _onward(self, node: Node) -> Iterator[Onward]:
        for name, value in mapping(node.get("links")).items():
            found = resolved(self.parts, value).node
            wanted = text(found.get("operationId"))
            known = self.api.operation(wanted)
            values = mapping(found.get("parameters")).items()
            yield Onward(
                name=name,
                operation_id=known.operation_id if known else "",
                description=description(found),
                values=tuple(f"{key} = {words(each)}" for key, each in values),
            )

    def _callbacks(self, node: Node, depth: int) -> Iterator[Callback]:
        if depth > DEEPEST_CALLBACKS:
            return
        for name, value in list(mapping(node.get("callbacks")).items())[:MOST_CALLBACKS]:
            for expression, each in resolved(self.parts, value).node.items():
                item = resolved(self.parts, each).node
                for method in METHODS:
                    if isinstance(item.get(method), Mapping):
                        self._count += 1
                        yield self._callback(name, expression, method, item, depth)

    def _callback(
        self, name: str, expression: str, method: str, item: Node, depth: int
    ) -> Callback:
        node = mapping(item[method])
        operation = ApiOperation(
            operation_id=f"callback-{self._count}",
            method=method.upper(),
            path=expression,
            summary=text(node.get("summary")),
            tags=texts(node.get("tags")),
            is_deprecated=node.get("deprecated") is True,
        )
        read = self._operation(operation, item, node, depth, is_webhook=False)
        return Callback(name, expression, read)
