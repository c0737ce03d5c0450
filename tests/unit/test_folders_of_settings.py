"""Folders that cannot be had are told like any other wrong setting."""

import os
from pathlib import Path

import pytest

from app.configuration.errors import ConfigurationError
from app.configuration.folders import writable


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        writable("PORTAL_METRICS_FOLDER", folder)
    return str(refused.value)


def test_a_folder_is_made_with_what_is_above_it(tmp_path: Path) -> None:
    wanted = tmp_path / "a" / "b"
    assert writable("PORTAL_METRICS_FOLDER", wanted) == wanted
    assert wanted.is_dir()


def test_a_folder_that_cannot_be_made_is_named_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = refusal(tmp_path / "file" / "metrics")
    assert f"PORTAL_METRICS_FOLDER: the folder {tmp_path}/file/metrics cannot be made: " in told


def test_a_folder_of_somebody_else_is_named_with_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write anywhere, and tests may be run by root.
    monkeypatch.setattr(os, "access", lambda _folder, mode: not mode & os.W_OK)
    assert f"the folder {tmp_path} cannot be written" in refusal(tmp_path)
