"""Values of parameters are written as the specification's table has them."""

import pytest

from app.domain.styles import (
    Given,
    Place,
    Style,
    Value,
    given,
    in_cookie,
    in_header,
    in_path,
    in_query,
)

LIST: Value = ["blue", "black", "brown"]
OBJECT: Value = {"R": "100", "G": "200", "B": "150"}


def written(place: Place, style: Style, explode: bool, value: Value) -> str:
    item = Given("color", place, value, style, explode)
    if place is Place.PATH:
        return in_path(item)
    if place is Place.HEADER:
        return in_header(item)
    pairs = in_query(item) if place is Place.QUERY else in_cookie(item)
    return "&".join(f"{name}={text}" for name, text in pairs)


# OpenAPI Specification 3.1.1, "Style Examples", row by row.
@pytest.mark.parametrize(
    ("style", "explode", "empty", "text", "items", "members"),
    [
        ("matrix", False, ";color", ";color=blue", ";color=blue,black,brown",
         ";color=R,100,G,200,B,150"),
        ("matrix", True, ";color", ";color=blue", ";color=blue;color=black;color=brown",
         ";R=100;G=200;B=150"),
        ("label", False, ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        ("label", True, ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        ("simple", False, "", "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("simple", True, "", "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ],
)  # fmt: skip
def test_a_path_is_written_as_the_table_has_it(
    style: str, explode: bool, empty: str, text: str, items: str, members: str
) -> None:
    values: tuple[Value, ...] = ("", "blue", LIST, OBJECT)
    found = [written(Place.PATH, Style(style), explode, value) for value in values]
    assert found == [empty, text, items, members]


@pytest.mark.parametrize(
    ("explode", "empty", "text", "items", "members"),
    [
        (False, "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        (True, "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
    ],
)
@pytest.mark.parametrize("place", [Place.QUERY, Place.COOKIE])
def test_a_form_is_written_as_the_table_has_it(
    place: Place, explode: bool, empty: str, text: str, items: str, members: str
) -> None:
    values: tuple[Value, ...] = ("", "blue", LIST, OBJECT)
    found = [written(place, Style.FORM, explode, value) for value in values]
    assert found == [empty, text, items, members]


@pytest.mark.parametrize(
    ("style", "explode", "items", "members"),
    [
        ("spaceDelimited", False, "color=blue%20black%20brown",
         "color=R%20100%20G%20200%20B%20150"),
        ("pipeDelimited", False, "color=blue%7Cblack%7Cbrown",
         "color=R%7C100%7CG%7C200%7CB%7C150"),
        ("tabDelimited", False, "color=blue%09black%09brown",
         "color=R%09100%09G%09200%09B%09150"),
        ("spaceDelimited", True, "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        ("deepObject", True, "color%5B%5D=blue&color%5B%5D=black&color%5B%5D=brown",
         "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ],
)  # fmt: skip
def test_the_other_styles_of_a_query_are_written_as_the_table_has_them(
    style: str, explode: bool, items: str, members: str
) -> None:
    found = [written(Place.QUERY, Style(style), explode, value) for value in (LIST, OBJECT)]
    assert found == [items, members]


def test_a_header_is_simple_and_not_percent_encoded() -> None:
    assert written(Place.HEADER, Style.SIMPLE, False, ["a b", "c"]) == "a b,c"
    assert written(Place.HEADER, Style.SIMPLE, True, OBJECT) == "R=100,G=200,B=150"


def test_a_value_cannot_leave_its_place_in_a_path_or_query() -> None:
    assert in_path(given("id", Place.PATH, "a/../b?c#d")) == "a%2F..%2Fb%3Fc%23d"
    assert in_query(given("q", Place.QUERY, "a&b=c #é")) == (("q", "a%26b%3Dc%20%23%C3%A9"),)


def test_reserved_characters_stand_in_a_query_where_they_may_and_part_nothing() -> None:
    allowing = Given("q", Place.QUERY, "a/b?c&d=e#f", Style.FORM, explode=True, allow_reserved=True)
    assert in_query(allowing) == (("q", "a/b?c%26d%3De%23f"),)
    in_a_path = Given("id", Place.PATH, "a/b", Style.SIMPLE, explode=False, allow_reserved=True)
    assert in_path(in_a_path) == "a%2Fb"


def test_what_is_nested_is_bracketed_in_a_deep_object_and_json_elsewhere() -> None:
    nested: Value = {"size": {"min": "1"}, "tags": ["a", "b"]}
    assert written(Place.QUERY, Style.DEEP, True, nested) == (
        "color%5Bsize%5D%5Bmin%5D=1&color%5Btags%5D%5B%5D=a&color%5Btags%5D%5B%5D=b"
    )
    assert in_query(given("color", Place.QUERY, nested))[0] == (
        "size",
        "%7B%22min%22%3A%20%221%22%7D",
    )
