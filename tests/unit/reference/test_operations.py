"""Operations of every version of the specification, as their pages show them."""

from datetime import date

import pytest

from app.domain.call import BASIC, BEARER, KeySlot, Proof
from app.domain.samples import samples
from app.domain.styles import Place, Style
from tests.unit.reference.reading import Document, api_of, read

SWAGGER: Document = {
    "swagger": "2.0",
    "info": {"title": "Shop", "version": "1"},
    "host": "shop.example",
    "basePath": "/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "produces": ["application/json", "application/xml"],
    "parameters": {
        "Tags": {
            "name": "tags",
            "in": "query",
            "type": "array",
            "items": {"type": "string"},
            "collectionFormat": "pipes",
            "required": True,
        },
        "Thing": {"name": "thing", "in": "body", "schema": {"$ref": "#/definitions/Thing"}},
    },
    "definitions": {
        "Thing": {
            "type": "object",
            "discriminator": "kind",
            "properties": {"kind": {"type": "string", "x-nullable": True}},
        }
    },
    "responses": {"Gone": {"description": "It is gone."}},
    "securityDefinitions": {"pair": {"type": "basic"}},
    "paths": {
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "type": "integer", "required": True}],
            "put": {
                "operationId": "change",
                "security": [{"pair": []}],
                "parameters": [
                    {"$ref": "#/parameters/Tags"},
                    {"$ref": "#/parameters/Thing"},
                ],
                "responses": {
                    "200": {
                        "description": "Changed.",
                        "schema": {"$ref": "#/definitions/Thing"},
                        "headers": {"X-Left": {"type": "integer", "description": "Calls left."}},
                        "examples": {"application/json": {"kind": "a"}},
                    },
                    "410": {"$ref": "#/responses/Gone"},
                },
            },
            "post": {
                "operationId": "upload",
                "parameters": [
                    {"name": "file", "in": "formData", "type": "file", "required": True},
                    {"name": "note", "in": "formData", "type": "string"},
                ],
                "responses": {"204": {"description": "Taken."}},
            },
        }
    },
}


def test_swagger_2_is_shown_like_the_later_versions() -> None:
    found = read(SWAGGER, "change")
    tags = found.parameters_in("query")[0]
    assert (tags.style, tags.explode, tags.value) == (Style.PIPE, False, ["string"])
    assert [each.name for each in found.parameters_in("path")] == ["id"]
    assert found.body is not None
    [media] = found.body.media
    assert media.schema is not None
    assert (media.media_type, media.schema.name) == ("application/json", "Thing")
    assert media.schema.members[0].schema.kind == "string or null"
    changed, gone = found.responses
    assert [each.media_type for each in changed.media] == ["application/json", "application/xml"]
    assert (changed.media[1].schema, changed.media[1].same_as) == (None, "application/json")
    assert changed.media[0].examples[0].text == '{\n  "kind": "a"\n}'
    assert changed.headers[0].schema is not None
    assert changed.headers[0].schema.kind == "integer"
    assert "It is gone." in gone.description.text
    assert found.call is not None
    assert found.call.slots == (BASIC,)


def test_a_form_of_swagger_2_with_a_file_goes_in_parts() -> None:
    found = read(SWAGGER, "upload")
    assert found.call is not None
    assert found.call.body is not None
    assert found.call.body.is_multipart
    assert [(each.name, each.is_file) for each in found.call.body.fields] == [
        ("file", True),
        ("note", False),
    ]


