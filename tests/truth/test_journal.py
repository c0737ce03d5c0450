"""The names of what was made outlive a crash, in the order in which they can be removed."""

from pathlib import Path

import pytest

from app.domain.errors import Conflict, PortalError
from app.domain.truth import Made, Trace
from app.services.truth.journal import opened

PRODUCT = Trace(Made.PRODUCT, "portal-probe-0123abcd-1-auto")
DANA = Trace(Made.DEVELOPER, "portal-probe-0123abcd-2-developer@example.com")


def test_a_note_is_on_the_disk_before_anything_else_happens(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "journal"
    with opened(file) as journal:
        journal.note(PRODUCT)
        journal.note(PRODUCT)
        assert file.read_text().count(PRODUCT.name) == 1


def test_what_was_not_removed_is_there_again_with_owners_first(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    gone = Trace(Made.PRODUCT, "portal-probe-0123abcd-3-auto")
    with opened(file) as journal:
        for trace in (PRODUCT, gone, DANA):
            journal.note(trace)
        journal.forget(gone)
        journal.forget(gone)
    with opened(file) as journal:
        assert journal.left == (DANA, PRODUCT)
        journal.forget(DANA)
        journal.forget(PRODUCT)
    assert file.read_text() == ""


def test_a_line_that_a_crash_cut_short_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    with opened(file) as journal:
        journal.note(DANA)
    with file.open("a") as stream:
        stream.write('\n[]\n{"made": "planet", "name": "x"}\n{"made": "prod')
    with opened(file) as journal:
        assert journal.left == (DANA,)
        journal.note(PRODUCT)
    with opened(file) as journal:
        assert journal.left == (DANA, PRODUCT)


def test_two_checks_of_one_organization_do_not_run_at_once(tmp_path: Path) -> None:
    with opened(tmp_path / "journal"), pytest.raises(Conflict), opened(tmp_path / "journal"):
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PortalError, match="journal"), opened(tmp_path / "file" / "journal"):
        pass
