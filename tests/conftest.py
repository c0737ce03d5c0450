"""What every ring shares: checked answers of every local Apigee, and what saves time for all."""

import gc
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.logging import LogCaptureHandler
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect
from werkzeug.routing import Rule

from tests.compiled import AddressesOnce, BuildersOnce, CompiledOnce, StatementsOnce

pytest_plugins = ("tests.conformance.plugin",)
# How many more objects there are than at the last look for garbage when the next one is due.
SELDOM = 50_000
OFTEN = 700
# Rings whose tests run processes, browsers and clocks of their own, and take many seconds each.
LONG = {"bench", "browser", "demo", "faults", "scenario", "truth"}
LONG_SECONDS = 300  # the most for one of them, on a busy machine; they end what hangs much sooner
# Rings that lead through what cheaper rings have gone through: their lines are not counted again.
UNCOUNTED = {"browser", "faults"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the long tests first, so that the short ones fill up the time of all workers.

    `--dist worksteal` gives the first half to the first worker: what is made for a whole module is
    made once then, and tests with processes of their own seldom run beside each other.
    """
    items.sort(key=lambda item: _ring(item) not in LONG)
    for item in items:
        if _ring(item) in UNCOUNTED:
            item.add_marker("no_cover")
        if _ring(item) in LONG and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LONG_SECONDS))


def _ring(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


@pytest.fixture(scope="session", autouse=True)
def templates_addresses_and_statements_are_compiled_once() -> Iterator[None]:
    """Let every application begin with what the ones before it have compiled."""
    addresses, builders = AddressesOnce(), BuildersOnce()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": CompiledOnce()})
        patch.setattr(
            Rule,
            "_parse_rule",
            lambda rule, text: addresses.of(rule, text),  # noqa: PLW0108 - which makes it a method
        )
        patch.setattr(
            Rule,
            "_compile_builder",
            lambda rule, append_unknown=True: builders.of(rule, append_unknown),
        )
        patch.setattr(Engine, "_compiled_cache", StatementsOnce(), raising=False)
        patch.setattr(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect)))
        patch.setattr(DefaultDialect, "__eq__", lambda dialect, other: type(dialect) is type(other))
        yield


@pytest.fixture(scope="session", autouse=True)
def garbage_is_looked_for_seldom() -> Iterator[None]:
    """Python would look through all modules and tests whenever an application was made and left."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM, *before[1:])
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.fixture
def garbage_goes_at_once() -> Iterator[None]:
    """For tests that measure memory: what nobody holds any more does not count for long."""
    seldom = gc.get_threshold()
    gc.collect()
    gc.set_threshold(OFTEN, *seldom[1:])
    yield
    gc.set_threshold(*seldom)


@pytest.fixture(scope="session", autouse=True)
def sqlite_does_not_wait_for_the_disk() -> Iterator[None]:
    """What a process has written is there when it dies; only a machine's end could lose it."""
    event.listen(Engine, "connect", _go_on)
    yield
    event.remove(Engine, "connect", _go_on)


def _go_on(connection: object, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(autouse=True)
def capture_without_filters() -> Iterator[None]:
    """Take the masks of a portal that was started in a test off pytest's own log handlers."""
    yield
    for handler in logging.getLogger().handlers:
        if isinstance(handler, LogCaptureHandler):
            handler.filters.clear()
