"""My Apps, warm and cold: ten and a thousand apps, an Apigee of 0 and 50 milliseconds.

Home and product list are read warm beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from bench.crowd import FEW, MANY, Crowd
from bench.measuring import Measuring, Round, Visit
from bench.pages import FURTHER, LISTS, PAGES, Page
from bench.table import Row, Target

AT_ONCE, SLOW = 0, 50
# Apigee gives this many of a developer's apps at most in one answer, and begins each further one
# with the last app of the one before.
APPS_PER_LIST = 100

SIZES = tuple(LISTS)
HALF_OF_THE_FLOOR = Target(">=", 0.5)
MOST_OF_THE_FLOOR = Target(">=", 0.6)
ONE_CALL_AND_A_BIT = Target("<=", 1.3)
WARM = "what is left beside drawing the page: half of a bare Flask application's speed or more"
MOST = "pages that read less may cost less beside drawing them"
LIKE_TEN = "a list of a thousand opens like one of ten"
NO_CALLS = "a page that was read before asks Apigee nothing"
COLD = "somebody's first page takes hardly longer than the one call that it cannot do without"
BESIDE_FLOOR = "what a first visit costs where Apigee takes no time"
FEWEST_CALLS = "no call but the list and, beside it, the developer's status"
FEELS_LIKE_TEN = Target("<=", 1.5)


@dataclass(frozen=True)
class Pace:
    """How much is measured: rounds of so many seconds, and first visits of each kind.

    Beside them so many forms of new apps, pairs of rushes of so many people, starts of the server,
    and pages that a worker shows before its memory is looked at.
    """

    rounds: int
    seconds: float
    first_visits: int
    forms: int
    rushes: int
    people: int
    starts: int
    pages: int

    @property
    def crowd(self) -> Crowd:
        """Return who is needed; one more reads the list to its end."""
        others = self.forms + self.rushes * 2 * self.people
        return Crowd(self.first_visits + 1, (AT_ONCE, SLOW), others)


Rounds = Mapping[Page, Sequence[Round]]


def warm_rounds(measuring: Measuring, pace: Pace) -> Rounds:
    """Measure floor and portal in turns, each page in every round."""
    found: dict[Page, list[Round]] = {page: [] for page in PAGES}
    for _ in range(pace.rounds):
        for page in PAGES:
            found[page].append(measuring.round(page, pace.seconds))
    return found


def first_visits(measuring: Measuring, pace: Pace, delay: int) -> Mapping[int, Sequence[Visit]]:
    """Measure pages of people whom the portal has not seen, both sizes in turns."""
    found: dict[int, list[Visit]] = {size: [] for size in SIZES}
    strangers = [pace.crowd.strangers(size, delay)[: pace.first_visits] for size in SIZES]
    for both in zip(*strangers, strict=True):
        for size, email in zip(SIZES, both, strict=True):
            found[size].append(measuring.visit(email, size))
    return found


def warm_rows(rounds: Rounds, calls: int) -> list[Row]:
    """Judge warm pages."""
    rows = []
    for page, samples in rounds.items():
        floor = median(each.floor for each in samples)
        portal = median(each.portal for each in samples)
        rows.append(
            Row(
                f"warm, {page.name}: pages/s against the floor",
                f"{portal:.0f}/s, floor {floor:.0f}/s",
                [each.portal / each.floor for each in samples],
                MOST_OF_THE_FLOOR if page in FURTHER else HALF_OF_THE_FLOOR,
                MOST if page in FURTHER else WARM,
            )
        )
    few, many = ([1000 / each.portal for each in rounds[page]] for page in LISTS.values())
    rows.append(
        Row(
            f"warm: {MANY:,} apps against {FEW}",
            f"{median(many):.1f} ms, {FEW} apps {median(few):.1f} ms",
            [slow / quick for slow, quick in zip(many, few, strict=True)],
            FEELS_LIKE_TEN,
            LIKE_TEN,
        )
    )
    rows.append(Row("warm: calls to Apigee for a page", "", [calls], Target("<=", 0), NO_CALLS))
    return rows


def cold_rows(visits: Mapping[int, Sequence[Visit]], delay: int) -> list[Row]:
    """Judge first visits: against one call where Apigee is slow, else against the floor."""
    beside: Callable[[Visit], float]
    if delay:
        name, target, beside = "one call", ONE_CALL_AND_A_BIT, lambda visit: visit.call
        means = COLD
    else:
        name, target, beside = "the floor", None, lambda visit: visit.floor
        means = BESIDE_FLOOR
    return [
        Row(
            f"cold, {size:,} apps, Apigee of {delay} ms: time against {name}",
            f"{median(each.portal for each in samples):.1f} ms,"
            f" {name} {median(map(beside, samples)):.1f} ms",
            [each.portal / beside(each) for each in samples],
            target,
            means,
        )
        for size, samples in visits.items()
    ]


def call_rows(visits: Mapping[int, Sequence[Visit]], lists: int, shown: int) -> list[Row]:
    """Judge what Apigee is asked: the list and, beside it, the developer's status."""
    fewest = 1 + ceil(max(0, shown - APPS_PER_LIST) / (APPS_PER_LIST - 1))
    per_page = [each.calls for samples in visits.values() for each in samples]
    return [
        Row(
            "cold: calls to Apigee for the first page", "", per_page, Target("<=", 2), FEWEST_CALLS
        ),
        Row(
            f"cold, {shown:,} apps read to the end: lists against Apigee's fewest",
            f"{lists} lists, fewest {fewest}",
            [lists / fewest],
            Target("<=", 1),
            "a list that is read to its end is read once",
        ),
    ]
