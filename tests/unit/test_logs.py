"""The logs: what a line holds, and the id that ties lines together."""

import errno
import io
import json
import logging
import re
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.web import logs, request_id
from tests.unit.log_lines import Log

SECRET = "Zq7-vX2_kP9sLm4tRw8y"

logger = logging.getLogger("tests.logs")


@pytest.fixture
def app(log: Log) -> Flask:
    del log  # it is configured before the application is made
    app = Flask("portal")
    people: list[int | None] = [7, None]
    logs.install(app, lambda: people[0])
    request_id.install(app, is_believed=True)

    @app.get("/apps/<name>/keys/<key_id>")
    def key(name: str, key_id: str) -> str:
        logger.info("Looking at %s", f"/apps/{name}/keys/{key_id}")
        return "hello"

    @app.get("/failing")
    def failing() -> str:
        raise RuntimeError(f"client_secret={SECRET}")

    return app


def test_a_line_is_json_with_time_level_logger_and_message(log: Log) -> None:
    before = datetime.now(UTC)  # noqa: TID251 - logging takes its time from the system too
    logger.warning("%d apps of %s", 3, "acme", extra={"count": 3, "of": ["a"], "none": None})

    line = log.line
    at = datetime.fromisoformat(line.pop("time"))
    assert at.utcoffset() is not None
    assert abs((at - before).total_seconds()) < 5
    assert line == {
        "level": "WARNING",
        "logger": "tests.logs",
        "message": "3 apps of acme",
        "request_id": "",
        "count": 3,
        "of": "['a']",
        "none": None,
    }


def test_line_breaks_and_control_characters_cannot_forge_a_line(log: Log) -> None:
    logger.info("one\ntwo\r\x1b[31mthree\u2028four\x85five\x9bsix")

    assert len(log.text.splitlines()) == 1
    assert log.text.isascii()
    assert "\x1b" not in log.text
    assert log.line["message"].startswith("one\ntwo\r")


def test_lesser_levels_are_left_out(log: Log) -> None:
    logger.debug("hidden")
    for name in ("urllib3.connectionpool", "authlib.oauth2", "requests", "werkzeug"):
        logging.getLogger(name).info("GET /v1/organizations/acme")
    logging.getLogger("urllib3.connectionpool").warning("Connection pool is full")

    assert [line["message"] for line in log.lines] == ["Connection pool is full"]


def test_configuring_again_writes_no_line_twice(log: Log) -> None:
    logs.configure("ERROR", log.stream)

    logger.warning("hidden")
    logger.error("once")

    assert log.line["message"] == "once"


