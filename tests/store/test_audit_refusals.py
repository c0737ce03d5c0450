"""Repeated refusals: the first is a row at once, the others become one row with their number."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from app.domain.audit import Action, Actor, AuditEntry, Phase
from app.store.audit import AuditStore
from app.store.audit_keeping import AuditKeepingStore
from tests.store.conftest import NOON, Stores
from tests.store.threads import at_once

DANA = Actor(7, "Dana", "req-1", "192.0.2.1", "5e5510n")
STRANGER = Actor(None, "anonymous", "req-2", "192.0.2.9")
REFUSED = AuditEntry("a1", Phase.FAILED, NOON, DANA, Action.OBJECT_REFUSED, "page", "apps", "", "")
SECOND = timedelta(seconds=1)


def again(seconds: int, **changes: object) -> AuditEntry:
    later = REFUSED.at + timedelta(seconds=seconds)
    return replace(REFUSED, action_id=f"a{seconds}", at=later, **changes)  # type: ignore[arg-type] # a test's own shorthand


def test_a_hundred_refusals_are_two_rows(stores: Stores) -> None:
    for seconds in range(100):
        stores.audit.refused(again(seconds))
    assert [row.count for row in stores.audit.recent(200)] == [1]
    assert stores.keeper.fold(NOON) == 0
    assert stores.keeper.fold(NOON + SECOND) == 1
    folded, first = stores.audit.recent(200)
    assert first == again(0)
    assert (folded.count, folded.at, folded.target) == (99, NOON + 99 * SECOND, "apps")
    assert (folded.action_id, folded.phase) == (first.action_id, Phase.FAILED)
    assert folded.actor == replace(DANA, request_id="")
    assert stores.keeper.fold(NOON + 200 * SECOND) == 0


def test_a_refusal_after_the_fold_is_a_row_again(stores: Stores) -> None:
    stores.audit.refused(again(0))
    assert stores.keeper.fold(NOON + SECOND) == 0
    stores.audit.refused(again(60))
    assert [row.at for row in stores.audit.recent(9)] == [NOON + 60 * SECOND, NOON]


def test_who_tries_one_thing_after_another_gets_one_row_about_nothing_in_particular(
    stores: Stores,
) -> None:
    for number in range(5):
        stores.audit.refused(again(number, target=f"page {number}"))
    stores.keeper.fold(NOON + SECOND)
    folded, first = stores.audit.recent(9)
    assert (first.target, folded.target, folded.count) == ("page 0", "", 4)


def test_other_people_actions_and_reasons_are_counted_apart(stores: Stores) -> None:
    others = (
        again(1, actor=replace(DANA, account_id=8)),
        again(2, actor=STRANGER),
        again(3, actor=replace(STRANGER, address="192.0.2.10")),
        again(4, action=Action.ACCESS_REFUSED),
        again(5, detail="another reason"),
        again(6, target_kind="permission"),
    )
    stores.audit.refused(again(0))
    for entry in others:
        stores.audit.refused(entry)
    assert len(stores.audit.recent(20)) == 7
    stores.audit.refused(again(7, actor=replace(DANA, address="198.51.100.1")))
    assert len(stores.audit.recent(20)) == 7


def test_refusals_at_once_are_all_counted(engine: Engine) -> None:
    log, keeper = AuditStore(sessionmaker(engine)), AuditKeepingStore(sessionmaker(engine))
    at_once(20, lambda number: log.refused(again(number)))
    keeper.fold(NOON + 60 * SECOND)
    assert [row.count for row in log.recent(9)] == [19, 1]


def test_all_addresses_of_one_network_of_ipv6_are_one_source(stores: Stores) -> None:
    for number in range(50):
        stranger = replace(STRANGER, address=f"2001:db8:0:7:{number:x}::1")
        stores.audit.refused(again(number, actor=stranger))
    stores.audit.refused(again(51, actor=replace(STRANGER, address="2001:db8:0:8::1")))
    assert [row.count for row in stores.audit.recent(200)] == [1, 1]
