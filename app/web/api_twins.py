"""The pages of the API reference as Markdown, for machines: the same in the same order."""

from collections.abc import Iterator, Sequence

from flask import url_for

from app.domain.apis import Api, ApiOperation, KeyPlace
from app.domain.products import ApiProduct
from app.domain.reference import (
    ApiReference,
    Example,
    Media,
    OperationReference,
    Parameter,
    Response,
    Scheme,
)
from app.domain.samples import samples
from app.services.reading.apis import SeenApi
from app.web.markdown_text import about, block, code, line, said, schema_lines


def api_twin(seen: SeenApi, reference: ApiReference) -> str:
    """Return an API as a whole, with links to the twins of its operations."""
    api = seen.api
    parts = [f"# {line(f'{api.title} {api.version}')}", reference.description.source.strip()]
    parts += ["\n".join(_facts(seen, reference))]
    for group in reference.groups:
        parts += [f"## {line(group.name or 'Operations')}", group.description.source.strip()]
        parts += ["\n".join(_lines(api, group.operations))]
    if reference.webhooks:
        parts += ["## Webhooks", "\n".join(_lines(api, reference.webhooks))]
    if reference.schemas:
        parts += ["## Schemas", "\n".join(_schemas(api, reference))]
    return _joined(parts)


def operation_twin(api: Api, found: OperationReference, products: Sequence[ApiProduct]) -> str:
    """Return one operation or webhook with all that its page says."""
    operation = found.operation
    base = "" if found.is_webhook else api.base_url
    parts = [
        f"# {line(operation.summary or operation.path)}",
        f"> {code(f'{operation.method} {base}{operation.path}')}",
        f"Part of [{line(api.title)}]({_address(api)}).",
        "Deprecated: it still works, and may be gone in a later version."
        if operation.is_deprecated
        else "",
        found.description.source.strip(),
        *_call(found),
        *_parameters(found.parameters),
        *_body(found),
        *(part for response in found.responses for part in _response(response)),
        *_callbacks(found),
        *([] if found.is_webhook else _access(api, found, products)),
    ]
    return _joined(parts)


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _address(api: Api) -> str:
    return url_for("api_twins.show", slug=api.slug)


def _facts(seen: SeenApi, reference: ApiReference) -> Iterator[str]:
    api = seen.api
    place = "the header" if api.key_place is KeyPlace.HEADER else "the query parameter"
    yield f"- Calls go to {code(api.base_url)}; the API key goes into {place} {code(api.key_name)}."
    for kind in ("json", "yaml"):
        address = url_for("apis.document", slug=api.slug, kind=kind)
        yield f"- [{reference.format} document, {kind.upper()}]({address})"
    for product in seen.products:
        yield f"- Opened by the product {_product(product)}"
    for other in seen.versions:
        if other.slug != api.slug:
            title = line(f"{other.title} {other.version}")
            yield f"- Another version: [{title}]({_address(other)})"
    for server in reference.servers:
        yield f"- Server: {code(server.url)} {said(server.description)}".rstrip()
    for scheme in reference.schemes:
        yield f"- Security: {_scheme(scheme)}"


def _lines(api: Api, operations: Sequence[ApiOperation]) -> Iterator[str]:
    for each in operations:
        address = url_for("api_twins.operation", slug=api.slug, operation=each.operation_id)
        told = [line(each.summary)] if each.summary else []
        told += ["deprecated"] if each.is_deprecated else []
        yield f"- [{code(f'{each.method} {each.path}')}]({address})" + (
            f": {', '.join(told)}" if told else ""
        )


def _schemas(api: Api, reference: ApiReference) -> Iterator[str]:
    for name in reference.schemas:
        yield f"- [{line(name)}]({url_for('apis.schema', slug=api.slug, schema=name)})"


def _call(found: OperationReference) -> Iterator[str]:
    if found.call is not None:
        first = samples(found.call)[0]
        yield "## Call it"
        yield block(first.code, first.language)


def _parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    if not parameters:
        return
    yield "## Parameters"
    yield "\n".join(text for each in parameters for text in _parameter(each))


def _parameter(each: Parameter) -> Iterator[str]:
    words = [each.place.value, *([each.schema.kind] if each.schema else [])]
    words += ["required"] if each.is_required else []
    words += ["deprecated"] if each.is_deprecated else []
    told = [said(each.description), about(each.schema) if each.schema else ""]
    text = "; ".join(part.rstrip(".") for part in dict.fromkeys(told) if part)
    yield f"- {code(each.name)} ({line(', '.join(words))})" + (f": {text}" if text else "")
    if each.schema is not None:
        yield from schema_lines(each.schema, 1)


def _body(found: OperationReference) -> Iterator[str]:
    if found.body is not None:
        yield "## Body" + ("" if found.body.is_required else " (optional)")
        yield found.body.description.source.strip()
        yield from _media(found.body.media)


def _response(response: Response) -> Iterator[str]:
    yield f"## Answer {line(response.status)}"
    yield response.description.source.strip()
    yield "\n".join(
        f"- Header {code(each.name)}" + (f": {said(each.description)}" if each.description else "")
        for each in response.headers
    )
    yield from _media(response.media)


def _media(every: Sequence[Media]) -> Iterator[str]:
    for media in every:
        kind = media.schema.kind if media.schema else "any"
        yield f"{code(media.media_type)}: {line(kind)}" + (
            f", the same as {code(media.same_as)}" if media.same_as else ""
        )
        if media.schema is not None and not media.same_as:
            yield about(media.schema)
            yield "\n".join(schema_lines(media.schema))
        yield from (_example(each, media.media_type) for each in media.examples if each.text)


def _example(example: Example, media_type: str) -> str:
    language = "json" if "json" in media_type else ""
    return f"Example{f' {line(example.name)}' if example.name else ''}:\n\n" + block(
        example.text, language
    )


def _callbacks(found: OperationReference) -> Iterator[str]:
    if found.callbacks:
        yield "## Callbacks"
    for each in found.callbacks:
        operation = each.operation
        yield f"### {line(each.name)}"
        yield code(f"{operation.operation.method} {each.expression}")
        yield operation.description.source.strip()
        yield from _body(operation)


def _access(api: Api, found: OperationReference, products: Sequence[ApiProduct]) -> Iterator[str]:
    yield "## Who may call"
    needs = [
        " and ".join(_scheme(scheme) for scheme in need.schemes) or "everybody, without a key"
        for need in found.needs
    ]
    yield "\n".join(f"- {need}" for need in needs)
    if products:
        yield f"A key with one of these products opens it: {', '.join(map(_product, products))}."
    elif api.products:
        yield "No product that is open to you covers it."
    else:
        yield "No product is needed for this API."


def _scheme(scheme: Scheme) -> str:
    words = [scheme.kind, scheme.scheme, scheme.place, code(scheme.parameter or "-")]
    words = words if scheme.parameter else words[:-1]
    scopes = f", scopes {', '.join(code(each.name) for each in scheme.scopes)}"
    name = f"{line(scheme.name)} ({' '.join(word for word in words if word)})"
    return name + (scopes if scheme.scopes else "")


def _product(product: ApiProduct) -> str:
    address = url_for("products.show", name=product.name)
    return f"[{line(product.display_name)}]({address})"
