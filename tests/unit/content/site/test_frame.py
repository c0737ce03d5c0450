"""Top bar and foot by configuration: what a link may be, and what a mistake costs."""

import logging
from collections.abc import Callable

import pytest

from app.domain.site import OWN_TOP, Audience, Place, Readers
from tests.unit.content.site.folder import Folder

Told = Callable[[str], list[str]]
HARMFUL = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\\tscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//evil.example",
    "/\\\\evil.example",
    "/products//../../x",
    "https:evil.example",
    "https://",
    "https://someone@evil.example",
    "https://evil.example/\\u202eknip",
    'https://evil.example/\\" onclick=\\"x',
    "file:///etc/passwd",
    "/nowhere",
    "products",
    "mailto:",
]


def test_without_a_file_the_top_bar_is_the_portal_s_own(folder: Folder) -> None:
    assert folder.site.frame().top == OWN_TOP
    assert folder.problems() == []


def test_the_top_bar_is_as_the_file_has_it(folder: Folder, told: Told) -> None:
    folder.write("docs/guides/index.md", "# Guides")
    assert not told("""
[[top]]
entry = "apis"
title = "Reference"

[[top]]
title = "Guides"
page = "guides"

[[top]]
title = "Status"
href = "https://status.example.com/now?a=b#c"
show_to = "signed-in"
audience = ["support"]
""")
    reference, guides, status = folder.site.frame().top
    assert (reference.title, reference.place) == ("Reference", Place.APIS)
    assert (guides.href, guides.page) == ("/docs/guides/", "guides/index")
    assert status.is_elsewhere
    assert not guides.is_elsewhere
    assert status.audience == Audience(Readers.SIGNED_IN, frozenset({"support"}))


def test_the_foot_has_groups_and_behind_them_what_stands_alone(folder: Folder, told: Told) -> None:
    folder.write("docs/limits.md", "# Limits")
    assert not told("""
[[footer]]
title = "Terms"
href = "https://example.com/terms"

[[footer]]
title = "Developers"
links = [
  { title = "Limits", href = "/docs/limits#daily" },
  { title = "Products", href = "/products" },
]

[[footer]]
title = "Mail"
href = "mailto:apis@example.com"
""")
    group, alone = folder.site.frame().foot
    assert [link.page for link in group.links] == ["limits", None]
    assert (alone.title, [link.title for link in alone.links]) == ("", ["Terms", "Mail"])


@pytest.mark.parametrize("href", HARMFUL)
@pytest.mark.parametrize("table", ["top", "footer"])
def test_no_link_does_anything_but_lead_to_a_place(
    folder: Folder, told: Told, table: str, href: str
) -> None:
    [problem] = told(f'# One link.\n[[{table}]]\ntitle = "Here"\nhref = "{href}"\n')
    assert problem.startswith("navigation.toml:4: ")
    assert folder.site.frame().foot == ()
    assert folder.site.frame().top in {(), OWN_TOP}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[[top]]\ntitle = "A"\n', 1, "a link has one of entry, page or href"),
        ('[[top]]\nentry = "apis"\nhref = "/apis"\n', 1, "a link has one of"),
        ('[[top]]\nentry = "shop"\n', 2, "entry must be one of docs, apis"),
        ('[[top]]\nentry = "apis"\n[[top]]\nentry = "apis"\n', 4, "apis is there already"),
        ('[[top]]\nhref = "/apis"\n', 1, "has no title"),
        ('[[top]]\ntitle = 3\nhref = "/apis"\n', 2, "title must be text"),
        ('[[top]]\ntitle = "A"\npage = "b"\n', 3, "docs/b.md does not exist"),
        ('[[top]]\ntitle = "A"\npage = "../b"\n', 3, "docs/../b.md does not exist"),
        ('[[top]]\ntitle = "A"\nhref = "/docs/b"\n', 3, "has no page docs/b.md"),
        ('[[top]]\nentry = "apis"\naudience = ["boss"]\n', 3, "which is no role"),
        ('[[top]]\nentry = "apis"\naudience = []\n', 3, "must be a list of roles"),
        ('[[top]]\nentry = "apis"\nshow_to = "cats"\n', 3, "show_to must be one of all"),
        ('[[top]]\nentry = "apis"\ncolor = "red"\n', 3, "color is not known here"),
        ('top = "x"\n', 1, "must be written as [[top]]"),
        ('top = ["x"]\n', 1, "'x' must be a table"),
        (
            '[[footer]]\ntitle = "A"\nlinks = [\n  { title = "B", href = "x:" },\n]\n',
            4,
            "'x:' must",
        ),
        ('[[footer]]\nlinks = [{ title = "B", href = "/apis" }]\n', 1, "has no title"),
        ("[tops]\n", 1, "tops is not known here"),
    ],
)
def test_a_mistake_is_named_with_its_line(told: Told, text: str, line: int, words: str) -> None:
    [problem] = told(text)
    assert problem.startswith(f"navigation.toml:{line}: ")
    assert words in problem


