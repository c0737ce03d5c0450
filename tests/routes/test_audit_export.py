"""Exporting the audit log from its page: by right, on record, with what was chosen."""

import csv
import json
from io import StringIO

import pytest

from app.domain.audit import COLUMNS
from tests.routes.client import Answer, Browser
from tests.routes.house import House

PAGE = "/admin/audit/export"


def rows(answer: Answer) -> list[dict[str, str]]:
    header, *found = csv.reader(StringIO(answer.body, newline=""))
    assert header == list(COLUMNS)
    return [dict(zip(header, row, strict=True)) for row in found]


def test_an_administrator_takes_the_log_as_a_table(house: House, dana: Browser) -> None:
    ada = house.administrator()
    answer = ada.submit(PAGE, {"format": "csv"})
    assert answer.status == 200
    assert answer.header("Content-Type") == "text/csv; charset=utf-8"
    assert answer.header("Content-Disposition") == 'attachment; filename="audit-2026-03-01.csv"'
    assert answer.header("Cache-Control") == "no-store"
    assert rows(answer)[0]["action"] == "sign_in"
    assert "dana@example.com" in answer.body
    assert house.told()[-2:] == ["audit.export intent", "audit.export done"]
    assert house.trail()[-1].target == "everything"
    assert dana.cookie() not in answer.body


def test_the_log_as_lines_of_json(ada: Browser) -> None:
    answer = ada.submit(PAGE, {"format": "jsonl", "action": "sign_in"})
    [line] = answer.body.splitlines()
    assert json.loads(line)["event"] == "authn_login_success"
    assert answer.header("Content-Disposition") == 'attachment; filename="audit-2026-03-01.jsonl"'


def test_days_are_whole_and_the_last_one_is_included(house: House, ada: Browser) -> None:
    house.clock.advance(86_400)
    house.signed_in("bob")
    ada = house.administrator()
    chosen = {"action": "sign_in", "since": "2026-03-02", "until": "2026-03-02"}
    assert len(rows(ada.submit(PAGE, chosen))) == 2
    assert len(rows(ada.submit(PAGE, {**chosen, "actor": "bob@example.com"}))) == 1
    assert len(rows(ada.submit(PAGE, {**chosen, "target": "bob@example.com"}))) == 1
    assert len(rows(ada.submit(PAGE, {**chosen, "until": ""}))) == 2
    assert rows(ada.submit(PAGE, {**chosen, "since": "", "until": "2026-02-01"})) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"since": "yesterday"}, "Enter a day such as 2026-03-01."),
        ({"until": "2026-02-30"}, "Enter a day such as 2026-03-01."),
        ({"until": "9999-12-31"}, "Enter a day such as 2026-03-01."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "Choose a day that is not before"),
    ],
)
def test_what_is_no_day_goes_back_to_be_corrected(
    house: House, ada: Browser, fields: dict[str, str], told: str
) -> None:
    answer = ada.submit(PAGE, {"actor": "Ada", **fields})
    assert answer.status == 422
    assert told in answer.text
    assert answer.page.form(PAGE).values["actor"] == ["Ada"]
    assert "audit.export intent" not in house.told()


def test_who_may_only_read_the_log_cannot_take_it_away(house: House) -> None:
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    assert PAGE not in sam.get("/admin/audit").page.links
    assert sam.get(PAGE).status == 403
    assert sam.post(PAGE, {}).status == 403
    assert "audit.export intent" not in house.told()


def test_an_export_that_cannot_be_recorded_gives_nothing(house: House, ada: Browser) -> None:
    assert PAGE in ada.get("/admin/audit").page.links
    house.break_audit()
    answer = ada.post(PAGE, {"format": "csv"})
    assert answer.status == 503
    assert "sign_in" not in answer.body


def test_an_export_that_is_broken_off_is_on_record_as_such(house: House, ada: Browser) -> None:
    token = {"csrf_token": ada.token, "format": "csv"}
    response = ada.flask.post(PAGE, data=token, base_url=ada.base_url, buffered=False)
    assert next(response.response).startswith(b"number,")  # type: ignore[call-overload] # an iterator
    response.close()
    assert house.told()[-2:] == ["audit.export intent", "audit.export unknown"]
    assert house.trail()[-1].detail == "GeneratorExit"
