"""What a route may ask about its surroundings: the portal, the person, who acts."""

import hashlib
from functools import cached_property
from typing import Final, cast

from flask import current_app, g, request, session
from flask_login import AnonymousUserMixin, UserMixin, current_user

from app.domain.audit import Actor
from app.domain.people import Account, Permission
from app.services.portal import Portal
from app.web import request_id


class CurrentUser(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    """The signed-in person as Flask-Login and the templates see them.

    ``in_doubt``: the provider does not answer, so the account counts without its roles.
    ``viewer``: who is there in truth, and sees the pages of the account to read them.
    ``surroundings``: what stands around the pages, once they have asked for it.
    """

    def __init__(
        self, account: Account, *, in_doubt: bool = False, viewer: Account | None = None
    ) -> None:
        self.account = account
        self.surroundings: object = None
        self.in_doubt = in_doubt
        self.acting = viewer or account

    def get_id(self) -> str:
        return str(self.acting.account_id)

    @cached_property
    def rights(self) -> frozenset[Permission]:
        """The rights of the account, which a page's menus ask for many times."""
        return portal().roles.permissions_of(self.account.roles)

    def may(self, permission: str) -> bool:
        """Tell whether the person has the right of that name."""
        return Permission(permission) in self.rights


class Anonymous(AnonymousUserMixin):  # type: ignore[misc] # Flask-Login has no types
    """Somebody who is not signed in: no rights."""

    in_doubt = False
    surroundings: object = None
    rights: Final[frozenset[Permission]] = frozenset()

    def may(self, _permission: str) -> bool:
        return False


def portal() -> Portal:
    """Return the services of the running application."""
    return cast(Portal, current_app.extensions["portal"])


def person() -> CurrentUser | Anonymous:
    """Return who looks at the page, found once for a request."""
    found = g.get("_login_user")  # Flask-Login's own place, which its proxy looks up in six steps
    if found is None:
        found = current_user._get_current_object()  # noqa: SLF001 - its documented name
    return cast(CurrentUser | Anonymous, found)


def signed_in() -> bool:
    """Tell whether somebody is signed in."""
    return isinstance(person(), CurrentUser)


def account() -> Account:
    """Return the signed-in person's account; only behind a guard."""
    return cast(CurrentUser, person()).account


def is_viewing() -> bool:
    """Tell whether the pages are those of somebody else, seen by who may read them only."""
    return signed_in() and cast(CurrentUser, person()).acting is not account()


def roles() -> frozenset[str]:
    """Return the roles that decide which products are seen; none for the public."""
    return account().audience if signed_in() else frozenset()


def may(permission: Permission) -> bool:
    """Tell whether the signed-in person has the right; only behind a guard."""
    return permission in person().rights


def in_doubt() -> bool:
    """Tell whether the person's roles do not count because the provider does not answer."""
    return person().in_doubt


def actor() -> Actor:
    """Return who acts, for the audit log."""
    if not signed_in():
        return Actor(None, "anonymous", request_id.current(), request.remote_addr or "")
    return actor_of(cast(CurrentUser, person()).acting)


def actor_of(person: Account) -> Actor:
    """Return somebody who acts in this request, for the audit log."""
    address = request.remote_addr or ""
    return Actor(person.account_id, person.name, request_id.current(), address, _session())


def _session() -> str:
    """Return a short hash of the sign-in session, which opens none."""
    stored = getattr(session, "stored", None)
    return hashlib.sha256(stored.reference.encode()).hexdigest()[:16] if stored else ""
