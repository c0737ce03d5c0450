"""Files of the theme: fixed types and sizes, nothing from outside of ``theme/``."""

import hashlib
import re
import struct
from pathlib import Path, PurePosixPath
from typing import Final

from app.content.pages.around import ELSEWHERE
from app.domain.theme import ThemeFile

FOLDER: Final = "theme"
PICTURES: Final = {
    ".avif": "image/avif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
LOGOS: Final = {suffix: PICTURES[suffix] for suffix in (".svg", ".png")}
FONTS: Final = {".woff2": "font/woff2"}
STARTS: Final = {".png": b"\x89PNG\r\n\x1a\n", ".woff2": b"wOF2"}
LARGEST: Final = {".woff2": 200_000, ".svg": 100_000, ".png": 300_000}
LARGEST_OTHER: Final = 300_000  # bytes
WIDEST: Final = 12  # times the height: more is no logo
SVG: Final = re.compile(rb"<svg\b[^>]*>", re.DOTALL)
ACTIVE: Final = re.compile(
    rb"<script|<foreignObject|\son[a-z]+\s*=|javascript:|<!ENTITY", re.IGNORECASE
)
VIEW: Final = re.compile(
    rb"viewBox\s*=\s*[\"']\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+([\d.]+)[\s,]+([\d.]+)"
)
SIDES: Final = re.compile(rb"\s(width|height)\s*=\s*[\"']([\d.]+)(?:px)?[\"']")


class NoFile(Exception):
    """A file of the theme cannot be used; the message says why."""


def theme_file(root: Path, name: str, types: dict[str, str]) -> tuple[ThemeFile, bytes]:
    """Return a file below ``theme/`` with what is in it; raise ``NoFile``."""
    refuse_elsewhere(name)
    relative = PurePosixPath(name)
    suffix = relative.suffix.lower()
    if not name or relative.is_absolute() or ".." in relative.parts or "\0" in name:
        raise NoFile(f"{name[:80]!r} is no path below {FOLDER}/")
    if suffix not in types:
        known = ", ".join(sorted(types))
        raise NoFile(f"{FOLDER}/{name} has a type that is not used here; used are {known}")
    body = _body(root, name, LARGEST.get(suffix, LARGEST_OTHER))
    if not body.startswith(STARTS.get(suffix, b"")):
        raise NoFile(f"{FOLDER}/{name} is not what its name says: save it as {suffix[1:]}")
    if suffix == ".svg" and ACTIVE.search(body):
        raise NoFile(f"{FOLDER}/{name} holds a script: save it as a plain picture")
    digest = hashlib.sha256(body).hexdigest()[:16]
    return ThemeFile(relative.as_posix(), types[suffix], digest), body


def refuse_elsewhere(name: str) -> None:
    """Raise ``NoFile`` for an address of another host."""
    if ELSEWHERE.match(name):
        raise NoFile(f"{name[:80]} is on another host, which is not used: put it into {FOLDER}/")


def ratio(file: ThemeFile, body: bytes) -> float:
    """Return how wide a logo is for its height; raise ``NoFile`` where it does not say."""
    found = _of_png(body) if file.media_type == PICTURES[".png"] else _of_svg(body)
    if not 1 / WIDEST < found < WIDEST:
        raise NoFile(
            f"{FOLDER}/{file.path} does not say how wide and high it is: give it a viewBox"
        )
    return found


def _body(root: Path, name: str, largest: int) -> bytes:
    folder = root / FOLDER
    try:
        file = (folder / name).resolve()
        if not file.is_relative_to(folder.resolve()) or not file.is_file():
            raise NoFile(f"{FOLDER}/{name} does not exist: add the file or correct its name")
        if file.stat().st_size > largest:
            raise NoFile(f"{FOLDER}/{name} is larger than {largest} bytes: make it smaller")
        return file.read_bytes()
    except (OSError, RuntimeError) as error:
        raise NoFile(f"{FOLDER}/{name} cannot be read") from error


def _of_png(body: bytes) -> float:
    try:
        width, height = struct.unpack(">II", body[16:24])
    except struct.error:
        return 0
    return float(width / height) if height else 0


def _of_svg(body: bytes) -> float:
    head = SVG.search(body)
    if head is None:
        return 0
    if view := VIEW.search(head[0]):
        width, height = float(view[1]), float(view[2])
    else:
        sides = {name: float(size) for name, size in SIDES.findall(head[0])}
        width, height = sides.get(b"width", 0), sides.get(b"height", 0)
    return width / height if height else 0
