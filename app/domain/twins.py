"""Apps of one developer that a reader would take for one another."""

from collections import Counter
from collections.abc import Iterable

from app.domain.apps import DeveloperApp
from app.domain.names import app_name_from


def is_named_alike(app: DeveloperApp, display_name: str) -> bool:
    """Tell whether the app goes by this display name, or by one that differs in signs only."""
    return app_name_from(app.display_name) == app_name_from(display_name)


def twins(apps: Iterable[DeveloperApp]) -> frozenset[str]:
    """Return the internal names of the apps that share their display name with another one."""
    shown = {app.name: " ".join(app.display_name.casefold().split()) for app in apps}
    counts = Counter(shown.values())
    return frozenset(name for name, title in shown.items() if counts[title] > 1)
