"""Who counts and who may be told, as the settings have it, and whether the database can be used.

The library for Prometheus is loaded only where somebody is to read the figures.
"""

import platform
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import sessionmaker

from app import __version__, upstream
from app.apigee.connect import Apigee
from app.configuration.folders import writable
from app.services.figures.port import UNCOUNTED, Figures, SiteFigures, Watching
from app.settings import Settings
from app.store.engine import count_connections, schema_is_current
from app.store.site_figures import SiteStore
from app.web import logs

AWAY: Final = (OperationalError, InterfaceError, NoConnection)


def figures_of(settings: Settings) -> Figures:
    """Return who counts; without a token nobody does."""
    if not settings.metrics_token.get_secret_value():
        return UNCOUNTED
    from app.metrics.prometheus import PrometheusFigures  # noqa: PLC0415 - see above

    if settings.metrics_folder:
        writable("PORTAL_METRICS_FOLDER", settings.metrics_folder)
    build = (__version__, platform.python_version(), settings.apigee.flavor.value)
    figures = PrometheusFigures(build, settings.metrics_folder)
    logs.tell_of_lost(figures.unlogged)
    return figures


def watching(settings: Settings, figures: Figures, engine: Engine, apigee: Apigee) -> Watching:
    """Return the figures together with what the database says; count its connections."""
    token, answers = settings.metrics_token.get_secret_value(), partial(upstream.answers, apigee)
    if not token:
        return Watching(apigee_answers=answers)
    count_connections(engine, figures.connections)
    site = SiteStore(sessionmaker(engine), settings.apigee.organization)
    return Watching(figures, _look(site), token, answers)


def is_ready(engine: Engine) -> bool:
    """Tell whether the database answers and has this version's tables."""
    try:
        return schema_is_current(engine)
    except AWAY:
        return False


def _look(store: SiteStore) -> Callable[[datetime], SiteFigures | None]:
    def look(now: datetime) -> SiteFigures | None:
        try:
            return store.read(now)
        except AWAY:
            return None

    return look
