"""A scripted upstream and clients that speak to it."""

from collections.abc import Iterator

import pytest

from tests.unit.apigee.speaking import Speaker
from tests.unit.apigee.upstream import Upstream, upstream


@pytest.fixture
def server() -> Iterator[Upstream]:
    """A server on loopback that answers by script."""
    with upstream() as running:
        yield running


@pytest.fixture
def speaker(server: Upstream) -> Iterator[Speaker]:
    """Clients of flavour X with short limits, and what was observed of them."""
    made = Speaker(server.endpoint)
    yield made
    made.close()
