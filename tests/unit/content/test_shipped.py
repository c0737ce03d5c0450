"""Pages that come with the portal say what it does, in words that its screens have."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.content.diagrams.diagrams import Diagrams
from app.content.pages.library import ContentPages, Options
from app.content.shipped.pages import ANCHORS, Facts, groups, words, written
from app.domain.documentation import MenuItem, Sample
from app.domain.fault_codes import KNOWN
from app.domain.html import Html
from app.domain.rotation import Overlap
from app.domain.shipped import NAMES

TEMPLATES = Path(__file__).parents[3] / "templates"
VARIABLES = {
    "portal_name": "Ports & *more*",
    "support_contact": "help@example.com",
    "support_link": "mailto:help@example.com",
}
PLAIN = Facts()
STRICT = Facts(
    first_call="weather today",
    has_sign_in=False,
    has_support=True,
    sends_mail=True,
    registration="approval",
    domains=("a.example", "b.example"),
    has_terms=True,
    asks_for_callback=False,
    one_product=True,
    adds_products=True,
    apps_per_developer=5,
    keys_per_app=1,
    default_days=90,
    longest_days=365,
    shown_once=True,
    has_try_it=False,
    notices=(30, 14, 7, 1),
    fresh=frozenset({"key.rotate", "key.reveal"}),
)
EVERY = {
    "plain": PLAIN,
    "strict": STRICT,
    "invited": replace(STRICT, registration="invited", default_days=0),
    "invited only": replace(PLAIN, registration="invited", starts_inactive=True),
    "longest": replace(PLAIN, longest_days=30, one_product=True),
}


def library(root: Path, facts: Facts, without: tuple[str, ...] = ()) -> ContentPages:
    shipped = written(facts, without)
    diagrams = Diagrams(lambda: root / "cache", lambda work: work())
    options = Options(frozenset({"support"}), VARIABLES, seconds=0, shipped=shipped)
    return ContentPages(root, {"weather": {"today"}}.get, diagrams, options)


def put(root: Path, name: str, text: str) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def html(pages: ContentPages, name: str) -> str:
    page = pages.page(f"help/{name}")
    assert page is not None
    return "".join(each.text for each in page.segments if isinstance(each, Html))


def labels(file: Path) -> Iterator[str]:
    """Yield what a template writes as a whole between two tags, and as a text of an expression."""
    text = file.read_text("utf-8")
    for part in re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL):
        yield from (a or b for a, b in re.findall(r"'([^'\n]+)'|\"([^\"\n]+)\"", part))
    bare = re.sub(r"\{[{%#].*?[%}#]\}", "", text, flags=re.DOTALL)
    yield from (" ".join(found.split()) for found in re.findall(r">([^<>]+)<", bare))


@pytest.mark.parametrize("facts", EVERY.values(), ids=EVERY)
def test_every_page_is_made_without_a_problem_however_the_portal_is_set_up(
    tmp_path: Path, facts: Facts
) -> None:
    pages = library(tmp_path, facts)

    assert pages.problems() == ()
    assert list(pages.entries()) == [f"help/{name}" for name in NAMES]
    for name in NAMES:
        text = html(pages, name)
        assert not re.search(r"\[\[|\]\]|\{[{%#]|None|Undefined|\*\*", text), name
        assert "<table>" not in text or "<td>" in text


@pytest.mark.parametrize("facts", EVERY.values(), ids=EVERY)
def test_what_a_page_calls_a_button_or_a_mark_is_on_a_screen(facts: Facts) -> None:
    screens = {label for file in TEMPLATES.rglob("*.html") for label in labels(file)}
    for name, text in written(facts).items():
        quoted = re.findall(r"\*\*(.+?)\*\*", text)
        assert quoted
        assert set(quoted) - screens == set(), name


def test_a_page_says_what_this_portal_does_and_nothing_that_it_does_not(tmp_path: Path) -> None:
    plain, strict = library(tmp_path, PLAIN), library(tmp_path, STRICT)

    for said, name in {
        "for 90 days": "apps-and-keys",
        "The most is 365 days": "apps-and-keys",
        "30, 14, 7 and 1 days before": "apps-and-keys",
        "at most 1 key.": "apps-and-keys",
        "shown once": "apps-and-keys",
        "You can have 5 apps": "your-first-call",
        "activates your account": "your-first-call",
        "a.example or b.example": "your-first-call",
        "exactly one": "your-first-call",
        "at most 365 days": "replace-a-key",
        "sign in again": "replace-a-key",
        'href="mailto:help@example.com"': "when-a-call-fails",
    }.items():
        assert said in html(strict, name), said
        assert said not in html(plain, name), said
    assert "until you turn it off" in html(plain, "apps-and-keys")
    assert "at most 10 keys" in html(plain, "apps-and-keys")
    for said, name in {
        "Callback URL": "your-first-call",
        "Try it": "when-a-call-fails",
        "Choose <strong>Sign in</strong>": "your-first-call",
    }.items():
        assert said in html(plain, name), said
        assert said not in html(strict, name), said


def test_the_operators_words_stay_words(tmp_path: Path) -> None:
    assert "Ports &amp; *more*" in html(library(tmp_path, PLAIN), "your-first-call")


def test_the_first_call_shows_the_operation_that_was_chosen(tmp_path: Path) -> None:
    with_one = library(tmp_path, STRICT).page("help/your-first-call")
    without = library(tmp_path, PLAIN).page("help/your-first-call")
    assert with_one is not None
    assert without is not None

    assert with_one.samples == (Sample("weather", "today"),)
    assert without.samples == ()


def test_an_operation_that_does_not_exist_is_told(tmp_path: Path) -> None:
    pages = library(tmp_path, replace(PLAIN, first_call="weather tomorrow"))

    [problem] = pages.problems()
    assert problem.file == "shipped/help/your-first-call.md"
    assert "no operation tomorrow" in problem.text


def test_every_code_of_the_doctor_is_in_the_table_once_with_his_words(tmp_path: Path) -> None:
    text = html(library(tmp_path, STRICT), "when-a-call-fails")
    listed = [fault.code for group in groups() for fault in group.faults]

    assert sorted(listed) == sorted(KNOWN)
    assert [group.anchor for group in groups()] == list(ANCHORS.values())
    for fault in KNOWN.values():
        assert f"diagnosis?code={fault.code}" in text
        assert fault.text in text
        assert fault.remedy.text in text


def test_an_own_page_takes_the_place_of_one(tmp_path: Path) -> None:
    put(tmp_path, "docs/help/replace-a-key.md", "---\ntitle: Ours\n---\n\nCall the desk.\n")
    pages = library(tmp_path, PLAIN)

    assert pages.entries()["help/replace-a-key"].title == "Ours"
    assert "Call the desk." in html(pages, "replace-a-key")
    (tmp_path / "docs/help/replace-a-key.md").unlink()
    assert pages.entries()["help/replace-a-key"].title == "Replace a key"
    assert "Call the desk." not in html(pages, "replace-a-key")


def test_an_own_page_that_is_broken_is_not_replaced_since_it_may_be_for_others(
    tmp_path: Path,
) -> None:
    put(tmp_path, "docs/help/replace-a-key.md", "---\naudience: [nobody]\n---\n")

    assert "help/replace-a-key" not in library(tmp_path, PLAIN).entries()


def test_an_audience_of_the_folder_counts_for_them(tmp_path: Path) -> None:
    put(tmp_path, "docs/help/index.md", "---\ntitle: Help\naudience: [support]\n---\n")
    pages = library(tmp_path, PLAIN)

    assert not pages.entries()["help/apps-and-keys"].is_for([])
    assert pages.entries()["help/apps-and-keys"].is_for(["support"])


def test_a_page_can_be_left_out(tmp_path: Path) -> None:
    pages = library(tmp_path, PLAIN, ("when-a-call-fails", "replace-a-key"))

    assert list(pages.entries()) == ["help/your-first-call", "help/apps-and-keys"]
    assert pages.problems() == ()
    assert "names each reason" in html(pages, "your-first-call")


def test_an_own_page_without_the_headings_is_no_problem_of_its_writer(tmp_path: Path) -> None:
    put(tmp_path, "docs/help/when-a-call-fails.md", "# Ask us\n")
    pages = library(tmp_path, PLAIN)

    assert pages.problems() == ()
    assert 'href="when-a-call-fails#too-many-calls"' in html(pages, "your-first-call")


def test_the_side_bar_ends_with_those_that_it_does_not_name(tmp_path: Path) -> None:
    put(tmp_path, "docs/own.md", "# Own\n")
    section = '[[section]]\ntitle = "Begin"\npages = ["help/your-first-call", "own"]\n'
    put(tmp_path, "navigation.toml", section)
    menu = library(tmp_path, PLAIN).menu()

    assert [item.title for item in menu] == ["Begin", "Help"]
    rest = ["help/apps-and-keys", "help/replace-a-key", "help/when-a-call-fails"]
    assert list(menu[1].pages()) == rest
    (tmp_path / "navigation.toml").unlink()
    by_folder = library(tmp_path, PLAIN).menu()
    assert [item.title for item in by_folder] == ["Help", "Own"]
    assert list(MenuItem("", items=by_folder).pages()) == ["help/your-first-call", *rest, "own"]


@pytest.mark.parametrize("overlap", [each for each in Overlap if each.length])
def test_how_long_both_keys_work_is_said_as_the_form_says_it(overlap: Overlap) -> None:
    parts = (TEMPLATES / "components" / "ui.html").read_text("utf-8")
    assert f'"{overlap.value}": "{words(overlap)}"' in parts
