"""Names that people type, and the internal names made of them."""

import re

import pytest

from app.domain.names import LONGEST_APP_NAME, app_name_from, name_problem, unprintable

# What Apigee accepts as an app's name, and what fits into one address segment unquoted.
INTERNAL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
INVISIBLE = "Remove characters that cannot be seen, such as line breaks or direction marks."


@pytest.mark.parametrize(
    "name",
    [
        "Trip planner",
        "50% #1",
        "é",
        "日本",
        "a.b",
        "x" * 255,
        "👩‍💻 app",
        "new",
        "क्\u200dष",
        ".",
        "<b>",
    ],
)
def test_what_people_call_things_can_be_used(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize("name", ["", " ", "\u3000\u00a0", "\u200b", "\u200d\ufeff", "\t"])
def test_a_name_that_shows_nothing_is_no_name(name: str) -> None:
    assert name_problem(name) == "Enter a name."


@pytest.mark.parametrize("name", ["a/b", "..", "a\\b", "../../etc", "x..y"])
def test_a_name_that_looks_like_a_path_leads_to_an_internal_name_that_is_none(name: str) -> None:
    """Abuse case 10."""
    assert name_problem(name) is None
    assert INTERNAL.fullmatch(app_name_from(name))


@pytest.mark.parametrize(
    "sign",
    [
        *("\x00", "\n", "\r", "\t", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"),
        *("\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069"),
        *("\ud800", "\ue000", "\uffff", "\U000e0080"),
    ],
)
def test_signs_that_cannot_be_seen_or_that_reorder_a_line_are_refused(sign: str) -> None:
    """Abuse case 10."""
    assert name_problem(f"Trip{sign}planner") == INVISIBLE
    assert unprintable(f"Trip{sign}planner")


def test_a_name_has_at_most_255_characters() -> None:
    assert name_problem("é" * 255) is None
    assert name_problem("é" * 256) == "Use at most 255 characters."


@pytest.mark.parametrize(
    ("name", "internal"),
    [
        ("Trip planner", "trip-planner"),
        ("50% #1", "50-1"),
        ("é", "e"),
        ("Café Zürich", "cafe-zurich"),
        ("Straße", "strasse"),
        ("  --A  b_c--", "a-b-c"),
        ("x" * 60, "x" * 60),
        ("new", "new-app"),
        ("New!", "new-app"),
        ("ﬁn ①", "fin-1"),
    ],
)
def test_the_internal_name_is_the_ascii_words_of_the_name(name: str, internal: str) -> None:
    assert app_name_from(name) == internal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("日本", "東京"),
        ("天気 App", "地図 App"),
        ("Smørrebrød", "Smårrebrød"),
        ("!!!", "???"),
        ("👍", "👎"),
        ("a" * 250 + "1", "a" * 250 + "2"),
    ],
)
def test_names_that_lose_something_on_the_way_stay_apart(one: str, other: str) -> None:
    assert app_name_from(one) != app_name_from(other)
    assert app_name_from(one) == app_name_from(one)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Trip planner",
            "50% #1",
            "日本",
            "日本 new",
            "new",
            "!!!",
            "..",
            "a/b",
            "\ud800",
            "",
            "-",
        ),
        *("a" * 255, "a-" * 127, "日" * 255, f"{'a' * 50} 日本", "İstanbul", "\u202egpj.exe"),
    ],
)
def test_every_internal_name_is_fit_for_apigee_and_for_an_address(name: str) -> None:
    internal = app_name_from(name)
    assert INTERNAL.fullmatch(internal)
    assert len(internal) <= LONGEST_APP_NAME
    assert internal != "new"
