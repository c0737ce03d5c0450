"""What every ring shares: the answers of every local Apigee started in a test are checked."""

import logging
from collections.abc import Iterator

import pytest
from _pytest.logging import LogCaptureHandler

pytest_plugins = ("tests.conformance.plugin",)


@pytest.fixture(autouse=True)
def capture_without_filters() -> Iterator[None]:
    """Take the masks of a portal that was started in a test off pytest's own log handlers."""
    yield
    for handler in logging.getLogger().handlers:
        if isinstance(handler, LogCaptureHandler):
            handler.filters.clear()
