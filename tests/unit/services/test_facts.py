"""Cached facts: fresh, old, stale; one reading at a time, and what those get who wait."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, Semaphore

import pytest

from app.domain.errors import NotFound, Upstream, UpstreamKind
from app.services.facts import Dated, Facts
from tests.unit.services.house import DOWN, NOON, FakeCache, MovedClock

AGE = 60


@dataclass
class Source:
    """Counts how often it is read; answers the count, or raises ``error``.

    A closed ``gate`` keeps readers inside.
    """

    error: Exception | None = None
    reads: int = 0
    entered: Event = field(default_factory=Event)
    gate: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.gate.set()

    def __call__(self) -> int:
        with self.lock:
            self.reads += 1
            answer = self.reads
        self.entered.set()
        assert self.gate.wait(10)
        if self.error is not None:
            raise self.error
        return answer


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def cache(clock: MovedClock) -> FakeCache:
    return FakeCache(clock)


@pytest.fixture
def facts(cache: FakeCache, clock: MovedClock) -> Facts:
    return Facts(cache, clock, "demo")


def test_a_fact_is_read_once_while_it_is_young(facts: Facts, clock: MovedClock) -> None:
    source = Source()
    assert facts.read("key", AGE, source) == Dated(1, NOON)
    clock.pass_by(AGE - 1)
    assert facts.read("key", AGE, source) == Dated(1, NOON)
    clock.pass_by(1)
    assert facts.read("key", AGE, source).value == 2


def test_every_key_is_a_fact_of_its_own(facts: Facts) -> None:
    source = Source()
    assert [facts.read(key, AGE, source).value for key in ("a", "b", "a")] == [1, 2, 1]


def test_organizations_share_no_facts(cache: FakeCache, clock: MovedClock) -> None:
    source = Source()
    Facts(cache, clock, "demo").read("key", AGE, source)
    assert Facts(cache, clock, "another").read("key", AGE, source).value == 2


def test_zero_seconds_read_every_time_and_keep_nothing(facts: Facts, cache: FakeCache) -> None:
    source = Source()
    assert [facts.read("key", 0, source).value for _ in range(3)] == [1, 2, 3]
    assert cache.kept == {}
    source.error = DOWN
    with pytest.raises(Upstream):
        facts.read("key", 0, source)


def test_an_old_fact_is_better_than_none(facts: Facts, clock: MovedClock) -> None:
    source = Source()
    facts.read("key", AGE, source)
    source.error = DOWN
    clock.pass_by(AGE)
    assert facts.read("key", AGE, source) == Dated(1, NOON, stale=True)
    clock.pass_by(899)
    assert facts.read("key", AGE, source).stale
    clock.pass_by(1)
    with pytest.raises(Upstream):
        facts.read("key", AGE, source)


def test_a_stale_fact_is_replaced_as_soon_as_apigee_answers(
    facts: Facts, clock: MovedClock
) -> None:
    source = Source()
    facts.read("key", AGE, source)
    clock.pass_by(AGE)
    source.error = DOWN
    facts.read("key", AGE, source)
    source.error = None
    assert facts.read("key", AGE, source) == Dated(3, clock.now())


def test_what_is_gone_is_not_shown_from_memory(facts: Facts, clock: MovedClock) -> None:
    source = Source()
    facts.read("key", AGE, source)
    clock.pass_by(AGE)
    source.error = NotFound("Gone.")
    with pytest.raises(NotFound):
        facts.read("key", AGE, source)


def test_a_refresh_reads_what_is_still_young(facts: Facts, clock: MovedClock) -> None:
    source = Source()
    facts.read("key", AGE, source)
    assert facts.read("key", AGE, source, refresh=True).value == 2
    assert facts.read("key", AGE, source).value == 2
    clock.pass_by(1)
    source.error = DOWN
    assert facts.read("key", AGE, source, refresh=True) == Dated(2, NOON, stale=True)


def test_a_first_refresh_without_an_answer_fails(facts: Facts) -> None:
    with pytest.raises(Upstream):
        facts.read("key", AGE, Source(error=DOWN), refresh=True)


def test_something_else_in_the_cache_is_no_fact(facts: Facts, cache: FakeCache) -> None:
    cache.set("demo:key", "nonsense", 60)
    assert facts.read("key", AGE, Source()).value == 1


def test_a_fact_that_came_in_between_is_used(facts: Facts, cache: FakeCache) -> None:
    source, first = Source(), Source()

    class Slow(FakeCache):
        """Another reader lands after this one looked for the first time."""

        def get(self, key: str) -> object | None:
            known = super().get(key)
            if known is None and not first.reads:
                facts.read("key", AGE, first)
            return known

    slow = Slow(cache.clock, cache.kept)
    late = Facts(slow, cache.clock, "demo")
    assert late.read("key", AGE, source).value == 1
    assert (source.reads, first.reads) == (0, 1)


class CountedLock:
    """A lock that knows how many came to it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.came = Semaphore(0)

    def __enter__(self) -> None:
        self.came.release()
        self.lock.acquire()

    def __exit__(self, *_error: object) -> None:
        self.lock.release()