LATER: Document = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "security": [{"key": []}, {"token": ["read"]}],
    "paths": {
        "/orders": {
            "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}],
            "post": {
                "operationId": "order",
                "externalDocs": {"url": "https://docs.example/orders"},
                "parameters": [
                    {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1},
                     "required": True},
                    {"name": "filter", "in": "query", "required": True, "content": {
                        "application/json": {"schema": {"type": "object"}, "example": {}}},
                     "example": {"a": 1}},
                    {"name": "X-Apikey", "in": "header", "schema": {"type": "string"}},
                    {"name": "odd", "in": "nowhere"},
                    "no parameter",
                ],
                "requestBody": {"content": {
                    "application/xml": {"schema": {"$ref": "#/components/schemas/Order"}},
                }},
                "responses": {"202": {"description": "Taken.", "links": {
                    "again": {"operationId": "order", "parameters": {"page": "$response.body#/n"}},
                }}},
                "callbacks": {"paid": {"{$request.body#/url}": {"post": {
                    "requestBody": {"content": {"application/json": {"schema": {"type": "object",
                        "properties": {"amount": {"type": "number"}}}}}},
                    "responses": {"200": {"description": "Seen."}},
                }}}},
            },
            "get": {"operationId": "open", "security": [], "deprecated": True, "responses": {}},
            "put": {"operationId": "token", "security": [{"token": ["read"]}], "responses": {}},
        }
    },
    "webhooks": {"shipped": {"post": {"responses": {"200": {"description": "Seen."}}}}},
    "components": {
        "schemas": {"Order": {"type": "object", "xml": {"name": "order"}, "properties": {
            "id": {"type": "integer", "xml": {"attribute": True}},
            "lines": {"type": "array", "xml": {"wrapped": True},
                      "items": {"type": "string", "xml": {"name": "line"}}},
        }}},
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "x-apikey"},
            "token": {"type": "oauth2", "flows": {"clientCredentials": {
                "tokenUrl": "https://shop.example/token", "scopes": {"read": "To read."}}}},
        },
    },
}  # fmt: skip


def test_an_operations_parameters_replace_those_of_its_path_and_the_key_is_none() -> None:
    found = read(LATER, "order")
    assert [(each.name, each.is_required, each.value) for each in found.parameters] == [
        ("page", True, "1"),
        ("filter", True, '{"a": 1}'),
    ]
    assert found.docs is not None


def test_xml_is_written_as_the_schema_says() -> None:
    found = read(LATER, "order").body
    assert found is not None
    assert found.media[0].examples[0].text == (
        '<order id="0">\n  <lines>\n    <line>string</line>\n  </lines>\n</order>'
    )


def test_callbacks_links_and_webhooks_are_told() -> None:
    found = read(LATER, "order")
    [paid] = found.callbacks
    assert paid.expression == "{$request.body#/url}"
    assert paid.operation.body is not None
    assert found.responses[0].onward[0].operation_id == "order"
    hook = read(LATER, "webhook-shipped")
    assert (hook.is_webhook, hook.call) == (True, None)


@pytest.mark.parametrize(
    ("operation", "slots"),
    [
        ("order", (KeySlot(Proof.KEY, Place.HEADER, "x-apikey"),)),
        ("open", ()),
        ("token", (BEARER,)),
    ],
)
def test_the_key_goes_where_the_operation_wants_it(
    operation: str, slots: tuple[KeySlot, ...]
) -> None:
    call = read(LATER, operation, token_url="https://shop.example/token").call
    assert call is not None
    assert call.slots == slots


def test_no_document_breaks_the_reader() -> None:
    odd: Document = {
        "openapi": "3.0.0",
        "security": "x",
        "paths": {
            "/a/{b}": {
                "parameters": {"no": "list"},
                "servers": "x",
                "get": {
                    "tags": "x",
                    "parameters": [None, {"$ref": "#/paths"}, {"name": 3, "in": "query"},
                                   {"name": "b", "in": "path", "style": "odd", "explode": "x",
                                    "schema": [], "examples": [], "content": 3}],
                    "requestBody": {"content": {"text/plain": 3, "": {"examples": {"a": 3}}}},
                    "responses": {"200": 3, "x-a": {}, "default": {
                        "content": [], "headers": {"A": 3}, "links": {"b": 3}}},
                    "callbacks": {"a": {"b": 3}, "c": 3},
                    "externalDocs": {"url": "javascript:alert(1)"},
                    "security": [3, {"none": None}],
                },
            },
            "/e": 3,
        },
        "components": 3,
        "tags": [3, {"name": 3}],
    }  # fmt: skip
    found = read(odd)
    assert found.docs is None
    assert found.call is not None
    assert len(samples(found.call)) == 5


def with_body(content: object) -> Document:
    """Return a document whose one operation takes this body."""
    operation = {"requestBody": {"content": content}, "responses": {}}
    return {"openapi": "3.0.0", "paths": {"/a": {"post": operation}}}


