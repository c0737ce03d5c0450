"""The audit log cannot be written: what is dangerous is refused, the rest goes on."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest
from sqlalchemy import Engine, event, text

from app.domain.apps import CreatedApp, NewApp
from app.domain.audit import SYSTEM, Action, Phase
from app.domain.errors import NotRecorded
from app.services.trail import Target
from app.web import extensions
from tests.routes.client import Answer, Browser
from tests.routes.desk import Desk
from tests.routes.house import House

REFUSED = "could not record this, so it was not done"
BUSY = "database does not answer"


@contextmanager
def full_disk(house: House) -> Iterator[None]:
    """Let SQLite itself say that the database or disk is full."""
    # The limit that is too low is taken for the present size.
    with every_connection(house, "PRAGMA max_page_count = 1"):
        fill(house)
        yield


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Let another process write to the database and never end."""
    with (
        every_connection(house, "PRAGMA busy_timeout = 50") as engine,
        closing(sqlite3.connect(str(engine.url.database))) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def every_connection(house: House, statement: str) -> Iterator[Engine]:
    """Let every new connection begin with a statement."""
    # A context that stays open would be shared by every request of the test.
    with house.context():
        engine = extensions.db.engine

    def begin(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(statement)

    engine.dispose()
    event.listen(engine, "connect", begin)
    yield engine
    event.remove(engine, "connect", begin)
    engine.dispose()


@contextmanager
def refusing(house: House) -> Iterator[None]:
    """Let the database refuse rows of the audit log alone."""
    house.break_audit()
    yield
    drop(house)


def fill(house: House) -> None:
    """Write until nothing more fits, so that the next row is the one that does not."""

    def write() -> None:
        while True:
            job = Target("job", "of a test")
            house.portal.audit.trail.event(SYSTEM, Action.JOB_RETRY, job, Phase.DONE, "x" * 50)

    with pytest.raises(NotRecorded):
        write()


def drop(house: House) -> None:
    """Let rows be written again."""
    with house.context(), extensions.db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_full"))


DANGEROUS: dict[str, Callable[[Desk], Answer]] = {
    "create": lambda desk: desk.dana.submit(
        "/apps/new", {"display_name": "Two", "products": ["weather-free"]}
    ),
    "reveal": lambda desk: desk.dana.post(desk.path("reveal"), {"value": "key"}),
    "delete": lambda desk: desk.dana.post("/apps/trip/deletion", {"confirm_name": "trip"}),
    "turn off": lambda desk: desk.dana.post(desk.path("revocation"), {"sure": "y"}),
    "rotate": lambda desk: desk.dana.submit(desk.path("rotation"), {"overlap": "1h"}),
}
Trouble = Callable[[House], AbstractContextManager[None]]
TROUBLE = pytest.mark.parametrize("trouble", [full_disk, locked, refusing])


@TROUBLE
@pytest.mark.parametrize("what", ["create", "reveal", "delete", "turn off", "rotate"])
def test_what_cannot_be_recorded_is_refused_before_it_happens(
    desk: Desk, trouble: Trouble, what: str
) -> None:
    with trouble(desk.house):
        desk.house.apigee.calls.clear()
        answer = DANGEROUS[what](desk)
    assert answer.status == 503
    assert any(told in answer.text for told in (REFUSED, BUSY))
    assert set(desk.house.apigee.calls) <= {"apps.get", "developers.get", "products.all"}


@TROUBLE
def test_an_administrator_deactivates_nobody(house: House, ada: Browser, trouble: Trouble) -> None:
    house.developer("dana")
    page = f"/admin/developers/{house.public_id()}/status"
    with trouble(house):
        assert ada.post(page, {"status": "inactive"}).status == 503
    assert house.apigee.by_email["dana@example.com"].is_active


@TROUBLE
def test_reading_goes_on(desk: Desk, trouble: Trouble) -> None:
    with trouble(desk.house):
        desk.house.clock.advance(120)
        for path in ("/apps", "/apps/trip", "/products", "/account"):
            assert desk.dana.get(path).status == 200
    assert desk.dana.get("/apps").status == 200


@TROUBLE
def test_nobody_signs_in_unrecorded(house: House, trouble: Trouble) -> None:
    house.provider.will_sign_in("dana")
    browser = house.browser()
    state = browser.begin_sign_in()
    with trouble(house):
        assert browser.finish_sign_in(state).status == 503
        assert browser.get("/account").status == 302
    assert "sign_in done" not in house.told()


@pytest.mark.parametrize("trouble", [full_disk, refusing])
def test_signing_out_goes_on(
    house: House, dana: Browser, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = dana.cookie()
    with trouble(house):
        caplog.clear()
        assert dana.post("/sign-out", {}).status == 303
        dana.flask.set_cookie("portal_session", cookie, domain="localhost")
        assert dana.get("/account").status == 302
    assert "sign_out done is not recorded" in caplog.text


def test_an_outcome_that_was_lost_is_an_alarm_and_becomes_unknown_later(
    house: House, dana: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    form = dana.get("/apps/new").page.form("/apps/new").values
    make = house.apigee.apps.create

    def breaks(developer: str, new: NewApp) -> CreatedApp:
        made = make(developer, new)
        house.break_audit()
        return made

    house.apigee.apps.create = breaks  # type: ignore[method-assign] # the log fails just then
    filled = {**form, "display_name": ["Trip"], "products": ["weather-free"]}
    assert dana.open("/apps/new", "POST", shows_keys=True, data=filled).status == 200
    drop(house)
    assert "app.create done is not recorded" in caplog.text
    assert house.told()[-1] == "app.create intent"
    house.clock.advance(16 * 60)
    assert house.flask.test_cli_runner().invoke(args=["jobs", "work", "--once"]).exit_code == 0
    intent, unknown = (row for row in house.trail() if row.action is Action.APP_CREATE)
    assert (unknown.phase, unknown.action_id) == (Phase.UNKNOWN, intent.action_id)
    assert unknown.detail == "the outcome was not recorded"
