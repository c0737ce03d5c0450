"""``python -m bench``: the table; ``python -m bench profile``: where the time goes.

``python -m bench organization``: the part of the table that is about very many developers.
``python -m bench documents``: the part that is about the largest API document.
``python -m bench soak``: many sessions for minutes, and whether anything grows meanwhile.
``python -m bench servers``: the same application on other servers, installed for that alone.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench import my_apps
from bench.client import open_client
from bench.creating import creation_rows, creations
from bench.crowd import MANY, Crowd
from bench.developers import developer_rows
from bench.documents import document_rows
from bench.footprint import footprint, footprint_rows
from bench.house import Stopped, inside, open_house
from bench.measuring import CONNECTIONS, Measuring
from bench.my_apps import AT_ONCE, SLOW, Pace
from bench.pages import WrongAnswer
from bench.quiet import warnings_told
from bench.rush import rush_rows, rushes
from bench.servers import server_rows
from bench.soak import soak
from bench.synchronizing import synchronizing_rows
from bench.table import Row, written
from demo.plan import THREADS
from demo.processes import ProcessFailed
from tests.store.databases import run_postgres
from tools.node import NodeMissing
from tools.real_documents import NotFetched

DEVELOPERS = 20_000
WHOLE = Pace(
    rounds=15,
    seconds=0.8,
    first_visits=15,
    forms=15,
    rushes=5,
    people=64,
    starts=5,
    pages=100,
)
QUICK = Pace(
    rounds=2,
    seconds=0.1,
    first_visits=2,
    forms=2,
    rushes=1,
    people=8,
    starts=1,
    pages=8,
)
PARTS = ("table", "organization", "documents", "profile", "soak", "servers")
ROUNDS_OF_SERVERS = 9
PROFILED_PAGES, PROFILED_VISITS = 600, 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was measured; 1 when a target is missed, 2 when nothing could be measured."""
    parsed = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        try:
            if parsed.what == "profile":
                return profile(Path(folder), quick=parsed.quick)
            if parsed.what == "soak":
                asked = {name: getattr(parsed, name) for name in ("sessions", "minutes", "rate")}
                return soak(Path(folder), **asked)
            if parsed.what == "servers":
                print(written(server_rows(Path(folder), parsed.rounds or ROUNDS_OF_SERVERS, 3)))
                return 0
            return table(parsed, Path(folder))
        except (NodeMissing, NotFetched, ProcessFailed, WrongAnswer) as problem:
            print(problem, file=sys.stderr)
            return 2
        except Stopped:
            return 130


def table(parsed: argparse.Namespace, folder: Path) -> int:
    """Print the table or a part of it; return 1 when a target is missed."""
    pace = QUICK if parsed.quick else WHOLE
    if parsed.rounds:
        pace = replace(pace, rounds=parsed.rounds)
    developers = parsed.developers if parsed.developers is not None else DEVELOPERS
    rows = measured(pace, folder / "pages") if parsed.what == "table" else []
    if not parsed.quick and parsed.what != "documents":
        rows += of_organization(developers)
    if not parsed.quick and parsed.what != "organization":
        rows += document_rows(folder / "documents")
    if parsed.what == "table":
        print(
            f"Pages on gunicorn with {THREADS} threads, {CONNECTIONS} connections, {pace.rounds}"
            f" rounds of {pace.seconds} s, {pace.first_visits} first visits of each kind."
        )
    print(written(rows))
    return int(any(row.is_missed for row in rows))


def measured(pace: Pace, folder: Path) -> list[Row]:
    """Measure everything once; raises ``ProcessFailed``, ``WrongAnswer`` or ``Stopped``."""
    with open_house(pace.crowd, folder) as house, open_client() as client:
        measuring = Measuring(house, client)
        measuring.warm_up()
        rounds = my_apps.warm_rounds(measuring, pace)
        calls = measuring.warm_calls(MANY)
        quick = my_apps.first_visits(measuring, pace, AT_ONCE)
        lists, shown = measuring.lists_to_the_end(pace.crowd.strangers(MANY, AT_ONCE)[-1])
        with house.slow_apigee(SLOW):
            slow = my_apps.first_visits(measuring, pace, SLOW)
            forms = creations(measuring, pace.crowd.visitors[: pace.forms])
        rush = rushes(measuring, house, _parts(pace), SLOW)
        taken = footprint(measuring, house, pace.starts, pace.pages)
    return [
        *my_apps.warm_rows(rounds, calls),
        *my_apps.cold_rows(quick, AT_ONCE),
        *my_apps.cold_rows(slow, SLOW),
        *my_apps.call_rows({**quick}, lists, shown),
        *creation_rows(forms),
        *rush_rows(rush, SLOW),
        *footprint_rows(taken),
    ]


def _parts(pace: Pace) -> list[Sequence[str]]:
    """Return those who come at once, twice for each rush."""
    starts = range(pace.forms, len(pace.crowd.visitors), pace.people)
    return [pace.crowd.visitors[start : start + pace.people] for start in starts]


def of_organization(developers: int) -> list[Row]:
    """Measure an organization of so many developers on a PostgreSQL of its own."""
    with warnings_told(), run_postgres() as server:
        return [*synchronizing_rows(server, developers), *developer_rows(server, developers)]


def profile(folder: Path, *, quick: bool) -> int:
    """Print where the time of a warm and of a cold page goes."""
    visits = 2 if quick else PROFILED_VISITS
    report = folder / "profile.txt"
    with (
        open_house(Crowd(visits, (SLOW,)), folder, servers=False) as house,
        house.slow_apigee(SLOW),
    ):
        pages = 10 if quick else PROFILED_PAGES
        house.processes.run(inside(house.plan, "bench.profiling", str(report), str(pages)))
        house.refuse_to_go_on()
    print(report.read_text(encoding="utf-8"))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=PARTS, default="table")
    parser.add_argument("--rounds", type=int, help=f"of warm pages; {WHOLE.rounds} unless given")
    parser.add_argument("--developers", type=int, help=f"{DEVELOPERS} unless given")
    parser.add_argument("--sessions", type=int, default=10_000, help="of the soak")
    parser.add_argument("--minutes", type=int, default=5, help="of the soak")
    parser.add_argument("--rate", type=float, default=0.0, help="pages a second of the soak")
    parser.add_argument("--quick", action="store_true", help="see that it works; proves nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
