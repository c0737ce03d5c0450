"""Databases to test on: every test finds its tables empty, on both kinds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from app.domain.developers import Developer, DeveloperStatus
from app.domain.people import Identity
from app.services.account_port import AccountBook
from app.services.audit_port import AuditKeeper, AuditLog
from app.services.exports.port import ExportFiles
from app.services.ports import Accounts, Creations, DeveloperIndex
from app.services.registration_port import Registrations
from app.services.session_port import SessionChecks, SignInSessions
from app.store.account_book import AccountBookStore
from app.store.accounts import AccountStore
from app.store.audit import AuditStore
from app.store.audit_keeping import AuditKeepingStore
from app.store.base import SessionFactory
from app.store.cipher import Cipher
from app.store.creations import CreationStore
from app.store.developers import DeveloperStore
from app.store.exports import ExportStore
from app.store.registrations import RegistrationStore
from app.store.session_checks import SessionCheckStore
from app.store.sessions import SignInSessionStore
from tests.fakes.developer_index import FakeDeveloperIndex
from tests.fakes.exports import FakeExportFiles
from tests.fakes.registrations import FakeRegistrations
from tests.fakes.store import (
    FakeAccounts,
    FakeAuditLog,
    FakeCreations,
    FakeSignInSessions,
)
from tests.store.databases import (
    PostgresServer,
    empty,
    open_engine,
    run_postgres,
    write_migrated,
)

ORGANIZATION = "demo"
SECRET_KEY = "a secret key that nobody uses outside the tests"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Stores:
    """The ports of the store, real or in memory, over the same data."""

    accounts: Accounts
    book: AccountBook
    sessions: SignInSessions
    checks: SessionChecks
    developers: DeveloperIndex
    audit: AuditLog
    keeper: AuditKeeper
    creations: Creations
    registrations: Registrations
    exports: ExportFiles


def identity(subject: str = "dana", **changes: object) -> Identity:
    """Return what a provider says about Dana, but for the changes."""
    facts: dict[str, object] = {
        "provider": "corp",
        "issuer": "https://id.example.com",
        "subject": subject,
        "email": f"{subject}@example.com",
        "email_verified": True,
        "first_name": subject.title(),
        "last_name": "Smith",
        "user_name": subject,
    }
    return Identity(**(facts | changes))  # type: ignore[arg-type] # a test's own shorthand


def developer(email: str = "dana@example.com", **changes: object) -> Developer:
    """Return an active developer, but for the changes."""
    facts: dict[str, object] = {
        "email": email,
        "developer_id": f"id-of-{email}",
        "first_name": "Dana",
        "last_name": "Smith",
        "user_name": "dana",
        "status": DeveloperStatus.ACTIVE,
        "created_at": NOON,
    }
    return Developer(**(facts | changes))  # type: ignore[arg-type] # a test's own shorthand


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with run_postgres() as server:
        yield server


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "portal.db"
    write_migrated(path)
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def shared_postgres_engine(postgres: PostgresServer) -> Iterator[Engine]:
    with postgres.make_database() as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def postgres_engine(shared_postgres_engine: Engine) -> Engine:
    empty(shared_postgres_engine)
    return shared_postgres_engine


@pytest.fixture
def spare_postgres_engine(postgres: PostgresServer) -> Iterator[Engine]:
    with postgres.make_database() as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def spare_engine(request: pytest.FixtureRequest) -> Engine:
    """A database of the test's own, to break it."""
    name = "sqlite_engine" if request.param == "sqlite" else "spare_postgres_engine"
    found: Engine = request.getfixturevalue(name)
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    name = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    found: Engine = request.getfixturevalue(name)
    return found


@pytest.fixture
def session(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine)


@pytest.fixture
def sql(session: sessionmaker[Session]) -> Stores:
    return stores_on(session)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Whatever runs on this is proven for the fakes and both databases."""
    if request.param == "fake":
        return fakes()
    name = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    return stores_on(sessionmaker(request.getfixturevalue(name)))


def fakes() -> Stores:
    accounts, audit = FakeAccounts(), FakeAuditLog()
    sessions = FakeSignInSessions(accounts)
    return Stores(
        accounts=accounts,
        book=accounts,
        sessions=sessions,
        checks=sessions,
        developers=FakeDeveloperIndex(accounts),
        audit=audit,
        keeper=audit,
        creations=FakeCreations(),
        registrations=FakeRegistrations(accounts),
        exports=FakeExportFiles(),
    )


def stores_on(session: SessionFactory) -> Stores:
    """Return the real stores on anything that gives sessions."""
    return Stores(
        accounts=AccountStore(session, ORGANIZATION),
        book=AccountBookStore(session, ORGANIZATION),
        sessions=SignInSessionStore(session, Cipher(SECRET_KEY), ORGANIZATION),
        checks=SessionCheckStore(session, Cipher(SECRET_KEY)),
        developers=DeveloperStore(session, ORGANIZATION),
        audit=AuditStore(session),
        keeper=AuditKeepingStore(session),
        creations=CreationStore(session, ORGANIZATION),
        registrations=RegistrationStore(session, ORGANIZATION),
        exports=ExportStore(session, Cipher(SECRET_KEY), ORGANIZATION),
    )
