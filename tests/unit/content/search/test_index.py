"""The search index: what it finds, and that nothing which is typed or broken can harm it."""

import json
import logging
import multiprocessing
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.content.diagrams.diagrams import Diagrams
from app.content.pages.library import ContentPages, Options
from app.content.search.file import KEPT, IndexFile
from app.content.search.index import ContentSearch
from app.content.search.sources import ContentSources
from app.domain.search import Hit, Indexed, Kind, Wanted, query_of
from tests.unit.writing import catalogue_of, write_docs

API: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Animals", "version": "2.0", "description": "About **pets**."},
    "paths": {
        "/v1/pets/{petId}": {
            "parameters": [{"name": "petId", "in": "path", "required": True}],
            "get": {"operationId": "getPetById", "summary": "One pet", "tags": ["Zoo"],
                    "description": "Returns [an animal](https://x.example) with its *keeper*.",
                    "parameters": [{"name": "verbose", "in": "query"}]},
            "delete": {"operationId": "removePet", "deprecated": True},
        },
        "/v1/pets": {"get": {"operationId": "listPets", "summary": "Pets"}},
    },
    "webhooks": {"escaped": {"post": {"summary": "An animal ran away"}}},
    "components": {"schemas": {
        "Pet": {"description": "What barks.", "properties": {"collarColor": {}}},
    }},
}  # fmt: skip
PAGES = {
    "index.md": "# Documentation\n\nBegin here.\n",
    "keys.md": "---\ntitle: Keys\ndescription: All about keys.\n---\n\nOver {{ animal }}.\n\n"
    "## Rotate a key\n\nDo it in Zürich.\n\n```python\nswap_everything()\n```\n\n"
    "::: note\n\n### Deadline {#late}\n\nIt must end.\n\n:::\n\n::: include snippets/legal.md\n",
}
HOSTILE = (
    '"', "'", '""', "*", "^pet", "pet*", "pet AND", "NOT pet", "NEAR(pet, 2)", "title:pet",
    "{title names}:pet", "pet - keys", "'; DROP TABLE entry; --", "\\", "%", "_", "|", "||",
    "\0", "pet\0keys", "😀", "\ud800", "()", "(((((", "ﷺ" * 200, "x" * 10_000, "pet " * 3_000,
    "+", ":", ",", "-1", "1e999", "NULL", "\u202epet",
)  # fmt: skip


def at_once(work: Callable[[], object]) -> None:
    work()


