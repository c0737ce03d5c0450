"""One token for thirty threads: fetched once, replaced in time, kept while there is no other."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.apigee.credentials.grant import Grant
from app.apigee.credentials.keeper import TokenKeeper
from app.apigee.deadline import Deadline
from app.apigee.errors import upstream
from app.domain.errors import Upstream, UpstreamKind

THREADS = 30
START = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


class HandClock:
    """A clock that a test puts forward; it knows how often it was looked at."""

    def __init__(self) -> None:
        self.at = START
        self.looks = 0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            self.looks += 1
        return self.at

    def after(self, seconds: float) -> None:
        self.at = START + timedelta(seconds=seconds)


class Source:
    """Gives numbered tokens of 1000 seconds once ``gate`` is open, unless it shall fail."""

    def __init__(self) -> None:
        self.asked = 0
        self.failure: Upstream | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()

    def fetch(self, deadline: Deadline, now: datetime) -> Grant:
        del now
        self.asked += 1
        number = self.asked
        self.begun.set()
        assert self.gate.wait(max(0.0, deadline.remaining()))
        if self.failure is not None:
            raise self.failure
        return Grant(f"t{number}", 1000.0)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def _keeper(source: Source, clock: HandClock, jitter: float = 0.0) -> TokenKeeper:
    return TokenKeeper(source.fetch, clock, lambda: jitter)


def _token(keeper: TokenKeeper, seconds: float = 5.0) -> str:
    return keeper.headers(Deadline(seconds))["Authorization"]


def _together(work: Callable[[], None], source: Source, clock: HandClock) -> None:
    """Run the work in thirty threads; open the gate when one is fetching and all wait for it.

    Each looks at the clock before it waits, and who fetches once more.
    """
    source.gate.clear()
    before = clock.looks
    source.begun.clear()
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    assert source.begun.wait(5)
    while clock.looks < before + THREADS + 1:
        time.sleep(0.001)
    source.gate.set()
    for thread in threads:
        thread.join()


def test_thirty_threads_fetch_one_token(source: Source, clock: HandClock) -> None:
    keeper, found = _keeper(source, clock), list[str]()
    _together(lambda: found.append(_token(keeper)), source, clock)
    assert (found, source.asked) == (["Bearer t1"] * THREADS, 1)


def test_thirty_threads_with_a_refused_token_fetch_one_other(
    source: Source, clock: HandClock
) -> None:
    keeper, found = _keeper(source, clock), list[str]()
    refused = keeper.headers(Deadline(5))

    def again() -> None:
        assert keeper.renew(refused)
        found.append(_token(keeper))

    _together(again, source, clock)
    assert (found, source.asked) == (["Bearer t2"] * THREADS, 2)


def test_who_waited_for_a_fetch_that_failed_shares_the_failure(
    source: Source, clock: HandClock
) -> None:
    keeper, codes = _keeper(source, clock), list[str]()
    source.failure = upstream(UpstreamKind.CREDENTIALS, code="token_grant")

    def fail() -> None:
        with pytest.raises(Upstream) as failed:
            _token(keeper)
        codes.append(failed.value.code)

    _together(fail, source, clock)
    assert (codes, source.asked) == (["token_grant"] * THREADS, 1)
    source.failure = None
    assert _token(keeper) == "Bearer t2"


@pytest.mark.parametrize(("jitter", "at"), [(0.0, 800), (0.5, 750), (1.0, 700)])
def test_a_token_is_replaced_at_eighty_percent_of_its_life_or_a_little_earlier(
    source: Source, clock: HandClock, jitter: float, at: int
) -> None:
    keeper = _keeper(source, clock, jitter)
    assert _token(keeper) == "Bearer t1"
    clock.after(at - 1)
    assert _token(keeper) == "Bearer t1"
    clock.after(at)
    assert _token(keeper) == "Bearer t2"


def test_the_others_go_on_with_the_old_token_while_one_fetches(
    source: Source, clock: HandClock
) -> None:
    keeper = _keeper(source, clock)
    _token(keeper)
    clock.after(900)
    source.gate.clear()
    source.begun.clear()
    found: list[str] = []
    one = threading.Thread(target=lambda: found.append(_token(keeper)))
    one.start()
    assert source.begun.wait(5)
    assert _token(keeper) == "Bearer t1"
    source.gate.set()
    one.join()
    assert (found, _token(keeper)) == (["Bearer t2"], "Bearer t2")


def test_the_old_token_stands_in_until_it_ends_and_not_longer(
    source: Source, clock: HandClock
) -> None:
    keeper = _keeper(source, clock)
    _token(keeper)
    source.failure = upstream(UpstreamKind.UNREACHABLE, code="token")
    clock.after(800)
    assert [_token(keeper) for _ in range(3)] == ["Bearer t1"] * 3
    assert source.asked == 2
    clock.after(831)
    assert (_token(keeper), source.asked) == ("Bearer t1", 3)
    clock.after(1000)
    with pytest.raises(Upstream):
        _token(keeper)


def test_a_refused_token_does_not_come_back_when_the_next_cannot_be_fetched(
    source: Source, clock: HandClock
) -> None:
    keeper = _keeper(source, clock)
    refused = keeper.headers(Deadline(5))
    clock.after(900)
    source.failure = upstream(UpstreamKind.UNREACHABLE, code="token")
    source.gate.clear()
    source.begun.clear()
    one = threading.Thread(target=lambda: _token(keeper))
    one.start()
    assert source.begun.wait(5)
    keeper.renew(refused)
    source.gate.set()
    one.join()
    with pytest.raises(Upstream):
        _token(keeper)


def test_a_renewal_never_waits_for_a_fetch(source: Source, clock: HandClock) -> None:
    keeper = _keeper(source, clock)
    source.gate.clear()
    one = threading.Thread(target=lambda: _token(keeper))
    one.start()
    assert source.begun.wait(5)
    renewed = threading.Thread(target=lambda: keeper.renew({}))
    renewed.start()
    renewed.join(10)
    assert not renewed.is_alive()
    source.gate.set()
    one.join()


def test_a_wait_for_the_first_token_ends_with_the_deadline(
    source: Source, clock: HandClock
) -> None:
    keeper = _keeper(source, clock)
    source.gate.clear()
    one = threading.Thread(target=lambda: _token(keeper))
    one.start()
    assert source.begun.wait(5)
    with pytest.raises(Upstream) as late:
        _token(keeper, 0.05)
    assert (late.value.kind, late.value.code) == (UpstreamKind.TIMEOUT, "token")
    source.gate.set()
    one.join()


def test_a_failed_fetch_is_told_in_the_log(
    source: Source, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    source.failure = upstream(UpstreamKind.CREDENTIALS, code="token_clock")
    with pytest.raises(Upstream) as failed:
        _token(_keeper(source, clock))
    assert "Set this machine's clock" in caplog.text
    assert "clock" not in failed.value.message
