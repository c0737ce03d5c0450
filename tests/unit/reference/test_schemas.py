"""Schemas become trees without cycles, whatever is in a document."""

import json
from typing import Any

import pytest

from app.domain.reference import Media
from app.domain.reference_schemas import Member, Schema
from tests.unit.reference.reading import posting, read


def media(schema: object, **components: object) -> Media:
    body = read(posting(schema, **components)).body
    assert body is not None
    return body.media[0]


def tree(schema: object, **components: object) -> Schema:
    found = media(schema, **components).schema
    assert found is not None
    return found


def example(schema: object, **components: object) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(media(schema, **components).examples[0].text)


def member(schema: Schema, name: str) -> Member:
    return next(each for each in schema.members if each.name == name)


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def test_a_schema_that_holds_itself_is_told_once_and_linked() -> None:
    node = {"type": "object", "properties": {"next": ref("Node"), "value": {"type": "string"}}}
    found = tree(ref("Node"), Node=node)
    inner = member(found, "next").schema
    assert found.anchor
    assert (inner.told_at, inner.members) == (found.anchor, ())
    assert example(ref("Node"), Node=node) == {"value": "string"}


def test_a_component_that_comes_twice_is_told_the_first_time() -> None:
    user = {"type": "object", "properties": {"name": {"type": "string"}}}
    pair = {"type": "object", "properties": {"by": ref("User"), "to": ref("User")}}
    found = tree(pair, User=user)
    assert member(found, "by").schema.members
    assert member(found, "to").schema.told_at == member(found, "by").schema.anchor


def test_a_link_leads_only_to_what_the_page_has() -> None:
    """A component that is nothing but a kind is not told anywhere."""
    pair = {"type": "array", "items": {"type": "array", "items": ref("Name")}}
    found = tree({"type": "object", "properties": {"a": pair, "b": ref("Name")}},
                 Name={"type": "string"})  # fmt: skip
    assert member(found, "b").schema.told_at == ""
    text = {
        "description": "See [this](#there), [](https://a.example) and [that](https://b.example)"
    }
    assert tree(text).description.text == (
        '<p>See this,  and <a href="https://b.example" rel="noopener">that</a></p>\n'
    )


def test_all_of_objects_is_one_object() -> None:
    base = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    own = {"properties": {"name": {"type": "string"}}, "required": ["name"]}
    found = tree({"allOf": [ref("Base"), own], "description": "Both."}, Base=base)
    assert [(each.name, each.is_required) for each in found.members] == [
        ("id", True),
        ("name", True),
    ]
    assert found.choices == ()
    assert example({"allOf": [ref("Base"), own]}, Base=base) == {"id": 0, "name": "string"}


def test_all_of_what_is_no_object_stays_a_choice() -> None:
    found = tree({"allOf": [{"type": "string"}, {"minLength": 2}]})
    assert [each.kind for each in found.choices] == ["all of"]


def test_one_of_is_told_with_what_the_discriminator_says() -> None:
    cat = {"type": "object", "properties": {"kind": {"type": "string"}}}
    found = tree(
        {
            "oneOf": [ref("Cat"), {"type": "string"}, {"type": "null"}],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {"feline": "#/components/schemas/Cat"},
            },
        },
        Cat=cat,
    )
    [choices] = found.choices
    assert (choices.kind, choices.discriminator) == ("one of", "kind")
    assert [(each.schema.name, each.value) for each in choices.options] == [
        ("Cat", "feline"),
        ("", ""),
    ]
    assert found.kind == "one of 2 or null"


@pytest.mark.parametrize(
    ("mapping", "kind", "told"),
    [
        ({"feline": "#/components/schemas/Cat"}, {"type": "string"}, "feline"),
        ({"feline": "Cat"}, {"type": "string"}, "feline"),
        ({"a": "Cat", "b": "Cat"}, {"enum": ["b"]}, "b"),
        ({"dog": "Dog"}, {"enum": ["tabby"]}, "tabby"),
        ({}, {"type": "string"}, "Cat"),
    ],
)
def test_an_example_says_what_was_chosen_as_the_discriminator_has_it(
    mapping: object, kind: object, told: str
) -> None:
    either = {
        "oneOf": [ref("Cat"), ref("Dog")],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }
    cat = {"type": "object", "properties": {"kind": kind, "lives": {"type": "integer"}}}
    assert example(either, Cat=cat, Dog=cat) == {"kind": told, "lives": 0}


