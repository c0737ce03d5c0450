"""Tables of apps: written by one run at a time, encrypted, and gone when their time is over."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.developers import DeveloperStatus
from app.domain.errors import NotFound
from app.services.developer_port import DeveloperFilter
from app.services.exports.port import Export
from app.store.cipher import Cipher
from app.store.exports import ExportStore
from tests.store.conftest import NOON, ORGANIZATION, Stores, developer, identity

ROWS = [("dana@example.com", "=trip", 1), ("", "\U0001f98a\n", None)]
ASKED = DeveloperFilter("dana", DeveloperStatus.ACTIVE, "tier=gold", never_signed_in=True)


def begun(stores: Stores, subject: str = "ada") -> Export:
    account = stores.accounts.signed_in(identity(subject), NOON)
    return stores.exports.begin(account.account_id, ASKED, NOON)


def test_what_was_asked_for_is_remembered(stores: Stores) -> None:
    export = begun(stores)
    assert stores.exports.get(export.public_id) == export
    assert (export.asked, export.begun_at, export.finished_at) == (ASKED, NOON, None)
    plain = stores.exports.begin(export.account_id, DeveloperFilter(), NOON)
    assert [item.public_id for item in stores.exports.of_account(export.account_id)] == [
        plain.public_id,
        export.public_id,
    ]
    assert stores.exports.get(plain.public_id).asked == DeveloperFilter()
    with pytest.raises(NotFound):
        stores.exports.get("0" * 16)


def test_rows_are_counted_and_read_in_their_order(stores: Stores) -> None:
    name = begun(stores).public_id
    run, last = stores.exports.take(name)
    assert last == ""
    assert stores.exports.add(name, run, ROWS, ["a", "b"])
    assert stores.exports.add(name, run, [], ["c", "d", "e"])
    assert stores.exports.add(name, run, ROWS[:1], ["f"])
    assert stores.exports.finish(name, run, NOON + timedelta(minutes=1))
    export = stores.exports.get(name)
    assert (export.apps, export.rows) == (6, 3)
    assert export.finished_at == NOON + timedelta(minutes=1)
    assert list(stores.exports.rows(name)) == [*ROWS, ROWS[0]]
    assert list(stores.exports.rows("0" * 16)) == []


def test_a_later_run_goes_on_and_the_earlier_one_writes_nothing_more(stores: Stores) -> None:
    name = begun(stores).public_id
    first, _ = stores.exports.take(name)
    assert stores.exports.add(name, first, ROWS, ["a", "b"])
    second, last = stores.exports.take(name)
    assert (second > first, last) == (True, "b")
    assert not stores.exports.add(name, first, ROWS, ["c", "d"])
    assert not stores.exports.clear(name, first)
    assert not stores.exports.finish(name, first, NOON)
    assert stores.exports.add(name, second, ROWS[:1], ["c"])
    assert list(stores.exports.rows(name)) == [*ROWS, ROWS[0]]
    export = stores.exports.get(name)
    assert (export.apps, export.rows, export.finished_at) == (3, 3, None)


def test_a_run_may_begin_anew(stores: Stores) -> None:
    name = begun(stores).public_id
    run, _ = stores.exports.take(name)
    assert stores.exports.add(name, run, ROWS, ["a", "b"])
    assert stores.exports.clear(name, run)
    assert list(stores.exports.rows(name)) == []
    export = stores.exports.get(name)
    assert (export.apps, export.rows) == (0, 0)
    assert stores.exports.take(name)[1] == ""


def test_old_tables_are_forgotten_with_their_rows(stores: Stores) -> None:
    name = begun(stores).public_id
    stores.exports.add(name, stores.exports.take(name)[0], ROWS, ["a", "b"])
    assert stores.exports.forget(NOON) == 0
    assert stores.exports.forget(NOON + timedelta(seconds=1)) == 1
    assert list(stores.exports.rows(name)) == []
    with pytest.raises(NotFound):
        stores.exports.take(name)


def test_an_accounts_tables_go_with_it(sql: Stores) -> None:
    export = begun(sql)
    sql.book.delete(export.account_id)
    with pytest.raises(NotFound):
        sql.exports.get(export.public_id)


def test_rows_lie_encrypted(session: sessionmaker[Session], sql: Stores) -> None:
    name = begun(sql).public_id
    sql.exports.add(name, sql.exports.take(name)[0], ROWS, ["a", "b"])
    with session() as current:
        (sealed,) = current.scalars(text("SELECT sealed FROM export_parts"))
    assert "dana" not in sealed
    assert json.dumps(ROWS)[:9] not in sealed
    another = ExportStore(session, Cipher("another key that nobody uses"), ORGANIZATION)
    assert list(another.rows(name)) == []
    assert list(ExportStore(session, Cipher("x"), "elsewhere").rows(name)) == []


def test_developers_are_found_by_apigees_id(stores: Stores) -> None:
    people = [
        developer("ana@example.com"),
        developer("ben@example.com", status=DeveloperStatus.INACTIVE),
        developer("cleo@example.com"),
    ]
    stores.developers.save(people, NOON)
    ids = {"id-of-ana@example.com", "id-of-ben@example.com", "nobody"}
    found = stores.developers.by_developer_id(ids, DeveloperFilter())
    assert {name: row.email for name, row in found.items()} == {
        "id-of-ana@example.com": "ana@example.com",
        "id-of-ben@example.com": "ben@example.com",
    }
    active = DeveloperFilter(status=DeveloperStatus.ACTIVE)
    assert list(stores.developers.by_developer_id(ids, active)) == ["id-of-ana@example.com"]
