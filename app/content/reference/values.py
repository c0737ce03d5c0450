"""Bodies, parameters and headers of a document, with examples that are given or made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.content.reference.descriptions import description
from app.content.reference.examples import NOT_THERE, given, made
from app.content.reference.parts import Parts, resolved
from app.content.reference.schemas import SchemaReader
from app.content.reference.xml_examples import as_xml
from app.content.shapes import Node, mapping, text, web_link, written
from app.domain.html import Html
from app.domain.reference import Example, Header, Media, Parameter, RequestBody
from app.domain.styles import DEFAULTS, Place, Style, Value

LONGEST: Final = 20_000  # characters of an example
MOST_EXAMPLES: Final = 20
MOST_KINDS: Final = 20
PLACES: Final[Mapping[str, Place]] = {place.value: place for place in Place}
STYLES: Final[Mapping[str, Style]] = {style.value: style for style in Style}


@dataclass(frozen=True, slots=True)
class Values:
    """Reads values of one page; what was made of a component serves every place of it."""

    parts: Parts
    schemas: SchemaReader
    _kept: dict[tuple[str, bool], Any] = field(default_factory=dict)

    def body(self, value: object, place: str) -> RequestBody | None:
        """Return a request body, or None where there is none."""
        if not isinstance(value, Mapping):
            return None
        found = resolved(self.parts, value)
        told = Html(f"<p>{found.problem}</p>") if found.problem else description(found.node)
        media = self.media(found.node.get("content"), place, is_sent=True)
        return RequestBody(media, told, found.node.get("required") is True)

    def media(self, value: object, place: str, *, is_sent: bool) -> tuple[Media, ...]:
        """Return a body's media types, each with its schema and examples."""
        kinds = list(mapping(value).items())[:MOST_KINDS]
        seen: dict[str, str] = {}
        result = []
        for number, (kind, each) in enumerate(kinds):
            node = resolved(self.parts, each).node
            schema = node.get("schema", node.get("itemSchema"))
            same_as = seen.setdefault(written(schema, indent=None), kind)
            is_told = same_as != kind or schema is None
            tree = None if is_told else self.schemas.read(schema, f"{place}-{number}")
            examples = tuple(self.examples(node, kind, is_sent=is_sent))
            same = same_as if same_as != kind and schema is not None else ""
            result.append(Media(kind, tree, examples, _notes(node), same))
        return tuple(result)

    def examples(self, node: Node, kind: str, *, is_sent: bool) -> Iterator[Example]:
        """Yield the examples of a media type, one that is made where it gives none."""
        if "example" in node:
            yield Example(_shown(node["example"], kind))
            return
        several = list(mapping(node.get("examples")).items())[:MOST_EXAMPLES]
        for name, each in several:
            found = resolved(self.parts, each).node
            url = web_link(found.get("externalValue"))
            known = found.get("value", found.get("dataValue", found.get("serializedValue")))
            shown = "" if url else _shown(known, kind)
            yield Example(shown, name, text(found.get("summary")), description(found), url=url)
        if several or "schema" not in node:
            return
        own = resolved(self.parts, node["schema"]).node
        known = given(own) if {"example", "examples"} & own.keys() else NOT_THERE
        value = self._made(node["schema"], is_sent=is_sent) if known is NOT_THERE else known
        if value is not NOT_THERE:
            schema = node["schema"]
            is_xml = "xml" in kind and not isinstance(value, str)
            shown = as_xml(self.parts, schema, value) if is_xml else _shown(value, kind)
            yield Example(shown, is_made=known is NOT_THERE)

    def parameter(self, value: object, number: int) -> Parameter | None:
        """Return a parameter, or None where it is none."""
        node = resolved(self.parts, value).node
        name, place = text(node.get("name")), PLACES.get(text(node.get("in")))
        if not name or place is None:
            return None
        style = STYLES.get(text(node.get("style")), DEFAULTS[place])
        kind, schema = _schema_of(node)
        known = self._known(node, schema)
        is_given = known is not NOT_THERE
        example = known if is_given else made(self.parts, schema, is_sent=True)
        explode = node.get("explode")
        return Parameter(
            name=name,
            place=place,
            style=style,
            explode=explode if isinstance(explode, bool) else style in {Style.FORM, Style.DEEP},
            schema=self.schemas.read(schema, f"p{number}"),
            description=description(node),
            is_required=node.get("required") is True or place is Place.PATH,
            is_deprecated=node.get("deprecated") is True,
            allow_reserved=node.get("allowReserved") is True,
            media_type=kind,
            examples=tuple(self._named(node)),
            value=_value(example, kind),
            is_given=is_given,
        )

    def header(self, name: str, value: object, place: str) -> Header:
        """Return a header of an answer."""
        node = resolved(self.parts, value).node
        _, schema = _schema_of(node)
        return Header(
            name=name,
            schema=self.schemas.read(schema, place),
            description=description(node),
            is_required=node.get("required") is True,
            is_deprecated=node.get("deprecated") is True,
        )

    def _made(self, schema: object, *, is_sent: bool) -> Any:  # noqa: ANN401 - any JSON
        reference = text(mapping(schema).get("$ref"))
        if not reference:
            return made(self.parts, schema, is_sent=is_sent)
        if (reference, is_sent) not in self._kept:
            self._kept[reference, is_sent] = made(self.parts, schema, is_sent=is_sent)
        return self._kept[reference, is_sent]

    def _known(self, node: Node, schema: object) -> Any:  # noqa: ANN401 - any JSON
        if "example" in node:
            return node["example"]
        several = mapping(node.get("examples"))
        for each in several.values():
            found = resolved(self.parts, each).node
            if "value" in found:
                return found["value"]
        own = resolved(self.parts, schema).node
        return given(own)

    def _named(self, node: Node) -> Iterator[Example]:
        for name, each in list(mapping(node.get("examples")).items())[:MOST_EXAMPLES]:
            found = resolved(self.parts, each).node
            if "value" in found:
                shown = _shown(found["value"], "")
                yield Example(shown, name, text(found.get("summary")), description(found))


