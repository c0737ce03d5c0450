"""Fixtures of the sender."""

from collections.abc import Iterator

import pytest

from tests.unit.tryit.sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    """Return a server that must not be reached, or answers what a test says."""
    made = Sink()
    yield made
    made.close()
