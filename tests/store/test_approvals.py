"""The queue: requests in the notes and those a scan found, as one list, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.domain.approvals import Scan, ScanPlace, Wait, Wanted
from app.domain.notes import Author, Note, NoteKind, Subject
from app.services.approvals.port import WaitQuery
from app.store.approvals import AccessQueueStore
from app.store.notes import NoteStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERYTHING = WaitQuery()


class Both:
    """The queue, and the notes that it reads."""

    def __init__(self, factory: sessionmaker[Session]) -> None:
        self.queue = AccessQueueStore(factory, "demo")
        self.other = AccessQueueStore(factory, "other")
        self.notes = NoteStore(factory, "demo")

    def ask(self, app_id: str, product: str, at: datetime) -> None:
        subject = Subject(app_id, "k", product)
        self.notes.put(Note(NoteKind.REQUESTED, subject, "dana", Author.OWNER, 1, at))

    def find(self, *waits: Wait) -> None:
        self.queue.keep_scan(self.queue.begin_scan(NOON, NOON), waits)

    def told(self, query: WaitQuery = EVERYTHING) -> list[str]:
        return [f"{wait.wanted}" for wait in self.queue.waiting(query)]


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest) -> Both:
    name = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    return Both(sessionmaker(request.getfixturevalue(name)))


def found(app_id: str, product: str, since: datetime) -> Wait:
    return Wait(Wanted(app_id, "k", product), "bob", since)


def test_own_requests_and_found_ones_are_one_list_oldest_first(both: Both) -> None:
    both.ask("b", "payments", NOON)
    both.ask("d", "maps", NOON + 2 * HOUR)
    both.find(found("a", "maps", NOON + HOUR), found("b", "payments", NOON))
    assert both.told() == ["b/k/payments", "a/k/maps", "d/k/maps"]
    assert [wait.is_own for wait in both.queue.waiting(EVERYTHING)] == [True, False, True]
    assert both.queue.count(EVERYTHING, 2) == 2
    assert both.queue.count(EVERYTHING, 9) == 3
    assert both.queue.products(None) == ("maps", "payments")
    assert both.queue.products(frozenset({"maps", "none"})) == ("maps",)
    assert both.other.waiting(EVERYTHING) == ()


def test_it_is_narrowed_and_paged(both: Both) -> None:
    for number in range(5):
        both.ask(f"a{number}", "maps" if number % 2 else "payments", NOON)
    both.find(found("z", "maps", NOON))
    assert both.told(WaitQuery(frozenset({"maps"}))) == ["a1/k/maps", "a3/k/maps", "z/k/maps"]
    assert both.told(WaitQuery(frozenset())) == []
    assert both.told(WaitQuery(developer_ids=("bob",))) == ["z/k/maps"]
    assert both.told(WaitQuery(app_id="a4")) == ["a4/k/payments"]
    first = both.queue.waiting(WaitQuery(size=4))
    rest = both.queue.waiting(WaitQuery(size=4, after=first[-1].place))
    assert [wait.wanted.app_id for wait in (*first, *rest)] == ["a0", "a1", "a2", "a3", "a4", "z"]
    for nonsense in ("x", "2026-03-01/a/k/p", f"{NOON.isoformat()}/a"):
        assert len(both.queue.waiting(WaitQuery(after=nonsense))) == 6


def test_what_is_settled_is_gone_from_both(both: Both) -> None:
    both.ask("a", "payments", NOON)
    both.find(found("a", "payments", NOON), found("b", "maps", NOON))
    both.queue.settled(Wanted("a", "k", "payments"))
    both.queue.settled(Wanted("b", "k", "other"))
    assert both.told() == ["b/k/maps"]
    assert both.notes.of_app("a") == ()


def test_a_scan_forgets_what_only_earlier_ones_found_and_keeps_since_when(both: Both) -> None:
    assert both.queue.last_scan() is None
    first = both.queue.begin_scan(NOON, NOON)
    both.queue.keep_scan(first, [found("a", "maps", NOON), found("b", "maps", NOON)])
    assert both.queue.last_scan() is None
    both.queue.end_scan(ScanPlace(NOON, apps=7), NOON + HOUR)
    assert both.queue.last_scan() == Scan(NOON, NOON + HOUR, 7)
    later = NOON + 2 * HOUR
    second = both.queue.begin_scan(later, NOON)
    both.queue.keep_scan(second, [found("b", "maps", later)])
    assert both.told() == ["a/k/maps", "b/k/maps"]
    assert both.queue.last_scan() == Scan(NOON, NOON + HOUR, 7)
    both.queue.end_scan(second, later)
    assert [(wait.wanted.app_id, wait.since) for wait in both.queue.waiting(EVERYTHING)] == [
        ("b", NOON)
    ]


def test_a_scan_that_broke_off_is_gone_on_with_unless_that_was_long_ago(both: Both) -> None:
    begun = both.queue.begin_scan(NOON, NOON - HOUR)
    assert begun == ScanPlace(NOON)
    come = ScanPlace(NOON, "b", 2)
    assert both.queue.keep_scan(come, [found("b", "maps", NOON)])
    assert both.other.begin_scan(NOON + HOUR, NOON) == ScanPlace(NOON + HOUR)
    assert both.queue.begin_scan(NOON + HOUR, NOON - HOUR) == come
    later = NOON + 2 * HOUR
    assert both.queue.begin_scan(later, NOON) == ScanPlace(later)
    assert not both.queue.keep_scan(come, [found("c", "maps", NOON)])
    both.queue.end_scan(come, later)
    assert both.queue.last_scan() is None
    assert both.told() == ["b/k/maps"]


def test_requests_on_what_is_gone_are_not_shown(both: Both) -> None:
    both.ask("a", "payments", NOON)
    both.notes.gone("a", NOON)
    assert both.told() == []
