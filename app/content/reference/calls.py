"""The call that shows an operation at work: its required parameters with example values."""

import json
from typing import Any, Final

from app.content.shapes import mapping, sequence, words
from app.domain.apis import Api
from app.domain.call import FORM, MULTIPART, Body, Call, Field, KeySlot
from app.domain.reference import Media, OperationReference, RequestBody, Response

ACCEPTED: Final = ("application/json", "+json", "application/xml", "text/")


def example_call(api: Api, found: OperationReference, slots: tuple[KeySlot, ...]) -> Call:
    """Return a call with what is required; a body is sent where the document has one."""
    method = found.operation.method
    return Call(
        method=method,
        base_url=api.base_url,
        path=found.operation.path,
        given=tuple(each.given(each.value) for each in found.parameters if each.is_required),
        body=None if method in {"GET", "HEAD"} else example_body(found.body),
        slots=slots,
        accept=_accepted(found.responses),
    )


def example_body(body: RequestBody | None) -> Body | None:
    """Return the body of the first JSON media type, else of the first there is."""
    if body is None or not body.media:
        return None
    media = next((each for each in body.media if "json" in each.media_type), body.media[0])
    example = next((each.text for each in media.examples if each.text), "")
    if media.media_type == FORM or media.media_type.startswith("multipart/"):
        kind = FORM if media.media_type == FORM else MULTIPART
        return Body(kind, fields=tuple(_fields(media, example)))
    return Body(media.media_type, example)


def _fields(media: Media, example: str) -> list[Field]:
    try:
        values = mapping(json.loads(example))
    except ValueError:
        values = {}
    members = media.schema.members if media.schema else ()
    files = {each.name for each in members if "binary" in each.schema.kind}
    fields = []
    for name, value in values.items():
        several: Any = sequence(value) or [value]
        fields += [Field(name, words(each), is_file=name in files) for each in several]
    return fields


def _accepted(responses: tuple[Response, ...]) -> str:
    """Return the media type to ask for: JSON where a good answer has it."""
    good = [each for each in responses if each.status.startswith(("2", "default"))]
    kinds = [media.media_type for each in good for media in each.media]
    for wanted in ACCEPTED:
        for kind in kinds:
            if wanted in kind and "*" not in kind:
                return kind
    return kinds[0] if kinds and "*" not in kinds[0] else ""
