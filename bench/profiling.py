"""Where the time of My Apps goes, sampled inside a process with the portal's settings.

No server and no client: the WSGI application is called, so the numbers are those of the portal
alone. What runs beside a cold page on a thread of its own (the developer's status) is not seen.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app

from app.factory import create_app
from app.settings import Settings
from bench.crowd import FEW, MANY, known
from bench.house import PEOPLE_FILE, read_people
from bench.pages import COOKIE, MY_APPS, warm_up
from bench.sampling import Place, Sampler

Visit = Callable[[str], int]
LINES: Final = 20
# The frames of libraries around ours would fill the list of what takes longest with what it calls.
OURS: Final = frozenset({"app", "templates"})


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
        strangers = [email for email in people if email.startswith(f"d{size}-")]
        visits = [_asking(portal, people[email]) for email in strangers if email != known(size)]
        parts.append(_profiled(f"Cold, {size:,} apps, an Apigee of 50 ms", visits))
    report.write_text("\n\n".join(parts), encoding="utf-8")


def _asking(portal: Flask, cookie: str) -> Visit:
    """Return how somebody opens a page; it gives the status."""

    def ask(path: str) -> int:
        environ = create_environ(path, headers={"Cookie": f"{COOKIE}={cookie}"})
        _, status, _ = run_wsgi_app(portal.wsgi_app, environ, buffered=True)
        return int(status.partition(" ")[0])

    return ask


def _profiled(title: str, visits: Sequence[Visit]) -> str:
    with Sampler() as sampler:
        begun = time.perf_counter()
        for visit in visits:
            visit(MY_APPS)
        page = (time.perf_counter() - begun) / len(visits) * 1000
    ours = {place: share for place, share in sampler.whole().items() if place.package in OURS}
    return "\n".join(
        (
            f"== {title}: {page:.2f} ms a page, {len(visits)} pages",
            *_listed("by package, own time", sampler.packages(), page),
            *_listed("of the portal, with what it calls", _told(ours), page),
            *_listed("own time", _told(sampler.own()), page),
        )
    )


def _told(shares: Mapping[Place, float]) -> dict[str, float]:
    return {f"{place.name:40}  {place.file}": share for place, share in shares.items()}


def _listed(title: str, shares: Mapping[str, float], page: float) -> Iterator[str]:
    yield f"-- {title}: share, ms a page"
    for name, share in islice(shares.items(), LINES):
        yield f"{share:6.1%} {share * page:7.2f}  {name}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
