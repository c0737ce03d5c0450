"""A style sheet of the operator's own: what dresses the portal is kept, all else is refused."""

import pytest

from app.content.site.sheet import addresses

HARMFUL = [
    ('@import "other.css";', "@import"),
    ("@import url(https://evil.example/x.css);", "@import"),
    ("@\\69mport 'x.css';", "@import"),
    ('@charset "utf-7";', "@charset"),
    ("a { background: url(https://evil.example/x.png) }", "is no file of the theme"),
    ("a { background: url('//evil.example/x.png') }", "is no file of the theme"),
    ("a { background: u\\72l(http://evil.example) }", "is no file of the theme"),
    ('a { background: URL( "HTTPS://evil.example/x" ) }', "is no file of the theme"),
    ("a { background: url(data:image/svg+xml,x) }", "is no file of the theme"),
    ("a { background: url(javascript:alert(1)) }", "is no"),
    ("a { background: url(/apps) }", "is no file of the theme"),
    ("a { background: url(../docs/x.png) }", "is no file of the theme"),
    ("a { background: url(%2e%2e/x.png) }", "is no file of the theme"),
    ("a { background: url('\\\\\\\\evil\\\\x.png') }", "is no file of the theme"),
    ("a { background: image-set('https://evil.example/x' 1x) }", "is no file of the theme"),
    (
        "a { background: -webkit-image-set(url(https://evil.example) 1x) }",
        "is no file of the theme",
    ),
    ("a { background: cross-fade(url(//evil.example), red) }", "is no file of the theme"),
    ("a { background: image-set(var(--x) 1x) }", "hides an address"),
    ("a { background: src(var(--x)) }", "hides an address"),
    ("@font-face { src: url(https://evil.example/x.woff2) }", "is no file of the theme"),
    ("a { --x: url(https://evil.example) }", "is no file of the theme"),
    ("a { width: expression(alert(1)) }", "expression()"),
    ("a { width: exp\\72 ession(alert(1)) }", "expression()"),
    ("a { behavior: url(x.htc) }", "behavior"),
    ("a { -moz-binding: url(x.xml#y) }", "-moz-binding"),
    ("</style><script>alert(1)</script>", "HTML"),
    ("a { content: '</style>' }", "HTML"),
    ("<!-- a { color: red } -->", "HTML"),
    ("a { color: red } }", "is no CSS"),
    ("a { content: 'x\n' }", "is no CSS"),
    ("a { background: url(x", "is no CSS"),
    ("a { b: " + "(" * 60 + " }", "deep"),
]


def told(text: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    addresses(text, lambda line, words: found.append((line, words)))
    return found


@pytest.mark.parametrize(("text", "words"), HARMFUL)
def test_what_reaches_out_or_runs_is_refused_with_its_line(text: str, words: str) -> None:
    found = told(f"b {{ color: red }}\n{text}\n")
    assert found
    assert found[0][0] in {2, 3}
    assert any(words in problem for _, problem in found)


def test_what_dresses_the_portal_is_kept() -> None:
    text = """
@layer mine { .bar { background: url("img/bar.svg") } }
@media (width < 40rem) { .foot { display: none } }
@font-face { font-family: X; src: url(fonts/x.woff2?a=b) format("woff2") }
.a { background: image-set(url(a.png) 1x, "b.png" type("image/png") 2x); mask: url(#shape) }
.b { color: color-mix(in srgb, var(--brand) 40%, transparent); width: calc(1px + 2%) }
"""
    found: list[str] = []
    names = addresses(text, lambda _line, words: found.append(words))
    assert found == []
    assert names == ("img/bar.svg", "fonts/x.woff2", "a.png", "b.png")
