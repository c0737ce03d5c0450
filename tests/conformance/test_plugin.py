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


def run(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    """Run one test file in a pytest of its own."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(test)
    kept = {name: value for name, value in os.environ.items() if name != VARIABLE}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:cov"]
    return subprocess.run(  # noqa: S603 - our own command
        [*command, f"--rootdir={folder}", str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**kept, "PYTHONPATH": str(ROOT)},
        cwd=folder,
    )


@pytest.mark.parametrize("broken", ["", "here"], ids=["right", "wrong"])
def test_a_wrong_answer_fails_its_test(tmp_path: Path, broken: str) -> None:
    done = run(tmp_path, ASK.format(broken=repr(broken)))
    assert done.returncode == (1 if broken else 0), done.stdout
    assert ("createdAt: breaks type" in done.stdout) is bool(broken)
    assert "1 answers of X (1 against" in done.stdout


@pytest.mark.parametrize("broken", [False, True], ids=["right", "wrong"])
def test_a_wrong_answer_of_another_process_fails_the_run(tmp_path: Path, *, broken: bool) -> None:
    done = run(tmp_path, BESIDE.format(broken=broken))
    assert done.returncode == (1 if broken else 0), done.stdout
    assert ("edge GET -> 200: organization" in done.stdout) is broken
    assert "1 passed" in done.stdout
    assert "1 answers of Edge (1 against" in done.stdout
