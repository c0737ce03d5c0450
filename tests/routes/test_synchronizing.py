"""Synchronization as a whole, over a real database and an Apigee in memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from app.domain.attributes import Attribute
from app.domain.audit import Actor
from app.domain.developers import Developer, DeveloperStatus
from app.domain.errors import Conflict, InvalidInput, NotPossible, Upstream, UpstreamKind
from app.domain.jobs import PATIENCE, Job, JobKind, JobState, NewJob
from app.domain.people import Account
from app.domain.sync import LEASE, Choices, Direction, Finding, FindingKind, Run, RunState, Taken
from app.jobs.worker import Handler, Worker
from app.services.apigee_port import ApigeeDevelopers
from app.services.developer_port import DeveloperSearch, IndexedDeveloper
from app.services.ingredients import Ports
from tests.fakes.apigee.developers import FakeDevelopers
from tests.routes.conftest import Build
from tests.routes.house import House

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
ACTIVE, INACTIVE = DeveloperStatus.ACTIVE, DeveloperStatus.INACTIVE
TO_APIGEE = Choices(direction=Direction.TO_APIGEE)
DRY = Choices(apply=False)
DANA = "dana@example.com"
ADA = Actor(7, "Ada Reyes")


@dataclass
class Watched:
    """Apigee's developers; ``before_page`` is told how many pages were asked for."""

    developers: FakeDevelopers
    before_page: Callable[[int], object] = lambda _number: None
    asked: int = 0

    def pages(self, start: str | None = None) -> Iterator[Sequence[Developer]]:
        pages = self.developers.pages(start)
        while True:
            self.asked += 1
            self.before_page(self.asked)
            try:
                yield next(pages)
            except StopIteration:
                return

    def __getattr__(self, name: str) -> object:
        return getattr(self.developers, name)


@pytest.fixture
def watched() -> list[Watched]:
    return []


@pytest.fixture
def house(build: Build, watched: list[Watched]) -> House:
    def watch(ports: Ports) -> Ports:
        watched.append(Watched(cast(FakeDevelopers, ports.apigee.developers)))
        developers = cast(ApigeeDevelopers, watched[0])
        return replace(ports, apigee=replace(ports.apigee, developers=developers))

    return build(watch)


def down_at(page: int) -> Callable[[int], None]:
    """Let Apigee be away when that page is asked for."""

    def fail(number: int) -> None:
        if number == page:
            raise DOWN

    return fail


def synchronize(house: House, choices: Choices | None = None) -> Run:
    """Run a synchronization a minute later."""
    house.clock.advance(60)
    house.apigee.calls.clear()
    with house.context():
        return house.portal.sync.run(choices or Choices())


def found(house: House, run: Run) -> list[Finding]:
    with house.context():
        return list(house.portal.sync.findings(run.number, None, 0).rows)


def kinds(house: House, run: Run) -> list[tuple[FindingKind, str]]:
    return [(item.kind, item.email) for item in found(house, run)]


def row(house: House, email: str = DANA) -> IndexedDeveloper:
    with house.context():
        rows = house.portal.registration.index.by_folded_email(email)
    return next(item for item in rows if item.email == email)


def put(house: House, email: str = DANA, **changes: object) -> Developer:
    """Change a developer behind the portal's back, or put one there."""
    known = house.apigee.by_email.get(email) or house.apigee.add_developer(email)
    return house.apigee.put_developer(replace(known, **changes))  # type: ignore[arg-type] # fields of Developer


def people(house: House, count: int) -> None:
    for number in range(count):
        house.apigee.add_developer(f"d{number:04}@example.com")


def linked(house: House, first_name: str = "") -> Account:
    """Let Dana be a developer with an account; with a name she writes it herself."""
    house.developer("dana")
    house.signed_in("dana", first_name="Dana", last_name="Reyes")
    account = house.account()
    assert account is not None
    if first_name:
        with house.context():
            book = house.portal.sync.writing.book
            account = book.rename(account.account_id, first_name, "Reyes")
    return account


# --- Taking over --------------------------------------------------------------------------------