def test_logs_go_to_stderr_by_itself(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    logger.info("here")

    assert json.loads(capsys.readouterr().err)["message"] == "here"
    assert log.text == ""


def test_arguments_that_do_not_fit_are_no_reason_to_fail(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    logger.info("%d apps, client_secret=%s", "many", SECRET)

    assert "its arguments do not fit" in log.line["message"]
    assert SECRET not in log.text + capsys.readouterr().err


def test_a_request_is_one_line_with_the_template_of_its_route(app: Flask, log: Log) -> None:
    app.test_client().get("/apps/my-secret-plan/keys/0123456789abcdef?q=dana")

    [inner, line] = log.lines
    assert isinstance(line.pop("milliseconds"), float)
    assert re.fullmatch("[0-9a-f]{32}", line["request_id"])
    assert inner["request_id"] == line.pop("request_id")
    line.pop("time")
    assert line == {
        "level": "INFO",
        "logger": "app.access",
        "message": "request",
        "method": "GET",
        "route": "/apps/<name>/keys/<key_id>",
        "endpoint": "key",
        "status": 200,
        "bytes": 5,
        "account_id": 7,
    }
    for word in ("my-secret-plan", "0123456789abcdef", "dana"):
        assert word not in log.text


def test_an_address_without_a_route_is_not_written(app: Flask, log: Log) -> None:
    app.test_client().get("/nobody/knows/me")

    assert log.line["status"] == 404
    assert log.line["route"] is None
    assert "nobody" not in log.text


def test_a_failing_request_is_logged_masked_and_still_counted(app: Flask, log: Log) -> None:
    answer = app.test_client().get("/failing")

    [error, line] = log.lines
    assert answer.status_code == 500
    assert "RuntimeError: client_secret=[masked]" in error["exception"]
    assert line["status"] == 500
    assert error["request_id"] == line["request_id"] == answer.headers["X-Request-Id"]
    assert SECRET not in log.text


@pytest.mark.parametrize("given", ["0123-abc.DEF_9", "a" * 64, "a" * 8])
def test_the_callers_request_id_is_kept(app: Flask, log: Log, given: str) -> None:
    answer = app.test_client().get("/nowhere", headers={"X-Request-Id": given})

    assert answer.headers["X-Request-Id"] == given
    assert log.line["request_id"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "with space 123", "<script>x", "äöüäöüäöü"]
)
def test_a_request_id_of_another_shape_is_replaced(app: Flask, given: str) -> None:
    answer = app.test_client().get("/nowhere", headers={"X-Request-Id": given})

    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-Id"])


def test_the_request_id_ends_with_the_request(app: Flask) -> None:
    app.test_client().get("/nowhere")

    assert request_id.current() == ""


def test_a_record_with_an_empty_exception_is_written(log: Log) -> None:
    logger.error("no exception here", exc_info=sys.exc_info())

    assert "exception" not in log.line


class FullDisk(io.StringIO):
    """A stream that takes nothing while ``is_full``."""

    is_full = False

    def write(self, text: str) -> int:
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


@pytest.fixture
def disk(log: Log) -> FullDisk:
    """The log, on a disk that a test can fill."""
    disk = FullDisk()
    logs.configure("INFO", disk)
    log.stream = disk
    return disk


def test_a_full_disk_stops_nobody_and_the_log_says_afterwards_what_is_missing(
    disk: FullDisk, log: Log, app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    lost: list[str] = []
    logs.tell_of_lost(lost.append)
    disk.is_full = True
    assert app.test_client().get("/apps/trip/keys/k1").status_code == 200
    assert lost == ["OSError", "OSError"]
    assert log.text == ""
    disk.is_full = False
    logger.info("Back again")
    logger.info("And on")
    assert [line["message"] for line in log.lines] == ["Back again", logs.GAP, "And on"]
    assert log.lines[1]["lost"] == 2
    assert log.lines[1]["level"] == "WARNING"
    # Nothing is told about it on the stream that is full itself.
    assert capsys.readouterr().err == ""


def test_a_stream_that_was_closed_stops_nobody(disk: FullDisk) -> None:
    lost: list[str] = []
    logs.tell_of_lost(lost.append)
    disk.close()
    logger.info("Into nothing")
    assert lost == ["ValueError"]


def test_a_file_that_has_no_room_goes_on_once_it_has(tmp_path: Path) -> None:
    """As on a full disk, by the limit that the system has for files of one process."""
    lost: list[str] = []
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    path = tmp_path / "portal.log"
    with path.open("w", buffering=1, encoding="utf-8") as file:
        logs.configure("INFO", file)
        logs.tell_of_lost(lost.append)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        try:
            logger.info("Into nothing")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert lost == ["OSError"]
        logger.info("Back again")
        logs.configure("INFO")
    messages = [json.loads(line)["message"] for line in path.read_text().splitlines()]
    assert messages[-2:] == ["Back again", logs.GAP]


def test_the_line_of_a_request_holds_no_token_that_its_caller_has_sent(
    app: Flask, log: Log
) -> None:
    app.test_client().open("/nobody", method="STATE=x", headers={"X-Request-Id": "ya29.Zq7vX2kP9"})

    assert log.line["request_id"] == "[masked]"
    assert log.line["method"] == "STATE=[masked]"
