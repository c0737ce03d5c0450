"""What the tests of the truth kit share."""

from functools import partial
from pathlib import Path

import pytest

from tests.truth.checking import Start, sandbox


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The service account of all local Apigees here: making the key of one takes long."""
    return tmp_path_factory.mktemp("truth") / "service-account.json"


@pytest.fixture
def start(account: Path) -> Start:
    """Return what starts a local Apigee with the organization that is checked."""
    return partial(sandbox, account)