@pytest.mark.parametrize(
    ("schema", "kind", "facts"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9}, "integer", ("from 1 to 9",)),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, "number", ("more than 1",)),
        ({"type": "number", "exclusiveMaximum": 5}, "number", ("less than 5",)),
        ({"type": "string", "maxLength": 1}, "string", ("at most 1 character",)),
        ({"type": ["string", "null"], "format": "date"}, "string (date) or null", ()),
        ({"type": "string", "nullable": True}, "string or null", ()),
        ({"type": "array", "items": {"type": "integer"}}, "array of integer", ()),
        ({"const": 3}, "value", ("always 3",)),
        ({"type": "object", "additionalProperties": False}, "object", ("no other properties",)),
        ({"properties": {}}, "object", ()),
        ({}, "anything", ()),
        (True, "anything", ()),
        (False, "nothing", ()),
    ],
)
def test_kind_and_constraints_are_said_in_words(
    schema: object, kind: str, facts: tuple[str, ...]
) -> None:
    found = tree(schema)
    assert (found.kind, found.facts) == (kind, facts)


def test_a_made_example_leaves_out_what_is_never_sent() -> None:
    schema = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid", "readOnly": True},
            "when": {"type": "string", "format": "date-time"},
            "size": {"enum": ["L", "M"]},
            "tags": {"type": "array", "items": {"type": "string", "example": "new"}},
            "more": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
    }
    made = example(schema)
    assert made == {
        "when": "2026-03-14T09:26:53Z",
        "size": "L",
        "tags": ["new"],
        "more": {"name": 0},
    }
    assert made == example(schema)
    assert media(schema).examples[0].is_made


@pytest.mark.parametrize(
    "odd",
    [
        "a text",
        ["a", "list"],
        {"$ref": "https://elsewhere.example/schema.json"},
        {"$ref": "#/components/schemas/Missing"},
        {"$ref": 7},
        {"type": {"a": 1}, "enum": "x", "required": 3, "properties": ["a"]},
        {"type": "object", "properties": {"a": None, "b": 3, "c": []}},
        {"allOf": "x", "oneOf": [None, 3], "items": "x", "discriminator": "kind"},
        {"minimum": "a", "maxLength": {}, "pattern": 3, "format": [], "default": {"a": [1]}},
    ],
)
def test_an_odd_schema_is_shown_and_breaks_nothing(odd: object) -> None:
    assert media({"type": "object", "properties": {"odd": odd}}).schema is not None
    media(odd)


def test_another_document_is_never_read_and_the_page_says_so() -> None:
    found = tree({"$ref": "file:///etc/passwd"})
    assert found.facts == ("It is in another document (file:///etc/passwd).",)


def test_a_circle_of_references_ends() -> None:
    assert "circle" in tree(ref("A"), A=ref("B"), B=ref("A")).facts[0]
    loop = {"allOf": [ref("Loop")], "properties": {"a": {"type": "string"}}}
    assert tree(ref("Loop"), Loop=loop).name == "Loop"
    assert tree(ref("Either"), Either={"oneOf": [ref("Either")]}).choices


def test_a_page_has_no_more_than_it_can_bear() -> None:
    """Each of 14 levels has two of the next: written out that is more than 16,000 schemas."""
    levels = {
        f"L{number}": {
            "type": "object",
            "properties": {
                "a": {"type": "object", "properties": {"x": ref(f"L{number + 1}")}},
                "b": ref(f"L{number + 1}"),
            },
        }
        for number in range(40)
    }
    found, depth = tree(ref("L0"), **levels), 0
    while found.members and not found.own_page:
        found, depth = found.members[-1].schema, depth + 1
    assert depth < 30


def test_a_large_component_is_told_in_the_first_of_several_answers() -> None:
    large = {
        "type": "object",
        "properties": {f"p{number}": {"type": "string"} for number in range(100)},
    }
    answer = {"description": "It.", "content": {"application/json": {"schema": ref("Large")}}}
    document = {
        "openapi": "3.0.0",
        "paths": {"/a": {"get": {"responses": {"200": answer, "201": answer}}}},
        "components": {"schemas": {"Large": large}},
    }
    first, second = (each.media[0].schema for each in read(document).responses)
    assert first is not None
    assert second is not None
    assert len(first.members) == 100
    assert (second.members, second.told_at) == ((), first.anchor)


def test_the_description_of_a_schema_is_markdown_without_danger() -> None:
    found = tree({"description": "See *this* <img src=x onerror=alert(1)>"})
    assert "<em>this</em>" in found.description.text
    assert "onerror" not in found.description.text