def test_everybody_is_read_in_pages_and_the_second_time_nothing_is_written(house: House) -> None:
    people(house, 2500)
    first = synchronize(house)
    assert house.apigee.calls == ["developers.all"] * 3
    assert (first.state, first.counts.read, first.counts.changed) == (RunState.DONE, 2500, 2500)
    assert (first.counts.pages, first.counts.of(FindingKind.ONLY_THERE)) == (3, 2500)
    rows = [row(house, f"d{number:04}@example.com") for number in (0, 999, 1000, 2499)]
    second = synchronize(house)
    assert (second.counts.read, second.counts.changed, second.counts.total) == (2500, 0, 0)
    assert [row(house, item.email) for item in rows] == rows


def test_an_organization_without_developers_is_synchronized(house: House) -> None:
    run = synchronize(house)
    assert (run.state, run.counts.read, run.counts.total) == (RunState.DONE, 0, 0)


def test_a_dry_run_tells_each_field_with_both_values_and_changes_nothing(house: House) -> None:
    house.developer("dana")
    house.developer("ravi")
    before = row(house)
    put(house, first_name="Diana", user_name="dee")
    put(house, "new@example.com")
    del house.apigee.by_email["ravi@example.com"]
    run = synchronize(house, DRY)
    differs, added, gone = found(house, run)
    assert [(item.field, item.here, item.there) for item in differs.differences] == [
        ("first_name", "Dana", "Diana"),
        ("user_name", DANA, "dee"),
    ]
    assert (differs.kind, differs.public_id) == (FindingKind.DIFFERS, before.public_id)
    assert (added.kind, added.email) == (FindingKind.ONLY_THERE, "new@example.com")
    assert (gone.kind, gone.email) == (FindingKind.ONLY_HERE, "ravi@example.com")
    assert row(house) == before
    with house.context():
        assert len(house.portal.developers.search(DeveloperSearch()).rows) == 2
    assert run.counts.changed == 0


def test_applying_takes_over_what_apigee_has_and_deletes_nobody(house: House) -> None:
    house.developer("dana")
    house.developer("ravi")
    put(house, first_name="Diana")
    del house.apigee.by_email["ravi@example.com"]
    run = synchronize(house)
    assert run.counts.changed == 1
    assert row(house).first_name == "Diana"
    assert row(house, "ravi@example.com").email == "ravi@example.com"
    assert kinds(house, synchronize(house)) == [(FindingKind.ONLY_HERE, "ravi@example.com")]


def test_a_filter_leaves_everybody_else_alone(house: House) -> None:
    house.developer("dana")
    house.developer("ravi")
    put(house, first_name="Diana")
    put(house, "eve@other.test")
    del house.apigee.by_email["ravi@example.com"]
    run = synchronize(house, Choices(only="*@OTHER.test"))
    assert kinds(house, run) == [(FindingKind.ONLY_THERE, "eve@other.test")]
    assert row(house).first_name == "Dana"
    with house.context(), pytest.raises(InvalidInput):
        house.portal.sync.run(Choices(only="*" * 9))


def test_inactive_on_apigee_becomes_inactive_here_and_stays_so(house: House) -> None:
    house.developer("dana")
    put(house, status=INACTIVE)
    synchronize(house)
    assert row(house).status is INACTIVE
    put(house, status=ACTIVE)
    run = synchronize(house)
    assert row(house).status is INACTIVE
    [told] = found(house, run)
    assert told.waits_for_status
    assert run.counts.changed == 0
    with house.context():
        house.portal.developers.set_status(ADA, row(house).public_id, ACTIVE)
    assert row(house).status is ACTIVE
    assert found(house, synchronize(house)) == []


def test_towards_apigee_who_is_inactive_here_is_deactivated_there(house: House) -> None:
    house.developer("dana")
    put(house, status=INACTIVE)
    synchronize(house)
    put(house, status=ACTIVE)
    synchronize(house, TO_APIGEE)
    assert house.apigee.by_email[DANA].status is INACTIVE
    assert "developer.deactivate done" in house.told()
    assert found(house, synchronize(house, TO_APIGEE)) == []


