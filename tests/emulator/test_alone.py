"""The package on its own: copied to an empty folder it needs two libraries and nothing else."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import emulator

PACKAGE = Path(emulator.__file__).parent
NEEDED = {"cryptography", "joserfc"}
ONE_LINE = """
import sys
import urllib.request
import emulator

with emulator.run(seed=emulator.generated(developers=5)) as local:
    request = urllib.request.Request(
        f"{local.url}/organizations/demo/developers",
        headers={"Authorization": f"Bearer {local.bearer()}"},
    )
    assert urllib.request.urlopen(request).read().count(b"email") == 5
assert local.url.startswith("http://127.0.0.1:")
print(emulator.__file__)
print(*sorted(name for name in ("pytest", "requests", "flask", "app") if name in sys.modules))
"""
CONFTEST = """
import pytest

pytest_plugins = ["emulator.pytest_plugin"]


@pytest.fixture
def apigee_settings():
    return {"org": "acme"}
"""
SUITE = """
import urllib.error
import urllib.request

import pytest


def test_both_flavours_are_there(apigee_x, apigee_edge):
    for local, flavor in ((apigee_x, "x"), (apigee_edge, "edge")):
        assert (local.options.flavor, local.organization) == (flavor, "acme")
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{local.url}/organizations/acme")
        assert caught.value.code == 401
        caught.value.close()
"""


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A folder with a copy of the package and nothing else."""
    shutil.copytree(PACKAGE, tmp_path / "emulator", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def imported(path: Path) -> set[str]:
    """The first parts of the names of the modules a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_it_needs_two_libraries_and_pytest_for_its_plugin_only() -> None:
    for path in PACKAGE.glob("*.py"):
        others = imported(path) - set(sys.stdlib_module_names) - {"emulator"}
        allowed = {"pytest"} if path.name == "pytest_plugin.py" else NEEDED
        assert others <= allowed, path.name


def test_one_line_starts_it_in_an_empty_folder(alone: Path) -> None:
    done = python(alone, "-W", "error", "-c", ONE_LINE)
    assert done.returncode == 0, done.stderr
    where, others = done.stdout.splitlines()
    assert Path(where).resolve().parent == (alone / "emulator").resolve()
    assert others == ""


def test_its_fixtures_serve_a_suite_of_somebody_else(alone: Path) -> None:
    (alone / "conftest.py").write_text(CONFTEST)
    (alone / "test_theirs.py").write_text(SUITE)
    done = python(alone, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