class Content:
    """A content folder with what searches it."""

    def __init__(self, root: Path, start: Callable[[Callable[[], object]], None]) -> None:
        self.root = root
        self.now = 1_000.0
        self.monotonic = 0.0
        diagrams = Diagrams(lambda: root / "cache", lambda _work: None)
        options = Options(frozenset({"support"}), {"animal": "the marmot"}, seconds=0)
        self.pages = ContentPages(root, lambda _slug: None, diagrams, options)
        self.apis = catalogue_of(root, self.tick)
        self.sources = ContentSources(self.pages, self.apis)
        self.file = IndexFile(lambda: root / "cache", lambda: self.now)
        self.search = ContentSearch(self.sources, self.file, start, lambda: self.monotonic)

    def tick(self) -> float:
        """Let the catalogue look at the files each time."""
        self.now += 10
        return self.now

    def write(self, slug: str, document: object = API) -> None:
        folder = self.root / "apis" / slug
        folder.mkdir(parents=True, exist_ok=True)
        folder.joinpath("d.json").write_text(json.dumps(document))
        folder.joinpath("api.toml").write_text(
            'document = "d.json"\nbase_url = "https://x.example"'
        )

    def find(self, text: str, kind: Kind | None = None, **asked: Any) -> Indexed:  # noqa: ANN401 - fields of Wanted
        every: dict[str, Any] = {
            "pages": list(self.pages.entries()),
            "apis": [api.slug for api in self.apis.all()],
        }
        return self.search.find(Wanted(query_of(text), **{**every, **asked}, kind=kind))

    def hits(self, text: str, kind: Kind | None = None, **asked: Any) -> list[Hit]:  # noqa: ANN401 - fields of Wanted
        return [hit for group in self.find(text, kind, **asked).groups for hit in group.hits]

    def names(self, text: str, kind: Kind | None = None, **asked: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - fields of Wanted
        return [(hit.owner, hit.name) for hit in self.hits(text, kind, **asked)]


def made(root: Path, start: Callable[[Callable[[], object]], None] = at_once) -> Content:
    (root / "cache").mkdir(exist_ok=True)
    write_docs(root / "docs", PAGES)
    (root / "snippets").mkdir(exist_ok=True)
    (root / "snippets" / "legal.md").write_text("Bound by treaty.\n")
    content = Content(root, start)
    content.write("animals")
    return content


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return made(tmp_path)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The same content for tests that change nothing of it."""
    return made(tmp_path_factory.mktemp("library"))


FINDS = [
    ("rotate", ("keys", "rotate-a-key")),
    ("zurich", ("keys", "rotate-a-key")),
    ("deadline", ("keys", "late")),
    ("swap_everything", ("keys", "rotate-a-key")),
    ("marmot", ("keys", "")),
    ("treaty", ("keys", "late")),
    ("marmot treaty", ("keys", "")),
    ("animals", ("animals", "")),
    ("getPetById", ("animals", "getPetById")),
    ("GET /v1/pets/{petId}", ("animals", "getPetById")),
    ("pet by", ("animals", "getPetById")),
    ("zoo", ("animals", "getPetById")),
    ("verb", ("animals", "getPetById")),
    ("keeper", ("animals", "getPetById")),
    ("ran away", ("animals", "webhook-escaped")),
    ("barks", ("animals", "Pet")),
    ("collar color", ("animals", "Pet")),
]


@pytest.mark.parametrize(("query", "first"), FINDS)
def test_it_finds_what_is_meant(library: Content, query: str, first: tuple[str, str]) -> None:
    assert library.names(query)[0] == first


def test_an_exact_name_comes_first_and_a_whole_word_before_a_longer_one(library: Content) -> None:
    assert library.names("listPets", Kind.OPERATIONS)[0][1] == "listPets"
    assert library.names("pets", Kind.OPERATIONS)[0][1] == "listPets"
    assert library.names("removepet", Kind.OPERATIONS) == [("animals", "removePet")]


def test_of_a_page_only_its_best_part_is_shown(library: Content) -> None:
    [group] = library.find("key", Kind.PAGES).groups
    assert (group.total, len(group.hits)) == (1, 1)


def test_an_operation_says_where_it_stands(library: Content) -> None:
    [hit] = library.hits("keeper")
    assert (hit.title, hit.method, hit.path) == ("One pet", "GET", "/v1/pets/{petId}")
    assert (hit.where, hit.text) == (
        "Animals 2.0",
        "Returns an animal with its keeper. Parameters: petId, verbose",
    )
    assert [hit.is_deprecated for hit in library.hits("removePet")] == [True]


def test_what_is_not_asked_for_is_neither_found_nor_counted(library: Content) -> None:
    assert library.find("animals", pages=(), apis=()).groups == ()
    kinds = {group.kind for group in library.find("animals", pages=()).groups}
    assert kinds == {Kind.APIS, Kind.OPERATIONS, Kind.SCHEMAS}
    [group] = library.find("d", apis=(), pages=["index"]).groups
    assert (group.total, [hit.owner for hit in group.hits]) == (1, ["index"])


def test_a_page_of_what_was_found_follows_the_other(library: Content) -> None:
    every = library.names("animals", Kind.OPERATIONS)
    parts = [library.find("animals", Kind.OPERATIONS, first=n, most=1) for n in range(len(every))]
    assert [group.hits[0].name for part in parts for group in part.groups] == [
        name for _, name in every
    ]
    assert {group.total for part in parts for group in part.groups} == {len(every)}


@pytest.mark.parametrize("query", HOSTILE)
def test_whatever_is_typed_is_a_word_or_nothing(library: Content, query: str) -> None:
    library.find("pet")
    if query_of(query).words:
        assert library.find(query).is_whole
    assert library.names("barks") == [("animals", "Pet")]


def test_what_changes_is_found_and_the_rest_is_not_made_again(content: Content) -> None:
    assert content.names("walrus") == []
    before = content.file.holds([source.number for source in content.sources.all()])
    (content.root / "docs" / "index.md").write_text("# Documentation\n\nThe walrus.\n")
    assert content.names("walrus") == [("index", "")]
    after = {source.name: source.number for source in content.sources.all()}
    assert len(before & set(after.values())) == len(after) - 1
    (content.root / "snippets" / "legal.md").write_text("A seal.\n")
    assert content.names("seal") == [("keys", "late")]


def test_what_goes_away_is_not_found_any_more(content: Content) -> None:
    assert content.names("rotate")
    (content.root / "docs" / "keys.md").unlink()
    assert content.names("rotate", pages=["keys", "index"]) == []


def test_another_process_finds_what_was_made_and_makes_nothing(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content.find("pet")

    def never(*_args: object) -> None:
        raise AssertionError

    monkeypatch.setattr(IndexFile, "add", never)
    assert Content(tmp_path, at_once).names("barks") == [("animals", "Pet")]


def test_until_it_is_made_what_is_there_is_found(tmp_path: Path) -> None:
    started: list[Callable[[], object]] = []
    content = made(tmp_path, started.append)
    content.monotonic = 10
    waiting = Content.find(content, "pet")
    assert waiting == Indexed(is_whole=False)
    for _ in range(2):
        started.pop(0)()
    content.monotonic += 10
    assert content.find("begin here") == Indexed(content.find("begin here").groups, is_whole=False)
    assert content.names("begin here") == [("index", "")]
    while started:
        started.pop(0)()
    assert content.find("pet").is_whole
    assert len(content.names("pet")) > 1


def test_a_deleted_file_is_made_anew(content: Content) -> None:
    content.find("pet")
    content.file.file.path.unlink()
    assert not content.find("pet").is_whole
    assert content.find("pet").is_whole
    assert content.names("barks") == [("animals", "Pet")]


def test_a_broken_file_is_made_anew(content: Content, caplog: pytest.LogCaptureFixture) -> None:
    content.find("pet")
    for ending in ("-wal", "-shm"):
        content.file.file.path.with_name(f"search-1.sqlite3{ending}").unlink(missing_ok=True)
    content.file.file.path.write_bytes(b"SQLite format 3\0" + b"nonsense" * 5_000)
    content.find("pet")
    content.monotonic += 60
    content.find("pet")
    assert content.names("barks") == [("animals", "Pet")]
    assert "thrown away" in caplog.text


def test_a_folder_that_cannot_be_used_costs_the_index_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content = made(tmp_path)
    (tmp_path / "cache").rmdir()
    (tmp_path / "cache").write_text("in the way")
    for _ in range(3):
        assert content.find("pet") == Indexed(is_whole=False)
        content.monotonic += 60
    told = [line for line in caplog.records if line.levelno >= logging.ERROR]
    assert len(told) == 1
    (tmp_path / "cache").unlink()
    (tmp_path / "cache").mkdir()
    content.monotonic += 60
    assert content.names("barks") == [("animals", "Pet")]


def test_a_document_of_a_shape_that_nobody_foresaw_costs_itself_only(
    content: Content, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object) -> None:
        raise TypeError

    monkeypatch.setattr("app.content.search.from_api.mapping", fail)
    assert content.names("barks") == []
    assert content.names("rotate") == [("keys", "rotate-a-key")]
    assert "animals cannot be searched (TypeError)" in caplog.text


def test_what_nobody_has_used_for_a_week_goes(content: Content) -> None:
    content.find("pet")
    old = [source.number for source in content.sources.all()]
    content.now += KEPT + 100
    (content.root / "docs" / "index.md").write_text("# Documentation\n\nThe walrus.\n")
    content.find("pet")
    now = {source.number for source in content.sources.all()}
    assert content.file.holds(old) == set(old) & now
    with sqlite3.connect(content.file.file.path) as connection:
        [entries] = connection.execute("SELECT count(*) FROM entry").fetchone()
        [words] = connection.execute("SELECT count(*) FROM words").fetchone()
    connection.close()
    assert entries == words > 0


def _search(root: Path, go: Any, answers: Any) -> None:  # noqa: ANN401 - multiprocessing's own
    content = Content(root, at_once)
    go.wait()
    answers.put((len(content.names("barks", most=1_000)), content.names("animals", most=1_000)))


def test_processes_that_make_it_at_once_make_it_once(tmp_path: Path) -> None:
    content = made(tmp_path)
    for number in range(20):
        content.write(f"animals-{number:02}")
    spawning = multiprocessing.get_context("spawn")
    go, answers = spawning.Event(), spawning.Queue()
    processes = [spawning.Process(target=_search, args=(tmp_path, go, answers)) for _ in range(3)]
    for process in processes:
        process.start()
    go.set()
    told = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert told == [told[0]] * 3
    assert told[0][0] == 21
    with sqlite3.connect(content.file.file.path) as connection:
        [twice] = connection.execute(
            "SELECT count(*) - count(DISTINCT source || kind || owner || name) FROM entry"
        ).fetchone()
    connection.close()
    assert twice == 0


def test_thousands_of_operations_are_searched_at_once(tmp_path: Path) -> None:
    """The bound is generous: it takes some 20 ms."""
    content = made(tmp_path)
    paths = {
        f"/things/{number}/{{id}}": {"get": {"operationId": f"getThing{number}", "summary": "One"}}
        for number in range(5_000)
    }
    content.write("many", {**API, "paths": paths})
    content.find("thing")
    begun = time.perf_counter()
    [group] = content.find("thing", Kind.OPERATIONS).groups
    assert time.perf_counter() - begun < 2
    assert group.total == 5_000
