"""Where the time of My Apps goes, by cProfile inside a process of the portal's settings.

No server and no client: the WSGI application is called, so the numbers are those of the portal
alone. A profile makes small functions look dearer than they are; each head has the time without
it too. What runs beside a cold page on a thread of its own (the developer's status) is not seen.
"""

import cProfile
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Final, Protocol

from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app

from app.factory import create_app
from app.settings import Settings
from bench.crowd import FEW, MANY, known
from bench.house import PEOPLE_FILE, read_people
from bench.pages import COOKIE, MY_APPS, warm_up
from demo.plan import ROOT

LINES: Final = 15


@dataclass(frozen=True)
class Spent:
    """What one function took, in milliseconds a page: with what it called, and alone."""

    where: str
    name: str
    calls: float
    whole: float
    own: float

    @property
    def package(self) -> str:
        """The library, or the part of the project, that the function belongs to."""
        parts = Path(self.where).parts
        if "site-packages" in parts:
            return parts[parts.index("site-packages") + 1]
        return parts[0] if parts and self.where != self.name else "Python and its C functions"


class _Entry(Protocol):
    """One function as the profiler counted it; times in seconds."""

    @property
    def code(self) -> CodeType | str: ...
    @property
    def callcount(self) -> int: ...
    @property
    def totaltime(self) -> float: ...
    @property
    def inlinetime(self) -> float: ...


def main(report: Path, pages: int) -> None:
    """Write the profiles of warm and of cold pages of both sizes."""
    people = read_people(Path(os.environ[PEOPLE_FILE]))
    portal = create_app(Settings())
    parts = []
    for size in (FEW, MANY):
        warm = _asking(portal, people[known(size)])
        warm_up(warm)
        parts.append(_profiled(f"Warm, {size:,} apps", [warm] * pages))
    for size in (FEW, MANY):
        strangers = [people[email] for email in people if email.startswith(f"d{size}-")]
        visits = [_asking(portal, cookie) for cookie in strangers if cookie != people[known(size)]]
        parts.append(_profiled(f"Cold, {size:,} apps", visits))
    report.write_text("\n\n".join(parts), encoding="utf-8")


def _asking(portal: Flask, cookie: str) -> Callable[[str], int]:
    """Return how somebody opens a page; it gives the status."""

    def ask(path: str) -> int:
        environ = create_environ(path, headers={"Cookie": f"{COOKIE}={cookie}"})
        _, status, _ = run_wsgi_app(portal.wsgi_app, environ, buffered=True)
        return int(status.partition(" ")[0])

    return ask


def _profiled(title: str, visits: Sequence[Callable[[str], int]]) -> str:
    """Make half of the visits without the profiler and half with it."""
    half = len(visits) // 2
    plain = _milliseconds(visits[:half])
    profile = cProfile.Profile()
    profile.enable()
    watched = _milliseconds(visits[half:])
    profile.disable()
    spent = [_spent(entry, len(visits) - half) for entry in profile.getstats()]
    head = f"== {title}: {plain:.2f} ms a page, {watched:.2f} ms under the profiler"
    return "\n".join((head, *_by_package(spent), *_top(spent, "whole"), *_top(spent, "own")))


def _milliseconds(visits: Sequence[Callable[[str], int]]) -> float:
    begun = time.perf_counter()
    for visit in visits:
        visit(MY_APPS)
    return (time.perf_counter() - begun) / len(visits) * 1000


def _spent(entry: _Entry, pages: int) -> Spent:
    return Spent(
        *_place(entry.code),
        calls=entry.callcount / pages,
        whole=entry.totaltime / pages * 1000,
        own=entry.inlinetime / pages * 1000,
    )


def _place(code: CodeType | str) -> tuple[str, str]:
    """Return where a function is, below the project's folder if it is ours, and its name."""
    if isinstance(code, str):
        return code, code
    file = Path(code.co_filename)
    inside = file.is_relative_to(ROOT) and "site-packages" not in file.parts
    where = file.relative_to(ROOT) if inside else file
    return f"{where}:{code.co_firstlineno}", code.co_qualname


def _by_package(spent: Sequence[Spent]) -> Iterator[str]:
    sums: dict[str, float] = defaultdict(float)
    for each in spent:
        sums[each.package] += each.own
    yield "-- own time by package, ms a page"
    for package, own in sorted(sums.items(), key=lambda item: -item[1])[:LINES]:
        yield f"{own:8.3f}  {package}"


def _top(spent: Sequence[Spent], which: str) -> Iterator[str]:
    yield f"-- {'with what it calls' if which == 'whole' else 'own time'}, ms a page (calls)"
    for each in sorted(spent, key=lambda item: -float(getattr(item, which)))[:LINES]:
        where = each.where.rpartition("site-packages/")[2]
        yield f"{getattr(each, which):8.3f}  {each.name} ({each.calls:g})  {where}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
