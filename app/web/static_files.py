"""The portal's own files: addresses with a hash of the content, and the smallest version of each.

A wheel holds files that were compressed when it was built; in a checkout ``compression`` does so.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, current_app, request, send_from_directory, url_for
from werkzeug.security import safe_join

YEAR_SECONDS: Final = 31_536_000
# In the order of their size.
ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
# What a machine knows of types differs, and browsers refuse a script of the wrong one.
TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
HASH: Final = 12  # characters
KEPT: Final = 256  # hashes


def install(app: Flask) -> None:
    """Send the files of the application's static folder from here."""
    # While somebody works on the files, each is looked at anew.
    app.extensions["static_digest"] = _digest if app.debug else lru_cache(KEPT)(_digest)
    app.view_functions["static"] = send


def address(path: str) -> str:
    """Return a file's address, which changes with its content; a missing one has no version."""
    return url_for("static", filename=path, v=_version(path) or None)


def send(filename: str) -> Response:
    """Send a file, for good only where the address has the hash of what is sent.

    While the portal is upgraded, a page of one version asks processes of another for its files:
    what they have instead must not be kept under that address.
    """
    folder, version = current_app.static_folder or "", _version(filename)
    encoding, ending = _smallest(folder, filename)
    answer = send_from_directory(
        folder,
        filename + ending,
        mimetype=TYPES.get(Path(filename).suffix),
        etag=version + ending.replace(".", "-"),
    )
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    answer.vary.add("Accept-Encoding")
    if request.args.get("v") == version:
        answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return answer


def _smallest(folder: str, filename: str) -> tuple[str, str]:
    """Return encoding and ending of a version made before that the browser can read, if any."""
    accepted = request.accept_encodings
    for encoding, ending in ENCODINGS:
        made = safe_join(folder, filename + ending)
        if made and accepted.quality(encoding) > 0 and Path(made).is_file():
            return encoding, ending
    return "", ""


def _version(filename: str) -> str:
    file = safe_join(current_app.static_folder or "", filename)
    return str(current_app.extensions["static_digest"](file)) if file else ""


def _digest(file: str) -> str:
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:HASH]
    except (OSError, ValueError):  # no file has a name that holds a zero byte
        return ""
