"""The sample organization behind each implementation of the ports."""

from collections.abc import Iterator

import pytest

import emulator
from emulator import LocalApigee
from tests.contract.organizations import (
    KINDS,
    SEED,
    Kind,
    Organization,
    connected,
    fake_organization,
)
from tests.contract.role import listed_permissions


@pytest.fixture(scope="session")
def local_x() -> Iterator[LocalApigee]:
    """A local Apigee X with the sample organization, for a caller of the documented role."""
    with emulator.run(flavor="x", seed=SEED, permissions=listed_permissions()) as local:
        yield local


@pytest.fixture(scope="session")
def local_edge() -> Iterator[LocalApigee]:
    """A local Apigee Edge with the sample organization."""
    with emulator.run(flavor="edge", seed=SEED) as local:
        yield local


@pytest.fixture(params=["x", "edge"])
def local(request: pytest.FixtureRequest) -> LocalApigee:
    """A local Apigee of either flavour, as new."""
    found: LocalApigee = request.getfixturevalue(f"local_{request.param}")
    found.reset()
    return found


@pytest.fixture(params=KINDS)
def organization(request: pytest.FixtureRequest) -> Iterator[Organization]:
    """The sample organization as new: in the fake, on X and on Edge."""
    kind: Kind = request.param
    if kind == "fake":
        yield fake_organization()
        return
    found: LocalApigee = request.getfixturevalue(f"local_{kind}")
    found.reset()
    with connected(found) as made:
        yield made
