"""Putting together who tells the figures."""

from app.services.figures.office import FigureOffice
from app.services.ingredients import Ports, Rules


def figure_office(ports: Ports, rules: Rules) -> FigureOffice:
    """Build it; a cache that is not shared is not asked whether it answers."""
    watching = ports.watching
    ask_cache = ports.sharing.answers if rules.setting.has_redis else None
    return FigureOffice(watching.figures, watching.look, ask_cache, ports.clock, watching.token)
