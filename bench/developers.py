"""The developer index with many rows and with few, on a real PostgreSQL.

Every row is judged as a ratio of the same question asked of both in the same run, or of what is
promised: the second until a file's first byte, the megabytes that it may take.
"""

import itertools
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from sqlalchemy import Engine, select
from sqlalchemy.orm import sessionmaker

from app.domain.attributes import Attribute
from app.domain.developers import Developer, DeveloperStatus
from app.services.developer_port import DeveloperOrder, DeveloperSearch
from app.services.exports.columns import DEVELOPER_COLUMNS, developer_cells
from app.store.developer_search import DEVELOPERS
from app.store.developers import DeveloperStore
from app.web.spreadsheet import csv_lines, in_chunks
from bench.organization import page_rows
from bench.table import Row, Target
from tests.faults.workshop import DANA
from tests.store.databases import PostgresServer, open_engine

FEW = 1_000
MOST_MEGABYTES = 50
BATCH = 5_000
ASKED = 21
ORGANIZATION = "demo"
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
SEARCHED = "a search takes what its matches take, not what the organization takes"
SENT = "a file begins at once, however long it is, and is never in memory as a whole"
SYLLABLES = ("an", "bel", "cor", "da", "el", "fi", "gar", "hu", "is", "jo", "ka", "lu", "mo", "ne")

# Its matches grow with the rows and are sorted, so nothing is promised.
PREFIX_OF_MANY = "prefix of every hundredth"
# So many have these names, however many rows there are: of a thousand all have the first name.
SEVERAL, LAST_NAME = 100, "Quillhaven"
MOST_FOUND, FIRST_NAME = 1_000, "Wrenfield"

PROMISED = {
    f"word prefix of {SEVERAL}": DeveloperSearch(words=LAST_NAME[:6]),
    f"two prefixes of {SEVERAL}": DeveloperSearch(words=f"person {LAST_NAME[:6]}"),
    f"word prefix of {MOST_FOUND:,}": DeveloperSearch(words=FIRST_NAME[:6]),
    f"two prefixes of {MOST_FOUND:,}": DeveloperSearch(words=f"person {FIRST_NAME[:6]}"),
}
QUESTIONS = {
    **PROMISED,
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


def developer_rows(server: PostgresServer, size: int) -> list[Row]:
    """Fill two databases and ask both."""
    few_rows = min(FEW, size // 2)
    with server.make_database() as few, server.make_database() as many:
        small, large = open_engine(few), open_engine(many)
        fill(small, few_rows)
        seconds = fill(large, size)
        print(f"{size:,} rows saved in {seconds:.0f} s, {size / seconds:,.0f} a second", flush=True)
        versus = f"{size:,} rows against {few_rows:,}"
        rows = [*questions(small, large, versus), *file_rows(small, large)]
        for engine in (small, large):
            engine.dispose()
        return [*rows, *page_rows(few, many, versus)]


def people(size: int) -> Iterator[Developer]:
    """Yield the same crowd at every run; the local Apigee knows the first of them."""
    pick = random.Random(7)  # noqa: S311 - the same crowd at every run
    for number in range(size):
        first, last = ("".join(pick.choices(SYLLABLES, k=3)).title() for _ in range(2))
        yield Developer(
            email=f"person{number}@team{number % 97}.example.com" if number else DANA,
            developer_id=f"id-{number}",
            first_name=first if number % (size // MOST_FOUND or 1) else FIRST_NAME,
            last_name=last if number % (size // SEVERAL or 1) else LAST_NAME,
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


def questions(small: Engine, large: Engine, versus: str) -> Iterator[Row]:
    """Ask few and many rows in turns: a page with its count, and the page behind it."""
    few, many = store(small), store(large)
    for name, query in QUESTIONS.items():
        pairs = [(timed(few, query), timed(many, query)) for _ in range(ASKED)]
        made_of = " against ".join(
            f"{median(column) * 1000:.1f} ms" for column in reversed(list(zip(*pairs, strict=True)))
        )
        ratios = [late / early for early, late in pairs]
        target = Target("<=", 1.5) if name in PROMISED else Target("<=", 10)
        target_or_none = None if name == PREFIX_OF_MANY else target
        yield Row(f"{name}: {versus}", made_of, ratios, target_or_none, SEARCHED)


def timed(index: DeveloperStore, query: DeveloperSearch) -> float:
    """Return how many seconds a page and its count take; some pages are counted as they are."""
    begun = time.perf_counter()
    page = index.search(query)
    if page.next_after is not None and page.total is None:
        index.count(query, 1_001)
    return time.perf_counter() - begun


def file_rows(small: Engine, large: Engine) -> Iterator[Row]:
    """Stream the CSV of everybody: seconds to the first chunk, and the memory of all."""
    waits = [first_byte(store(large)) for _ in range(5)]
    made_of = f"{median(waits) * 1000:.0f} ms to the first chunk"
    yield Row("CSV: first byte against a second", made_of, waits, Target("<=", 1), SENT)
    own, alone = seconds_of(partial(through, store(large))), seconds_of(partial(read, large))
    made_of = f"{own:.1f} s, reading alone {alone:.1f} s"
    yield Row("CSV: rows/s against reading alone", made_of, [alone / own], None, SENT)
    little, peak = (peak_of(partial(through, store(engine))) for engine in (small, large))
    grown = (peak - little) / 1e6
    made_of = f"{peak / 1e6:.1f} MB against {little / 1e6:.1f} MB"
    name = f"CSV: memory growth against {MOST_MEGABYTES} MB"
    yield Row(name, made_of, [grown / MOST_MEGABYTES], Target("<=", 1), SENT)


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


def read(engine: Engine) -> None:
    """Read the same rows in the same order and batches, and make nothing of them."""
    every = select(DEVELOPERS).order_by(DEVELOPERS.c.sort_name, DEVELOPERS.c.email)
    with engine.connect() as connection:
        for _ in connection.execute(every.execution_options(yield_per=1_000)):
            pass


def seconds_of(work: Callable[[], None]) -> float:
    """Return how many seconds something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def peak_of(work: Callable[[], None]) -> int:
    """Return the most bytes that were taken while something was done."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
