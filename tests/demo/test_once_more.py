"""A few tests of real processes get a second look alone; nothing else does."""

from pathlib import Path

import pytest

from tools.once_more import FEW, may_be_asked_again, run

# Fails the first time it is run, and passes when it is run again.
LATE = """
from pathlib import Path
def test_late():
    seen = Path("seen")
    first = not seen.exists()
    seen.touch()
    assert not first
"""
NEVER = "def test_never():\n    assert False\n"


def project(folder: Path, room: str, text: str) -> Path:
    """Return a folder with one test in this room."""
    (folder / "tests" / room).mkdir(parents=True)
    (folder / "tests" / room / "test_one.py").write_text(text)
    (folder / "pyproject.toml").write_text("[tool.pytest]\n")
    return folder


@pytest.mark.parametrize(
    ("room", "text", "status"),
    [("faults", LATE, 0), ("faults", NEVER, 1), ("unit", LATE, 1)],
    ids=["late", "wrong", "of nothing real"],
)
def test_what_fails_alone_as_well_is_believed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], room: str, text: str, status: int
) -> None:
    words = ["-n", "2", "--dist", "worksteal", "--cov", "--cov-report=term"]
    assert run(words, project(tmp_path, room, text)) == status
    printed = capfd.readouterr().out
    assert (f"tests/{room}/test_one.py::" in printed.partition("alone:")[2]) == (room == "faults")


def test_many_are_believed_at_once() -> None:
    names = [f"tests/faults/test_one.py::test_{each}" for each in range(FEW + 1)]
    assert may_be_asked_again(names[:FEW])
    assert not may_be_asked_again(names)
    assert not may_be_asked_again([*names[:1], "tests/unit/test_one.py::test_one"])
    assert not may_be_asked_again([])
