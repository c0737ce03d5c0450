"""An API taken apart for the search: itself, its operations and its schemas."""

from collections.abc import Callable, Iterator

from app.content.reference.parts import Parts, escaped, node_at, resolved
from app.content.search.entries import Entry
from app.content.shapes import Node, mapping, sequence, text
from app.domain.apis import MARKS, Api, ApiOperation
from app.domain.search import Hit, Kind


def api_entry(api: Api) -> Entry:
    """Return what finds the API itself."""
    said = _plain(api.description)
    return Entry(
        Hit(Kind.APIS, api.slug, "", api.title, api.version, text=said),
        names=f"{api.slug} {api.version}",
        text=said,
        keys=(api.slug,),
    )


def inner_entries(api: Api, opened: Callable[[], Parts]) -> Iterator[Entry]:
    """Yield the operations, webhooks and schemas of an API, each from parts of its own."""
    for operation in api.operations:
        yield _operation(api, opened(), operation, "paths")
    for operation in api.webhooks:
        yield _operation(api, opened(), operation, "webhooks")
    for name in opened().names("/components/schemas"):
        yield _schema(api, opened(), name)


def _operation(api: Api, parts: Parts, operation: ApiOperation, top: str) -> Entry:
    item = node_at(parts, f"/{top}/{escaped(operation.path)}").node
    node = mapping(item.get(operation.method.lower()))
    said = _plain(text(node.get("description")))
    every = (*sequence(item.get("parameters")), *sequence(node.get("parameters")))
    names = [text(resolved(parts, each).node.get("name")) for each in every]
    identity = operation.operation_id
    hit = Hit(
        Kind.OPERATIONS,
        owner=api.slug,
        name=identity,
        title=operation.summary or identity,
        where=_named(api),
        text=_with(said, "Parameters", names),
        method=operation.method,
        path=operation.path,
        is_deprecated=operation.is_deprecated,
    )
    return Entry(
        hit,
        names=f"{identity} {operation.path} {operation.method} {' '.join(operation.tags)}",
        text=hit.text,
        around=_named(api),
        keys=(text(node.get("operationId")), f"{operation.method} {operation.path}"),
    )


def _schema(api: Api, parts: Parts, name: str) -> Entry:
    node: Node = node_at(parts, f"/components/schemas/{escaped(name)}").node
    said = _plain(text(node.get("description")) or text(node.get("title")))
    told = _with(said, "Fields", [str(each) for each in mapping(node.get("properties"))])
    hit = Hit(Kind.SCHEMAS, api.slug, name, name, _named(api), text=told)
    return Entry(hit, text=f"{told} {text(node.get('title'))}", around=_named(api))


def _with(said: str, what: str, names: list[str]) -> str:
    told = ", ".join(name for name in dict.fromkeys(names) if name)
    return f"{said} {what}: {told}".strip() if told else said


def _named(api: Api) -> str:
    return f"{api.title} {api.version}".strip()


def _plain(description: str) -> str:
    """Return a description without the signs of Markdown, in one line."""
    return " ".join(MARKS.sub(r"\1", description).split())
