"""Reading from the content folder, never from outside it."""

from pathlib import Path, PurePosixPath
from typing import Final

from app.domain.documentation import ContentProblem

LARGEST: Final = 5_000_000  # bytes


class ContentError(Exception):
    """A file of the content cannot be used; the message says which, why and what to do.

    ``line`` counts from 1; 0 means the whole file.
    """

    def __init__(self, file: str, problem: str, line: int = 0) -> None:
        self.problem = ContentProblem(file, line, problem)
        super().__init__(f"{self.problem}")


def read_text(root: Path, folder: Path, name: str) -> str:
    """Return the text of ``folder/name``, at most 5 MB of UTF-8; raise ``ContentError``."""
    shown = f"{folder.name}/{name}"
    content = read_bytes(found_file(root, folder, name, LARGEST), shown)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError(shown, "is not UTF-8 text: save it as UTF-8") from error


def read_bytes(file: Path, shown: str) -> bytes:
    """Return what is in a file that was found; raise ``ContentError``."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise ContentError(shown, f"cannot be read: {error.strerror}") from error


def found_file(root: Path, folder: Path, name: str, largest: int) -> Path:
    """Return the file ``folder/name``, of at most as many bytes.

    Raises ``ContentError`` if it is missing, too large, no plain file, or outside ``folder``
    by its name or outside ``root`` by a link.
    """
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts or "\0" in name:
        raise ContentError(folder.name, f"{name!r} leads out of the folder: put the file into it")
    shown = f"{folder.name}/{name}"
    try:
        file = (folder / relative).resolve()
        if not file.is_relative_to(root.resolve()):
            raise ContentError(shown, "is a link that leads out of the content: put the file here")
        if not file.is_file():
            raise ContentError(shown, "does not exist: add the file or correct its name")
        if file.stat().st_size > largest:
            raise ContentError(shown, f"is larger than {largest} bytes: make it smaller")
    except OSError as error:
        raise ContentError(shown, f"cannot be read: {error.strerror}") from error
    except RuntimeError as error:  # how Python up to 3.12 tells a link that leads to itself
        raise ContentError(shown, "is a link that leads to itself: put the file here") from error
    return file
