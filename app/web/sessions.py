"""Sign-in sessions on the server behind Flask's session: the browser holds a random id only.

Somebody who is not signed in has no row: what a started sign-in must remember travels in a
signed cookie of ten minutes.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from flask import Flask, Request, Response, current_app, session
from flask.sessions import (
    SecureCookieSession,
    SecureCookieSessionInterface,
    SessionInterface,
    SessionMixin,
)
from flask_login import login_user
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature
from sqlalchemy.exc import OperationalError

from app.domain.people import Account
from app.services.portal import Portal
from app.services.ports import SignedIn
from app.services.session_port import Kept, SessionStart, StoredSession
from app.web.context import CurrentUser, portal

LOG: Final = logging.getLogger(__name__)
BEFORE_SIGN_IN_SECONDS: Final = 600
LONGEST_COOKIE: Final = 850  # with name and attributes less than a kilobyte
# These answer without knowing who asks, also while the database is away.
# A provider that tells of a sign-out sends no cookie of ours, and whoever else does is not asked.
STATELESS: Final = re.compile(
    r"/static/.*|/theme/.*|/livez|/readyz|/csp-report|/auth/[^/]+/backchannel-logout", re.DOTALL
)


class PortalSession(SecureCookieSession):
    """One request's session; ``stored`` is None for somebody who is not signed in.

    ``problem`` is why it could not be read.
    """

    stored: StoredSession | None = None
    id_text: str = ""
    begun: bool = False
    ended: bool = False
    problem: Exception | None = None


class Sessions(SessionInterface):
    """Opens and saves ``PortalSession``s."""

    session_class = PortalSession

    def __init__(self, name: str, path: str, *, secure: bool, framed: bool = False) -> None:
        self._name = name
        self._before = name.replace("portal_session", "portal_sign_in")
        self._cookie: dict[str, Any] = {
            "path": path,
            "secure": secure,
            "httponly": True,
            "samesite": "Lax",
        }
        # In a frame browsers send no other one, and only over https.
        in_frames = {"samesite": "None", "partitioned": True} if secure and framed else {}
        self._own_cookie = self._cookie | in_frames

    def beside(self, purpose: str) -> tuple[str, dict[str, Any]]:
        """Return name and settings of a further cookie, which are as strict as the session's."""
        return self._name.replace("portal_session", f"portal_{purpose}"), self._cookie

    def open_session(self, app: Flask, request: Request) -> PortalSession:
        if STATELESS.fullmatch(request.path):
            return PortalSession()
        try:
            return self._opened(app, request)
        except Exception as error:  # noqa: BLE001 - Flask handles no error this early: see install
            unread = PortalSession()
            unread.problem = error
            return unread

    def _opened(self, app: Flask, request: Request) -> PortalSession:
        id_text = request.cookies.get(self._name, "")
        services = cast(Portal, app.extensions["portal"])
        now, rules = services.clock.now(), services.session_office.rules
        stored = services.sessions.load(id_text, now) if id_text else None
        if stored is not None and rules.allows(stored, now):
            opened = PortalSession(dict(stored.data))
            opened.stored, opened.id_text = stored, id_text
            return opened
        return PortalSession(self._started(app, request))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, PortalSession) or session.problem is not None:
            return
        if session.stored is not None:
            self._save_signed_in(app, session, session.stored, response)
        else:
            self._save_before(app, session, response)

    def _save_signed_in(
        self, app: Flask, session: PortalSession, stored: StoredSession, response: Response
    ) -> None:
        services = cast(Portal, app.extensions["portal"])
        try:
            services.sessions.touch(stored, services.clock.now())
            if session.modified:
                services.sessions.save_data(session.id_text, dict(session))
        except OperationalError as error:  # what was done is done: its answer must not be lost
            LOG.error("A session was not saved: %s", type(error).__name__)  # noqa: TRY400 - no trace of what it holds
        if session.begun:
            response.set_cookie(self._name, session.id_text, **self._own_cookie)
            response.delete_cookie(self._before, **self._cookie)

    def _save_before(self, app: Flask, session: PortalSession, response: Response) -> None:
        if session.ended:
            response.delete_cookie(self._name, **self._own_cookie)
        if not session.modified:
            return
        if not session:
            response.delete_cookie(self._before, **self._cookie)
            return
        value = cast(str, _serializer(app).dumps(dict(session)))
        response.set_cookie(self._before, value, max_age=BEFORE_SIGN_IN_SECONDS, **self._cookie)

    def _started(self, app: Flask, request: Request) -> dict[str, Any]:
        value = request.cookies.get(self._before)
        if not value:
            return {}
        try:
            kept = _serializer(app).loads(value, max_age=BEFORE_SIGN_IN_SECONDS)
        except BadSignature:
            return {}
        return cast(dict[str, Any], kept)


def install(app: Flask) -> None:
    """Let a session that could not be read fail the request where errors are answered."""

    @app.before_request
    def must_be_read() -> None:
        problem = cast(PortalSession, session).problem
        if problem is not None:
            raise problem


def begin(account: Account, signed_in: SignedIn, start: SessionStart) -> None:
    """Begin a session with a new id; nothing of the one before is taken over."""
    current = cast(PortalSession, session)
    services = portal()
    if current.stored is not None:
        services.sessions.end(current.stored.reference)
    id_text = services.sessions.begin(account.account_id, signed_in, start)
    current.clear()
    current.stored = services.sessions.load(id_text, start.at)
    current.id_text, current.begun = id_text, True
    login_user(CurrentUser(account))
    generate_csrf()  # kept with the rest: else the first page would have to write it


def fits(held: Mapping[str, object]) -> bool:
    """Tell whether this is short enough for the cookie of somebody who is not signed in."""
    return len(_serializer(current_app).dumps(dict(held))) <= LONGEST_COOKIE


def end() -> Kept:
    """End the session on the server and return the provider's tokens for the sign-out there."""
    current = cast(PortalSession, session)
    if current.stored is None:
        return Kept()
    services = portal()
    kept = services.sessions.kept(current.stored.reference)
    services.sessions.end(current.stored.reference)
    forget()
    return kept


def forget() -> None:
    """Let the browser forget a session that has ended on the server."""
    current = cast(PortalSession, session)
    current.clear()
    current.stored, current.id_text, current.ended = None, "", True


def current_public_id() -> str:
    """Return what addresses and forms call this session; empty when nobody is signed in."""
    stored = cast(PortalSession, session).stored
    return stored.public_id if stored else ""


def current() -> StoredSession | None:
    """Return the session of this request; None when nobody is signed in."""
    return cast(PortalSession, session).stored


def provider_name() -> str:
    """Return which provider the person signed in with; empty when nobody is signed in."""
    stored = cast(PortalSession, session).stored
    return stored.provider if stored else ""


def load_user(user_id: str) -> CurrentUser | None:
    """Return the person of the session that was read with this request, for Flask-Login."""
    own = own_user()
    return own if own is not None and own.get_id() == user_id else None


def own_user() -> CurrentUser | None:
    """Return whose the session is that was read with this request; None for who has none."""
    stored = current()
    if stored is None:
        return None
    now, rules = portal().clock.now(), portal().session_office.rules
    return CurrentUser(rules.account_of(stored, now), in_doubt=rules.is_in_doubt(stored, now))


def _serializer(app: Flask) -> Any:  # noqa: ANN401 - itsdangerous' own type is untyped here
    return SecureCookieSessionInterface().get_signing_serializer(app)
