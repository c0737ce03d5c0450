"""``python -m bench soak``: very many sessions, for minutes, on two web processes.

People come at half of the rate that the same site was just seen to answer, or at ``--rate``. Every
five seconds it is read what each process holds; the median of the last minute is compared with that
of the first one, which begins after everybody has been there.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from bench.pages import WrongAnswer
from bench.resources import Held, held
from bench.soak_site import Site, open_site
from bench.visitors import Walk, Walked

CONNECTIONS: Final = 16
WARM_UPS: Final = 5
MEASURED_SECONDS: Final = 10.0
MINUTE_SECONDS: Final = 60.0
EVERY_SECONDS: Final = 5.0
# Of the first minute's median; a page that a thread needs for the first time is no leak.
MEMORY_TOLERANCE: Final = 0.05
# More of them for a process than in the first minute: a pool may have had one less to hold.
COUNT_TOLERANCE: Final = 4
UNITS: Final = {"pss": "MB PSS", "rss": "MB RSS", "threads": "threads", "files": "open files"}


@dataclass(frozen=True)
class Reading:
    """What was held at a moment, by process, and the open connections by what they lead to."""

    held: Mapping[str, Held]
    connections: Mapping[str, int]


@dataclass(frozen=True)
class Minute:
    """What was answered in a minute, and what was held meanwhile."""

    walked: Walked
    readings: Sequence[Reading]

    def values(self) -> Mapping[str, float]:
        """Return the median of everything that was read, by its name."""
        columns: dict[str, list[float]] = {}
        for reading in self.readings:
            for process, one in reading.held.items():
                for each in fields(Held):
                    name = f"{process}: {UNITS[each.name]}"
                    columns.setdefault(name, []).append(getattr(one, each.name))
            for name, count in reading.connections.items():
                columns.setdefault(f"connections to {name}", []).append(count)
        return {name: median(column) for name, column in columns.items()}


def soak(folder: Path, *, sessions: int, minutes: int, rate: float = 0.0) -> int:
    """Soak a site, print what was seen, and return 1 when anything grew or went wrong."""
    begun = time.monotonic()
    with open_site(folder, sessions) as site:
        if site.stored()["sessions"] != sessions:
            raise WrongAnswer(f"There are no {sessions} sessions.")
        _say(f"{sessions:,} sessions begun, {_since(begun)}")
        visits = _warmed_up(site, sessions)
        measured = site.walk(_walk(site, begin=visits, seconds=MEASURED_SECONDS))
        pace = rate or measured.per_second / 2
        _say(f"answers {measured.per_second:.0f} a second; people come {pace:.0f} times a second")
        begin, stored = visits + measured.visits, site.stored()
        done = list(_minutes(site, begin, pace, minutes))
        _say(_both("stored before and after", stored, site.stored()))
    return judged(done)


def judged(minutes: Sequence[Minute]) -> int:
    """Print the table of everything that was held, and what grew or went wrong."""
    columns = [minute.values() for minute in minutes]
    problems = [name for name, (first, last) in _ends(columns) if has_grown(name, first, last)]
    width = max(map(len, columns[0]))
    for name in columns[0]:
        values = "".join(f"{column.get(name, 0.0):9.1f}" for column in columns)
        verdict = "GROWN" if name in problems else "met"
        _say(f"{name:{width}}{values}   {verdict}")
    wrong = sum(minute.walked.wrong for minute in minutes)
    asked = sum(sum(minute.walked.statuses.values()) for minute in minutes)
    _say(f"{asked:,} answers, {wrong} of them no page: {'MISSED' if wrong else 'met'}")
    _say(
        f"no growth, last minute against first, memory within {MEMORY_TOLERANCE:.0%} and counts"
        f" within {COUNT_TOLERANCE}: {'MISSED: ' + ', '.join(problems) if problems else 'met'}"
    )
    return int(bool(problems or wrong))


def has_grown(name: str, first: float, last: float) -> bool:
    """Tell whether the last minute's median is beyond that of the first and its tolerance."""
    if "MB" in name:
        return last > first * (1 + MEMORY_TOLERANCE)
    return last > first + COUNT_TOLERANCE


def _ends(
    columns: Sequence[Mapping[str, float]],
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield what the first and the last minute held, by name; what is new began with nothing."""
    for name in {**columns[0], **columns[-1]}:
        yield name, (columns[0].get(name, 0.0), columns[-1].get(name, 0.0))


def _warmed_up(site: Site, sessions: int) -> int:
    """Let everybody come several times, so that most have met each process; return the visits."""
    begun, visits = time.monotonic(), 0
    for _ in range(WARM_UPS):
        walked = site.walk(_walk(site, begin=visits, visits=sessions))
        visits += walked.visits
    _say(f"everybody was there {WARM_UPS} times, {_since(begun)}")
    return visits


def _minutes(site: Site, begin: int, pace: float, minutes: int) -> Iterator[Minute]:
    """Yield minute after minute."""
    for number in range(1, minutes + 1):
        walk = _walk(site, begin=begin, rate=pace, seconds=MINUTE_SECONDS)
        with ThreadPoolExecutor(1) as pool:
            walking = pool.submit(partial(site.walk, walk))
            readings = [_read(site)]
            while wait([walking], EVERY_SECONDS).not_done:
                readings.append(_read(site))
            walked = walking.result()
        begin += walked.visits
        statuses = ", ".join(f"{name} {count:,}" for name, count in walked.statuses.items())
        _say(
            f"minute {number}: {walked.per_second:.0f} answers a second ({statuses}), median"
            f" {walked.middle:.0f} ms, slowest hundredth {walked.slowest_hundredth:.0f} ms"
        )
        yield Minute(walked, readings)


def _walk(
    site: Site, *, begin: int, rate: float = 0.0, seconds: float = 0.0, visits: int = 0
) -> Walk:
    return Walk(
        port=site.plan.port,
        connections=CONNECTIONS,
        rate=rate,
        seconds=seconds,
        visits=visits,
        begin=begin,
    )


def _read(site: Site) -> Reading:
    return Reading({name: held(pid) for name, pid in site.processes().items()}, site.connections())


def _both(what: str, before: Mapping[str, float], after: Mapping[str, float]) -> str:
    pairs = (f"{name} {before[name]:,.0f} / {after[name]:,.0f}" for name in before)
    return f"{what}: {', '.join(pairs)}"


def _since(begun: float) -> str:
    return f"{time.monotonic() - begun:.0f} s"


def _say(line: str) -> None:
    print(line, flush=True)
