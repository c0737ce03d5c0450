"""Addresses on pages are made once, and are what Flask would have made."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, g, url_for

from app.web.application import Application, kept_addresses, vary


@pytest.fixture(name="app")
def _app() -> Iterator[Flask]:
    app = Application("addresses")
    around = Blueprint("around", __name__, url_prefix="/of/<person>")
    inner = Blueprint("inner", __name__)
    inner.add_url_rule("/apps", "index", str)
    around.register_blueprint(inner)

    @around.url_defaults
    def same_person(_endpoint: str, values: dict[str, Any]) -> None:
        values.setdefault("person", g.person)

    app.register_blueprint(around)
    app.add_url_rule("/apps/<name>", "show", str)
    with app.test_request_context("/"):
        yield app


@pytest.mark.parametrize(
    "values",
    [
        {"name": "trip"},
        {"name": "50% #1/ä"},
        {"name": "trip", "page": 1},
        {"name": "trip", "page": "1", "q": None},
        {"name": "trip", "page": True},
        {"name": "trip", "q": ["a", "b"]},
        {"name": "trip", "_anchor": "keys"},
        {"name": "trip", "_external": True},
    ],
)
def test_an_address_is_the_one_that_flask_makes(app: Flask, values: dict[str, Any]) -> None:
    kept = kept_addresses(app)

    assert [kept("show", **values) for _ in range(2)] == [url_for("show", **values)] * 2


def test_values_that_are_equal_but_written_differently_have_their_own(app: Flask) -> None:
    kept = kept_addresses(app)

    assert kept("show", name="trip", page=1) == "/apps/trip?page=1"
    assert kept("show", name="trip", page=True) == "/apps/trip?page=True"
    assert kept("show", name="trip", page=1.0) == "/apps/trip?page=1.0"


def test_an_address_with_a_value_of_the_request_is_made_for_each(app: Flask) -> None:
    kept = kept_addresses(app)
    for person in ("dana", "ravi"):
        g.person = person

        assert kept("around.inner.index") == f"/of/{person}/apps"


def test_a_header_that_the_answer_depends_on_is_told_once() -> None:
    response = Response()
    for name in ("Cookie", "Accept-Encoding", "Cookie"):
        vary(response, name)

    assert response.headers.getlist("Vary") == ["Cookie, Accept-Encoding"]
