"""Keys of the developer's own apps."""

from flask import Blueprint, Response, request

from app.web.access import developer
from app.web.context import account, actor, portal
from app.web.htmx import render
from app.web.limits import limited

bp = Blueprint("keys", __name__)


@bp.post("/apps/<name>/keys/<key_id>/reveal")
@developer
@limited("reveal")
def reveal(name: str, key_id: str) -> Response:
    """Show one value of one key, by POST only."""
    which = "secret" if request.form.get("value") == "secret" else "key"
    pair = portal().keys.reveal(account().owner, actor(), name, key_id)
    value = pair.consumer_secret if which == "secret" else pair.consumer_key
    return render(
        "keys/reveal.html",
        block="secret",
        name=name,
        key_id=key_id,
        ending=pair.ending,
        which=which,
        value=value.reveal(),
    )
