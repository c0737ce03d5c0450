"""Health, and the portal while its database or its own code fails."""

import logging
from dataclasses import replace
from typing import cast

import pytest
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from app.services.ingredients import Ports
from app.services.ports import SignedIn
from app.services.session_port import SignInSessions
from app.web import extensions
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House


def break_database(house: House) -> None:
    """Take the tables away, as when the database is another one than expected."""
    with house.flask.app_context():
        engine = extensions.db.engine
        with engine.begin() as connection:
            for table in ("sign_in_sessions", "audit", "alembic_version"):
                connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO away_{table}")


def test_a_portal_that_can_work_says_so(anonymous: Browser) -> None:
    assert anonymous.get("/livez").body == "ok\n"
    ready = anonymous.get("/readyz")
    assert (ready.status, ready.body) == (200, "ready\n")


def test_health_asks_nothing_of_apigee(house: House, anonymous: Browser) -> None:
    anonymous.get("/livez")
    anonymous.get("/readyz")
    assert house.apigee.calls == []


def test_a_database_without_this_versions_tables_is_not_ready(house: House) -> None:
    break_database(house)
    browser = house.browser()
    ready = browser.get("/readyz")
    assert (ready.status, ready.body) == (503, "the database is not ready\n")
    assert browser.get("/livez").status == 200


def test_without_its_database_the_portal_answers_503_and_keeps_the_cookie(
    house: House, dana: Browser
) -> None:
    break_database(house)
    for path in ("/", "/apps", "/no-such-page"):
        answer = dana.get(path)
        assert answer.status == 503
        assert "The portal's own database does not answer." in answer.text
        assert answer.response.headers.getlist("Set-Cookie") == []
    part = dana.get("/apps", with_htmx=True)
    assert part.status == 503
    assert part.toasts != []
    assert dana.post("/sign-out").status == 503
    assert dana.get("/static/js/portal.js").status == 200
    assert dana.get("/livez").status == 200
    assert house.browser().get("/products").status == 200


def test_what_cannot_be_recorded_is_not_done(house: House, dana: Browser) -> None:
    with house.flask.app_context(), extensions.db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO away")
    fields = {"display_name": "Trip", "products": "weather-free", "request_id": "r1"}
    answer = dana.post("/apps/new", fields)
    assert answer.status == 503
    assert house.apigee.by_app == {}


class Failing:
    """Sessions that break in a way of the test's choice, over the real ones."""

    def __init__(self, real: object, error: Exception, operation: str) -> None:
        self._real = real
        self._error = error
        self._operation = operation
        self.is_on = False

    def __getattr__(self, name: str) -> object:
        if self.is_on and name == self._operation:
            return self._fail
        return getattr(self._real, name)

    def _fail(self, *_given: SignedIn) -> None:
        raise self._error


def failing(build: Build, operation: str, error: Exception) -> tuple[House, Failing]:
    """Return a portal whose sessions fail as soon as ``is_on`` is set."""
    kept: list[Failing] = []

    def change(ports: Ports) -> Ports:
        broken = Failing(ports.store.sessions, error, operation)
        kept.append(broken)
        over = cast(SignInSessions, broken)
        return replace(ports, store=replace(ports.store, sessions=over))

    house = build(change)
    house.developer("dana")
    return house, kept[0]


AWAY = OperationalError("SELECT 1", {}, Exception("no route to host"))


@pytest.mark.parametrize("error", [AWAY, NoConnection("the pool is empty")])
def test_a_database_that_is_away_is_unavailable_not_broken(
    build: Build, error: SQLAlchemyError
) -> None:
    house, broken = failing(build, "load", error)
    dana = house.signed_in("dana")
    broken.is_on = True
    assert dana.get("/account").status == 503
    broken.is_on = False
    assert dana.get("/account").status == 200


def test_a_new_app_is_shown_even_if_its_session_cannot_be_saved(build: Build) -> None:
    house, broken = failing(build, "touch", AWAY)
    dana = house.signed_in("dana")
    broken.is_on = True
    fields = {"display_name": "Trip", "products": "weather-free", "request_id": "r1"}
    answer = dana.post("/apps/new", fields, shows_keys=True)
    assert answer.status == 200
    assert answer.page.text_of("consumer-key")


def test_an_unforeseen_error_is_a_page_with_a_number_and_no_details(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    house, broken = failing(build, "load", RuntimeError("a detail that nobody should read"))
    dana = house.signed_in("dana")
    broken.is_on = True
    with caplog.at_level(logging.ERROR):
        answer = dana.get("/account")
    assert answer.status == 500
    assert answer.page.heading == "The portal failed"
    assert answer.header("X-Request-Id") in answer.text
    assert "detail" not in answer.body
    assert "Traceback" not in answer.body
    part = dana.get("/account", with_htmx=True)
    assert (part.status, part.body) == (500, "")
    assert any(record.message == "An unforeseen error" for record in caplog.records)


def test_one_line_is_logged_for_every_answer_even_of_refusals(
    house: House, dana: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    house.apigee.calls.clear()
    with caplog.at_level(logging.INFO, logger="app.access"):
        dana.get("/apps/trip")
        dana.open("/sign-out", "POST")
        dana.post("/sign-out", Sec_Fetch_Site="cross-site")
        dana.open("/", base_url="http://evil.example")
    lines = [record.__dict__ for record in caplog.records if record.name == "app.access"]
    assert [line["status"] for line in lines] == [404, 400, 403, 400]
    assert [line["route"] for line in lines] == ["/apps/<name>", "/sign-out", "/sign-out", None]
    assert lines[0]["account_id"] == lines[1]["account_id"] == 1