def test_a_link_that_cannot_be_used_takes_no_other_with_it(folder: Folder, told: Told) -> None:
    text = '[[top]]\ntitle = "A"\nhref = "x:"\n[[top]]\nentry = "apis"\n'
    assert len(told(text)) == 1
    assert [link.place for link in folder.site.frame().top] == [Place.APIS]


def test_an_audience_with_a_mistake_closes_what_it_is_for(folder: Folder, told: Told) -> None:
    told('[[footer]]\ntitle = "A"\nhref = "/apis"\naudience = ["boss"]\n')
    assert folder.site.frame().foot == ()


@pytest.mark.parametrize("key", ['audiense = ["administrator"]', 'show_too = "signed-in"'])
@pytest.mark.parametrize("table", ["top", "footer"])
def test_a_key_that_is_not_known_closes_an_entry(
    folder: Folder, told: Told, table: str, key: str
) -> None:
    entry = f'[[{table}]]\ntitle = "Open"\nhref = "/apis"\n'
    [problem] = told(f"{entry}{entry}{key}\n")
    assert problem.startswith(f"navigation.toml:7: {key.split(maxsplit=1)[0]} is not known here")
    frame = folder.site.frame()
    shown = frame.top if table == "top" else [link for group in frame.foot for link in group.links]
    assert [link.title for link in shown] == ["Open"]


def test_a_key_that_is_not_known_closes_a_group_of_the_foot_or_the_link_alone(
    folder: Folder, told: Told
) -> None:
    problems = told("""
[[footer]]
title = "Closed"
audiense = ["administrator"]
links = [{ title = "A", href = "/apis" }]

[[footer]]
title = "Open"
links = [
  { title = "B", href = "/apis", audiense = ["administrator"] },
  { title = "C", href = "/apis" },
]
""")
    assert [problem.split(" is ")[0] for problem in problems] == [
        "navigation.toml:4: audiense",
        "navigation.toml:10: audiense",
    ]
    [group] = folder.site.frame().foot
    assert (group.title, [link.title for link in group.links]) == ("Open", ["C"])


def test_a_file_that_is_broken_leaves_the_frame_as_it_was(folder: Folder, told: Told) -> None:
    told('[[top]]\nentry = "apis"\n')
    assert len(folder.site.frame().top) == 1
    told('[[top]]\nentry = "api')
    assert len(folder.site.frame().top) == 1


def test_a_mistake_is_logged_once(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for comment in ("# a", "# b, longer"):
            folder.write("navigation.toml", f'[[top]]\nentry = "shop" {comment}\n')
            folder.site.frame()
    assert len(caplog.messages) == 1
    assert "navigation.toml:2: entry must be one of" in caplog.messages[0]


def test_a_key_within_a_text_of_several_lines_is_none(told: Told) -> None:
    text = '[variables]\nnote = """\n[[top]]\nentry = 1\n"""\n\n[[top]]\nentry = "shop"\n'
    [problem] = told(text)
    assert problem.startswith("navigation.toml:8: ")
