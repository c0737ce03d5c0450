"""What ``portal serve`` takes: seconds to start, memory of a worker, bytes of its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.crowd import FEW, known
from bench.house import House
from bench.measuring import Measuring
from bench.pages import HOME, MY_APPS, PAGES, PRODUCTS
from bench.serving import WORKERS, can_be_weighed, serving
from bench.table import Row, Target
from bench.weight import first_visit, next_page

MOST_SECONDS: Final = 2
MOST_MEGABYTES: Final = 120
FIRST_KILOBYTES: Final = 60
NEXT_KILOBYTES: Final = 10
CONNECTIONS: Final = 8
ONE: Final = Target("<=", 1)
SOON: Final = "a process that is started, or started again, is soon there"
LITTLE: Final = "nothing is in memory that a web process does not need"
LIGHT: Final = "pages are quickly there over a slow line"


@dataclass(frozen=True)
class Footprint:
    """Seconds of each start, megabytes of the largest worker where that can be told, and bytes."""

    pages: int
    seconds: Sequence[float]
    megabytes: Sequence[float]
    first: Sequence[int]
    later: Sequence[int]


def footprint(measuring: Measuring, house: House, starts: int, pages: int) -> Footprint:
    """Start the server so many times, the last time reading so many pages of each worker."""
    seconds: list[float] = []
    for _ in range(starts - 1):
        house.refuse_to_go_on()
        with serving(house) as served:
            seconds.append(served.seconds)
    cookie = measuring.cookie(known(FEW))["Cookie"]
    with serving(house) as served:
        seconds.append(served.seconds)
        for number in range(pages * WORKERS // CONNECTIONS):
            page = PAGES[number % len(PAGES)]
            measuring.at_once(served.port, [known(page.size)] * CONNECTIONS, page.path)
        megabytes = [served.megabytes()] if can_be_weighed() else []
        first = [first_visit(served.port, HOME), first_visit(served.port, HOME, cookie)]
        later = [next_page(served.port, path, cookie) for path in (MY_APPS, PRODUCTS, HOME)]
        later.append(next_page(served.port, PRODUCTS))
        return Footprint(pages, seconds, megabytes, first, later)


def footprint_rows(found: Footprint) -> list[Row]:
    """Judge each against what is promised."""
    rows = [
        Row(
            f"start of portal serve to the first page against {MOST_SECONDS} s",
            f"{median(found.seconds):.1f} s",
            [each / MOST_SECONDS for each in found.seconds],
            ONE,
            SOON,
        )
    ]
    if found.megabytes:
        rows.append(
            Row(
                f"memory of a worker after {found.pages} pages against {MOST_MEGABYTES} MB",
                f"{median(found.megabytes):.0f} MB, {WORKERS} processes",
                [each / MOST_MEGABYTES for each in found.megabytes],
                ONE,
                LITTLE,
            )
        )
    return [
        *rows,
        _weight("weight of a first visit", found.first, FIRST_KILOBYTES),
        _weight("weight of a next page", found.later, NEXT_KILOBYTES),
    ]


def _weight(name: str, weights: Sequence[int], kilobytes: int) -> Row:
    """Judge the heaviest; the lightest stands beside it."""
    heaviest = max(weights) / 1_000
    return Row(
        f"{name} against {kilobytes} kB",
        f"{heaviest:.1f} kB, the lightest {min(weights) / 1_000:.1f} kB",
        [heaviest / kilobytes],
        ONE,
        LIGHT,
    )
