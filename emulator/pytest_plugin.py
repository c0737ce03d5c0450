"""Fixtures for other test suites: `pytest_plugins = ["emulator.pytest_plugin"]` in a conftest.

A suite that wants another seed or other switches overrides `apigee_settings`.
"""

from collections.abc import Iterator

import pytest

from emulator.running import LocalApigee, Settings, run


@pytest.fixture
def apigee_settings() -> Settings:
    """What `emulator.run` takes besides the flavour."""
    return {}


@pytest.fixture
def apigee_x(apigee_settings: Settings) -> Iterator[LocalApigee]:
    """A local Apigee X of this test's own."""
    yield from _running({**apigee_settings, "flavor": "x"})


@pytest.fixture
def apigee_edge(apigee_settings: Settings) -> Iterator[LocalApigee]:
    """A local Apigee Edge of this test's own."""
    yield from _running({**apigee_settings, "flavor": "edge"})


def _running(settings: Settings) -> Iterator[LocalApigee]:
    with run(**settings) as local:
        yield local
