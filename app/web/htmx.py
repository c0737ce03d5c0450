"""One route serves page and fragment; the HX headers are spelled in this module only."""

import json
from typing import cast

from flask import Flask, Response, get_flashed_messages, make_response, redirect, request
from flask import render_template as render_page  # noqa: TID251 - the one place
from jinja2_fragments.flask import render_block

from app.web.application import vary


def wants_fragment() -> bool:
    """Tell whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def render(
    template: str, *, block: str = "content", code: int = 200, **context: object
) -> Response:
    """Answer the page, or only its block when a part is asked for."""
    if wants_fragment():
        return make_response(render_block(template, block, **context), code)
    return make_response(render_page(template, **context), code)


def go_to(url: str, *, status: int = 204) -> Response:
    """Send the browser elsewhere: 303 for a page, ``HX-Redirect`` for a fragment."""
    if wants_fragment():
        return Response(status=status, headers={"HX-Redirect": url})
    return make_response(redirect(url, 303))


def load_again() -> Response:
    """Have the browser load the whole page again."""
    return Response(status=204, headers={"HX-Refresh": "true"})


def swap_nothing(status: int, message: str) -> Response:
    """Leave the page as it is and say why in a toast."""
    toast = {"toast": {"items": [{"category": "error", "message": message}]}}
    headers = {"HX-Reswap": "none", "HX-Trigger": json.dumps(toast)}
    return Response("", status=status, headers=headers)


def install(app: Flask) -> None:
    """Turn pending messages into toasts on fragments; a page shows them itself."""

    @app.after_request
    def toasts(response: Response) -> Response:
        vary(response, "HX-Request-Type")
        if (
            not wants_fragment()
            or "HX-Redirect" in response.headers
            or "HX-Trigger" in response.headers
        ):
            return response
        pending = cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))
        if pending:
            items = [{"category": category, "message": text} for category, text in pending]
            response.headers["HX-Trigger"] = json.dumps({"toast": {"items": items}})
        return response
