"""Flask's extensions, made here without any connection and bound by the factory."""

from contextlib import AbstractContextManager
from typing import cast

from flask import Flask, Response, g, request
from flask_caching import Cache
from flask_caching.backends.base import BaseCache
from flask_limiter import Limiter
from flask_login import LoginManager, current_user
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData

from app.domain.neighbors import network_of
from app.services.facts import Turn, alone
from app.web.forms import SAFE_METHODS


def limit_key() -> str:
    """Name whom a limit counts for: the account, else the address."""
    if current_user.is_authenticated:
        return f"account:{current_user.get_id()}"
    return f"address:{network_of(request.remote_addr or '')}"


def facts(app: Flask) -> BaseCache:
    """Return what keeps the facts, without the steps that lead to it from a request."""
    return cast(BaseCache, app.extensions["cache"][cache])


def cache_answers() -> bool:
    """Tell whether the cache that processes share answers; one of a process alone always does."""
    ask = getattr(cache.cache, "answers", None)
    return ask is None or bool(ask())


def cache_turn(key: str) -> AbstractContextManager[None]:
    """Wait until no other process that shares the cache reads what this key names."""
    turn: Turn = getattr(cache.cache, "turn", alone)
    return turn(key)


class ViewLimiter(Limiter):
    """A limiter of views alone, which check their limits themselves."""

    def init_app(self, app: Flask) -> None:
        """Let its hook look at the answers of such views only."""
        super().init_app(app)
        settle = app.after_request_funcs[None].pop()

        @app.after_request
        def settle_limited(response: Response) -> Response:
            return cast(Response, settle(response)) if "is_limited" in g else response

    def _check_request_limit(
        self,
        callable_name: str | None = None,
        in_middleware: bool = True,
    ) -> None:
        """Look for none before the view: there is none for whole blueprints or the portal."""
        if not in_middleware:
            g.is_limited = True
            super()._check_request_limit(callable_name, in_middleware)


class FormProtection(CSRFProtect):  # type: ignore[misc] # Flask-WTF has no types
    """A protection of what changes something, which looks at nothing else."""

    def protect(self, *, apply_exemptions: bool = False) -> None:
        """Refuse a form without its token."""
        if request.method not in SAFE_METHODS:
            super().protect(apply_exemptions=apply_exemptions)


class PlainLogin(LoginManager):  # type: ignore[misc] # Flask-Login has no types
    """A login manager without a fingerprint of the browser: the store checks sessions.

    Nobody is remembered by a cookie after their session, so none is looked for either.
    """

    def _session_protection_failed(self) -> bool:
        return False

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


db = SQLAlchemy()
login = PlainLogin()
csrf = FormProtection()
cache = Cache()
limiter = ViewLimiter(key_func=limit_key)


def bind(app: Flask, metadata: MetaData) -> None:
    """Bind all of them to the application; ``metadata`` describes the database's tables."""
    db.metadatas[None] = metadata
    db.init_app(app)
    login.init_app(app)
    csrf.init_app(app)
    cache.init_app(app)
    limiter.init_app(app)
