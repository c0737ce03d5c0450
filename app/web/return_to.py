"""Where to go after signing in: a page of ours and nothing else."""

from typing import Final
from urllib.parse import unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from app.domain.names import unprintable

# A started sign-in with such a path still fits into a cookie of less than a kilobyte.
LONGEST: Final = 200


def safe_path(wanted: str | None) -> str:
    """Return the path if it is a page of this portal that can be read, else the home page's.

    Refused before any parsing: whitespace, control characters and backslashes in any
    encoding, since browsers strip or turn them and then see another host.
    """
    if not wanted or len(wanted) > LONGEST or not wanted.startswith("/"):
        return _home()
    plain = unquote(unquote(wanted))
    if "\\" in plain or unprintable(plain) or plain.startswith("//") or wanted != wanted.strip():
        return _home()
    parts = urlsplit(wanted)
    if not _is_page(unquote(parts.path)):
        return _home()
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def here() -> str:
    """Return the path of the page the person is on: of a fragment, the page around it."""
    around = request.headers.get("HX-Current-URL")
    if around:
        parts = urlsplit(around)
        return safe_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    if request.method not in {"GET", "HEAD"}:
        return _home()
    return safe_path(f"{request.script_root}{request.full_path}".rstrip("?"))


def _home() -> str:
    return f"{request.script_root}/"


def _is_page(path: str) -> bool:
    if not path.startswith(_home()):
        return False
    adapter = current_app.url_map.bind("localhost")
    try:
        endpoint, _ = adapter.match(path.removeprefix(request.script_root), method="GET")
    except HTTPException:
        return False
    return not endpoint.startswith(("auth.", "step_up.", "static", "health."))
