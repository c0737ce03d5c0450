"""Pages that other sites may show in a frame, where the operator allows it to some.

Everything else stays unframed: whoever frames a page chooses where people click. In a frame such
a page is a link to itself, which opens at the top of the window.
"""

from collections.abc import Sequence
from typing import Final

from flask import Flask, Response, g, request, url_for

from app.web.htmx import render

# They show nothing that must be kept, and nothing on them changes anything.
FRAMED: Final = frozenset({"pages.home", "products.index", "products.show", "my_apps.index"})
IN_A_FRAME: Final = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})


def install(app: Flask, ancestors: Sequence[str]) -> None:
    """Register the hook; ``ancestors`` are the origins of the settings."""
    if ancestors:
        app.before_request(_lead_to_the_top)


def may_be_framed() -> bool:
    """Tell whether the answer to this request may be shown in a frame; what is unknown may."""
    return request.endpoint in FRAMED or request.endpoint is None or bool(g.get("leads_to_top"))


def _lead_to_the_top() -> Response | None:
    if may_be_framed() or request.headers.get("Sec-Fetch-Dest") not in IN_A_FRAME:
        return None
    g.leads_to_top = True
    is_page = request.method == "GET" and request.endpoint != "auth.callback"
    own = f"{request.script_root}{request.full_path}".rstrip("?")
    return render("errors/framed.html", address=own if is_page else url_for("pages.home"))
