"""``python -m bench.developers``: the developer index with a million rows on a real PostgreSQL.

Every row is judged as a ratio: of the same question asked of a hundredth of the rows in the same
run, or of the second within which the first byte of the CSV is promised.
"""

import argparse
import itertools
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from app.domain.attributes import Attribute
from app.domain.developers import Developer, DeveloperStatus
from app.services.developer_port import DeveloperOrder, DeveloperSearch
from app.services.exports.columns import DEVELOPER_COLUMNS, developer_cells
from app.store.developers import DeveloperStore
from app.web.spreadsheet import csv_lines, in_chunks
from bench.table import Row, Target, written
from tests.store.databases import open_engine, run_postgres

ROWS = 1_000_000
SHARE = 100
BATCH = 5_000
ASKED = 21
ORGANIZATION = "demo"
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
SYLLABLES = ("an", "bel", "cor", "da", "el", "fi", "gar", "hu", "is", "jo", "ka", "lu", "mo", "ne")

# Its matches grow with the rows and are sorted, so nothing is promised.
PREFIX_OF_MANY = "prefix of every hundredth"

QUESTIONS = {
    "word prefix": DeveloperSearch(words="person4711"),
    PREFIX_OF_MANY: DeveloperSearch(words="dabel"),
    "two prefixes": DeveloperSearch(words="person4711 team"),
    "whole address": DeveloperSearch(words="person4711@team11.example.com"),
    "attribute": DeveloperSearch(attribute="cost_center=4711"),
    "by last sign-in": DeveloperSearch(order=DeveloperOrder.SIGNED_IN, descending=True),
    "inactive, by registration": DeveloperSearch(
        status=DeveloperStatus.INACTIVE, order=DeveloperOrder.REGISTERED
    ),
    "common prefix, by e-mail": DeveloperSearch(words="person", order=DeveloperOrder.EMAIL),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill two databases, ask both, print the table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.developers", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    size: int = parser.parse_args(arguments).rows
    with run_postgres() as server, server.make_database() as few, server.make_database() as many:
        small, large = open_engine(few), open_engine(many)
        fill(small, size // SHARE)
        seconds = fill(large, size)
        print(f"{size:,} rows saved in {seconds:.0f} s, {size / seconds:,.0f} a second", flush=True)
        rows = [*questions(small, large), *file_rows(small, large)]
        for engine in (small, large):
            engine.dispose()
    print(written(rows))
    return int(any(row.is_missed for row in rows))


def people(size: int) -> Iterator[Developer]:
    """Yield the same crowd at every run."""
    pick = random.Random(7)  # noqa: S311 - the same crowd at every run
    for number in range(size):
        first, last = ("".join(pick.choices(SYLLABLES, k=3)).title() for _ in range(2))
        yield Developer(
            email=f"person{number}@team{number % 97}.example.com",
            developer_id=f"id-{number}",
            first_name=first,
            last_name=last,
            user_name=f"{first}.{last}{number}".lower(),
            status=DeveloperStatus.ACTIVE if number % 50 else DeveloperStatus.INACTIVE,
            attributes=(Attribute("cost_center", str(number % (size // 10))),),
            created_at=BEGAN + timedelta(seconds=pick.randrange(200_000_000)),
            last_modified_at=BEGAN,
            apps_count=number % 4,
        )


def fill(engine: Engine, size: int) -> float:
    """Save a crowd as a synchronization does; return how many seconds that took."""
    index, crowd, begun = store(engine), people(size), time.perf_counter()
    while batch := list(itertools.islice(crowd, BATCH)):
        index.save(batch, BEGAN)
    seconds = time.perf_counter() - begun
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    return seconds


def store(engine: Engine) -> DeveloperStore:
    """Return the index over a database."""
    return DeveloperStore(sessionmaker(engine), ORGANIZATION)


def questions(small: Engine, large: Engine) -> Iterator[Row]:
    """Ask few and many rows in turns: a page with its count, and the page behind it."""
    few, many = store(small), store(large)
    for name, query in QUESTIONS.items():
        pairs = [(timed(few, query), timed(many, query)) for _ in range(ASKED)]
        made_of = " against ".join(
            f"{median(column) * 1000:.1f} ms" for column in reversed(list(zip(*pairs, strict=True)))
        )
        ratios = [late / early for early, late in pairs]
        target = None if name == PREFIX_OF_MANY else Target("<=", 10)
        yield Row(f"{name}: a hundred times the rows", made_of, ratios, target)


def timed(index: DeveloperStore, query: DeveloperSearch) -> float:
    """Return how many seconds a page and its count take."""
    begun = time.perf_counter()
    page = index.search(query)
    if page.next_after is not None:
        index.count(query, 1_001)
    return time.perf_counter() - begun


def file_rows(small: Engine, large: Engine) -> Iterator[Row]:
    """Stream the CSV of everybody: seconds to the first chunk, and the memory of all."""
    waits = [first_byte(store(large)) for _ in range(5)]
    made_of = f"{median(waits) * 1000:.0f} ms to the first chunk"
    yield Row("CSV: first byte against a second", made_of, waits, Target("<=", 1))
    little, peak = (peak_of(partial(through, store(engine))) for engine in (small, large))
    made_of = f"{peak / 1e6:.1f} MB against {little / 1e6:.1f} MB"
    yield Row("CSV: memory of all the rows", made_of, [peak / little], Target("<=", 1.5))


def chunks(index: DeveloperStore) -> Iterator[str]:
    """Yield the file as the page does."""
    rows = map(developer_cells, index.every(DeveloperSearch()))
    return in_chunks(csv_lines(DEVELOPER_COLUMNS, rows))


def first_byte(index: DeveloperStore) -> float:
    """Return how many seconds the first chunk takes."""
    begun = time.perf_counter()
    next(chunks(index))
    return time.perf_counter() - begun


def through(index: DeveloperStore) -> None:
    """Read the file to its end."""
    for _ in chunks(index):
        pass


def peak_of(work: Callable[[], None]) -> int:
    """Return the most bytes that were taken while something was done."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    sys.exit(main())
