"""Where to go after signing in: a page of ours and nothing else."""

from urllib.parse import unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from app.domain.names import unprintable


def safe_path(wanted: str | None) -> str:
    """Return the path if it is a page of this portal that can be read, else ``/``.

    Refused before any parsing: whitespace, control characters and backslashes in any
    encoding, since browsers strip or turn them and then see another host.
    """
    if not wanted or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"}:
        return "/"
    plain = unquote(unquote(wanted))
    if "\\" in plain or unprintable(plain) or plain.startswith("//") or wanted != wanted.strip():
        return "/"
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or not _is_page(unquote(parts.path)):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def here() -> str:
    """Return the path of the page the person is on: of a fragment, the page around it."""
    around = request.headers.get("HX-Current-URL")
    if around:
        parts = urlsplit(around)
        return safe_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return safe_path(request.full_path.rstrip("?")) if request.method == "GET" else "/"


def _is_page(path: str) -> bool:
    adapter = current_app.url_map.bind("localhost")
    try:
        endpoint, _ = adapter.match(path, method="GET")
    except HTTPException:
        return False
    return not endpoint.startswith(("auth.", "static", "health."))