def test_named_examples_are_shown_by_their_names_and_far_ones_linked() -> None:
    examples = {
        "small": {"summary": "A small one", "value": {"a": 1}},
        "far": {"externalValue": "https://shop.example/far.json"},
        "bad": {"externalValue": "javascript:alert(1)"},
    }
    found = read(with_body({"application/json": {"examples": examples}})).body
    assert found is not None
    small, far, bad = found.media[0].examples
    assert (small.summary, small.text, small.is_made) == ("A small one", '{\n  "a": 1\n}', False)
    assert (far.url, bad.url) == ("https://shop.example/far.json", "")


def test_how_fields_of_a_form_are_written_is_said() -> None:
    media = {
        "schema": {"type": "object", "properties": {"a": {"type": "array", "items": {}}}},
        "encoding": {
            "a": {"contentType": "text/csv", "style": "form", "explode": False},
            "b": {"explode": True, "headers": {"X-B": {}}},
            "c": {},
        },
    }
    found = read(with_body({"multipart/form-data": media})).body
    assert found is not None
    assert found.media[0].notes == (
        "a: text/csv, style form, values in one",
        "b: each value by itself, with X-B",
    )


def test_an_address_of_the_document_is_told_with_its_variables() -> None:
    server = {
        "url": "https://{place}.shop.example",
        "variables": {"place": {"default": "eu", "enum": ["eu", "us"]}, "odd": 3},
    }
    operation = {"servers": [server, {"description": "No address."}], "responses": {}}
    document: Document = {"openapi": "3.0.0", "paths": {"/a": {"get": operation}}}
    [told] = read(document).servers
    assert [(each.name, each.default, each.values) for each in told.variables] == [
        ("place", "eu", ("eu", "us")),
        ("odd", "", ()),
    ]


def test_oauth_of_swagger_2_is_told_like_that_of_3() -> None:
    definitions = {
        "auth": {
            "type": "oauth2",
            "flow": "application",
            "tokenUrl": "https://shop.example/token",
            "scopes": {"read": "To read."},
        }
    }
    document: Document = {
        "swagger": "2.0",
        "basePath": "/v1",
        "securityDefinitions": definitions,
        "security": [{"auth": ["read"]}],
        "paths": {"/a": {"get": {"responses": {}}}},
    }
    found = read(document, token_url="https://shop.example/token")
    [scheme] = found.needs[0].schemes
    assert scheme.flows == ("clientCredentials",)
    assert [(each.name, each.description) for each in scheme.scopes] == [("read", "To read.")]
    assert found.call is not None
    assert found.call.slots == (BEARER,)


def test_a_document_from_yaml_may_have_numbers_and_dates_for_texts() -> None:
    document: Document = {
        "openapi": "3.0.0",
        "paths": {
            "/a": {
                "get": {
                    "parameters": [
                        {
                            "name": "day",
                            "in": "query",
                            "required": True,
                            "example": date(2026, 3, 1),
                        }
                    ],
                    "responses": {200: {"description": "It."}, True: {}, None: {}},
                }
            }
        },
    }
    found = read(document)
    assert [each.status for each in found.responses] == ["200", "true", "null"]
    assert found.parameters[0].value == "2026-03-01"


@pytest.mark.parametrize(
    ("security", "token", "pair"),
    [
        ([{"oauth": []}], True, False),
        ([{"basic": []}], False, True),
        ([{"oauth": []}, {"key": []}], False, False),
        ([{"key": []}], False, False),
        ([{}], False, False),
        ([{"none": []}, "odd"], False, False),
        (None, False, False),
    ],
)
@pytest.mark.parametrize("version", ["2.0", "3.0.3"])
def test_what_an_operation_shows_in_place_of_the_key_is_known(
    version: str, security: object, token: bool, pair: bool
) -> None:
    basic = {"type": "http", "scheme": "Basic"} if version != "2.0" else {"type": "basic"}
    schemes = {"oauth": {"type": "oauth2"}, "basic": basic, "key": {"type": "apiKey"}}
    document: Document = {
        "swagger" if version == "2.0" else "openapi": version,
        "securityDefinitions": schemes if version == "2.0" else None,
        "components": None if version == "2.0" else {"securitySchemes": schemes},
        "security": security,
        "paths": {"/a": {"get": {"operationId": "own"}}},
    }
    found = api_of(document).operations[0]
    assert (found.takes_token, found.takes_pair) == (token, pair)
