"""A document of Swagger 2.0 in the shape of OpenAPI 3.0, so that all that follows knows one.

Follows the OpenAPI Specification 2.0; what it has no words for is left as it is.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.content.openapi import METHODS
from app.content.reference.lifted_security import security_schemes, servers
from app.content.reference.parts import unescaped
from app.content.shapes import Node, mapping, sequence, text, texts

MOVED: Final = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
NO_SCHEMA: Final = frozenset({
    "name", "in", "description", "required", "collectionFormat", "allowEmptyValue", "schema",
})  # fmt: skip
STYLES: Final[Mapping[str, tuple[str, bool]]] = {
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
JSON: Final = ("application/json",)
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"


def lifted(document: Node) -> Node:
    """Return the document in the shape of 3.x; one that has it already comes back as it is."""
    if str(document.get("swagger") or "") != "2.0":
        return document
    return _Lift(document).document()


class _Lift:
    def __init__(self, document: Node) -> None:
        self._old: Node = mapping(_moved(document))
        self._parameters = mapping(self._old.get("parameters"))

    def document(self) -> Node:
        old = self._old
        kept = ("info", "tags", "externalDocs", "security")
        return {
            "openapi": "3.0.3",
            **{name: old[name] for name in kept if name in old},
            "servers": servers(old),
            "paths": {
                path: self._item(mapping(item)) for path, item in mapping(old.get("paths")).items()
            },
            "components": {
                "schemas": mapping(old.get("definitions")),
                "parameters": {
                    name: self._parameter(mapping(each)) for name, each in self._parameters.items()
                },
                "responses": {
                    name: self._response(mapping(each), self._produced(old))
                    for name, each in mapping(old.get("responses")).items()
                },
                "securitySchemes": security_schemes(mapping(old.get("securityDefinitions"))),
            },
        }

    def _item(self, item: Node) -> Node:
        shared = sequence(item.get("parameters"))
        kept = {name: each for name, each in item.items() if name not in {*METHODS, "parameters"}}
        lifted = {
            method: self._operation(mapping(item[method]), shared)
            for method in METHODS
            if isinstance(item.get(method), Mapping)
        }
        return {**kept, **lifted}

    def _operation(self, old: Node, shared: Any) -> Node:  # noqa: ANN401 - a list of anything
        own = [mapping(each) for each in sequence(old.get("parameters"))]
        told = {self._identity(each) for each in own}
        every = [*own, *(each for each in map(mapping, shared) if self._identity(each) not in told)]
        body = self._body(every, texts(old.get("consumes")) or texts(self._old.get("consumes")))
        dropped = {"parameters", "responses", "consumes", "produces", "schemes"}
        produced = self._produced(old)
        return {
            **{name: each for name, each in old.items() if name not in dropped},
            "parameters": [self._parameter(each) for each in every if not self._is_body(each)],
            **({"requestBody": body} if body else {}),
            "responses": {
                status: self._response(mapping(each), produced)
                for status, each in mapping(old.get("responses")).items()
            },
        }

    def _produced(self, old: Node) -> tuple[str, ...]:
        return texts(old.get("produces")) or texts(self._old.get("produces")) or JSON

    def _named(self, parameter: Node) -> Node:
        reference = text(parameter.get("$ref"))
        name = unescaped(reference.rpartition("/")[2])
        return mapping(self._parameters.get(name)) if reference else parameter

    def _identity(self, parameter: Node) -> tuple[str, str]:
        found = self._named(parameter)
        return text(found.get("in")), text(found.get("name"))

    def _is_body(self, parameter: Node) -> bool:
        return self._identity(parameter)[0] in {"body", "formData"}

    def _body(self, parameters: list[Node], consumed: tuple[str, ...]) -> Node | None:
        found = [self._named(each) for each in parameters]
        bodies = [each for each in found if each.get("in") == "body"]
        fields = [each for each in found if each.get("in") == "formData"]
        if bodies:
            body = bodies[0]
            media = {"schema": mapping(body.get("schema"))}
            if "x-example" in body:
                media["example"] = body["x-example"]
            return {
                "description": text(body.get("description")),
                "required": body.get("required") is True,
                "content": dict.fromkeys(consumed or JSON, media),
            }
        return _form(fields, consumed) if fields else None

    def _parameter(self, old: Node) -> Node:
        if "$ref" in old:
            return old
        style = STYLES.get(text(old.get("collectionFormat")))
        is_list = old.get("type") == "array" and old.get("in") == "query"
        style = style or (("form", False) if is_list else None)
        kept = {name: each for name, each in old.items() if name in NO_SCHEMA or name[:2] == "x-"}
        example = {"example": old["x-example"]} if "x-example" in old else {}
        new = {"style": style[0], "explode": style[1]} if style else {}
        return {**kept, **new, **example, "schema": _schema_of(old)}

    def _response(self, old: Node, produced: tuple[str, ...]) -> Node:
        if "$ref" in old:
            return old
        examples = mapping(old.get("examples"))
        schema = {"schema": _without_file(mapping(old["schema"]))} if "schema" in old else {}
        kinds = dict.fromkeys((*(produced if schema else ()), *examples))
        content = {
            kind: {**schema, **({"example": examples[kind]} if kind in examples else {})}
            for kind in kinds
        }
        headers = {
            name: {"description": text(mapping(each).get("description")), "schema": each}
            for name, each in mapping(old.get("headers")).items()
        }
        new = {"content": content, "headers": headers}
        return {**{name: old[name] for name in old if name not in {"schema", "examples"}}, **new}


def _form(fields: list[Node], consumed: tuple[str, ...]) -> Node:
    has_file = any(each.get("type") == "file" for each in fields)
    fitting = [kind for kind in consumed if kind in {FORM, MULTIPART}]
    schema = {
        "type": "object",
        "properties": {
            text(each.get("name")): {
                **_schema_of(each),
                "description": text(each.get("description")),
            }
            for each in fields
        },
        "required": [text(each.get("name")) for each in fields if each.get("required") is True],
    }
    kinds = [MULTIPART] if has_file else fitting or [FORM]
    return {
        "required": bool(schema["required"]),
        "content": {kind: {"schema": schema} for kind in kinds},
    }


def _schema_of(parameter: Node) -> Node:
    if isinstance(parameter.get("schema"), Mapping):
        return mapping(parameter["schema"])
    own = {name: each for name, each in parameter.items() if name not in NO_SCHEMA}
    return _without_file(own)


def _without_file(schema: Node) -> Node:
    if schema.get("type") == "file":
        return {**schema, "type": "string", "format": "binary"}
    return schema


def _moved(value: object) -> object:
    """Return everything with references led to where 3.x has it, and its words for schemas."""
    if isinstance(value, Mapping):
        return dict(_moved_pairs(value))
    if isinstance(value, list):
        return [_moved(each) for each in value]
    return value


def _moved_pairs(node: Node) -> Iterator[tuple[str, object]]:
    for name, each in node.items():
        if name == "$ref" and isinstance(each, str):
            old = next((begin for begin in MOVED if each.startswith(begin)), "")
            yield name, MOVED[old] + each.removeprefix(old) if old else each
        elif name == "discriminator" and isinstance(each, str):
            yield name, {"propertyName": each}
        elif name == "x-nullable":
            yield "nullable", each
        else:
            yield name, _moved(each)
