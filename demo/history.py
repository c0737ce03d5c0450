"""Sample data: what Dana's apps are supposed to have called before the demo was first started.

The calls are told to the local Apigee as past ones, so that usage shows more than a flat line.
The same moment always gives the same calls.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from random import Random
from urllib.request import Request, urlopen

from demo.plan import Plan
from emulator import PastCall

HOUR = 3_600_000
DAYS = 92
# The days of which each hour is told; of those before only every fourth.
FINE_DAYS = 3
COARSE_HOURS = 4
SECONDS = 30.0
SEED = 20_260_101


@dataclass(frozen=True)
class Habit:
    """How an app calls: calls in its busiest hour, the share that fails, usual milliseconds."""

    app: str
    product: str
    apiproxy: str
    busiest: int
    failing: float
    milliseconds: float
    environment: str = "prod"


DANA = "dana@example.com"
HABITS = (
    Habit("weather-widget", "weather-free", "weather", 60, 0.01, 35.0),
    Habit("weather-widget", "weather-free", "weather", 8, 0.12, 48.0, "test"),
    Habit("checkout", "payments", "payments", 25, 0.03, 180.0),
    Habit("route-planner", "rates", "rates", 12, 0.02, 90.0),
)


def sample_calls(now: int) -> list[PastCall]:
    """Return the calls of the last months; ``now`` is in milliseconds since 1970."""
    random = Random(SEED)  # noqa: S311 - sample data, not a secret
    return [call for habit in HABITS for call in _of_habit(habit, now, random)]


def record_history(plan: Plan) -> None:
    """Tell them to the local Apigee, which must be up; raises `OSError`."""
    calls = [asdict(call) for call in sample_calls(int(time.time() * 1000))]
    request = Request(  # noqa: S310 - an address of this machine
        f"{plan.apigee_origin}/_emulator/calls",
        json.dumps({"calls": calls}).encode(),
        {"content-type": "application/json"},
    )
    with urlopen(request, timeout=SECONDS):  # noqa: S310 - the same
        pass


def _of_habit(habit: Habit, now: int, random: Random) -> Iterator[PastCall]:
    newest = now // HOUR
    for hour in range(newest - DAYS * 24, newest):
        is_fine = hour > newest - FINE_DAYS * 24
        if is_fine or hour % COARSE_HOURS == 0:
            times = _times(habit, hour, random) * (1 if is_fine else COARSE_HOURS)
            yield from _calls(habit, hour, times, random)


def _times(habit: Habit, hour: int, random: Random) -> int:
    """Nobody ships at night, and few on Saturdays and Sundays (1970 began on a Thursday)."""
    is_weekend = (hour // 24 + 3) % 7 > 4  # noqa: PLR2004 - Friday
    of_day = max(0.0, 1 - abs(hour % 24 - 13) / 9)
    return round(habit.busiest * of_day * random.uniform(0.6, 1.2) * (0.25 if is_weekend else 1))


def _calls(habit: Habit, hour: int, times: int, random: Random) -> Iterator[PastCall]:
    failed = sum(random.random() < habit.failing for _ in range(times))
    for status, count, slower in ((200, times - failed, 1.0), (503, failed, 6.0)):
        if count:
            milliseconds = round(habit.milliseconds * slower * random.uniform(0.7, 1.6), 1)
            yield PastCall(
                time=hour * HOUR + random.randrange(HOUR),
                times=count,
                developer=DANA,
                app=habit.app,
                product=habit.product,
                apiproxy=habit.apiproxy,
                environment=habit.environment,
                status=status,
                total_response_time=milliseconds,
                target_response_time=round(milliseconds * 0.8, 1),
            )
