"""Pages of a folder: found, kept, made anew, told about, and closed when in doubt."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.documentation import MenuItem
from tests.unit.content.pages.writing import Docs


def test_titles_come_from_the_head_the_first_heading_or_the_name(docs: Docs) -> None:
    docs.write("docs/a.md", "---\ntitle: From the head\n---\n# Other\n")
    docs.write("docs/b.md", "# From the heading\n\nText\n")
    docs.write("docs/some-words.md", "Text\n")

    titles = {path: entry.title for path, entry in docs.pages.entries().items()}
    assert titles == {"a": "From the head", "b": "From the heading", "some-words": "Some words"}
    assert "<h1" not in docs.html("# From the heading\n\nText\n")


def test_a_change_is_seen_after_three_seconds_and_not_looked_for_before(docs: Docs) -> None:
    assert "One" in docs.html("One\n")
    first = docs.page()
    assert docs.page() is first

    (docs.root / "docs/a.md").write_text("Other\n")
    docs.now += 2
    assert docs.page() is first
    docs.now += 2
    assert "Other" in docs.page().markdown
    (docs.root / "docs/a.md").unlink()
    docs.now += 4
    assert docs.pages.page("a") is None


def test_the_side_bar_is_that_of_the_file_with_groups_links_and_folders(docs: Docs) -> None:
    for name in ("one", "in/b", "in/a"):
        docs.write(f"docs/{name}.md", f"---\ntitle: {name.title()}\n---\n")
    docs.write(
        "navigation.toml",
        '[[section]]\ntitle = "S"\npages = ["one", { title = "G", pages = [{ folder = "in" }] },'
        ' { title = "Away", href = "https://example.com" }]\n',
    )

    inner = (MenuItem("In/A", "in/a"), MenuItem("In/B", "in/b"))
    assert docs.pages.menu() == (
        MenuItem(
            "S",
            items=(
                MenuItem("One", "one"),
                MenuItem("G", items=inner),
                MenuItem("Away", href="https://example.com"),
            ),
        ),
    )
    assert docs.problems() == []


def test_without_the_file_the_side_bar_is_the_folders_by_order(docs: Docs) -> None:
    docs.write("docs/z.md", "---\ntitle: Z\norder: 1\n---\n")
    docs.write("docs/a.md", "---\ntitle: A\norder: 2\n---\n")
    docs.write("docs/in/index.md", "---\ntitle: Inner\norder: 3\n---\n")
    docs.write("docs/in/b.md", "---\ntitle: B\n---\n")

    assert docs.pages.menu() == (
        MenuItem("Z", "z"),
        MenuItem("A", "a"),
        MenuItem("Inner", items=(MenuItem("Inner", "in/index"), MenuItem("B", "in/b"))),
    )


def test_a_page_needs_its_own_audience_and_those_of_its_folders(docs: Docs) -> None:
    docs.write("docs/in/index.md", "---\naudience: [support]\n---\n")
    docs.write("docs/in/deep/page.md", "---\naudience: administrator\n---\n")

    entry = docs.pages.entries()["in/deep/page"]
    assert entry.audiences == (frozenset({"support"}), frozenset({"administrator"}))
    assert not entry.is_for({"support"})
    assert entry.is_for({"support", "administrator"})
    assert docs.pages.audiences("in/deep/x.png") == (frozenset({"support"}),)


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("title: [", "docs/in/index.md:3: its head is not valid YAML"),
        ("title: x\naudience: [nobody]", "docs/in/index.md:3: audience names nobody, which is no"),
        ("audience: []", "docs/in/index.md:2: audience must be a list of roles"),
        ("tilte: x", "docs/in/index.md:2: tilte is not known in a head"),
        ("title: x\norder: first", "docs/in/index.md:3: order must be a number"),
        ("- a", "docs/in/index.md:1: its head must hold lines"),
        ("a: &a [x]\nb: [*a,*a]\nc: !!python/object:os.system x", "docs/in/index.md:"),
    ],
)
def test_a_broken_head_closes_its_page_and_its_folder_and_is_told(
    docs: Docs, head: str, problem: str
) -> None:
    docs.write("docs/a.md", "Fine\n")
    docs.write("docs/in/b.md", "Inside\n")
    docs.write("docs/in/index.md", f"---\n{head}\n---\nText\n")

    assert set(docs.pages.entries()) == {"a"}
    assert docs.pages.audiences("in/x.png") is None
    assert docs.problems()[0].startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("one\n\ntwo [x](gone.md)", "docs/a.md:3: gone.md does not exist"),
        ("x\ny [x](/docs/gone)", "docs/a.md:2: /docs/gone does not exist"),
        ("[x](b.md#gone)", "docs/a.md: docs/b.md has no heading #gone"),
        ("[x](#gone)", "docs/a.md: docs/a.md has no heading #gone"),
        ("![x](gone.png)", "docs/a.md:1: the picture gone.png does not exist"),
        ("[x](/nowhere)", "docs/a.md:1: /nowhere leads nowhere in the portal"),
        ("[x](/apis/gone)", "docs/a.md:1: there is no API gone"),
        ("[x](../../etc/passwd)", "docs/a.md:1: ../../etc/passwd does not exist"),
        ('x\n\n<a href="gone.md">x</a>', "docs/a.md:3: gone.md does not exist"),
        ("::: nte\nx\n:::", "docs/a.md:1: ::: nte is not known"),
        ("x\n\n::: note\nx", "docs/a.md:3: ::: note is never closed"),
        ("::: tabs\nx\n:::", "docs/a.md:1: ::: tabs has no tab"),
        ("::: operation weather", "docs/a.md:1: ::: operation needs"),
        ("::: operation rain today", "docs/a.md:1: there is no API rain"),
        ("::: operation weather gone", "docs/a.md:1: the API weather has no operation gone"),
        ("{{ portal_nme }}", "docs/a.md:1: {{ portal_nme }} is not known"),
        ("::: include snippets/gone.md", "docs/a.md:1: snippets/gone.md: does not exist"),
        ("::: include docs/b.md", "docs/a.md:1: docs/b.md: snippets lie in snippets/"),
        ("::: include snippets/../docs/b.md", "docs/a.md:1: "),
        ("::: include snippets/loop.md", "snippets/loop.md:2: the snippet snippets/loop.md"),
        ("::: include snippets/bad.md", "snippets/bad.md:2: {{ what }} is not known"),
        ("## x\n\n# y", "docs/a.md:3: a page has one # heading"),
        ("```mermaid\npie\n```", "docs/a.md:1: the diagram cannot be drawn: no pies"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(docs: Docs, text: str, problem: str) -> None:
    docs.write("docs/b.md", "## There\n")
    docs.write("snippets/loop.md", "x\n::: include snippets/loop.md\n")
    docs.write("snippets/bad.md", "x\n{{ what }}\n")
    docs.write("docs/a.md", text)

    [found] = docs.problems()
    assert found.startswith(problem)
    assert docs.page().segments is not None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[section]]\ntitle = "S"\npages = ["gone"]', "navigation.toml:3: docs/gone.md does not"),
        ("x = ?", "navigation.toml:1: is not valid TOML"),
        ('[[section]]\npages = ["a"]', "navigation.toml:1: a section needs a title"),
        ('[variables]\n"a b" = "c"', "navigation.toml:2: the variable a b must be text"),
        ('[[section]]\ntitle="S"\npages=[{title="x", href="javascript:x"}]', "navigation.toml:3"),
    ],
)
def test_a_mistake_in_the_side_bar_is_told_and_the_pages_stand(
    docs: Docs, text: str, problem: str
) -> None:
    docs.write("docs/a.md", "Fine\n")
    docs.write("navigation.toml", text)

    assert docs.problems()[0].startswith(problem)
    assert "Fine" in docs.page().markdown


def test_links_are_led_to_pages_and_files_as_seen_from_the_page(docs: Docs) -> None:
    docs.write("docs/in/index.md", "# In\n")
    docs.write("docs/in/b.md", "# B\n\n## There\n")
    docs.write("docs/file.pdf", "x")
    html = docs.html(
        "[1](in/b.md#there) [2](in/index.md) [3](file.pdf) [4](/products) [5](/docs/in/b) [6](in)\n"
    )
    docs.write("docs/in/index.md", "[7](../a.md) [8](b.md) [9](/apis/weather) [10](/)\n")
    inner = docs.page("in/index").segments[0]

    for number, href in enumerate(
        ("in/b#there", "in/", "file.pdf", "../products", "in/b", "in/"), 1
    ):
        assert f'<a href="{href}" rel="noopener">{number}</a>' in html
    for number, href in enumerate(("../a", "b", "../../apis/weather", "../.."), 7):
        assert f'<a href="{href}" rel="noopener">{number}</a>' in str(inner)
    assert docs.problems() == []


def test_a_snippet_stands_in_a_list_and_its_links_are_those_of_the_page(docs: Docs) -> None:
    docs.write("snippets/x.md", "One\n\n- Two\n")

    html = docs.html("1. First\n\n   ::: include snippets/x.md\n\n2. Last\n")

    assert html.count("<ol>") == 1
    assert "<li>Two</li>" in html
    assert "One\n\n   - Two" in docs.page().markdown


def test_the_twin_has_the_title_the_variables_and_the_snippets(docs: Docs) -> None:
    docs.write("docs/a.md", "---\ntitle: T\ndescription: D\n---\n# Other\n\n{{ portal_name }}\n")

    assert docs.page().markdown == "# T\n\n> D\n\nA *bold* portal\n"


def test_only_files_inside_of_the_content_are_found(
    docs: Docs, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.png"
    outside.write_text("secret")
    docs.write("docs/pic.png", "x")
    docs.write("docs/.hidden.png", "x")
    docs.write("docs/.git/x.png", "x")
    docs.write("docs/page.html", "x")
    (docs.root / "docs/link.png").symlink_to(outside)
    (docs.root / "docs/loop.png").symlink_to(docs.root / "docs/loop.png")
    (docs.root / "docs/folder").symlink_to(outside.parent, target_is_directory=True)
    (docs.root / "docs/link.md").symlink_to(outside)

    names = ["pic.png", ".hidden.png", ".git/x.png", "page.html", "link.png", "loop.png"]
    names += ["folder/secret.png", "../docs/pic.png", "", "nul\0.png"]
    assert [name for name in names if docs.pages.file(name)] == ["pic.png"]
    assert docs.pages.page("link") is None


def test_a_file_is_told_anew_when_it_changes(docs: Docs) -> None:
    docs.write("docs/a.svg", "one")
    first = docs.pages.file("a.svg")
    docs.write("docs/a.svg", "other")
    os.utime(docs.root / "docs/a.svg", (time.time() + 5, time.time() + 5))
    second = docs.pages.file("a.svg")

    assert first is not None
    assert second is not None
    assert first.digest != second.digest
    assert first.media_type == "image/svg+xml"


def test_a_file_belongs_to_the_pages_that_name_it(docs: Docs) -> None:
    docs.write("docs/in/a.md", "![x](pic.png)\n")
    docs.write("docs/b.md", '<img src="in/pic.png" alt="">\n')
    docs.write("docs/c.md", "![x](pic.png)\n")

    assert docs.pages.naming("in/pic.png") == {"in/a", "b"}


def test_a_diagram_is_a_picture_once_it_is_drawn_and_its_text_until_then(tmp_path: Path) -> None:
    waiting: list[Callable[[], object]] = []
    docs = Docs(tmp_path, start=waiting.append)
    html = docs.html("```mermaid\nflowchart TD\n```\n")
    assert "<img" not in html
    assert "flowchart TD" in html

    waiting[0]()
    html = "".join(str(part) for part in docs.page().segments)

    [name] = docs.page().diagrams
    assert f'<img src="a.diagram-{name}.svg" alt="Diagram" width="10" height="20"' in html
    assert docs.pages.drawing(name) is not None
    assert docs.drawn == ["flowchart TD\n"]
    assert Docs(tmp_path, start=waiting.append).page().diagrams == {name}
    assert len(waiting) == 1


def test_a_prepared_picture_wins_over_drawing(docs: Docs) -> None:
    docs.write("docs/flow.svg", "x")

    html = docs.html('```mermaid svg="flow.svg" title="Flow"\nflowchart TD\n```\n')

    assert '<img src="flow.svg" alt="Flow"' in html
    assert docs.drawn == []


def test_snippets_that_multiply_end_at_a_limit(docs: Docs) -> None:
    for number in range(5):
        line = f"::: include snippets/{number + 1}.md\n" if number < 4 else "x\n"
        docs.write(f"snippets/{number}.md", line * 100)
    docs.write("docs/a.md", "::: include snippets/0.md\n")

    assert len(docs.page().markdown) < 100_000
    assert "docs/a.md: has more than 20000 lines with its snippets" in docs.problems()[0]


@pytest.mark.parametrize("text", ["x" * 600_000, "![" * 6_000, "<div>" * 30_000])
def test_a_page_that_is_too_long_is_left_out(docs: Docs, text: str) -> None:
    docs.write("docs/a.md", text)

    assert docs.pages.page("a") is None
    assert docs.problems() == ["docs/a.md: is too long for one page: make several of it"]


def test_a_page_that_cannot_be_made_is_told_and_the_others_stand(docs: Docs) -> None:
    docs.write("docs/b.md", "Fine\n")
    html = docs.html("> " * 30_000 + "x\n\n" + "- " * 30_000 + "x\n")

    assert html
    assert "Fine" in docs.page("b").markdown
