"""Addresses in raw HTML follow the rules of those in Markdown, however they are written."""

import pytest

from app.content.markdown.cleaning import clean
from tests.unit.content.pages.writing import Docs

QUOTES = pytest.mark.parametrize("quote", ['"', "'", ""])


@QUOTES
@pytest.mark.parametrize(
    "src", ["http://127.0.0.1/x.png", "//img.example/x.png", "/\\img.example/x.png", "gone.png"]
)
def test_a_picture_that_is_not_of_the_content_is_left_out_whole(
    docs: Docs, quote: str, src: str
) -> None:
    html = docs.html(f"x\n\n<p>One <img alt=z src={quote}{src}{quote}> two</p>\n")

    assert "<p>One  two</p>" in html
    assert "<img" not in html
    [problem] = docs.problems()
    assert problem.startswith("docs/a.md:3: ")


@QUOTES
@pytest.mark.parametrize(
    "href",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "&#47;/evil.example",
        "/&Tab;/evil.example",
        "ftp://evil.example",
    ],
)
def test_a_link_that_hides_its_host_is_text(docs: Docs, quote: str, href: str) -> None:
    html = docs.html(f"<p>\n<a href={quote}{href}{quote}>there</a></p>\n\nIn <a HREF={href}>x</a>")

    assert "evil.example" not in html
    assert "href" not in html
    assert "there</a>" in html


def test_a_markdown_link_or_picture_without_an_address_to_show_has_none(docs: Docs) -> None:
    html = docs.html("[x](//evil.example) ![y](//evil.example/a.png)\n")

    assert "evil.example" not in html
    assert "href" not in html
    assert "<img" not in html
    assert len(docs.problems()) == 2


@QUOTES
def test_raw_addresses_are_led_to_pages_and_pictures(docs: Docs, quote: str) -> None:
    docs.write("docs/pic.png", "x")
    docs.write("docs/in/b.md", "# B\n")
    docs.write(
        "docs/in/a.md",
        f"<a href={quote}/docs/in/b.md{quote}>b</a>\n<img src={quote}../pic.png{quote}>\n"
        f"<a href={quote}https://example.com/a&amp;b{quote}>away</a>\n\n"
        "[b](/docs/in/b) ![p](../pic.png) <a href=#b>up</a>\n\n## B\n",
    )
    html = "".join(str(part) for part in docs.page("in/a").segments)

    assert html.count('<a href="b" rel="noopener">b</a>') == 2
    assert html.count('src="../pic.png"') == 2
    assert 'href="https://example.com/a&amp;b"' in html
    assert 'href="#b"' in html
    assert docs.problems() == []


def test_text_that_looks_like_an_attribute_stays_as_it_is(docs: Docs) -> None:
    html = docs.html('<p title="href=//one">Write href="//two" or src=three</p>\n')

    assert html == '<p title="href=//one">Write href="//two" or src=three</p>\n'
    assert docs.problems() == []


def test_an_anchor_that_is_missing_is_told_for_raw_html_too(docs: Docs) -> None:
    docs.html("<a href=#gone>x</a>\n")

    assert docs.problems() == ["docs/a.md: docs/a.md has no heading #gone: correct the link"]


def test_an_address_that_cannot_be_led_or_would_act_is_dropped() -> None:
    def failing(_attribute: str, value: str) -> str:
        raise ValueError(value)

    html = '<a href="/x">x</a>'
    assert clean(html, shown=failing) == '<a rel="noopener">x</a>'
    assert clean(html, shown=lambda *_: "javascript:x()") == '<a rel="noopener">x</a>'
    assert clean(html, shown=lambda *_: "../x") == '<a href="../x" rel="noopener">x</a>'


def test_a_prepared_diagram_that_is_missing_is_its_text(docs: Docs) -> None:
    html = docs.html('```mermaid svg="gone.svg"\nflowchart TD\n```\n')

    assert "<img" not in html
    assert "flowchart TD" in html