def _schema_of(node: Node) -> tuple[str, object]:
    """Return the media type, if the value is a text of one, and the schema."""
    for kind, each in mapping(node.get("content")).items():
        return str(kind), mapping(each).get("schema")
    return "", node.get("schema")


def _shown(value: object, kind: str) -> str:
    is_text = isinstance(value, str) and "json" not in kind
    if isinstance(value, str) and (is_text or value.lstrip()[:1] in {"{", "["}):
        return value[:LONGEST]
    return written(value)[:LONGEST]


def _value(example: object, kind: str) -> Value:
    if kind and not isinstance(example, str):
        return "" if example is NOT_THERE else written(example, indent=None)
    return _plain_value(example)


def _plain_value(value: object) -> Value:
    """Return a value as a parameter carries it: everything but lists and objects is a text."""
    if isinstance(value, Mapping):
        return {str(name): _plain_value(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain_value(each) for each in value]
    if value is None or value is NOT_THERE:
        return ""
    return value if isinstance(value, str) else written(value, indent=None)


def _notes(node: Node) -> tuple[str, ...]:
    """Return how single fields of a form are written, where the document says so."""
    notes = []
    for name, each in mapping(node.get("encoding")).items():
        found = mapping(each)
        style = text(found.get("style"))
        said = [text(found.get("contentType")), f"style {style}" if style else ""]
        if isinstance(found.get("explode"), bool):
            said.append("each value by itself" if found["explode"] else "values in one")
        headers = ", ".join(mapping(found.get("headers")))
        said.append(f"with {headers}" if headers else "")
        notes.append(f"{name}: {', '.join(filter(None, said))}")
    return tuple(each for each in notes if not each.endswith(": "))
