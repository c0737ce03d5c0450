"""Many people who come at the same moment, none of whom the portal has seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.crowd import FEW, known
from bench.house import House
from bench.measuring import Measuring
from bench.pages import MY_APPS, PRODUCTS
from bench.serving import WORKERS, serving
from bench.table import Row, Target

# Half of the threads of a server may wait for Apigee's lists: two processes hold 64 people.
THREADS: Final = 64
MEANS: Final = "people who come at once wait for Apigee side by side, and nobody is sent away"


@dataclass(frozen=True)
class Rush:
    """Pages per second for so many people: Apigee answers at once, and takes 50 ms."""

    people: int
    at_once: float
    slow: float


def rushes(
    measuring: Measuring, house: House, parts: Sequence[Sequence[str]], slow: int
) -> list[Rush]:
    """Let each part of a crowd come at once; Apigee is slow every second time."""
    with serving(house, THREADS) as served:

        def rate(people: Sequence[str], delay: int) -> float:
            house.refuse_to_go_on()
            with house.slow_apigee(delay):
                return measuring.at_once(served.port, people, MY_APPS).per_second

        # The first page of a process loads templates, and waits for the catalogue of products.
        measuring.at_once(served.port, [known(FEW)] * THREADS, PRODUCTS)
        return [
            Rush(len(early), rate(early, 0), rate(late, slow))
            for early, late in zip(parts[::2], parts[1::2], strict=True)
        ]


def rush_rows(found: Sequence[Rush], slow: int) -> list[Row]:
    """Judge the slow Apigee against the one that answers at once."""
    slowly = median(each.slow for each in found)
    at_once = median(each.at_once for each in found)
    return [
        Row(
            f"{found[0].people} people at once, cold: pages/s with {slow} ms against 0 ms",
            f"{slowly:.0f}/s, {at_once:.0f}/s; {WORKERS} processes of {THREADS} threads",
            [each.slow / each.at_once for each in found],
            Target(">=", 0.6),
            MEANS,
        )
    ]
