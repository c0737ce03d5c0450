"""Outcomes that are missing, names that are forgotten, and queries."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from app.domain.audit import Action, Actor, AuditEntry, AuditQuery, Phase
from app.domain.audit_chain import Break
from tests.store.conftest import NOON, Stores

ADA = Actor(7, "Ada Reyes", "req-1", "192.0.2.1", "5e5510n")
INTENT = AuditEntry("a1", Phase.INTENT, NOON, ADA, Action.APP_DELETE, "app", "trip", "dana@x.org")
MINUTE = timedelta(minutes=1)


def told(stores: Stores) -> list[tuple[str, str]]:
    return [(row.action_id, row.phase.value) for row in reversed(stores.audit.recent(50))]


def test_what_has_no_outcome_is_noted_as_unknown_once(stores: Stores) -> None:
    stores.audit.append(INTENT)
    stores.audit.append(replace(INTENT, action_id="a2"))
    stores.audit.append(replace(INTENT, action_id="a2", phase=Phase.FAILED))
    stores.audit.append(replace(INTENT, action_id="a3", at=NOON + 5 * MINUTE))
    assert stores.keeper.settle(NOON + MINUTE, NOON + 16 * MINUTE) == 1
    assert stores.keeper.settle(NOON + MINUTE, NOON + 17 * MINUTE) == 0
    last = stores.audit.recent(1)[0]
    assert last == replace(
        INTENT,
        phase=Phase.UNKNOWN,
        at=NOON + 16 * MINUTE,
        detail="the outcome was not recorded",
    )
    assert stores.keeper.settle(NOON + 6 * MINUTE, NOON + 21 * MINUTE) == 1
    assert told(stores)[4:] == [("a1", "unknown"), ("a3", "unknown")]


def test_an_outcome_that_came_later_is_seen(stores: Stores) -> None:
    for number in range(3):
        stores.audit.append(replace(INTENT, action_id=f"a{number}"))
    for number in range(3):
        stores.audit.append(
            replace(INTENT, action_id=f"a{number}", phase=Phase.DONE, at=NOON + 14 * MINUTE)
        )
    assert stores.keeper.settle(NOON + MINUTE, NOON + 16 * MINUTE) == 0


def test_a_person_can_be_forgotten_without_breaking_the_chain(sql: Stores) -> None:
    about = replace(INTENT, target_kind="developer", target="ada@x.org")
    for entry in (INTENT, about, replace(INTENT, actor=Actor(8, "Ada Reyes"))):
        sql.audit.append(entry)
    sql.keeper.seal()
    sql.keeper.forget_names(7, {"ada@x.org"})
    other, second, first = sql.audit.recent(9)
    assert first.actor.name == second.actor.name
    assert first.actor.name.startswith("former user ")
    assert second.target.startswith("former user ")
    assert second.target != first.actor.name
    assert (first.actor.account_id, first.on_behalf_of) == (7, "dana@x.org")
    assert other.actor.name == "Ada Reyes"
    assert sql.keeper.verify({}).broken is None


def test_no_row_and_no_table_holds_a_name_that_was_forgotten(engine: Engine, sql: Stores) -> None:
    sql.audit.append(replace(INTENT, target_kind="account", target="ada@x.org"))
    sql.keeper.forget_names(7, {"ada@x.org", "dana@x.org"})
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT * FROM audit, (SELECT count(*) FROM audit_names)"))
        content = str(kept.all())
    assert "a1" in content
    for name in ("Ada", "ada@", "dana@"):
        assert name not in content


def test_who_comes_back_is_somebody_new(sql: Stores) -> None:
    sql.audit.append(INTENT)
    sql.keeper.forget_names(7, {"dana@x.org"})
    sql.audit.append(INTENT)
    back, before = sql.audit.recent(2)
    assert (back.on_behalf_of, back.actor.name) == ("dana@x.org", "Ada Reyes")
    assert before.on_behalf_of.startswith("former user ")
    assert before.actor.name.startswith("former user ")


def test_a_name_that_was_exchanged_is_found(engine: Engine, sql: Stores) -> None:
    sql.audit.append(replace(INTENT, on_behalf_of=""))
    sql.audit.append(INTENT)
    sql.keeper.seal()
    with engine.begin() as connection:
        changing = "UPDATE audit_names SET name = 'eve@x.org' WHERE name = 'dana@x.org'"
        connection.execute(text(changing))
    assert sql.keeper.verify({}).broken == Break("a name in it was changed", 2)


def test_the_last_change_of_a_developer_is_found_by_address(stores: Stores) -> None:
    done = replace(INTENT, phase=Phase.DONE, target_kind="developer", target="dana@x.org")
    stores.audit.append(replace(done, action=Action.DEVELOPER_ACTIVATE))
    stores.audit.append(done)
    found = stores.audit.last_done([Action.DEVELOPER_ACTIVATE], "dana@x.org")
    assert found == replace(done, action=Action.DEVELOPER_ACTIVATE)
    assert stores.audit.last_done([Action.DEVELOPER_ACTIVATE], "eve@x.org") is None


def test_the_last_change_of_an_account_is_found_by_its_number(stores: Stores) -> None:
    done = replace(INTENT, phase=Phase.DONE, action=Action.ACCOUNT_BLOCK, target_account_id=7)
    stores.audit.append(done)
    stores.audit.append(replace(done, phase=Phase.FAILED))
    stores.audit.append(replace(done, action=Action.ACCOUNT_UNBLOCK))
    assert stores.audit.last_about([Action.ACCOUNT_BLOCK], 7) == done
    assert stores.audit.last_about([Action.ACCOUNT_BLOCK], 8) is None


ROWS = [
    INTENT,
    replace(INTENT, action_id="a2", actor=Actor(8, "Eve"), at=NOON + MINUTE),
    replace(INTENT, action_id="a3", action=Action.APP_CREATE, at=NOON + 2 * MINUTE),
    replace(INTENT, action_id="a4", target_kind="account", target="eve@x.org"),
    replace(INTENT, action_id="a5", actor=Actor(None, "system")),
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (AuditQuery(), "12345"),
        (AuditQuery(actor="Ada Reyes"), "134"),
        (AuditQuery(actor="8"), "2"),
        (AuditQuery(actor="system"), "5"),
        (AuditQuery(actor="nobody"), ""),
        (AuditQuery(action=Action.APP_CREATE), "3"),
        (AuditQuery(target="eve@x.org"), "4"),
        (AuditQuery(target="trip"), "1235"),
        (AuditQuery(since=NOON + MINUTE), "23"),
        (AuditQuery(until=NOON + MINUTE), "145"),
        (AuditQuery(since=NOON + MINUTE, until=NOON + 2 * MINUTE, actor="Eve"), "2"),
        (AuditQuery(after=2), "345"),
        (AuditQuery(after=1, size=2), "23"),
        (AuditQuery(actor="9" * 30), ""),
    ],
)
def test_rows_are_asked_for_by_what_they_tell(
    stores: Stores, query: AuditQuery, found: str
) -> None:
    for row in ROWS:
        stores.audit.append(row)
    page = stores.audit.page(query)
    assert "".join(row.action_id[1:] for row in page) == found
    assert all(ROWS[row.number - 1] == row for row in page)
