"""Changes of many developers at once, as the database keeps them."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from app.domain.developers import Developer, DeveloperStatus
from app.domain.errors import NotFound
from app.services.developer_office.bulk_port import BulkItem, ItemState
from app.store.developer_bulks import KEPT, BulkStore
from app.store.developers import DeveloperStore
from tests.store.conftest import NOON

INACTIVE = DeveloperStatus.INACTIVE


@pytest.fixture
def bulks(engine: Engine) -> BulkStore:
    return BulkStore(sessionmaker(engine), "demo")


def test_a_plan_names_developers_in_order_until_the_index_forgets_them(
    bulks: BulkStore, session: sessionmaker[Session]
) -> None:
    index = DeveloperStore(session, "demo")
    people = [
        Developer(f"{name}@example.com", name, name.title(), "Reyes", name, INACTIVE)
        for name in ("zoe", "ines")
    ]
    index.save(people, NOON)
    ids = [index.by_folded_email(one.email)[0].public_id for one in people]
    bulk = bulks.get(bulks.add(INACTIVE, ids, NOON))
    assert [item.name for item in bulk.items] == ["Ines Reyes", "Zoe Reyes"]
    assert (bulk.begun, bulk.is_running, bulk.status) == (False, False, INACTIVE)
    index.remove("zoe@example.com")
    assert {item.email for item in bulks.get(bulk.number).items} == {"ines@example.com", ""}


def test_who_failed_waits_again_once_it_is_begun_anew(bulks: BulkStore) -> None:
    number = bulks.add(INACTIVE, ["a", "b", "c"], NOON)
    bulks.begin(number, 7)
    bulks.settle(number, BulkItem("a", ItemState.DONE))
    bulks.settle(number, BulkItem("b", ItemState.FAILED, "Gone."))
    bulk = bulks.get(number)
    assert (bulk.done, [item.reason for item in bulk.failed]) == (1, ["Gone."])
    assert (bulk.is_running, bulk.begun_by) == (True, 7)
    bulks.begin(number, None)
    again = bulks.get(number)
    assert {item.public_id for item in again.of(ItemState.WAITING)} == {"b", "c"}
    assert (again.failed, again.begun_by) == ([], None)


def test_others_and_old_ones_are_not_found(bulks: BulkStore, engine: Engine) -> None:
    number = bulks.add(INACTIVE, ["a"], NOON)
    with pytest.raises(NotFound):
        BulkStore(sessionmaker(engine), "other").get(number)
    bulks.add(INACTIVE, ["b"], NOON + KEPT + timedelta(seconds=1))
    with pytest.raises(NotFound):
        bulks.get(number)
