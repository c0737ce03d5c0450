"""An application of its own for every fault, over one local Apigee per flavour."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import emulator
from app.web import extensions
from emulator.model import Flavor
from emulator.running import LocalApigee
from tests.faults.bad_day import SEED as SEED_OF_SITE
from tests.faults.house import SEED, House
from tests.faults.workshop import Workshop, workshop
from tests.routes.conftest import settings_of
from tests.store.databases import PostgresServer, run_postgres, write_migrated

Build = Callable[..., House]


@pytest.fixture(scope="session")
def locals_() -> Iterator[dict[Flavor, LocalApigee]]:
    """The local Apigee of each flavour."""
    with ExitStack() as stack:
        yield {
            flavor: stack.enter_context(emulator.run(flavor=flavor, seed=SEED))
            for flavor in ("x", "edge")
        }


@pytest.fixture
def build(tmp_path: Path, locals_: dict[Flavor, LocalApigee]) -> Iterator[Build]:
    """Return a function that builds the portal over a flavour with everything as in the seed."""
    built: list[House] = []
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)

    def run(
        flavor: Flavor = "x",
        organizations: dict[str, Any] | None = None,
        **apigee: Any,  # noqa: ANN401 - settings of any type
    ) -> House:
        local = locals_[flavor]
        local.reset()
        write_migrated(tmp_path / "portal.db")
        settings = settings_of(
            tmp_path, apigee=_apigee(local) | apigee, organizations=organizations or {}
        )
        house = House(settings, local)
        built.append(house)
        return house

    yield run
    for house in built:
        house.local.faults.clear()
        house.close()
        with house.flask.app_context():
            extensions.db.engine.dispose()
    root.setLevel(level)
    root.handlers[:] = handlers


def _apigee(local: LocalApigee) -> dict[str, object]:
    common = {"organization": "demo", "endpoint": local.url, "flavor": local.options.flavor}
    if local.options.flavor == "x":
        return {**common, "service_account_file": str(local.service_account_file)}
    username, password = local.basic
    return {**common, "auth": "basic", "username": username, "password": password}


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL that tests may stop and start."""
    with run_postgres() as running:
        yield running


@pytest.fixture
def site(server: PostgresServer, tmp_path: Path) -> Iterator[Workshop]:
    """What `portal serve` and workers need: a database of PostgreSQL and a local Apigee."""
    with (
        server.make_database() as url,
        workshop("x", tmp_path, url.render_as_string(hide_password=False), SEED_OF_SITE) as shop,
    ):
        yield shop


@pytest.fixture(scope="session")
def table() -> Iterator[list[tuple[str, ...]]]:
    """Rows of what was seen; they are written to the file that ``FAULT_TABLE`` names."""
    rows: list[tuple[str, ...]] = []
    yield rows
    if "FAULT_TABLE" in os.environ:
        head = ("fault", "while", "the person saw", "then Apigee had", "pressed again")
        lines = ["| " + " | ".join(row) + " |" for row in [head, ("---",) * 5, *sorted(rows)]]
        Path(os.environ["FAULT_TABLE"]).write_text("\n".join(lines) + "\n", encoding="utf-8")
