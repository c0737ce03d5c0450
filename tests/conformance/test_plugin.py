"""A run of tests fails when an emulator answered wrongly, in the test's process or beside it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.recording import VARIABLE

ROOT = Path(__file__).parents[2]
CONFTEST = 'pytest_plugins = ("tests.conformance.plugin",)\n'
ASK = """
import os, subprocess, sys, requests
import emulator
from emulator.wire_x import XWire

BREAK = {broken}

def broken(self, organization):
    return {{"name": organization.name, "createdAt": 1}}

def test_in_this_process(monkeypatch):
    if BREAK == "here":
        monkeypatch.setattr(XWire, "organization", broken)
    with emulator.run() as local:
        headers = {{"Authorization": "Bearer " + local.bearer()}}
        url = local.url + "/organizations/demo"
        assert requests.get(url, headers=headers, timeout=20).status_code == 200
"""
BESIDE = """
import subprocess, sys, requests

PROGRAM = '''
from emulator.wire_edge import EdgeWire
from emulator.__main__ import main
import sys
if {broken!r}:
    EdgeWire.organization = lambda self, organization: {{"name": organization.name}}
sys.exit(main(["--port", "0", "--flavor", "edge"]))
'''

def test_beside_this_process():
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        url = child.stdout.readline().split()[-1] + "/organizations/demo"
        answer = requests.get(url, auth=("ops@example.com", "demo"), timeout=20)
        child.kill()
    assert answer.status_code == 200
"""


def run(
    folder: Path, test: str, *options: str, conftest: str = CONFTEST
) -> subprocess.CompletedProcess[str]:
    """Run a suite of two test files, one of them with nothing in it, in a pytest of its own."""
    suite = folder / "suite"
    suite.mkdir(exist_ok=True)
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = suite\n")
    (folder / "conftest.py").write_text(conftest)
    (suite / "test_it.py").write_text(test)
    (suite / "test_other.py").write_text("def test_nothing():\n    pass\n")
    kept = {name: value for name, value in os.environ.items() if name != VARIABLE}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:cov"]
    return subprocess.run(  # noqa: S603 - our own command
        [*command, *(options or ("suite/test_it.py",))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**kept, "PYTHONPATH": str(ROOT)},
        cwd=folder,
    )


ALONE, SHARED = (), ("-n2", "--dist=loadfile")
TOGETHER = pytest.mark.parametrize("workers", [ALONE, SHARED], ids=["alone", "two workers"])


@TOGETHER
@pytest.mark.parametrize("broken", ["", "here"], ids=["right", "wrong"])
def test_a_wrong_answer_fails_its_test(
    tmp_path: Path, broken: str, workers: tuple[str, ...]
) -> None:
    done = run(tmp_path, ASK.format(broken=repr(broken)), "suite/test_it.py", *workers)
    assert done.returncode == (1 if broken else 0), done.stdout
    assert ("createdAt: breaks type" in done.stdout) is bool(broken)
    assert "1 answers of X (1 against" in done.stdout


@TOGETHER
@pytest.mark.parametrize("broken", [False, True], ids=["right", "wrong"])
def test_a_wrong_answer_of_another_process_fails_the_run(
    tmp_path: Path, *, broken: bool, workers: tuple[str, ...]
) -> None:
    done = run(tmp_path, BESIDE.format(broken=broken), "suite/test_it.py", *workers)
    assert done.returncode == (1 if broken else 0), done.stdout
    assert ("edge GET -> 200: organization" in done.stdout) is broken
    assert "1 passed" in done.stdout
    assert "1 answers of Edge (1 against" in done.stdout


# The suite needs no more than the one call that the test makes, or one more that it does not.
NEEDS = """
from tests.conformance import relevant
relevant._PORTAL = {names!r}
"""
MADE, NOT_MADE = r"organizations\.get", r"organizations\.list"
CALLED = "but no test called it"
WHOLE = ("--tb=short",)


@TOGETHER
@pytest.mark.parametrize("names", [(MADE,), (MADE, NOT_MADE)], ids=["all", "not all"])
def test_a_whole_run_fails_when_a_method_that_a_portal_needs_was_not_called(
    tmp_path: Path, names: tuple[str, ...], workers: tuple[str, ...]
) -> None:
    conftest = CONFTEST + NEEDS.format(names=names)
    done = run(tmp_path, ASK.format(broken="''"), *WHOLE, *workers, conftest=conftest)
    assert done.returncode == len(names) - 1, done.stdout
    assert (f"a portal needs organizations.list, {CALLED}" in done.stdout) is (NOT_MADE in names)
    assert "2 passed" in done.stdout


def test_what_each_of_two_workers_saw_is_seen(tmp_path: Path) -> None:
    conftest = CONFTEST + NEEDS.format(names=(MADE, NOT_MADE))
    suite = tmp_path / "suite"
    suite.mkdir()
    suite.joinpath("test_more.py").write_text(ASK.format(broken="''").replace("/demo", ""))
    done = run(tmp_path, ASK.format(broken="''"), *SHARED, "--tb=short", conftest=conftest)
    assert done.returncode == 0, done.stdout
    assert "2 answers of X (2 against" in done.stdout
    assert "2 methods answered" in done.stdout


def test_what_workers_leave_out_is_left_out_of_the_run(tmp_path: Path) -> None:
    conftest = CONFTEST + NEEDS.format(names=(MADE, NOT_MADE))
    done = run(tmp_path, ASK.format(broken="''"), *SHARED, "-k", "process", conftest=conftest)
    assert done.returncode == 0, done.stdout
    assert CALLED not in done.stdout


@pytest.mark.parametrize(
    "options",
    [
        ("suite/test_it.py",),
        ("-k", "process"),
        ("--ignore=suite/test_other.py",),
        ("--deselect=suite/test_other.py::test_nothing",),
        ("--collect-only",),
        ("suite/test_it.py", "suite/test_other.py"),
    ],
    ids=" ".join,
)
def test_a_narrow_run_need_not_call_everything(tmp_path: Path, options: tuple[str, ...]) -> None:
    conftest = CONFTEST + NEEDS.format(names=(MADE, NOT_MADE))
    done = run(tmp_path, ASK.format(broken="''"), *options, conftest=conftest)
    assert done.returncode == 0, done.stdout
    assert CALLED not in done.stdout


def test_a_run_that_stopped_at_a_failure_is_not_whole(tmp_path: Path) -> None:
    conftest = CONFTEST + NEEDS.format(names=(MADE, NOT_MADE))
    failing = ASK.format(broken="''") + "    assert False\n"
    stopped = run(tmp_path, failing, "-x", conftest=conftest)
    assert CALLED not in stopped.stdout
    ended = run(tmp_path, failing, *WHOLE, conftest=conftest)
    assert "a portal needs organizations.list" in ended.stdout


@pytest.mark.parametrize("place", ["suite", "."])
def test_naming_the_suite_is_running_it_whole(tmp_path: Path, place: str) -> None:
    conftest = CONFTEST + NEEDS.format(names=(NOT_MADE,))
    done = run(tmp_path, ASK.format(broken="''"), place, conftest=conftest)
    assert done.returncode == 1, done.stdout


def test_the_methods_are_listed_when_asked_for(tmp_path: Path) -> None:
    done = run(tmp_path, ASK.format(broken="''"), "-vv", "suite/test_it.py")
    assert "answered organizations.get" in done.stdout
    assert "never organizations.developers.create" in done.stdout
    assert "rateplans" not in done.stdout
