"""The home page by configuration: its blocks, and what a mistake costs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.content.site.home import ICONS
from app.domain.home import OWN_HOME, BlockKind
from app.domain.site import Audience, Readers
from tests.unit.content.site.folder import Folder

Told = Callable[[str], list[str]]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 12 4"><path d="M0 0h9v9z"/></svg>'

SKULL = """\
[[block]]
kind = "cards"
title = "a"
[[block.card]]
title = "x"
href = "/apis"
icon = "skull"
"""


@pytest.fixture
def told(folder: Folder) -> Told:
    """Write ``home.toml`` and return what is wrong with it."""
    folder.write("docs/first.md", "# First")
    folder.write("theme/map.svg", SVG)

    def write(text: str) -> list[str]:
        folder.write("home.toml", text)
        return folder.problems()

    return write


def test_without_a_file_the_home_page_is_the_portal_s_own(folder: Folder) -> None:
    assert folder.site.home() == OWN_HOME


def test_a_page_of_all_kinds_is_read(folder: Folder, told: Told) -> None:
    folder.write("navigation.toml", '[variables]\ncompany = "Quill & haven"\n')
    folder.write("home/note.md", "From a [file](docs/first.md).")
    assert not told('''
[[block]]
kind = "hero"
title = "Freight"
text = "That moves."
first_call = false
show_to = "visitors"
[[block.button]]
title = "Begin"
page = "first"

[[block]]
kind = "welcome"
text = "Good to see you."

[[block]]
kind = "cards"
title = "More"
[[block.card]]
title = "First"
text = "Read it."
href = "/docs/first"
icon = "book-open"

[[block]]
kind = "text"
audience = ["support"]
markdown = """
## For {{ company }}

[First](docs/first.md#a), [products](/products), [out](https://example.com), ![Map](theme/map.svg)
"""

[[block]]
kind = "text"
file = "home/note.md"

[[block]]
kind = "apis"
title = "Ours"
most = 3

[[block]]
kind = "first-call"
''')
    hero, welcome, cards, text, note, apis, call = folder.site.home()
    assert hero.links is not None
    assert (hero.title, hero.links[0].href, hero.needs_products) == (
        "Freight",
        "/docs/first",
        False,
    )
    assert hero.audience == Audience(Readers.VISITORS)
    assert welcome.text == "Good to see you."
    assert (cards.cards[0].icon, cards.cards[0].link.page) == ("book-open", "first")
    assert "Quill &amp; haven" in text.html.text
    for part in (
        'href="docs/first#a"',
        'href="products"',
        "https://example.com",
        'src="theme/map.svg?v=',
    ):
        assert part in text.html.text
    assert text.audience.roles == frozenset({"support"})
    assert 'href="docs/first"' in note.html.text
    assert (apis.most, call.needs_products) == (3, True)
    assert folder.site.file("map.svg") is not None


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ('[[block]]\nkind = "banner"\n', "home.toml:2", "kind must be one of hero, welcome"),
        ('[[block]]\ntitle = "x"\n', "home.toml:1", "kind must be one of"),
        ('[[block]]\nkind = "start"\ntitle = "x"\n', "home.toml:3", "title is not known here"),
        ('[[block]]\nkind = "cards"\n', "home.toml:1", "has no title"),
        ('[[block]]\nkind = "apis"\nmost = 0\n', "home.toml:3", "most must be a whole number"),
        ('[[block]]\nkind = "start"\nshow_to = "x"\n', "home.toml:3", "show_to must be one of"),
        ('[[block]]\nkind = "start"\naudience = ["x"]\n', "home.toml:3", "which is no role"),
        ('[[block]]\nkind = "text"\n', "home.toml:1", "has markdown or a file"),
        ('[[block]]\nkind = "text"\nfile = "home/none.md"\n', "home/none.md", "does not exist"),
        ('[[block]]\nkind = "text"\nfile = "../x.md"\n', "../x.md", "leads out of the folder"),
        ("[[blocks]]\n", "home.toml:1", "blocks is not known here"),
        ("block = 3\n", "home.toml:1", "must be written as [[block]]"),
        (
            '[[block]]\nkind = "hero"\n[[block.button]]\ntitle = "x"\nhref = "javascript:x"\n',
            "home.toml:5",
            "must begin with https://",
        ),
        (
            SKULL,
            "home.toml:7",
            "icon must be one of activity, app-window, ",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(told: Told, text: str, where: str, words: str) -> None:
    [problem] = told(text)
    assert problem.startswith(f"{where}: ")
    assert words in problem


@pytest.mark.parametrize("key", ['audiense = ["administrator"]', 'show_too = "signed-in"'])
def test_a_key_that_is_not_known_closes_its_block(folder: Folder, told: Told, key: str) -> None:
    [problem] = told(f'[[block]]\nkind = "start"\n{key}\n[[block]]\nkind = "steps"\n')
    assert problem.startswith(f"home.toml:3: {key.split(maxsplit=1)[0]} is not known here")
    assert [block.kind for block in folder.site.home()] == [BlockKind.STEPS]


def test_a_key_that_is_not_known_closes_a_button_and_a_card(folder: Folder, told: Told) -> None:
    closed = 'title = "x"\nhref = "/apis"\naudiense = ["administrator"]\n'
    problems = told(
        f'[[block]]\nkind = "hero"\n[[block.button]]\n{closed}'
        f'[[block]]\nkind = "cards"\ntitle = "y"\n[[block.card]]\n{closed}'
    )
    assert [problem.split(" is ")[0] for problem in problems] == [
        "home.toml:6: audiense",
        "home.toml:13: audiense",
    ]
    hero, cards = folder.site.home()
    assert (hero.links, cards.cards) == ((), ())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[x](ftp://x.example)", "must begin with https://"),
        ("[x](nowhere)", "leads nowhere"),
        ("[x](docs/none.md)", "has no page"),
        ("![x](https://evil.example/a.png)", "is on another host, which is not used: put it"),
        ("![x](//evil.example/a.png)", "//evil.example/a.png is on another host"),
        ("![x](theme/none.png)", "does not exist"),
        ("{{ unknown }}", "unknown"),
    ],
)
def test_a_mistake_in_a_text_has_the_line_it_stands_in(told: Told, line: str, words: str) -> None:
    [problem] = told(f'[[block]]\nkind = "text"\nmarkdown = """\nOne\n\n{line}\n"""\n')
    assert problem.startswith("home.toml:6: ")
    assert words in problem


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<p onclick='x'>y</p>", "</style><style>"]
)
def test_no_text_runs_or_styles_anything(folder: Folder, told: Told, text: str) -> None:
    told(f'[[block]]\nkind = "text"\nmarkdown = """\n{text}\n"""\n')
    [block] = folder.site.home()
    assert block.kind is BlockKind.TEXT
    for part in ("<script", "onclick", "<style", "</style"):
        assert part not in block.html.text


def test_a_broken_file_leaves_the_home_page_as_it_was(folder: Folder, told: Told) -> None:
    told('[[block]]\nkind = "steps"\n')
    assert len(folder.site.home()) == 1
    assert told('[[block]\nkind = "st')
    assert [block.kind for block in folder.site.home()] == [BlockKind.STEPS]
    (folder.root / "home.toml").unlink()
    folder.now += 4
    assert folder.site.home() == OWN_HOME


def test_the_icons_are_those_that_the_portal_has() -> None:
    known = (Path(__file__).parents[4] / "tools" / "icons.txt").read_text().split()
    assert set(ICONS) <= {"", *known}
