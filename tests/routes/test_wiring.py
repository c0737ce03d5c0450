"""The application as the factory builds it, with nothing exchanged, and what routes never do."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from flask import Flask, Response, session

from app.domain.people import Identity
from app.factory import create_app
from app.services.ports import SignedIn
from app.services.session_port import Kept, SessionStart, StoredSession
from app.web import errors, extensions, sessions
from app.web.context import Anonymous
from tests.routes.conftest import settings_of
from tests.routes.house import House

EDGE = {
    "flavor": "edge",
    "auth": "basic",
    "organization": "demo",
    "username": "ops@example.com",
    "password": "a-password",
}


@pytest.fixture
def nobody() -> Iterator[str]:
    """Return the address of a port that nobody answers on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


def test_the_real_apigee_is_asked_and_every_call_is_counted(tmp_path: Path, nobody: str) -> None:
    flask_app = create_app(settings_of(tmp_path, apigee=EDGE | {"endpoint": nobody}))
    counted: list[int] = []

    @flask_app.after_request
    def count(response: Response) -> Response:
        counted.append(flask_app.extensions["portal"].meter.total().count)
        return response

    answer = flask_app.test_client().get("/products")
    assert answer.status_code == 200
    assert "Products cannot be read right now" in answer.get_data(as_text=True)
    assert counted > [0]


def test_nothing_is_asked_of_anybody_while_it_is_built(tmp_path: Path, nobody: str) -> None:
    create_app(settings_of(tmp_path, apigee=EDGE | {"endpoint": nobody}))
    assert not (tmp_path / "portal.db").exists()


def test_a_database_that_cannot_be_opened_is_not_ready(tmp_path: Path) -> None:
    (tmp_path / "portal.db").mkdir()
    flask_app = create_app(settings_of(tmp_path))
    assert flask_app.test_client().get("/readyz").status_code == 503
    assert flask_app.test_client().get("/livez").status_code == 200


def test_the_folder_of_the_database_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/var/portal/portal.db"
    create_app(settings_of(tmp_path, database_url=url))
    assert (tmp_path / "var" / "portal").is_dir()


def test_a_database_in_memory_needs_no_folder(tmp_path: Path) -> None:
    flask_app = create_app(settings_of(tmp_path, database_url="sqlite:///:memory:"))
    assert flask_app.test_client().get("/readyz").status_code == 503
    with flask_app.app_context():
        extensions.db.engine.dispose()


def test_a_rare_status_is_told_like_its_class(house: House) -> None:
    with house.flask.test_request_context("/"):
        house.flask.preprocess_request()
        for status, words in ((415, "could not read"), (502, "The portal failed")):
            answer = errors.answer(status)
            assert answer.status_code == status
            assert words in answer.get_data(as_text=True)


def test_a_static_file_that_is_missing_has_no_version(house: House) -> None:
    asset = house.flask.jinja_env.globals["asset"]
    with house.flask.test_request_context("/"):
        assert asset("js/none.js") == "/static/js/none.js"  # type: ignore[operator] # a global of ours
        assert "?v=" in asset("js/portal.js")  # type: ignore[operator] # a global of ours


def test_nobody_has_no_rights() -> None:
    assert not Anonymous().may("read_developers")


def opened(house: House) -> sessions.PortalSession:
    """Begin a session inside the running request."""
    identity = Identity("demo", "https://idp.example", "dana", "dana@example.com")
    account = house.portal.registration.accounts.signed_in(identity, house.clock.now())
    start = SessionStart(house.clock.now(), house.portal.session_office.rules.everyone)
    sessions.begin(account, SignedIn(identity, "an-id-token"), start)
    return cast(sessions.PortalSession, session)


def test_a_session_that_begins_over_another_one_ends_it(house: House) -> None:
    """Abuse case 13."""
    with house.flask.test_request_context("/"):
        first = opened(house).id_text
        second = opened(house).id_text
        assert first != second
        store = house.portal.sessions
        assert store.load(first, house.clock.now()) is None
        assert store.load(second, house.clock.now()) is not None


def test_ending_no_session_is_no_error(house: House) -> None:
    with house.flask.test_request_context("/"):
        assert sessions.end() == Kept()
        assert sessions.provider_name() == ""


def test_a_session_names_nobody_else(house: House) -> None:
    with house.flask.test_request_context("/"):
        account = cast(StoredSession, opened(house).stored).account
        assert sessions.load_user(str(account.account_id)) is not None
        assert sessions.load_user(str(account.account_id + 1)) is None


def test_the_application_is_not_in_debug_or_testing_mode(house: House) -> None:
    flask_app: Flask = house.flask
    assert not flask_app.debug
    assert not flask_app.testing
