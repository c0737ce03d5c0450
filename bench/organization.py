"""The portal's pages over few developers and over many, asked for in turns."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import URL

from bench.pages import ALIVE, COOKIE, MY_APPS, PRODUCTS, WrongAnswer
from bench.quiet import quiet_workshop
from bench.signing_in import session_of
from bench.table import Row, Target
from tests.faults.workshop import DANA

ASKED = 41
OK = 200
PAGES = ("/", PRODUCTS, MY_APPS, f"{MY_APPS}/app-0")
NO_DIFFERENCE = Target("<=", 1.2)
MEANS = "a developer's page does not feel how many others there are"


def page_rows(few: URL, many: URL, versus: str) -> list[Row]:
    """Open a developer's pages over both databases; raises ``WrongAnswer``."""
    with _portal(few) as small, _portal(many) as large:
        return [_row(small, large, path, versus) for path in PAGES]


def _row(small: FlaskClient, large: FlaskClient, path: str, versus: str) -> Row:
    for client in (small, large):
        _open(client, path)
    pairs = [(_open(small, path), _open(large, path)) for _ in range(ASKED)]
    early, late = (median(column) * 1000 for column in zip(*pairs, strict=True))
    ratios = [large_ / small_ for small_, large_ in pairs]
    made_of = f"{late:.1f} ms against {early:.1f} ms"
    return Row(f"page {path}: {versus}", made_of, ratios, NO_DIFFERENCE, MEANS)


def _open(client: FlaskClient, path: str) -> float:
    """Return how many seconds a page takes."""
    begun = time.perf_counter()
    answer = client.get(path)
    seconds = time.perf_counter() - begun
    if answer.status_code != OK:
        raise WrongAnswer(f"{path} answers {answer.status_code}.")
    return seconds


@contextmanager
def _portal(database: URL) -> Iterator[FlaskClient]:
    """Give a browser of Dana's over the portal with this database."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = database.render_as_string(hide_password=False)
        house = stack.enter_context(quiet_workshop(Path(folder), url))
        with house.flask.app_context():
            cookie = session_of(house.portal, DANA)
        client = house.flask.test_client()
        client.set_cookie(COOKIE, cookie, domain="localhost")
        client.get(ALIVE)
        yield client
