"""Try-it's rules: forms of every style, what leaves, and what is shown of an answer."""

import json
from typing import Any

import pytest

from app.content.reference.operations import OperationReader
from app.domain.apis import Api, ApiOperation, KeyPlace
from app.domain.body_bytes import body_bytes
from app.domain.call import Body, Call, Field
from app.domain.call_checks import is_as_published
from app.domain.destinations import Destinations, Origin
from app.domain.errors import InvalidInput
from app.domain.exchanges import Received
from app.domain.redaction import Redaction
from app.domain.reference import OperationReference, Server, ServerVariable
from app.domain.trial_answer import MOST_SHOWN, shown_answer
from app.domain.trial_call import call_of
from app.domain.trial_form import Kind, form_of
from app.services.try_it.servers import servers_of
from tests.unit.reference.reading import MappingParts

BASE = "https://api.example.com/v1"
KEY = "kEy/+0123456789&abc"


def operation(path: str = "/x", method: str = "get", **node: Any) -> OperationReference:  # noqa: ANN401 - any JSON
    """Read one operation of a document."""
    found = ApiOperation("it", method.upper(), path)
    api = Api("a", "A", "", (), BASE, KeyPlace.HEADER, "x-apikey", (found,))
    document = {"openapi": "3.1.0", "paths": {path: {method: {"responses": {}, **node}}}}
    read = OperationReader(api, MappingParts(document)).read(found)
    assert read is not None
    return read


def parameter(place: str, value: object, **more: object) -> dict[str, object]:
    return {"name": "v", "in": place, "required": True, "example": value, **more}


def filled(found: OperationReference, **changes: str) -> Call:
    """Return the call of the form as it arrives, but for some values."""
    form = form_of(found)
    values = {each.name: each.value for each in form.controls}
    assert found.call is not None
    return call_of(found, found.call, form, {**values, **changes})


LIST, OBJECT = ["a", "b c"], {"r": 1, "g": "x"}


@pytest.mark.parametrize(
    ("place", "value", "style", "explode", "sent"),
    [
        ("query", LIST, "form", True, "v=a&v=b%20c"),
        ("query", LIST, "form", False, "v=a,b%20c"),
        ("query", LIST, "spaceDelimited", False, "v=a%20b%20c"),
        ("query", LIST, "pipeDelimited", False, "v=a%7Cb%20c"),
        ("query", OBJECT, "form", True, "r=1&g=x"),
        ("query", OBJECT, "form", False, "v=r,1,g,x"),
        ("query", OBJECT, "deepObject", True, "v%5Br%5D=1&v%5Bg%5D=x"),
        ("path", LIST, "simple", False, "/x/a,b%20c"),
        ("path", LIST, "label", True, "/x/.a.b%20c"),
        ("path", LIST, "matrix", True, "/x/;v=a;v=b%20c"),
        ("path", OBJECT, "matrix", False, "/x/;v=r,1,g,x"),
        ("path", OBJECT, "simple", True, "/x/r=1,g=x"),
    ],
)
def test_the_form_sends_every_style_as_the_document_says(
    place: str, value: object, style: str, explode: bool, sent: str
) -> None:
    path = "/x/{v}" if place == "path" else "/x"
    found = operation(path, parameters=[parameter(place, value, style=style, explode=explode)])
    [control] = form_of(found).controls
    assert control.kind is (Kind.OBJECT if isinstance(value, dict) else Kind.LINES)
    call = filled(found)
    assert call.url.endswith(sent if place == "path" else f"?{sent}")
    assert is_as_published(call, call.url)


def test_a_header_and_a_value_of_a_media_type_are_sent_too() -> None:
    content = {"application/json": {"schema": {"example": {"a": [1]}}}}
    found = operation(parameters=[
        parameter("header", LIST, name="X-List", schema={"type": "array"}),
        {"name": "q", "in": "query", "required": True, "content": content},
    ])  # fmt: skip
    call = filled(found)
    assert ("X-List", "a,b c") in call.headers
    assert call.url.endswith("?q=%7B%22a%22%3A%20%5B1%5D%7D")


def test_values_of_which_there_are_few_are_chosen() -> None:
    found = operation(parameters=[
        {"name": "a", "in": "query", "schema": {"enum": ["x", "y"]}},
        {"name": "b", "in": "query", "schema": {"type": "boolean"}},
    ])  # fmt: skip
    assert [each.choices for each in form_of(found).controls] == [("x", "y"), ("true", "false")]


def test_optional_parameters_without_an_example_are_left_to_whoever_fills_the_form_in() -> None:
    found = operation(parameters=[
        {"name": "a", "in": "query", "schema": {"type": "string"}},
        {"name": "b", "in": "query", "example": "1", "deprecated": True},
        {"name": "c", "in": "query", "example": "2"},
    ])  # fmt: skip
    assert filled(found).url == f"{BASE}/x?c=2"


