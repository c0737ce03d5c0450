"""What every ring shares: checked answers of every local Apigee, and templates compiled once."""

import logging
from collections.abc import Iterator

import pytest
from _pytest.logging import LogCaptureHandler
from flask import Flask

from tests.compiled import CompiledOnce

pytest_plugins = ("tests.conformance.plugin",)


@pytest.fixture(scope="session", autouse=True)
def templates_are_compiled_once() -> Iterator[None]:
    """Let every application begin with what the ones before it have compiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": CompiledOnce()})
        yield


@pytest.fixture(autouse=True)
def capture_without_filters() -> Iterator[None]:
    """Take the masks of a portal that was started in a test off pytest's own log handlers."""
    yield
    for handler in logging.getLogger().handlers:
        if isinstance(handler, LogCaptureHandler):
            handler.filters.clear()
