"""Entries of the side bar that are left out, and told of with their line."""

import pytest

from app.domain.documentation import MenuItem
from tests.unit.content.pages.writing import Docs

SECTION = '[[section]]\ntitle = "S"\n'


@pytest.mark.parametrize(
    "entry",
    [
        '{ title = "T", href = "https://example.com", audience = ["support"] }',
        '{ title = "T", pages = ["a"], audience = ["support"] }',
        '{ folder = "in", audience = ["support"] }',
    ],
)
def test_an_entry_with_an_audience_is_left_out(docs: Docs, entry: str) -> None:
    docs.write("docs/a.md", "Fine\n")
    docs.write("docs/in/b.md", "Fine\n")
    docs.write("navigation.toml", f'{SECTION}pages = [\n"a",\n{entry}]\n')

    assert docs.pages.menu() == (MenuItem("S", items=(MenuItem("A", "a"),)),)
    [problem] = docs.problems()
    assert problem.startswith("navigation.toml:5: an audience belongs into the head of the page")


def test_a_section_with_an_unknown_key_is_left_out_whole(docs: Docs) -> None:
    docs.write("docs/a.md", "Fine\n")
    docs.write(
        "navigation.toml",
        f'{SECTION}pages = ["a"]\n\n[[section]]\ntitle = "Inner"\nroles = ["x"]\npages = ["a"]\n',
    )

    assert [item.title for item in docs.pages.menu()] == ["S"]
    [problem] = docs.problems()
    assert problem.startswith("navigation.toml:7: roles is not known in the side bar")


@pytest.mark.parametrize(
    "href",
    [
        "//evil.example",
        "/\\\\evil.example",
        "/products x",
        "https://example.com/\\u0022x",
        "https://me@evil.example",
        "javascript:x",
        "/nowhere",
        "/docs/gone",
    ],
)
def test_a_link_that_the_top_bar_would_refuse_is_left_out(docs: Docs, href: str) -> None:
    docs.write("docs/a.md", "Fine\n")
    docs.write("navigation.toml", f'{SECTION}pages = ["a", {{ title = "L", href = "{href}" }}]\n')

    assert docs.pages.menu() == (MenuItem("S", items=(MenuItem("A", "a"),)),)
    [problem] = docs.problems()
    assert problem.startswith("navigation.toml:3: the link ")
