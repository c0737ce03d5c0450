"""Heads that would be passed over: what they ask for cannot be known, so they close the page."""

import pytest

from tests.unit.content.pages.writing import Docs


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\n---\naudience: [support]\n---\nText\n", ":2: the head must begin on line 1"),
        (" \n\n---\n# For\ntitle: x\n--- \nText\n", ":3: the head must begin on line 1"),
        (" ---\naudience: [support]\n---\n", ":1: the head must begin on line 1"),
        ('+++\naudience = ["support"]\n+++\nText\n', ":1: +++ heads are not read; use ---"),
        ("\n+++\n+++\n", ":2: +++ heads are not read; use ---"),
        ("<!-- ours -->\n---\naudience: [support]\n---\n", ":2: the head must begin on line 1"),
        ("<!--\na\n--><!-- b -->\n\n---\nx: y\n---\n", ":5: the head must begin on line 1"),
        ("<!--\n---\naudience: [support]\n---\n-->\n# T\n", ":1: a head in a comment is not"),
        ("----\naudience: [support]\n----\n", ":1: the head must begin on line 1 with ---"),
        ("---yaml\naudience: [support]\n---\n", ":1: the head must begin on line 1 with ---"),
        ('{\n"audience": ["support"]\n}\n\n# T\n', ":1: JSON heads are not read; use ---"),
        ('<!-- x -->\n{ "audience": ["support"] }\n', ":2: JSON heads are not read; use ---"),
    ],
)
def test_a_head_that_would_not_be_read_closes_its_page_and_its_folder(
    docs: Docs, text: str, problem: str
) -> None:
    docs.write("docs/a.md", "Fine\n")
    docs.write("docs/in/b.md", "Inside\n")
    docs.write("docs/in/index.md", text)

    assert set(docs.pages.entries()) == {"a"}
    assert docs.problems()[0].startswith(f"docs/in/index.md{problem}")


@pytest.mark.parametrize(
    "text",
    [
        "Text\n\n---\ntitle: x\n---\n",
        "\n---\n\nText\n\n---\n",
        "\n---\nx: y\n",
        "",
        "<!-- ours -->\nText\n\n---\n\nx: y\n\n---\n",
        "<!-- never closed\n---\nx: y\n---\n",
        "{{ portal_name }} is ours\n",
        "{word}\n",
        "<!-- see --- and: -->\nText\n",
    ],
)
def test_a_line_across_the_text_is_no_head(docs: Docs, text: str) -> None:
    docs.write("docs/a.md", text)

    assert set(docs.pages.entries()) == {"a"}
    assert docs.problems() == []


@pytest.mark.parametrize("name", ["INDEX.md", "Index.md", "index.MD"])
def test_an_index_in_other_letters_closes_its_folder_and_is_named(docs: Docs, name: str) -> None:
    docs.write("docs/a.md", "Fine\n")
    docs.write("docs/in/b.md", "Inside\n")
    docs.write(f"docs/in/{name}", "---\naudience: [support]\n---\n")

    assert set(docs.pages.entries()) == {"a"}
    assert docs.pages.audiences("in/x.png") is None
    assert docs.problems()[0].startswith(f"docs/in/{name}: must be named index.md")
