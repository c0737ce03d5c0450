"""What is written beside a row of the audit log: kept with it, or neither is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import sessionmaker

from app.domain.audit import Action, AuditEntry, Phase
from app.domain.errors import NotRecorded
from app.services.trail import Target, Trail
from app.store.accounts import AccountStore
from app.store.audit import AuditStore
from app.store.base import together, transaction
from app.store.creations import CreationStore
from tests.store.conftest import NOON, ORGANIZATION, Stores, developer, identity
from tests.store.test_audit import ENTRY
from tests.unit.services.house import ACTOR, MovedClock

REQUEST = "dev-1", "req-1"
TARGET = Target("app", "one", "dana@example.com")


class Refused(Exception):
    """What a test raises."""


def refuse() -> None:
    """Refuse whatever was written."""
    raise Refused


def claimed(engine: Engine) -> bool:
    """Tell whether the request is claimed, by claiming it."""
    return not CreationStore(sessionmaker(engine), ORGANIZATION).begin(*REQUEST, NOON)


def commits(engine: Engine, work: Callable[[], object]) -> int:
    """Return how many transactions the work commits."""
    found: list[object] = []
    note = found.append
    event.listen(engine, "commit", note)
    work()
    event.remove(engine, "commit", note)
    return len(found)


def test_a_row_and_what_goes_beside_it_are_kept_in_one_transaction(
    sql: Stores, engine: Engine
) -> None:
    def beside() -> None:
        assert sql.creations.begin(*REQUEST, NOON)
        sql.creations.finished(*REQUEST, "app-1")

    assert commits(engine, lambda: sql.audit.append(ENTRY, beside)) == 1
    assert list(sql.audit.recent(5)) == [ENTRY]
    assert sql.creations.app_id(*REQUEST) == "app-1"


def test_what_is_raised_beside_a_row_leaves_neither(sql: Stores, engine: Engine) -> None:
    told: list[AuditEntry] = []
    log = AuditStore(sessionmaker(engine), told.append)

    def beside() -> None:
        sql.creations.begin(*REQUEST, NOON)
        raise Refused

    with pytest.raises(Refused):
        log.append(ENTRY, beside)
    assert (list(log.recent(5)), told) == ([], [])
    assert not claimed(engine)


def test_a_row_that_cannot_be_kept_takes_what_goes_beside_it_along(spare_engine: Engine) -> None:
    creations = CreationStore(sessionmaker(spare_engine), ORGANIZATION)
    with spare_engine.begin() as connection:
        connection.execute(text("DROP TABLE audit"))

    def beside() -> None:
        assert creations.begin(*REQUEST, NOON)

    with pytest.raises(NotRecorded):
        AuditStore(sessionmaker(spare_engine)).append(ENTRY, beside)
    assert not claimed(spare_engine)


def test_after_a_shared_transaction_every_call_is_its_own_again(
    sql: Stores, engine: Engine
) -> None:
    with pytest.raises(Refused):
        sql.audit.append(ENTRY, refuse)
    sql.creations.begin(*REQUEST, NOON)
    assert claimed(engine)


def test_a_transaction_within_one_is_a_part_of_it(engine: Engine) -> None:
    opened = sessionmaker(engine)

    def write() -> None:
        with together(opened) as outer:
            with together(opened) as inner, transaction(opened) as single:
                assert outer is inner is single
            with transaction(opened) as after:
                assert after is outer

    assert commits(engine, write) <= 1


def test_another_thread_and_another_database_are_no_part_of_it(
    sqlite_engine: Engine, postgres_engine: Engine
) -> None:
    found: list[object] = []

    def elsewhere() -> None:
        with transaction(sessionmaker(sqlite_engine)) as session:
            found.append(session)

    with together(sessionmaker(sqlite_engine)) as shared:
        thread = Thread(target=elsewhere)
        thread.start()
        thread.join()
        with transaction(sessionmaker(postgres_engine)) as other:
            assert other is not shared
    assert found != [shared]


@dataclass
class Claim:
    """``trail.Beside``: claims a request, and settles it."""

    creations: CreationStore
    accounts: AccountStore
    ends: list[BaseException | None] = field(default_factory=list)

    def begun(self) -> None:
        """Claim."""
        self.creations.begin(*REQUEST, NOON)

    def ended(self, error: BaseException | None) -> None:
        """Count and settle."""
        self.ends.append(error)
        self.accounts.developer_changed("dana@example.com", apps=1)
        self.creations.finished(*REQUEST, "app-1")


def test_an_effect_takes_two_transactions_with_all_that_goes_beside_its_rows(
    sql: Stores, engine: Engine
) -> None:
    opened = sessionmaker(engine)
    creations = CreationStore(opened, ORGANIZATION)
    accounts = AccountStore(opened, ORGANIZATION)
    account = sql.accounts.link(sql.accounts.signed_in(identity(), NOON).account_id, developer())
    trail, claim = Trail(AuditStore(opened), MovedClock()), Claim(creations, accounts)

    def work() -> None:
        with (
            trail.around(ACTOR, Action.APP_CREATE, TARGET, beside=claim),
            engine.connect() as other,
        ):
            assert other.scalar(text("SELECT count(*) FROM creations")) == 1
            assert other.scalar(text("SELECT count(*) FROM audit")) == 1

    assert commits(engine, work) == 2
    assert [row.phase for row in sql.audit.recent(5)] == [Phase.DONE, Phase.INTENT]
    assert creations.app_id(*REQUEST) == "app-1"
    assert accounts.get(account.account_id).generation == account.generation + 1
    assert claim.ends == [None]


def test_an_outcome_that_the_log_refuses_leaves_what_goes_beside_it(spare_engine: Engine) -> None:
    opened = sessionmaker(spare_engine)
    creations = CreationStore(opened, ORGANIZATION)
    claim = Claim(creations, AccountStore(opened, ORGANIZATION))
    trail = Trail(AuditStore(opened), MovedClock())
    with trail.around(ACTOR, Action.APP_CREATE, TARGET, beside=claim), spare_engine.begin() as it:
        it.execute(text("DROP TABLE audit"))
    assert creations.app_id(*REQUEST) == "app-1"


def test_a_claim_that_another_one_has_refuses_without_breaking_the_transaction(
    sql: Stores, engine: Engine
) -> None:
    sql.creations.begin(*REQUEST, NOON)
    refused: list[bool] = []
    sql.audit.append(ENTRY, lambda: refused.append(sql.creations.begin(*REQUEST, NOON)))
    assert refused == [False]
    assert list(sql.audit.recent(5)) == [ENTRY]
    assert claimed(engine)