@pytest.mark.parametrize(
    "typed", ["{", "[1]", "x", '{"a": ' * 300, "9" * 5_000, '{"a": ' + "9" * 5_000 + "}"]
)
def test_an_object_that_is_none_is_told(typed: str) -> None:
    found = operation(parameters=[parameter("query", OBJECT, style="deepObject")])
    with pytest.raises(InvalidInput) as refused:
        filled(found, **{"query.v": typed})
    assert "JSON" in refused.value.fields["query.v"]


def test_half_a_letter_in_an_object_does_no_harm() -> None:
    found = operation(parameters=[parameter("query", OBJECT)])
    assert filled(found, **{"query.v": '{"\\ud800": "\\udfff"}'}).url.endswith("?%3F=%3F")


def test_a_part_of_the_path_that_has_no_parameter_is_not_sent() -> None:
    call = filled(operation("/x/{unknown}"))
    assert not is_as_published(call, call.url)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1/x/a/b", "https://api.example.com/v1/y/a",
        "https://api.example.com:444/v1/x/a", "http://api.example.com/v1/x/a",
        "https://api.example.com.evil/v1/x/a", "https://api.example.com/v1/x/", "/v1/x/a",
        "https://u@api.example.com/v1/x/a", "https://api.example.com/v1/x/a\\b",
    ],
)  # fmt: skip
def test_an_address_that_does_not_fit_the_template_is_not_the_operations(url: str) -> None:
    call = Call("GET", BASE, "/x/{v}")
    assert is_as_published(call, "https://api.example.com/v1/x/a")
    assert not is_as_published(call, url)


def test_parts_of_a_form_keep_to_themselves() -> None:
    fields = (Field('a"\r\nX: y', "1"), Field("file", "ä", is_file=True))
    body, kind = body_bytes(Body("multipart/form-data", fields=fields))
    boundary = kind.partition("boundary=")[2].encode()
    first, second = body.split(b"--" + boundary)[1:3]
    assert b'name="a%22%0D%0AX: y"\r\n\r\n1\r\n' in first
    assert b'name="file"; filename="file.txt"' in second
    assert body.endswith(b"--" + boundary + b"--\r\n")


def shown(body: bytes, kind: str = "application/json", **headers: str) -> str:
    given = (("Content-Type", kind), *headers.items())
    return shown_answer(Received(200, given, body), Redaction([KEY])).text


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"key": KEY}).encode(),
        json.dumps({"key": "".join(f"\\u{ord(each):04x}" for each in KEY)})
        .replace("\\\\", "\\").encode(),
        json.dumps({"url": "https://x/?k=kEy%2F%2B0123456789%26abc"}).encode(),
        json.dumps({"html": "kEy/+0123456789&amp;abc"}).encode(),
    ],
    ids=["plain", "escaped", "in an address", "in HTML"],
)  # fmt: skip
def test_the_key_is_masked_however_it_is_written(body: bytes) -> None:
    text = shown(body)
    assert "••••" in text
    assert "0123456789" not in text


def test_a_key_at_the_end_of_what_is_shown_is_masked_whole() -> None:
    text = shown(b"x" * (MOST_SHOWN - 4) + KEY.encode() + b"more", "text/plain")
    assert len(text) == MOST_SHOWN
    assert "kEy" not in text


@pytest.mark.parametrize("kind", ["text/plain; charset=nonsense", "text/plain; charset=zip", ""])
def test_an_answer_in_a_strange_encoding_is_shown_as_well_as_can_be(kind: str) -> None:
    assert shown("ä".encode(), kind) == "ä"


def test_what_a_page_may_not_hold_is_replaced() -> None:
    text = shown(b'{"a": "\\ud800\\u0000\\u202e"}')
    assert text.encode()
    assert "\x00" not in text
    assert "\u202e" not in text


def test_of_a_cookie_only_the_name_is_shown() -> None:
    answer = shown_answer(
        Received(200, (("Set-Cookie", "sid=abc; Path=/"), ("X-Key", KEY))), Redaction([KEY])
    )
    assert answer.headers == (("Set-Cookie", "sid=••••; Path=/"), ("X-Key", "••••"))


def test_the_variables_of_a_server_have_only_the_values_that_the_document_lists() -> None:
    servers = [
        Server("https://{where}.example.com/", variables=(
            ServerVariable("where", "test", ("test", "evil.example/?")),)),
        Server("/relative"),
        Server("https://{open}.example.com", variables=(ServerVariable("open", "test"),)),
    ]  # fmt: skip
    allowed = Destinations(hosts=frozenset({Origin.of("https://test.example.com")}))
    assert servers_of(BASE, servers, allowed) == (BASE, "https://test.example.com")