def test_a_name_written_here_goes_to_apigee_in_that_direction_only(house: House) -> None:
    linked(house, "Danni")
    run = synchronize(house)
    [told] = found(house, run)
    assert [item.taken for item in told.differences] == [Taken.LEFT]
    assert house.apigee.by_email[DANA].first_name == "Dana"
    dry = synchronize(house, replace(TO_APIGEE, apply=False))
    assert dry.counts.of(FindingKind.DIFFERS) == 1
    assert house.apigee.by_email[DANA].first_name == "Dana"
    synchronize(house, TO_APIGEE)
    assert house.apigee.by_email[DANA].first_name == "Danni"
    assert row(house).first_name == "Danni"
    assert house.told()[-4:-1] == [
        "developers.sync done",
        "developer.update intent",
        "developer.update done",
    ]
    assert found(house, synchronize(house, TO_APIGEE)) == []


def test_a_name_of_somebody_without_an_account_goes_to_apigee_too(house: House) -> None:
    house.developer("dana")
    put(house, first_name="Diana", attributes=(Attribute("team", "blue"),))
    synchronize(house, TO_APIGEE)
    there = house.apigee.by_email[DANA]
    assert (there.first_name, row(house).first_name) == ("Dana", "Dana")
    assert there.attributes == row(house).attributes == (Attribute("team", "blue"),)
    assert found(house, synchronize(house, TO_APIGEE)) == []


def test_a_name_changed_on_apigee_comes_to_the_account_that_wrote_another(house: House) -> None:
    linked(house, "Danni")
    put(house, first_name="Diana")
    synchronize(house)
    account = house.account()
    assert account is not None
    assert (account.first_name, account.last_name) == ("Diana", "Reyes")
    assert row(house).first_name == "Diana"
    assert "account.names done" in house.told()


def test_what_apigee_refuses_is_told_and_the_rest_goes_on(house: House) -> None:
    linked(house, "Danni")
    put(house, "zoe@example.com")
    house.apigee.fail("developers.update", InvalidInput({"first_name": "Too long for Apigee."}))
    run = synchronize(house, TO_APIGEE)
    assert found(house, run)[0].problem == "Too long for Apigee."
    assert (run.state, run.counts.failed, run.counts.changed) == (RunState.DONE, 1, 1)


# --- Conflicts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("choices", [Choices(), DRY], ids=["applied", "dry"])
def test_addresses_that_differ_in_case_only_are_told_once(house: House, choices: Choices) -> None:
    house.apigee.developers_size = 2
    for email in ("Dana@example.com", "bob@example.com", "carl@example.com", DANA):
        put(house, email)
    for _ in range(2):
        run = synchronize(house, choices)
        told = [item for item in found(house, run) if item.kind is FindingKind.SAME_BUT_CASE]
        assert [(item.email, item.others) for item in told] == [(DANA, ("Dana@example.com",))]
    assert run.counts.conflicts == 1


def test_an_address_that_is_only_here_is_no_twin(house: House) -> None:
    house.developer("dana")
    del house.apigee.by_email[DANA]
    put(house, "Dana@example.com")
    run = synchronize(house)
    assert [kind for kind, _email in kinds(house, run)] == [
        FindingKind.ONLY_THERE,
        FindingKind.ONLY_HERE,
    ]


def test_a_developer_with_an_account_who_is_gone_is_a_conflict(house: House) -> None:
    account = linked(house)
    del house.apigee.by_email[DANA]
    [told] = found(house, synchronize(house))
    assert (told.kind, told.accounts) == (FindingKind.GONE, (account.account_id,))
    assert house.account() is not None


def test_two_accounts_of_one_address_are_a_conflict_and_an_unproven_address_is_none(
    house: House,
) -> None:
    account = linked(house)
    house.signed_in("eve", email=DANA, email_verified=False)
    assert found(house, synchronize(house)) == []
    house.signed_in("twin", email="DANA@example.com", email_verified=True)
    [told] = found(house, synchronize(house))
    assert told.kind is FindingKind.TWO_ACCOUNTS
    assert account.account_id in told.accounts
    assert len(told.accounts) == 2


