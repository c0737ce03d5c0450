"""Fixtures of the rules and services."""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.configuration.errors import ConfigurationError
from app.settings import Settings
from app.web import logs
from tests.unit.log_lines import Log
from tests.unit.starting import GOOD, Refusal, Start
from tests.unit.writing import OPENAPI, TOML, Write


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Start:
    """Return a function that starts with variables over the good ones; None takes one away."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)

    def run(changes: Mapping[str, str | None] | None = None, toml: str = "") -> Settings:
        for name, value in {**GOOD, **(changes or {})}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        if toml:
            (tmp_path / "portal.toml").write_text(toml, encoding="utf-8")
        return Settings()

    return run


@pytest.fixture
def refusal(start: Start) -> Refusal:
    """Return a function that starts and returns the text of the refusal."""

    def run(changes: Mapping[str, str | None] | None = None, toml: str = "") -> str:
        with pytest.raises(ConfigurationError) as refused:
            start(changes, toml)
        return str(refused.value)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes one API's folder."""

    def run(
        slug: str = "weather",
        toml: str | None = TOML,
        document: object = OPENAPI,
        name: str = "openapi.json",
    ) -> Path:
        folder = tmp_path / "apis" / slug
        folder.mkdir(parents=True, exist_ok=True)
        if toml is not None:
            (folder / "api.toml").write_text(toml, encoding="utf-8")
        if document is not None:
            text = document if isinstance(document, str) else json.dumps(document)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return run


@pytest.fixture
def log() -> Iterator[Log]:
    """Configure logging into a text, and put everything back afterwards."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    filters = {handler: list(handler.filters) for handler in handlers}
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    written = Log()
    logs.configure("INFO", written.stream)
    yield written
    root.setLevel(level)
    root.handlers[:] = handlers
    for handler in handlers:
        handler.filters[:] = filters[handler]
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)
