"""Tells the figures to whoever watches the portal, and to nobody else."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.clock import Clock
from app.services.figures.port import Figures, Moment, SiteFigures


@dataclass(frozen=True, slots=True)
class FigureOffice:
    """``look`` asks the database and returns None while it is away; so ``ask_cache`` the cache.

    Without a ``token`` nobody is told anything.
    """

    figures: Figures
    look: Callable[[datetime], SiteFigures | None]
    ask_cache: Callable[[], bool] | None
    clock: Clock
    token: str = field(default="", repr=False)

    def admits(self, authorization: str) -> bool:
        """Tell whether a request's header ``Authorization`` proves who may read the figures."""
        scheme, _, given = authorization.partition(" ")
        is_same = hmac.compare_digest(given.strip().encode(), self.token.encode())
        return bool(self.token) and scheme.lower() == "bearer" and is_same

    def told(self) -> str:
        """Return every figure of this moment in Prometheus's text format."""
        answers = None if self.ask_cache is None else self.ask_cache()
        now = self.clock.now()
        return self.figures.told(Moment(now, self.look(now), answers))