def test_who_registers_while_a_run_goes_on_is_not_missed(house: House) -> None:
    """The page with the new developer was read before they were there."""
    house.developer("dana")
    house.clock.advance(60)
    with house.context():
        run = house.portal.sync.compare(ADA, DRY)
        house.clock.advance(1)
        made = house.apigee.add_developer("anna@example.com")
        house.portal.registration.index.save((made,), house.clock.now())
        del house.apigee.by_email["anna@example.com"]
    house.work()
    assert found(house, run) == []


# --- One at a time, resumed, canceled -------------------------------------------------------------


def begun(house: House, choices: Choices = DRY) -> Run:
    with house.context():
        return house.portal.sync.compare(ADA, choices)


def job(house: House) -> Job:
    return next(item for item in house.jobs.held.values() if item.kind is JobKind.SYNC)


def test_one_run_goes_on_at_a_time(house: House) -> None:
    run = begun(house)
    with house.context():
        with pytest.raises(Conflict):
            house.portal.sync.run()
        with pytest.raises(Conflict):
            house.portal.sync.compare(ADA, DRY)
    house.work()
    with house.context():
        assert house.portal.sync.get(run.number).state is RunState.DONE
    assert synchronize(house).number == run.number + 1


def test_a_run_that_apigee_interrupts_goes_on_where_it_stopped(
    house: House, watched: list[Watched]
) -> None:
    house.developer("zoe")
    people(house, 2500)
    run = begun(house)
    watched[0].before_page = down_at(3)
    house.work()
    with house.context():
        stopped = house.portal.sync.get(run.number)
    assert (stopped.state, stopped.problem) == (RunState.WAITING, DOWN.message)
    assert (stopped.counts.pages, stopped.counts.read) == (2, 1999)
    house.clock.advance(600)
    house.work()
    with house.context():
        ended = house.portal.sync.get(run.number)
    assert (ended.state, ended.counts.read) == (RunState.DONE, 2501)
    assert ended.counts.of(FindingKind.ONLY_THERE) == 2500
    assert len({item.email for item in all_of(house, run)}) == 2500
    assert job(house).state is JobState.DONE


def all_of(house: House, run: Run) -> list[Finding]:
    rows: list[Finding] = []
    after: int | None = 0
    with house.context():
        while after is not None:
            page = house.portal.sync.findings(run.number, None, after)
            rows += page.rows
            after = page.next_after
    return rows


def test_it_goes_on_although_the_last_developers_it_saw_are_gone(
    house: House, watched: list[Watched]
) -> None:
    people(house, 1500)
    run = begun(house)
    watched[0].before_page = down_at(2)
    house.work()
    for number in (998, 999):
        del house.apigee.by_email[f"d{number:04}@example.com"]
    house.clock.advance(600)
    house.work()
    with house.context():
        assert house.portal.sync.get(run.number).counts.read == 1500


def test_the_command_line_goes_on_with_a_run_of_its_own_that_was_left_behind(house: House) -> None:
    people(house, 3)
    left = left_behind(house, Choices())
    with house.context(), pytest.raises(Conflict):
        house.portal.sync.run()
    house.clock.advance(LEASE.total_seconds() + 1)
    run = synchronize(house)
    assert (run.number, run.state) == (left.number, RunState.DONE)


def test_another_run_that_was_left_behind_is_canceled(house: House) -> None:
    left = left_behind(house, Choices())
    house.clock.advance(LEASE.total_seconds() + 1)
    run = synchronize(house, DRY)
    assert run.number == left.number + 1
    with house.context():
        assert house.portal.sync.get(left.number).state is RunState.CANCELED


def left_behind(house: House, choices: Choices) -> Run:
    """Return a run whose process died before it began to work."""
    with house.context():
        began_by = (None, "system")
        return house.portal.sync.runs.begin(choices, began_by, house.clock.now())


def test_a_run_that_fails_on_the_command_line_is_over_and_says_why(house: House) -> None:
    house.apigee.fail("developers.all", DOWN)
    with pytest.raises(Upstream):
        synchronize(house)
    with house.context():
        [run] = house.portal.sync.recent()
    assert (run.state, run.problem) == (RunState.FAILED, DOWN.message)


