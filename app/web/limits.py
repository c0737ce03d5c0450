"""Rate limits by name, as the settings have them; they count accepted work only."""

from collections.abc import Callable

from flask import current_app


def limit(name: str) -> Callable[[], str]:
    """Return what Flask-Limiter asks when a request comes: the rate of that name."""

    def rate() -> str:
        return str(current_app.config["RATES"][name])

    return rate
