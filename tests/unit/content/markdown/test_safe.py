"""Markdown of API documents: what is kept, and what can do no harm."""

import re
import time

import pytest

from app.content.markdown.safe import LONGEST, rendered


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<style>body { display: none }</style>",
        '<iframe src="https://evil.example"></iframe>',
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        '<a href="vbscript:x">x</a>',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
        '<math><mtext><style><img src=x onerror="alert(1)"></style></mtext></math>',
        '<form action="https://evil.example"><input name="password"><button>x</button></form>',
        '<p style="position: fixed" onclick="alert(1)" id="main" class="button">x</p>',
        '<base href="https://evil.example/"><meta http-equiv="refresh" content="0">',
        "```html\n<script>alert(1)</script>\n```",
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    ],
)
def test_nothing_that_acts_comes_through(hostile: str) -> None:
    html = rendered(f"before\n\n{hostile}\n\nafter")

    tags = re.findall(r"<[a-z][^>]*>", html)
    assert "<p>before</p>" in html
    assert not [tag for tag in tags if re.match(r"<(script|style|iframe|img|svg|form|base)", tag)]
    assert not [tag for tag in tags if re.search(r"""\s(on\w+|style|id)=|script:|data:""", tag)]


def test_headings_stand_below_those_of_the_page() -> None:
    assert rendered("# One\n\n### Three", top=4) == "<h4>One</h4>\n<h6>Three</h6>\n"


def test_a_table_and_code_with_colors_are_shown() -> None:
    html = rendered('| a | b |\n|---|---|\n| 1 | ~~2~~ |\n\n```json\n{"a": null}\n```\n')

    assert "<td>1</td>" in html
    assert "<s>2</s>" in html
    assert '<span class="tok-name">"a"</span>: <span class="tok-value">null</span>' in html


def test_a_picture_becomes_a_link_and_a_link_tells_nothing_of_the_window() -> None:
    html = rendered("![Plan & map](https://img.example/a.png)")

    assert 'href="https://img.example/a.png"' in html
    assert 'rel="noopener"' in html
    assert "Plan &amp; map</a>" in html


def test_plain_html_of_descriptions_is_kept() -> None:
    html = rendered("One<br>two <b>three</b>\n\n<details><summary>More</summary>Text</details>")

    assert "One<br>two <b>three</b>" in html
    assert "<details><summary>More</summary>Text</details>" in html


@pytest.mark.parametrize("bomb", ["![" * 40_000, "<" * LONGEST, "*a_ " * 40_000, "a\n" * 90_000])
def test_a_bomb_costs_seconds_at_most(bomb: str) -> None:
    begin = time.process_time()

    rendered(bomb)

    assert time.process_time() - begin < 15