def test_a_canceled_run_stops_at_its_next_page_and_keeps_what_it_took(
    house: House, watched: list[Watched]
) -> None:
    people(house, 2500)

    def cancel(number: int) -> None:
        if number == 2:
            house.portal.sync.cancel(ADA, 1)

    watched[0].before_page = cancel
    run = synchronize(house)
    assert (run.state, run.counts.read) == (RunState.CANCELED, 1000)
    assert len(house.apigee.calls) == 2
    with house.context():
        assert len(list(house.portal.developers.search(DeveloperSearch(words="d0")).rows)) == 50
        assert house.portal.developers.search(DeveloperSearch(words="d1")).rows == ()
        with pytest.raises(NotPossible):
            house.portal.sync.cancel(ADA, run.number)
    assert "developers.sync.end done" not in house.told()


def test_a_long_run_lets_other_jobs_go_first(house: House, watched: list[Watched]) -> None:
    people(house, 2500)
    watched[0].before_page = lambda number: house.clock.advance(29 if number <= 3 else 0)
    assert timedelta(seconds=29) < PATIENCE < timedelta(seconds=58)
    run = begun(house)
    seen: list[tuple[int, bool]] = []

    def look(_job: Job) -> None:
        with house.context():
            now = house.portal.sync.get(run.number)
        seen.append((now.counts.read, now.is_between_jobs))

    handlers = {kind: Handler(do) for kind, do in house.portal.work.handlers.items()}
    worker = Worker(house.jobs, handlers | {JobKind.TIDY_JOBS: Handler(look)}, "worker")
    house.jobs.add(NewJob(JobKind.TIDY_JOBS, house.clock.now() + timedelta(seconds=1)))
    with house.context():
        while worker.run_one():
            pass
        ended = house.portal.sync.get(run.number)
    assert seen == [(1999, True)]
    assert (ended.state, ended.counts.read, ended.counts.pages) == (RunState.DONE, 2500, 3)
    assert ended.counts.found == {FindingKind.ONLY_THERE.value: 2500}
    assert house.apigee.calls == ["developers.all"] * 3
    states = [item.state for item in house.jobs.held.values() if item.kind is JobKind.SYNC]
    assert states == [JobState.DONE]


def test_a_run_is_applied_once_it_is_compared(house: House) -> None:
    put(house)
    dry = begun(house)
    with house.context(), pytest.raises(NotPossible):
        house.portal.sync.apply(ADA, dry.number)
    house.work()
    with house.context():
        run = house.portal.sync.apply(ADA, dry.number)
        assert run.choices == replace(dry.choices, apply=True)
        assert house.portal.sync.as_of() is None
    house.clock.advance(5)
    house.work()
    assert row(house).email == DANA
    with house.context():
        assert house.portal.sync.as_of() == house.clock.now()
        assert house.portal.sync.expected() == 1
        with pytest.raises(NotPossible):
            house.portal.sync.apply(ADA, run.number)


# --- On schedule ----------------------------------------------------------------------------------


def on_time(now: datetime) -> Job:
    return Job(9, JobKind.SYNC_ON_TIME, JobState.RUNNING, now, now, {}, "", 1, "", now)


def test_on_schedule_the_portal_synchronizes_by_itself(build: Build) -> None:
    house = build(sync={"every": 15})
    chore = house.portal.work.chores[JobKind.SYNC_ON_TIME]
    assert chore.every == timedelta(minutes=15)
    put(house)
    with house.context():
        chore.run(on_time(house.clock.now()))
    assert row(house).email == DANA
    assert house.told()[-1] == "developers.sync.end done"
    assert house.trail()[-1].detail == "read 1, found 1, changed 1"


def test_without_a_schedule_a_job_of_an_earlier_one_does_nothing(house: House) -> None:
    with house.context():
        house.portal.work.handlers[JobKind.SYNC_ON_TIME](on_time(house.clock.now()))
    assert house.apigee.calls == []
