"""The first pages of an API in a fresh process, which finds its document prepared."""

import json
import re
import resource
import sys
import time
from pathlib import Path
from statistics import median
from typing import Final

from werkzeug.test import create_environ, run_wsgi_app

from app.factory import create_app
from app.settings import Settings

PAGES: Final = 200
FIRST: Final = "repos-get"


ANOTHER: Final = "/apis/weather/getToday"
STATUS: Final = Path("/proc/self/status")


def main(slug: str, report: Path) -> None:
    """Write milliseconds of the first and of later operation pages, and megabytes."""
    ask = create_app(Settings()).wsgi_app

    def page(path: str) -> tuple[float, str]:
        """Return milliseconds and the page; raise ``ValueError`` where it is none."""
        begun = time.perf_counter()
        body, status, _ = run_wsgi_app(ask, create_environ(path), buffered=True)
        if not status.startswith("200"):
            raise ValueError(f"{path} is answered with {status}")
        content = b"".join(body).decode()
        return (time.perf_counter() - begun) * 1000, content

    page(ANOTHER)  # templates and colors are loaded by the first page of any API
    before = _megabytes()
    first, content = page(f"/apis/{slug}/{FIRST}")
    others = list(dict.fromkeys(re.findall(rf'href="/apis/{slug}/([\w-]+)"', content)))[:PAGES]
    found = [page(f"/apis/{slug}/{name}")[0] for name in others]
    said = {"first": first, "later": median(found), "before": before, "after": _megabytes()}
    report.write_text(json.dumps({**said, "pages": len(found)}), encoding="ascii")


def _megabytes() -> float:
    """Return what is in memory now, from Linux; elsewhere the most that ever was."""
    if STATUS.exists():
        [kilobytes] = re.findall(r"VmRSS:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
        return int(kilobytes) * 1_024 / 1_000_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000_000


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
