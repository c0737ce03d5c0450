"""Which place of the documentation helps with which screen, for whoever may read it."""

from collections.abc import Callable, Mapping
from typing import Final

from flask import request, url_for

from app.domain.errors import NotFound
from app.domain.shipped import (
    APPS_AND_KEYS,
    FIRST_CALL,
    FOLDER,
    REPLACE_A_KEY,
    WHEN_A_CALL_FAILS,
)
from app.web import site
from app.web.context import portal, roles, signed_in
from app.web.site import Help

# The endpoints of screens, with a page and the heading on it that is about them.
SCREENS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    (FIRST_CALL, ""): ("pages.home",),
    (FIRST_CALL, "sign-in"): (
        *("account.register", "account.registration", "auth.callback", "auth.sign_in"),
        *("auth.sign_up", "step_up.confirmation", "terms.accept", "terms.show"),
    ),
    (FIRST_CALL, "product"): ("products.index", "products.show"),
    (FIRST_CALL, "app"): ("my_apps.create", "my_apps.new"),
    (FIRST_CALL, "call"): ("apis.index", "apis.operation", "apis.schema", "apis.show"),
    (FIRST_CALL, "try-it"): ("try_it.send",),
    (APPS_AND_KEYS, ""): ("my_apps.edit", "my_apps.index", "my_apps.show", "my_apps.update"),
    (APPS_AND_KEYS, "keys"): (
        *("keys.compare", "keys.comparison", "keys.label", "keys.naming", "keys.reveal"),
    ),
    (APPS_AND_KEYS, "several-keys"): ("key_addition.create", "key_addition.new"),
    (APPS_AND_KEYS, "products"): ("key_products.change", "key_products.show"),
    (APPS_AND_KEYS, "turn-off"): (
        *("key_endings.delete", "key_endings.deletion", "key_endings.revocation"),
        *("key_endings.revoke", "my_apps.delete", "my_apps.deletion"),
    ),
    (APPS_AND_KEYS, "usage"): ("usage.show",),
    (APPS_AND_KEYS, "account"): (
        *("account.show", "address.change", "address.show", "details.change", "details.show"),
        *("own_account.delete", "own_account.deletion", "own_account.names"),
        "own_account.rename",
    ),
    (REPLACE_A_KEY, ""): ("key_rotation.change", "key_rotation.show"),
    (WHEN_A_CALL_FAILS, ""): ("doctor.answer", "doctor.ask", "doctor.explain", "doctor.show"),
}
PLACES: Final[Mapping[str, tuple[str, str]]] = {
    endpoint: place for place, endpoints in SCREENS.items() for endpoint in endpoints
}


def here() -> Help | None:
    """Return what helps with the screen that is shown."""
    place = PLACES.get(request.endpoint or "")
    return site.helping(place, lambda: to(*place)) if place else None


def to(name: str, anchor: str = "") -> Help | None:
    """Return a shipped page or what stands in its place; None where the reader may not read it.

    The place of an operator's own page without that heading is its beginning.
    """
    if not (signed_in() or portal().presentation.public_reading):
        return None
    try:
        page = portal().reading.pages.page(f"{FOLDER}/{name}", roles())
    except NotFound:
        return None
    is_there = any(heading.anchor == anchor for heading in page.headings)
    address = url_for("docs.show", address=page.entry.address, _anchor=anchor if is_there else None)
    return Help(page.entry.title, address)


GLOBALS: Final[Mapping[str, Callable[..., Help | None]]] = {"help_here": here, "help_to": to}
