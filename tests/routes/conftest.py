"""Every route test gets an application of its own over a copy of one migrated database."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from app.settings import Settings
from app.web import extensions
from tests.routes.client import Browser
from tests.routes.desk import Desk
from tests.routes.house import PUBLIC, House
from tests.store.databases import write_migrated
from tests.unit.writing import DRAWING, OPENAPI, TOML, write_docs

Build = Callable[..., House]
KEY = "0123456789abcdef-an-unguessable-key"


def settings_of(folder: Path, **changes: object) -> Settings:
    """Return the settings of a portal in this folder."""
    known: dict[str, object] = {
        "secret_key": KEY,
        "public_url": PUBLIC,
        "database_url": f"sqlite:///{folder}/portal.db",
        "content_dir": str(folder / "content"),
        "content": {"cache_dir": str(folder / "cache")},
        "support_contact": "help@example.com",
        "apigee": {
            "organization": "demo",
            "endpoint": "http://localhost:1/v1",
            "auth": "metadata",
        },
        "oidc": {
            "demo": {
                "issuer": "https://idp.example",
                "client_id": "portal",
                "client_secret": "a-client-secret",
            }
        },
        "limits": {"multiplier": 20},
        "branding": {"name": "Developer portal"},
    }
    return Settings(**(known | changes))


SCHEMAS: Final = {"components": {"schemas": {"City": {"type": "object"}}}}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of content with one API."""
    folder = tmp_path_factory.mktemp("portal")
    api = folder / "content" / "apis" / "weather"
    api.mkdir(parents=True)
    api.joinpath("api.toml").write_text(TOML.replace("query:apikey", "header:x-apikey"))
    api.joinpath("openapi.json").write_text(json.dumps({**OPENAPI, **SCHEMAS}))
    write_docs(folder / "content" / "docs")
    write_docs(folder / "content" / "theme", {"guides/map.svg": DRAWING})
    folder.joinpath("content", "theme.toml").write_text('icon = "guides/map.svg"\nradius = 6\n')
    return folder


@pytest.fixture
def build(template: Path, tmp_path: Path) -> Iterator[Build]:
    """Return a function that builds a portal; arguments change its settings or its ports."""
    built: list[House] = []
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)

    def run(change: Callable[..., object] | None = None, **changes: object) -> House:
        write_migrated(tmp_path / "portal.db")
        known = {"content_dir": str(template / "content"), **changes}
        with _without_portal_variables():
            settings = settings_of(tmp_path, **known)
        house = House(settings, **({"change": change} if change else {}))  # type: ignore[arg-type] # a test's own change of the ports
        built.append(house)
        return house

    yield run
    for house in built:
        with house.flask.app_context():
            extensions.db.engine.dispose()
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture
def house(build: Build) -> House:
    return build()


@pytest.fixture
def anonymous(house: House) -> Browser:
    return house.browser()


@pytest.fixture
def dana(house: House) -> Browser:
    """Dana, a developer, signed in."""
    house.developer("dana")
    return house.signed_in("dana")


@pytest.fixture
def ada(house: House) -> Browser:
    """Ada, an administrator who is no developer."""
    return house.administrator()


class _without_portal_variables:  # noqa: N801 - reads as what it does
    """Hide the variables of whoever runs the tests."""

    def __enter__(self) -> None:
        self.kept = {name: os.environ.pop(name) for name in _portal_variables()}

    def __exit__(self, *_error: object) -> None:
        os.environ.update(self.kept)


def _portal_variables() -> list[str]:
    return [name for name in os.environ if name.startswith("PORTAL_")]


@pytest.fixture
def desk(house: House, dana: Browser) -> Desk:
    """Dana's app ``trip`` with one key of one product."""
    return Desk(house, dana)
