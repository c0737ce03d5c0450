"""A web worker loads what it needs to answer, and what a command or a worker needs it does not."""

import subprocess
import sys

import pytest

from demo.plan import ROOT

LOADED = "import sys, app.factory; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    done = subprocess.run(  # noqa: S603 - our own words
        (sys.executable, "-c", LOADED), cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


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