def together(
    facts: Facts, source: Source, *, refresh: bool = False
) -> list[Dated[int] | BaseException]:
    """Let one reader in and four wait behind it; return what each of the five got."""
    flight = facts._flight("demo:key")
    door = CountedLock()
    flight.lock = door  # type: ignore[assignment] # a lock all the same
    source.gate.clear()

    def read(_: int) -> Dated[int] | BaseException:
        try:
            return facts.read("key", AGE, source, refresh=refresh)
        except Upstream as error:
            return error

    with ThreadPoolExecutor(5) as pool:
        readers = [pool.submit(read, number) for number in range(5)]
        for _ in readers:
            assert door.came.acquire(timeout=10)
        source.gate.set()
        return [reader.result(10) for reader in readers]


def test_of_many_readers_one_asks_and_all_get_its_answer(facts: Facts) -> None:
    source = Source()
    assert together(facts, source) == [Dated(1, NOON)] * 5
    assert source.reads == 1


def test_of_many_who_refresh_one_asks(facts: Facts) -> None:
    source = Source()
    facts.read("key", AGE, source)
    assert together(facts, source, refresh=True) == [Dated(2, NOON)] * 5
    assert source.reads == 2


def test_who_waited_for_a_silent_apigee_does_not_ask_again(facts: Facts) -> None:
    source = Source(error=DOWN)
    assert together(facts, source) == [DOWN] * 5
    assert source.reads == 1


def test_who_waited_for_a_silent_apigee_gets_the_old_fact_too(
    facts: Facts, clock: MovedClock
) -> None:
    source = Source()
    facts.read("key", AGE, source)
    clock.pass_by(AGE)
    source.error = DOWN
    assert together(facts, source) == [Dated(1, NOON, stale=True)] * 5
    assert source.reads == 2


def test_the_next_reader_asks_again(facts: Facts) -> None:
    source = Source(error=DOWN)
    together(facts, source)
    source.error = None
    assert facts.read("key", AGE, source).value == 2


def test_readers_of_other_keys_do_not_wait(facts: Facts) -> None:
    slow = Source()
    slow.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(facts.read, "slow", AGE, slow)
        assert slow.entered.wait(10)
        assert facts.read("quick", AGE, Source()).value == 1
        slow.gate.set()
        assert waiting.result(10).value == 1


class ClosedGate(AbstractContextManager[None]):
    """Lets nobody in."""

    def __enter__(self) -> None:
        raise Upstream(UpstreamKind.BUSY, "Too many are waiting.", retry_after=1)

    def __exit__(self, *_error: object) -> None:
        pass


def test_who_may_not_wait_gets_the_old_fact_or_an_error(
    facts: Facts, cache: FakeCache, clock: MovedClock
) -> None:
    crowded, source = Facts(cache, clock, "demo", ClosedGate), Source()
    with pytest.raises(Upstream, match="Too many"):
        crowded.read("key", AGE, source)
    facts.read("key", AGE, source)
    assert crowded.read("key", AGE, source) == Dated(1, NOON)
    clock.pass_by(AGE)
    assert crowded.read("key", AGE, source) == Dated(1, NOON, stale=True)
    assert source.reads == 1


def test_everybody_who_reads_or_waits_is_behind_the_gate(
    cache: FakeCache, clock: MovedClock
) -> None:
    inside = Semaphore(0)

    @contextmanager
    def gate() -> Iterator[None]:
        inside.release()
        yield

    source = Source()
    assert together(Facts(cache, clock, "demo", gate), source) == [Dated(1, NOON)] * 5
    assert [inside.acquire(blocking=False) for _ in range(6)] == [True] * 5 + [False]
