"""What pages have beyond Markdown, and that none of it does harm."""

import pytest

from app.domain.documentation import Heading, Sample
from app.domain.html import Html
from tests.unit.content.pages.writing import Docs


def test_a_callout_holds_markdown_and_other_callouts(docs: Docs) -> None:
    html = docs.html(
        "::: warning Mind *this*\nOne **two**\n\n::: note\nInside\n:::\n:::\n\nAfter\n"
    )

    assert 'role="note" data-meaning="warning"><div><strong>Mind *this*</strong>' in html
    assert "One <strong>two</strong>" in html
    assert "<strong>Note</strong>\n<p>Inside</p>" in html
    assert html.rstrip().endswith("<p>After</p>")
    assert docs.problems() == []


def test_tabs_close_each_other_without_a_script(docs: Docs) -> None:
    html = docs.html("::: tabs\n== First\nOne\n== Second\n```sh\n== no tab\n:::\n```\n:::\n")

    assert html.count("<details") == 2
    assert html.count('<details name="tabs-1" open><summary>First</summary>') == 1
    assert "== no tab\n:::" in html


def test_html_that_is_not_closed_stays_inside_its_block(docs: Docs) -> None:
    html = docs.html("::: note\n<div><b>open\n:::\n\nAfter\n")

    assert html.index("</div></div>") < html.index("<p>After</p>")


def test_code_has_its_language_a_title_a_button_and_colors(docs: Docs) -> None:
    html = docs.html('```python title="a <b>.py"\nimport os\n```\n')

    assert "<span>a &lt;b&gt;.py</span>" in html
    assert 'data-copy="code-1"' in html
    assert '<code id="code-1"><span class="tok-word">import</span> os</code>' in html


def test_an_operation_stands_between_two_parts_of_the_page(docs: Docs) -> None:
    docs.write("docs/a.md", "Before\n\n::: operation weather today\n\nAfter\n")

    before, sample, after = docs.page().segments
    assert (sample, isinstance(before, Html)) == (Sample("weather", "today"), True)
    assert isinstance(after, Html)
    assert "After" in after.text


def test_headings_have_anchors_that_take_no_id_of_the_page(docs: Docs) -> None:
    docs.write("docs/a.md", "# T\n\n## Main\n\n## Été & co\n\n### Main\n\n## Own {#mine}\n")

    assert docs.page().headings == (
        Heading(2, "the-main", "Main"),
        Heading(2, "été-co", "Été & co"),
        Heading(3, "the-main-2", "Main"),
        Heading(2, "mine", "Own"),
    )


def test_a_variable_is_plain_text_wherever_it_stands(docs: Docs) -> None:
    docs.write("navigation.toml", '[variables]\nhost = "api.example.com"\nbad = "<script>"\n')
    html = docs.html(
        "At {{ portal_name }}, {{bad}} and \\{{ host }}: [x](https://{{host}}/a)\n\n"
        "```\n{{ host }} {{ other }}\n```\n\n<b>{{ bad }}</b>\n"
    )

    assert "At A *bold* portal, &lt;script&gt; and {{ host }}:" in html
    assert 'href="https://api.example.com/a"' in html
    assert "api.example.com {{ other }}" in html
    assert "<b>&lt;script&gt;</b>" in html
    assert docs.problems() == []


def test_tables_footnotes_and_definitions_are_shown(docs: Docs) -> None:
    html = docs.html("| a |\n|--:|\n| 1 |\n\nText[^1]\n\nWord\n: Meaning\n\n[^1]: Note\n")

    assert '<td align="right">1</td>' in html
    assert '<a href="#fn1" id="fnref1" rel="noopener">[1]</a>' in html
    assert '<li id="fn1">' in html
    assert "<dt>Word</dt>" in html


@pytest.mark.parametrize(
    "hostile",
    [
        '<p id="main" onclick="x()" style="color: red">t</p>',
        "<script>x()</script>",
        "[a](javascript:x())",
        '<a href="javascript:x()">a</a>',
        "<a href='data:text/html,x'>a</a>",
        '<iframe src="https://evil.example"></iframe>',
        "::: note <script>x()</script>\nt\n:::\n",
        '::: tabs\n== "><script>x()</script>\nt\n:::\n',
        '```"><script>x()</script>\nt\n```',
        '```js title="><img src=x onerror=x()>"\nt\n```',
        '```mermaid title="><script>x()</script>"\nflowchart TD\n```',
        '![" onerror="x()](pic.png)',
        "## <script>x()</script>",
    ],
)
def test_nothing_on_a_page_acts(docs: Docs, hostile: str) -> None:
    docs.write("docs/pic.png", "x")

    html = docs.html(f"Before\n\n{hostile}\n\nAfter\n")

    assert "<p>Before</p>" in html
    for sign in (
        "<script",
        "<iframe",
        "onclick=",
        ' onerror="',
        "style=",
        'id="main"',
        '"javascript',
    ):
        assert sign not in html
    assert "data:text" not in html


def test_a_picture_of_another_host_is_not_asked_for(docs: Docs) -> None:
    html = docs.html("![x](https://img.example/a.png)\n\n<img src='//img.example/b.png' alt=''>\n")

    assert "img.example" not in html
    assert [problem.partition(" is on")[0] for problem in docs.problems()] == [
        "docs/a.md:1: https://img.example/a.png",
        "docs/a.md:3: //img.example/b.png",
    ]
