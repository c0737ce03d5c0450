"""A real LibreOffice, without a window, that opens a table and saves it in another format."""

import shutil
import subprocess
from pathlib import Path

import pytest

SECONDS = 180.0
MISSING = (
    "LibreOffice is not installed, and these tests are about a real one. "
    "Install it (Debian: apt-get install libreoffice-calc-nogui; macOS: brew install libreoffice) "
    "and run again."
)


def executable() -> str:
    """Return where LibreOffice is; fails with what to do where it is not."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.fail(MISSING)
    return found


def saved_as(ending: str, file: Path, separators: str = ",") -> Path:
    """Open a CSV file as a person would, save it in another format and return where."""
    profile = (file.parent / "profile").as_uri()
    command = [executable(), f"-env:UserInstallation={profile}", "--headless", "--norestore"]
    codes = "/".join(str(ord(separator)) for separator in separators)
    # Then: quotation mark, UTF-8, from the first line on; each column as LibreOffice sees fit.
    command += [f"--infilter=CSV:{codes},34,76,1", "--convert-to", ending]
    folder = file.parent / "saved"
    command += ["--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)  # noqa: S603 - ours
    return folder / f"{file.stem}.{ending.partition(':')[0]}"
