"""What an operator reads before there is a database, and before there are settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.starting import EDGE, GOOD

SECONDS = 60
ROOT = Path(__file__).parents[2]
RIGHT = {**GOOD, **EDGE}


def ended(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the portal in an empty folder to its end."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PORTAL_")}
    return subprocess.run(  # noqa: S603 - our own program
        (sys.executable, "-m", "app", *words),
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


@pytest.mark.parametrize("words", [("jobs", "work"), ("developers", "list")])
def test_a_command_that_finds_no_tables_says_how_they_are_made(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = ended(tmp_path, *words, **RIGHT, PORTAL_DATABASE_URL=f"sqlite:///{tmp_path}/new.db")
    assert said.returncode == 1
    assert said.stderr.startswith("Error: The database cannot be used: no such table: ")
    assert "portal db upgrade" in said.stderr
    assert said.stderr.count("\n") == 2


def test_a_migration_of_a_database_that_is_away_is_told_without_its_password(
    tmp_path: Path,
) -> None:
    away = "postgresql://portal:an-unguessable-password@127.0.0.1:1/portal"
    said = ended(tmp_path, "db", "upgrade", **RIGHT, PORTAL_DATABASE_URL=away)
    assert said.returncode == 1
    assert "The database cannot be used: connection " in said.stderr
    assert "Traceback" not in said.stderr
    assert "an-unguessable-password" not in said.stderr


def test_without_settings_the_help_is_shown_beside_what_is_missing(tmp_path: Path) -> None:
    said = ended(tmp_path, "--help")
    assert said.returncode == 0
    assert "PORTAL_SECRET_KEY: is required" in said.stderr
    assert "  example " in said.stdout
    assert "  serve " in said.stdout
