"""A real PostgreSQL for the measurements of an organization."""

from collections.abc import Iterator

import pytest

from tests.store.databases import PostgresServer, run_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with run_postgres() as server:
        yield server
