"""Taking developers out as a table: by right, as the list is filtered and sorted, on record."""

import csv
from dataclasses import replace
from io import StringIO

import pytest

from app.domain.attributes import Attribute
from app.domain.developers import DeveloperStatus
from app.services.exports.columns import DEVELOPER_COLUMNS
from tests.routes.client import Answer, Browser
from tests.routes.house import House
from tests.routes.test_admin_developers import fill

PAGE = "/admin/developers/export"
FILE = "/admin/developers/export.csv"
ODD = ("=HYPERLINK(1)", 'quo"te, comma', "line\nbreak", "\U0001f98a fox", "+1", "@a", "-1", "\t=1")


def rows(answer: Answer) -> list[dict[str, str]]:
    header, *found = csv.reader(StringIO(answer.body, newline=""))
    assert header == list(DEVELOPER_COLUMNS)
    return [dict(zip(header, row, strict=True)) for row in found]


def test_an_administrator_takes_every_developer_as_a_table(house: House, ada: Browser) -> None:
    fill(house)
    answer = ada.get(f"{FILE}?kind=developers")
    assert answer.status == 200
    assert answer.header("Content-Type") == "text/csv; charset=utf-8"
    name = 'attachment; filename="developers-2026-03-01.csv"'
    assert answer.header("Content-Disposition") == name
    assert answer.header("Cache-Control") == "no-store"
    dana, ines, zoe = rows(answer)
    assert dana == {
        "email": "dana@example.com",
        "first_name": "Dana",
        "last_name": "Reyes",
        "user_name": "dana@example.com",
        "status": "active",
        "developer_id": house.apigee.by_email["dana@example.com"].developer_id,
        "registered_at": "2026-03-01T12:00:00+00:00",
        "last_modified_at": "2026-03-01T12:00:00+00:00",
        "last_sign_in_at": "",
        "apps": "2",
        "attributes": '{"tier": "gold"}',
        "synchronized_at": "2026-03-01T12:00:00+00:00",
    }
    assert (ines["status"], ines["attributes"], zoe["apps"]) == ("inactive", "", "")
    assert answer.calls == 0


def test_filter_and_order_of_the_list_count(house: House, ada: Browser) -> None:
    fill(house, 1_200)
    page = ada.get("/admin/developers?q=crowd&sort=-email&status=active").page
    asked = next(link for link in page.links if link.startswith(f"{PAGE}?"))
    form = ada.get(asked).page.form(FILE, "get")
    sent = "&".join(f"{name}={value}" for name, [value] in form.values.items())
    found = rows(ada.get(f"{FILE}?{sent}"))
    assert [row["first_name"] for row in found[:2]] == ["Dev1199", "Dev1198"]
    assert len(found) == 1_200
    assert rows(ada.get(f"{FILE}?attribute=tier%3Dsilver")) == []


def test_the_export_is_on_record_with_its_filter_and_count(house: House, ada: Browser) -> None:
    fill(house)
    ada.get(f"{FILE}?q=dana&status=active&attribute=tier%3Dgold&sort=-registered").body  # noqa: B018 - reads all
    begun, done = house.trail()[-2:]
    assert [begun.phase.value, done.phase.value] == ["intent", "done"]
    whom = "some words, status active, attribute tier, by registered, descending"
    assert {(row.action.value, row.target) for row in (begun, done)} == {("developer.export", whom)}
    assert (begun.detail, done.detail) == ("", "1 row")
    ada.get(f"{FILE}?signed_in=never").body  # noqa: B018 - reads all
    assert house.trail()[-1].target == "never signed in, by name"
    assert house.trail()[-1].detail == "3 rows"


def test_without_a_log_nothing_is_taken_out(house: House, ada: Browser) -> None:
    fill(house)
    house.break_audit()
    answer = ada.get(FILE)
    assert answer.status == 503
    assert "dana@example.com" not in answer.body


def test_no_cell_is_a_formula_and_odd_names_survive(house: House, ada: Browser) -> None:
    """Abuse case 36."""
    people = [
        replace(
            house.apigee.add_developer(f"d{number}@example.com", text, "Odd"),
            attributes=(Attribute("note", text),),
        )
        for number, text in enumerate(ODD)
    ]
    with house.context():
        house.portal.developers.index.save(people, house.clock.now())
    found = rows(ada.get(f"{FILE}?sort=email"))
    assert not any(cell.startswith(tuple("=+-@\t\r\n")) for row in found for cell in row.values())
    # One begins another cell where a tab does, and has a second apostrophe there.
    names = [row["first_name"].removeprefix("'").replace("\t'", "\t") for row in found]
    assert names == list(ODD)


@pytest.mark.parametrize(("asked", "begin"), [("bom=1", "\ufeffemail,"), ("", "email,")])
def test_a_byte_order_mark_is_there_when_it_is_asked_for(
    house: House, ada: Browser, asked: str, begin: str
) -> None:
    house.developer("dana")
    assert ada.get(f"{FILE}?{asked}").body.startswith(begin)
    checkbox = ada.get(PAGE).page.by_id("bom")
    assert checkbox is not None
    assert checkbox.get("name") == "bom"


def test_an_unknown_table_is_not_found(ada: Browser) -> None:
    assert ada.get(f"{FILE}?kind=secrets").status == 404


def test_who_may_only_read_developers_takes_nothing_away(house: House) -> None:
    house.developer("ines", DeveloperStatus.INACTIVE)
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    page = sam.get("/admin/developers").page
    assert not any(link.startswith(PAGE) for link in page.links)
    assert sam.get(PAGE).status == 403
    assert sam.get(FILE).status == 403
    assert "developer.export intent" not in house.told()


def test_the_file_is_sent_as_it_is_read_and_one_that_breaks_off_is_unknown(
    house: House, ada: Browser
) -> None:
    fill(house, 2_500)
    answer = ada.flask.open(FILE, base_url=ada.base_url)
    chunks = answer.iter_encoded()
    assert next(chunks).startswith(b"email,")
    assert house.told()[-1] == "developer.export intent"
    answer.close()
    assert house.told()[-1] == "developer.export unknown"
