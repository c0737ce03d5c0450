"""Putting Try-it together over whatever provides its ports."""

from app.services.apps import Apps
from app.services.doctor import Doctor
from app.services.ingredients import Ports, Rules
from app.services.reading.apis import ApiReading
from app.services.trail import Trail
from app.services.try_it.try_it import Around, TryIt


def try_it(
    ports: Ports, rules: Rules, trail: Trail, read: ApiReading, known: tuple[Apps, Doctor]
) -> TryIt:
    """Build it; ``known`` are the services that tell about keys."""
    around = Around(read, *known, keys=ports.apigee.keys, trail=trail)
    return TryIt(around, ports.try_it, rules.try_it)
