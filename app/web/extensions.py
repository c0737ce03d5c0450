"""Flask's extensions, made here without any connection and bound by the factory."""

from contextlib import AbstractContextManager

from flask import Flask, request
from flask_caching import Cache
from flask_limiter import Limiter
from flask_login import LoginManager, current_user
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData

from app.domain.neighbors import network_of
from app.services.facts import Turn, alone


def limit_key() -> str:
    """Name whom a limit counts for: the account, else the address."""
    if current_user.is_authenticated:
        return f"account:{current_user.get_id()}"
    return f"address:{network_of(request.remote_addr or '')}"


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

    def _check_request_limit(
        self,
        callable_name: str | None = None,
        in_middleware: bool = True,
    ) -> None:
        """Look for none before the view: there is none for whole blueprints or the portal."""
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


db = SQLAlchemy()
login = LoginManager()
csrf = CSRFProtect()
cache = Cache()
limiter = ViewLimiter(key_func=limit_key)


def bind(app: Flask, metadata: MetaData) -> None:
    """Bind all of them to the application; ``metadata`` describes the database's tables."""
    db.metadatas[None] = metadata
    db.init_app(app)
    login.init_app(app)
    login.session_protection = None  # the store checks sessions; an address may change in a day
    csrf.init_app(app)
    cache.init_app(app)
    limiter.init_app(app)
