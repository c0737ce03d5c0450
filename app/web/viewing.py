"""Somebody sees the pages of a developer: which ones, and that nothing else is answered.

It is kept with the session on the server: every process knows of it, and it ends with it. What
is not named here is refused, whatever it is; so a page that is added later is, too.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from flask import Flask, Response, flash, g, request, session, url_for

from app.domain.audit import Action
from app.domain.errors import NotAllowed
from app.services.trail import Target
from app.services.viewing import Viewed
from app.web import sessions
from app.web.context import CurrentUser, actor_of, portal
from app.web.htmx import go_to

# These are seen as the developer sees them.
PAGES: Final = frozenset(
    {
        *("pages.home", "products.index", "products.show", "my_apps.index", "my_apps.show"),
        *("doctor.ask", "doctor.show", "usage.show"),
        *("docs.index", "docs.show", "docs.twin", "docs.send"),
        *("apis.index", "apis.show", "apis.operation", "apis.schema", "apis.document"),
        *("search.show",),
    }
)
# These are the viewer's own, and change nothing of the developer's.
ALWAYS: Final = frozenset({"viewing.end", "auth.sign_out", "auth.signed_out"})
READING: Final = frozenset({"GET", "HEAD"})
READ_ONLY: Final = (
    "You are viewing as somebody else, which is for reading a developer's pages only. Nothing was "
    "changed. End it first to do this as yourself."
)
OVER: Final = "Viewing as somebody else is over."
_KEY: Final = "viewing"


@dataclass(frozen=True, slots=True)
class _Kept:
    account_id: int
    developer: str
    until: datetime


def install(app: Flask) -> None:
    """Register the hook; it comes before every view, and before forms are looked at."""

    @app.before_request
    def only_reading() -> Response | None:
        viewing = _viewing()
        if viewing is None:
            return None
        kept, own = viewing
        viewed = current()
        if request.endpoint == "auth.sign_out":
            end("signed out")
            return None
        if viewed is None:
            return _over(kept)
        is_reading = request.method in READING and request.endpoint in PAGES
        if is_reading or request.endpoint in ALWAYS or request.endpoint is None:
            return None
        page = Target("page", request.endpoint)
        portal().trail.refusal(actor_of(own.account), Action.ACCESS_REFUSED, page, "viewing as")
        raise NotAllowed(READ_ONLY)


def load_user(user_id: str) -> CurrentUser | None:
    """Return who is signed in, or whom they view as, for Flask-Login."""
    own = sessions.load_user(user_id)
    viewed = current() if own is not None and request.endpoint in PAGES else None
    return CurrentUser(viewed.account, viewer=own.account) if own and viewed else own


def current() -> Viewed | None:
    """Return whose pages are seen with this request, whatever it asks for; mostly None."""
    if "viewed" not in g:
        g.viewed = None  # also where the database is away, which its page must be able to say
        g.viewed = _still()
    return cast(Viewed | None, g.viewed)


def begin(viewed: Viewed) -> None:
    """Keep it with the session."""
    session[_KEY] = [viewed.account.account_id, viewed.developer, viewed.until.isoformat()]


def end(why: str) -> str:
    """End it and return the developer's id for an address; empty where there was nothing."""
    viewing = _viewing()
    if viewing is None:
        return ""
    kept, own = viewing
    session.pop(_KEY)
    g.viewed = None
    portal().view_as.end(actor_of(own.account), kept.account_id, why)
    return kept.developer


def _still() -> Viewed | None:
    viewing = _viewing()
    if viewing is None:
        return None
    kept, own = viewing
    return portal().view_as.still(own.account, kept.account_id, kept.developer, kept.until)


def _over(kept: _Kept) -> Response:
    """Do nothing that was meant for the other person's pages."""
    end("over")
    if request.method not in READING:
        raise NotAllowed(OVER)
    flash(OVER, "info")
    return go_to(url_for("admin.developers_show", developer=kept.developer))


def _viewing() -> tuple[_Kept, CurrentUser] | None:
    """Return what is kept and who is there in truth; mostly None."""
    kept = _kept()
    own = None if kept is None else sessions.own_user()
    return None if kept is None or own is None else (kept, own)


def _kept() -> _Kept | None:
    found = session.get(_KEY)
    if not found or sessions.current() is None:
        return None
    account_id, developer, until = found
    return _Kept(int(account_id), str(developer), datetime.fromisoformat(until))
