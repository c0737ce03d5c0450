"""A web worker loads what it needs to answer, and what a command or a worker needs it does not."""

import subprocess
import sys

import pytest

from app.serving import LIBRARIES
from demo.plan import ROOT

LOADED = "import sys; import_module('app.factory'); print(*sys.modules)"
BEFORE = "import sys; [import_module(name) for name in LIBRARIES]; print(*sys.modules)"


def modules(program: str) -> set[str]:
    """Return what a process has loaded in the end, by its own words."""
    words = f"from importlib import import_module; LIBRARIES = {LIBRARIES}; {program}"
    done = subprocess.run(  # noqa: S603 - our own words
        (sys.executable, "-c", words), cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return {name.partition(".")[0] for name in modules(LOADED)}


def test_the_server_loads_before_it_forks_only_what_a_web_worker_needs() -> None:
    before = modules(BEFORE)
    assert "sqlalchemy" in before
    assert before <= modules(LOADED)


@pytest.mark.parametrize(
    "needless",
    [
        "alembic",  # what `db` commands need
        "flask_migrate",
        "mako",
        "jsonschema",  # what checks documents, in a process of its own
        "openapi_spec_validator",
        "prometheus_client",  # where nobody asks for figures
        "psycopg",  # where the database is another
        "redis",  # where there is none
        "gunicorn",
        "pytest",
        "emulator",
        "multiprocessing",
        "unittest",
    ],
)
def test_a_web_worker_does_not_load(needless: str, loaded: set[str]) -> None:
    assert "flask" in loaded
    assert needless not in loaded
