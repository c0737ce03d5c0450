"""Pictures and downloads of the content folder: fixed types, nothing from outside of it."""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final

from app.domain.documentation import ContentFile

SHOWN: Final = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
SAVED: Final = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
}
TYPES: Final = SHOWN | SAVED
LARGEST: Final = 50_000_000  # bytes


def is_media(name: str) -> bool:
    """Tell whether a file of this name is a picture or a download."""
    return PurePosixPath(name).suffix.lower() in TYPES


def media_file(root: Path, file: Path) -> ContentFile | None:
    """Return a file that may be sent; None if it is of no known type or leads out of ``root``."""
    suffix = file.suffix.lower()
    try:
        real = file.resolve()
        if suffix not in TYPES or not real.is_relative_to(root.resolve()) or not real.is_file():
            return None
        facts = real.stat()
        if facts.st_size > LARGEST:
            return None
        digest = _digest(real, facts.st_mtime_ns, facts.st_size)
    except (OSError, RuntimeError, ValueError):
        return None
    modified = datetime.fromtimestamp(int(facts.st_mtime), UTC)
    return ContentFile(str(real), TYPES[suffix], digest, modified, suffix in SHOWN)


@lru_cache(maxsize=2_000)
def _digest(file: Path, _modified: int, _size: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:24]
