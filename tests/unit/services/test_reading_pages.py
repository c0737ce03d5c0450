"""Pages for their audience: in the side bar, at their address, and with their files."""

from datetime import UTC, datetime

import pytest

from app.domain.documentation import ContentFile, MenuItem
from app.domain.errors import NotFound
from app.services.reading.pages import PageReading
from tests.fakes.documentation import FakeDocumentation

FILE = ContentFile("x", "image/png", "digest", datetime(2026, 3, 1, tzinfo=UTC), is_shown=True)
NOBODY: frozenset[str] = frozenset()
SUPPORT = frozenset({"support"})


@pytest.fixture
def content() -> FakeDocumentation:
    return FakeDocumentation()


@pytest.fixture
def pages(content: FakeDocumentation) -> PageReading:
    return PageReading(content)


def test_the_side_bar_leaves_out_what_is_hidden_and_titles_over_nothing(
    content: FakeDocumentation, pages: PageReading
) -> None:
    content.add("open")
    content.add("hidden", "support")
    open_, hidden = content.side
    away = MenuItem("Away", href="https://example.com")
    content.side = (
        MenuItem("Both", items=(open_, hidden)),
        MenuItem("Closed", items=(MenuItem("Deeper", items=(hidden,)),)),
        away,
    )

    assert pages.menu(NOBODY) == (MenuItem("Both", items=(open_,)), away)
    assert pages.menu(SUPPORT) == content.side


def test_neighbors_are_those_that_the_reader_sees(
    content: FakeDocumentation, pages: PageReading
) -> None:
    first, _, last = content.add("a"), content.add("b", "support"), content.add("c")

    placed = pages.read(first, NOBODY)
    assert (placed.previous, placed.following) == (None, last)
    following = pages.read(first, SUPPORT).following
    assert following is not None
    assert following.path == "b"


def test_a_page_beside_the_side_bar_has_no_neighbors(
    content: FakeDocumentation, pages: PageReading
) -> None:
    entry = content.add("a")
    content.side = ()

    placed = pages.read(entry, NOBODY)
    assert (placed.previous, placed.following, placed.trail) == (None, None, ())


def test_without_an_index_the_first_visible_page_begins(
    content: FakeDocumentation, pages: PageReading
) -> None:
    content.add("hidden", "support")
    content.add("open")

    assert pages.find("", NOBODY).path == "open"
    assert pages.find("", SUPPORT).path == "hidden"


@pytest.mark.parametrize("address", ["hidden", "hidden/", "gone", "in/gone", "/", "in"])
def test_a_hidden_page_is_not_found(
    content: FakeDocumentation, pages: PageReading, address: str
) -> None:
    content.add("hidden", "support")
    content.add("in/index", "support")

    with pytest.raises(NotFound, match="There is no such page"):
        pages.find(address, NOBODY)


def test_a_file_needs_its_folders_audience_and_one_page_for_the_reader(
    content: FakeDocumentation, pages: PageReading
) -> None:
    content.add("open")
    content.add("hidden", "support")
    content.files = dict.fromkeys(("bare.png", "both.png", "shut.png", "own.png", "torn.png"), FILE)
    content.closed = {"shut.png": (SUPPORT,), "torn.png": None}
    content.named = {
        "both.png": frozenset({"open", "hidden"}),
        "own.png": frozenset({"hidden"}),
        "shut.png": frozenset({"open"}),
    }

    def seen(roles: frozenset[str]) -> set[str]:
        found = set()
        for name in content.files:
            try:
                found.add(name if pages.file(name, roles) is FILE else "")
            except NotFound:
                continue
        return found

    assert seen(NOBODY) == {"bare.png", "both.png"}
    assert seen(SUPPORT) == {"bare.png", "both.png", "own.png", "shut.png"}


def test_a_drawing_is_for_who_may_read_a_page_that_shows_it(
    content: FakeDocumentation, pages: PageReading
) -> None:
    name = "0" * 24
    content.add("open")
    content.add("hidden", "support", diagrams=frozenset({name}))
    content.drawings = {name: FILE}

    assert pages.file(f"hidden.diagram-{name}.svg", SUPPORT) is FILE
    for path, roles in (
        (f"hidden.diagram-{name}.svg", NOBODY),
        (f"open.diagram-{name}.svg", SUPPORT),
    ):
        with pytest.raises(NotFound):
            pages.file(path, roles)
