"""What the tests of the truth kit share."""

import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.truth.checking import Start, sandbox


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The service account of all local Apigees here: making the key of one takes long."""
    return tmp_path_factory.mktemp("truth") / "service-account.json"


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A kit quiets the client's log for its process, which is that of all tests."""
    client = logging.getLogger("app.apigee")
    before = client.level
    yield
    client.setLevel(before)


@pytest.fixture
def start(account: Path) -> Start:
    """Return what starts a local Apigee with the organization that is checked."""
    return partial(sandbox, account)
