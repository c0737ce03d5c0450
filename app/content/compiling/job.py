"""What is to be done with one document, by the portal's process or by one of its own."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from app.content.compiling.compiler import EDITION, compiled
from app.content.shelf import Shelf

REFUSED: Final = "refused"
FINDINGS: Final = "findings"


class Changed(Exception):
    """The document is another one by now: it is read again when somebody looks."""


class Task(StrEnum):
    """Taking a document apart, or checking it by the rules of OpenAPI."""

    COMPILE = "compile"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Written:
    """A document as it lies in the content; ``key`` is the shelf's for what is made of it.

    ``place`` is its address before links are followed, which may change with every delivery.
    ``seen_by`` names the products whose readers see it.
    """

    file: Path
    key_name: str
    size: int  # bytes
    key: str
    place: str = ""
    seen_by: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """The ending of the file, which says whether it is JSON or YAML."""
        return self.file.suffix.lower()

    @property
    def checked_key(self) -> str:
        """The shelf's key for what a check found."""
        return f"{self.key}/checked"

    @property
    def last_key(self) -> str:
        """The shelf's key for which version of this document was fine last."""
        return f"last/{hashlib.sha256(self.place.encode()).hexdigest()}"

    def source(self) -> bytes:
        """Return the document; raise ``Changed`` if it is another one by now, or gone."""
        try:
            content = self.file.read_bytes()
        except OSError as error:
            raise Changed from error
        if self.key != key_of(content, self.suffix, self.key_name):
            raise Changed
        return content


def key_of(content: bytes, suffix: str, key_name: str) -> str:
    """Return the key of everything that comes of a document."""
    head = f"{EDITION} {suffix} {key_name}\n".encode()
    return f"api/{hashlib.sha256(head + content).hexdigest()}"


def compile_document(shelf: Shelf, document: Written, source: bytes) -> None:
    """Put a document on the shelf in parts, or the reason why it is refused."""
    try:
        shelf.keep(document.key, compiled(source, document.suffix, document.key_name))
    except ValueError as error:
        refuse(shelf, document, f"{error}")


def refuse(shelf: Shelf, document: Written, reason: str) -> None:
    """Put the reason on the shelf: the document is tried again when it has changed."""
    shelf.keep(document.key, [(REFUSED, reason.encode())])


Start = Callable[[Callable[[], object]], object]
