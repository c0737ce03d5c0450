"""The command itself, as a program of its own: what it says, how it ends, and after a crash."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from emulator import LocalApigee
from tests.truth.checking import SANDBOX, Start, held, kit_for, no_questions

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "conformance")
ENOUGH = 60


def environment(local: LocalApigee, folder: Path, own: str = "the-portals-own") -> dict[str, str]:
    """Return the variables of a portal on a local Edge whose own organization is another."""
    name, password = local.basic
    kept = {each: os.environ[each] for each in ("PATH", "HOME") if each in os.environ}
    (folder / "portal.toml").write_text("")
    return {
        **kept,
        "PORTAL_CONFIG": str(folder / "portal.toml"),
        "PORTAL_SECRET_KEY": "0123456789abcdef-an-unguessable-key",
        "PORTAL_PUBLIC_URL": "http://localhost:8000",
        "PORTAL_SUPPORT_CONTACT": "help@example.com",
        "PORTAL_DATABASE_URL": f"sqlite:///{folder}/portal.db",
        "PORTAL_APIGEE__FLAVOR": "edge",
        "PORTAL_APIGEE__AUTH": "basic",
        "PORTAL_APIGEE__ENDPOINT": local.url,
        "PORTAL_APIGEE__ORGANIZATION": own,
        "PORTAL_APIGEE__USERNAME": name,
        "PORTAL_APIGEE__PASSWORD": password,
        "PORTAL_OIDC__ISSUER": "https://idp.example",
        "PORTAL_OIDC__CLIENT_ID": "portal",
        "PORTAL_OIDC__CLIENT_SECRET": "a-client-secret",
    }


def begun(variables: Mapping[str, str], folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start the command; its end is for the caller to see."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "--work-dir", str(folder / "work"), *words],
        cwd=ROOT,
        env=dict(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return the exit code and all that was said."""
    said, _ = process.communicate(timeout=90)
    return process.returncode, said


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until it holds; fail after a minute."""
    until = time.monotonic() + ENOUGH
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_sandbox_is_checked_and_the_files_are_named(tmp_path: Path, start: Start) -> None:
    with start(flavor="edge") as local:
        code, said = ended(begun(environment(local, tmp_path), tmp_path, "--org", SANDBOX))
        assert held(local) == []
    assert code == 0, said
    assert said.startswith(f"In {SANDBOX} developers, apps with keys, API products and groups")
    assert "case 1/51: the organization names its environments: passed\n" in said
    for name in ("report.md", "report.json", "switches.toml"):
        file = tmp_path / "work" / f"edge-{SANDBOX}.{name}"
        assert f"  {file}\n" in said
        assert file.stat().st_size


@pytest.mark.parametrize("killed", [signal.SIGINT, signal.SIGTERM])
def test_a_check_that_is_stopped_removes_what_it_made(
    killed: signal.Signals, tmp_path: Path, start: Start
) -> None:
    with start(flavor="edge") as local:
        process = begun(environment(local, tmp_path), tmp_path, "--org", SANDBOX)
        wait_for(lambda: len(held(local)) > 3)
        process.send_signal(killed)
        code, said = ended(process)
        assert held(local) == []
    assert code == 1
    assert "Removing what was made.\n" in said
    assert "Traceback" not in said
    assert (tmp_path / "work" / f"edge-{SANDBOX}.journal.jsonl").read_text() == ""


def test_the_next_check_removes_what_a_killed_one_left(tmp_path: Path, start: Start) -> None:
    with start(flavor="edge") as local:
        process = begun(environment(local, tmp_path), tmp_path, "--org", SANDBOX)
        wait_for(lambda: len(held(local)) > 3)
        process.kill()
        ended(process)
        left = [name for name in held(local) if name.startswith("portal-probe-")]
        assert len(left) > 2
        journal = tmp_path / "work" / f"edge-{SANDBOX}.journal.jsonl"
        assert all(name in journal.read_text() for name in left if "-app" not in name)
        # The next one, which plays nothing: it removes what is left before all else.
        next_one = kit_for(local, tmp_path / "work", cases=(), asking=no_questions)
        assert next_one.run(lambda _: None).files
        assert held(local) == []
    assert journal.read_text() == ""


def test_cleaning_says_how_much_was_removed(tmp_path: Path, start: Start) -> None:
    seed = {"apiProducts": [{"name": "portal-probe-0123abcd-1-auto", "approvalType": "auto"}]}
    with start(flavor="edge", seed=seed) as local:
        variables = environment(local, tmp_path)
        result = ended(begun(variables, tmp_path, "--org", SANDBOX, "--clean"))
        assert held(local) == []
    assert result == (0, "1 of 1 objects removed\n")


def test_the_portals_own_organization_needs_a_word_more(tmp_path: Path, start: Start) -> None:
    with start(flavor="edge") as local:
        variables = environment(local, tmp_path, own=SANDBOX)
        code, said = ended(begun(variables, tmp_path, "--org", SANDBOX))
        assert (code, "is this portal's own organization: add --yes" in said) == (2, True)
        assert not local.journal.entries
        result = ended(begun(variables, tmp_path, "--org", SANDBOX, "--clean", "--yes"))
    assert result == (0, "0 of 0 objects removed\n")


def test_an_organization_must_be_named(tmp_path: Path, start: Start) -> None:
    with start(flavor="edge") as local:
        code, said = ended(begun(environment(local, tmp_path), tmp_path))
    assert (code, "Missing option '--org'" in said) == (2, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "There is no organization of that name"),
        ({"PORTAL_APIGEE__PASSWORD": "wrong"}, "does not take this user name and password"),
        ({"PORTAL_APIGEE__ENDPOINT": "http://127.0.0.1:9/v1"}, "cannot be reached"),
    ],
)
def test_a_connection_that_fails_is_explained(
    change: dict[str, str], words: str, tmp_path: Path, start: Start
) -> None:
    with start(flavor="edge") as local:
        variables = environment(local, tmp_path) | change
        code, said = ended(begun(variables, tmp_path, "--org", "elsewhere"))
        assert held(local) == []
    assert code == 1
    assert said.startswith("Error: elsewhere: ")
    assert words in said
    assert "Traceback" not in said


def test_the_portal_starts_without_loading_the_kit() -> None:
    code = (
        "import sys, app.factory; "
        "sys.exit(any('.truth.' in m and not m.endswith('.port') or m == 'app.truth_kit' "
        "for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0  # noqa: S603 - our own
