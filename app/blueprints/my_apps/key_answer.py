"""The page that answers the making of a key: the one time that nobody has to ask for it."""

from flask import Response, flash

from app.domain.errors import NotFound, PortalError
from app.domain.keys import KeyPair
from app.domain.overview import KeyRow
from app.domain.rotation import Rotated
from app.domain.succession import only_on_old
from app.services.apps import AppView
from app.web.context import portal
from app.web.htmx import go_to, render
from app.web.sides import Right, address, current, whose


def answered(name: str, pair: KeyPair, rotated: Rotated | None = None) -> Response:
    """Show a new key, and of a rotation when the old one stops.

    The key is made: an Apigee that falls silent now takes only its facts from the page. Who may
    make a key and not see it goes back to the app.
    """
    if not current().may(Right.REVEAL):
        flash("The key is made. Its developer finds it on the app's page.", "success")
        return go_to(address("my_apps.show", name=name))
    view = _view(name)
    row = _row(view, pair.key_id)
    old = _row(view, rotated.old_key_id) if rotated else None
    working = row.status.active if row else ()
    return render(
        "keys/added.html",
        name=name,
        display_name=view.app.display_name if view else name,
        pair=pair,
        row=row,
        old=old,
        rotated=rotated,
        stopping=only_on_old(old.key, row.key) if old and row else (),
        calls=portal().products.calls(working, pair.consumer_key.reveal()),
        titles=portal().products.known_titles(),
        developer_active=view.developer_active if view else True,
    )


def _view(name: str) -> AppView | None:
    try:
        return portal().apps.get(whose(), name)
    except (NotFound, PortalError):
        return None


def _row(view: AppView | None, key_id: str) -> KeyRow | None:
    rows = view.keys if view else ()
    return next((row for row in rows if row.key.key_id == key_id), None)
