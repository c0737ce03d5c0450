"""Chromium, houses, and windows that are checked when they close."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from emulator.model import Flavor
from tests.browser.visitor import Visitor
from tests.scenario.house import House, run_house
from tools.chromium import LOUD, find_chromium

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
PATIENCE_MILLISECONDS = 30_000

NewVisitor = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(LOUD)
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def flavor() -> Flavor:
    """The house is on Apigee X; a test on both names the flavours itself."""
    return "x"


@pytest.fixture
def settings() -> dict[str, str]:
    """The demo's settings as they are; a test that changes some names them itself."""
    return {}


@pytest.fixture
def house(flavor: Flavor, settings: dict[str, str], tmp_path: Path) -> Iterator[House]:
    with run_house(flavor, tmp_path, **settings) as running:
        yield running


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for a module whose tests leave each other in peace."""
    with run_house("x", tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture
def new_visitor(chromium: Browser, house: House) -> Iterator[NewVisitor]:
    """Windows as somebody opens them; all are closed, and checked, when the test is over."""
    with ExitStack() as closing:

        def open_window(**options: Any) -> Visitor:  # noqa: ANN401 - Playwright's own options
            context = chromium.new_context(reduced_motion="reduce", **options)
            context.set_default_timeout(PATIENCE_MILLISECONDS)
            visitor = Visitor(house, context, context.new_page())
            visitor.watch()
            closing.callback(visitor.close)
            return visitor

        yield open_window


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    return new_visitor()
