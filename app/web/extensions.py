"""Flask's extensions, made here without any connection and bound by the factory."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from flask import Flask, request
from flask_caching import Cache
from flask_limiter import Limiter
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData

PREFIX: Final = 64  # bits of an IPv6 address that one customer of a network has in common


def limit_key() -> str:
    """Name whom a limit counts for: the account, else the address."""
    if current_user.is_authenticated:
        return f"account:{current_user.get_id()}"
    return f"address:{_network(request.remote_addr or '')}"


def _network(address: str) -> str:
    """Return the address; of IPv6 the network that one household or machine is given."""
    if ":" not in address:
        return address
    whole = ip_address(address)
    own = getattr(whole, "ipv4_mapped", None) or whole
    return str(IPv6Network((own, PREFIX), strict=False) if isinstance(own, IPv6Address) else own)


db = SQLAlchemy()
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()
cache = Cache()
limiter = Limiter(key_func=limit_key)


def bind(app: Flask, metadata: MetaData) -> None:
    """Bind all of them to the application; ``metadata`` describes the database's tables."""
    db.metadatas[None] = metadata
    db.init_app(app)
    migrate.init_app(app, db, directory=app.config["MIGRATIONS"])
    login.init_app(app)
    login.session_protection = None  # the store checks sessions; an address may change in a day
    csrf.init_app(app)
    cache.init_app(app)
    limiter.init_app(app)
