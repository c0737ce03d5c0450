"""Runs of the synchronization: one at a time, held by one process, kept as a whole or not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.attributes import Attribute
from app.domain.developers import DeveloperStatus
from app.domain.errors import Conflict, NotFound
from app.domain.sync import (
    Choices,
    Counts,
    Difference,
    Direction,
    Finding,
    FindingKind,
    Run,
    RunState,
    Taken,
)
from app.services.sync.port import Held, Place, Step
from app.services.sync.seen import Seen
from app.store.sync_runs import RUNS_KEPT, SyncRunStore
from app.store.sync_sides import SyncSideStore
from tests.store.conftest import NOON, ORGANIZATION, developer, identity, stores_on

LATER = NOON + timedelta(hours=1)
SYSTEM = (None, "system")
DANA = "dana@example.com"
FOUND = Finding(
    FindingKind.DIFFERS,
    DANA,
    "0" * 16,
    (Difference("first_name", "Dana", "Diana \U0001f600", Taken.TO_PORTAL),),
    accounts=(7, 9),
    others=("Dana@example.com",),
    problem="Apigee said no.",
)


@dataclass
class Desk:
    """Both stores on one database."""

    session: sessionmaker[Session]

    def __post_init__(self) -> None:
        self.runs = SyncRunStore(self.session, ORGANIZATION)
        self.sides = SyncSideStore(self.session, ORGANIZATION)
        self.stores = stores_on(self.session)

    def begin(self, choices: Choices | None = None) -> Run:
        return self.runs.begin(choices or Choices(), SYSTEM, NOON)

    def held(self) -> Held:
        held = self.runs.take(self.begin().number, NOON)
        assert held is not None
        return held

    def let_lease_end(self) -> None:
        with self.session.begin() as session:
            session.execute(
                text("UPDATE sync_runs SET leased_until = '2020-01-01 00:00:00.000000'")
            )


@pytest.fixture
def desk(session: sessionmaker[Session]) -> Desk:
    return Desk(session)


def test_a_run_is_kept_as_it_was_chosen(desk: Desk) -> None:
    choices = Choices(apply=False, direction=Direction.TO_APIGEE, only="*@example.com")
    run = desk.runs.begin(choices, (7, "Ada"), NOON)
    assert desk.runs.get(run.number) == run
    assert (run.choices, run.state, run.account_id) == (choices, RunState.WAITING, 7)
    assert (run.began_by, run.begun_at, run.counts) == ("Ada", NOON, Counts())
    with pytest.raises(NotFound):
        desk.runs.get(run.number + 1)


def test_there_is_one_unfinished_run_of_an_organization(desk: Desk) -> None:
    assert desk.runs.unfinished() is None
    run = desk.begin()
    assert desk.runs.unfinished() == run
    with pytest.raises(Conflict):
        desk.begin()
    other = SyncRunStore(desk.session, "other")
    assert other.unfinished() is None
    with pytest.raises(NotFound):
        other.get(run.number)
    assert other.begin(Choices(), SYSTEM, NOON).number != run.number
    assert desk.runs.cancel(run.number, NOON)
    assert desk.begin().number > run.number


def test_one_process_holds_a_run_until_its_lease_ends(desk: Desk) -> None:
    held = desk.held()
    with pytest.raises(Conflict):
        desk.runs.take(held.run.number, NOON)
    desk.let_lease_end()
    again = desk.runs.take(held.run.number, NOON)
    assert again is not None
    assert again.holder != held.holder
    step = Step(Place(), Counts(), (FOUND,), (developer(),))
    assert not desk.runs.keep(held, step, NOON)
    assert not desk.runs.end(held, RunState.DONE, "", NOON)
    assert desk.runs.findings(held.run.number).rows == ()
    assert desk.stores.developers.by_folded_email(DANA) == ()
    assert desk.runs.end(again, RunState.DONE, "", LATER)
    assert desk.runs.take(held.run.number, NOON) is None


def test_what_a_step_learned_is_there_for_the_next_process(desk: Desk) -> None:
    held = desk.held()
    place = Place(("a@b.cd", "b@b.cd"), b"\x00packed\xff", 12)
    counts = Counts(pages=2, read=1999, changed=3, failed=1, found={"differs": 4})
    assert desk.runs.keep(held, Step(place, counts, (FOUND,), (developer(),)), LATER)
    desk.let_lease_end()
    again = desk.runs.take(held.run.number, LATER)
    assert again is not None
    assert (again.place, again.run.counts) == (place, counts)
    assert desk.runs.findings(held.run.number).rows == (FOUND,)
    [row] = desk.stores.developers.by_folded_email(DANA)
    assert row.synced_at == LATER


def test_a_step_that_breaks_leaves_nothing_of_it(desk: Desk) -> None:
    held = desk.held()
    broken = replace(developer(), created_at=NOON.replace(tzinfo=None))
    with pytest.raises(Exception, match="time zone"):
        desk.runs.keep(held, Step(Place(("x",)), Counts(read=1), (FOUND,), (broken,)), NOON)
    assert desk.runs.get(held.run.number).counts.read == 0
    assert desk.runs.findings(held.run.number).rows == ()


def test_a_canceled_run_keeps_nothing_more(desk: Desk) -> None:
    held = desk.held()
    assert desk.runs.cancel(held.run.number, LATER)
    assert not desk.runs.keep(held, Step(Place(), Counts()), LATER)
    assert not desk.runs.end(held, RunState.DONE, "", LATER)
    run = desk.runs.get(held.run.number)
    assert (run.state, run.ended_at) == (RunState.CANCELED, LATER)
    assert not desk.runs.cancel(held.run.number, LATER)


def test_a_run_that_waits_for_its_next_try_can_be_taken_at_once(desk: Desk) -> None:
    held = desk.held()
    assert desk.runs.end(held, RunState.WAITING, "Apigee is away.", LATER)
    run = desk.runs.get(held.run.number)
    assert (run.state, run.problem, run.ended_at) == (RunState.WAITING, "Apigee is away.", None)
    assert desk.runs.take(held.run.number, LATER) is not None


def test_findings_come_by_kind_in_pages(desk: Desk) -> None:
    held = desk.held()
    kinds = (FindingKind.ONLY_THERE, FindingKind.GONE)
    findings = [Finding(kinds[n % 2], f"d{n}@example.com") for n in range(7)]
    desk.runs.keep(held, Step(Place(), Counts(), findings), NOON)
    number = held.run.number
    first = desk.runs.findings(number, size=4)
    assert [row.email for row in first.rows] == [f"d{n}@example.com" for n in range(4)]
    assert first.next_after is not None
    second = desk.runs.findings(number, after=first.next_after, size=4)
    assert ([row.email[:2] for row in second.rows], second.next_after) == (["d4", "d5", "d6"], None)
    gone = desk.runs.findings(number, FindingKind.GONE).rows
    assert [row.email[:2] for row in gone] == ["d1", "d3", "d5"]


def test_only_the_newest_runs_are_kept_with_what_they_found(desk: Desk) -> None:
    numbers = []
    for _ in range(RUNS_KEPT + 1):
        held = desk.held()
        desk.runs.keep(held, Step(Place(), Counts(), (FOUND,)), NOON)
        desk.runs.end(held, RunState.DONE, "", NOON)
        numbers.append(held.run.number)
    assert [run.number for run in desk.runs.recent(100)] == numbers[:0:-1]
    with desk.session() as session:
        left = "SELECT count(*) FROM sync_findings"
        assert session.scalar(text(left)) == RUNS_KEPT


@pytest.mark.parametrize(
    ("choices", "state", "counts"),
    [
        (Choices(), RunState.DONE, True),
        (Choices(), RunState.FAILED, False),
        (Choices(apply=False), RunState.DONE, False),
        (Choices(only="*@example.com"), RunState.DONE, False),
    ],
)
def test_only_a_whole_run_to_its_end_brings_the_index_up_to_date(
    desk: Desk, choices: Choices, state: RunState, *, counts: bool
) -> None:
    held = desk.runs.take(desk.begin(choices).number, NOON)
    assert held is not None
    desk.runs.end(held, state, "", LATER)
    assert (desk.runs.last_applied() is not None) is counts


# --- The portal's side ----------------------------------------------------------------------------


def test_a_developer_is_looked_up_with_the_account_that_is_linked(desk: Desk) -> None:
    made = developer(attributes=(Attribute("team", "blue"),), apps_count=2)
    desk.stores.developers.save((made,), NOON)
    account = desk.stores.accounts.signed_in(identity(), NOON)
    desk.stores.accounts.link(account.account_id, made)
    desk.stores.book.rename(account.account_id, "Danni", "Smith")
    known = desk.sides.look_up(1, (made,)).known[DANA]
    assert (known.developer, known.seen_at) == (made, NOON)
    assert known.account is not None
    assert (known.account.account_id, known.account.first_name) == (account.account_id, "Danni")
    assert known.account.names_edited
    assert desk.sides.rows((known.row,)) == (known,)
    assert SyncSideStore(desk.session, "other").look_up(1, (made,)).known == {}


def test_what_no_database_can_keep_is_compared_as_it_is_kept(desk: Desk) -> None:
    odd = developer(first_name="Da\x00na", attributes=(Attribute("te\ud800am", "x\x00"),))
    desk.stores.developers.save((odd,), NOON)
    looked_up = desk.sides.look_up(1, (odd,))
    assert looked_up.known[DANA].developer == looked_up.developers[0]


def test_addresses_that_equal_one_but_for_case_are_its_twins(desk: Desk) -> None:
    held = desk.held()
    desk.stores.developers.save((developer(), developer("DANA@example.com")), NOON)
    listed = Finding(FindingKind.ONLY_THERE, "Dana@example.com")
    desk.runs.keep(held, Step(Place(), Counts(), (listed,)), NOON)
    twins = desk.sides.look_up(held.run.number, (developer(),)).twins[DANA]
    found = sorted((twin.email, twin.row is None) for twin in twins)
    assert found == [("DANA@example.com", False), ("Dana@example.com", True)]


def test_accounts_of_an_address_are_told_unless_they_are_another_developer(desk: Desk) -> None:
    accounts, book = desk.stores.accounts, desk.stores.book
    other = developer("Dana@Example.com", developer_id="id-2")
    numbers = [
        accounts.signed_in(identity(name, email=email, email_verified=verified), NOON).account_id
        for name, email, verified in (
            ("dana", DANA, True),
            ("twin", "DANA@example.com", True),
            ("eve", DANA, False),
            ("other", "Dana@Example.com", True),
        )
    ]
    accounts.link(numbers[0], developer())
    accounts.link(numbers[3], other)
    looked_up = desk.sides.look_up(1, (developer(), other))
    assert set(looked_up.claimants[DANA]) == {numbers[0], numbers[1]}
    assert set(looked_up.claimants["Dana@Example.com"]) == {numbers[1], numbers[3]}
    assert book.record(numbers[2]).account.developer_email == ""


def test_rows_are_walked_by_number_up_to_the_beginning_of_a_run(desk: Desk) -> None:
    early = [developer(f"d{n}@example.com") for n in range(3)]
    desk.stores.developers.save(early, NOON)
    desk.stores.developers.save((developer("late@example.com"),), LATER)
    first = desk.sides.rows_before(LATER, 0, 2)
    rest = desk.sides.rows_before(LATER, first[-1], 2)
    rows = desk.sides.rows((*first, *rest))
    assert [row.developer.email for row in rows] == [item.email for item in early]
    assert desk.sides.rows_before(LATER, rest[-1], 2) == ()


def test_a_page_costs_the_same_statements_whatever_it_holds(desk: Desk, engine: Engine) -> None:
    statements: list[str] = []
    noting: Callable[..., None] = lambda *given: statements.append(given[2])  # noqa: E731 - a listener
    event.listen(engine, "before_cursor_execute", noting)
    try:
        counted = []
        for size in (1, 1000):
            page = [developer(f"d{n:04}@example.com") for n in range(size)]
            statements.clear()
            desk.sides.look_up(1, page)
            counted.append(len(statements))
    finally:
        event.remove(engine, "before_cursor_execute", noting)
    assert counted == [3, 3]


def test_an_inactive_row_is_told_as_inactive(desk: Desk) -> None:
    gone = developer(status=DeveloperStatus.INACTIVE)
    desk.stores.developers.save((gone,), NOON)
    assert desk.sides.look_up(1, (gone,)).known[DANA].developer.status is gone.status


# --- Which rows were seen -------------------------------------------------------------------------


def test_a_million_rows_that_were_seen_are_few_bytes() -> None:
    seen = Seen()
    for row in range(1, 1_000_001):
        seen.add(row)
    packed = seen.packed()
    assert len(packed) < 10_000
    again = Seen.unpacked(packed)
    assert all(row in again for row in (1, 8, 9, 999_999, 1_000_000))
    assert not any(row in again for row in (0, 1_000_001, 50_000_000))
    assert 1 not in Seen.unpacked(b"")
