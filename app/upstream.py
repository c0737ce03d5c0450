"""The connection to Apigee as the settings have it."""

import os
from collections.abc import Callable
from math import inf
from threading import get_ident
from time import monotonic

from app.apigee.client import Surroundings
from app.apigee.connect import Apigee, ApigeeConnection, connect
from app.apigee.exchange import Limits
from app.apigee.flavor import Flavor
from app.apigee.lanes import Places
from app.credentials import credentials
from app.domain.outgoing import Outgoing
from app.services.meter import Meter
from app.settings import Settings
from app.store.fingerprint import Fingerprint
from app.web import request_id


def connected(
    settings: Settings, outgoing: Outgoing, meter: Meter, fingerprint_key: Callable[[], bytes]
) -> Apigee:
    """Return the clients of the organization; nothing is asked of it yet."""
    chosen = settings.apigee
    return connect(
        ApigeeConnection(
            flavor=Flavor(chosen.flavor.value),
            endpoint=chosen.endpoint,
            organization=chosen.organization,
            credentials=credentials(chosen, outgoing, os.environ),
            fingerprint=Fingerprint(fingerprint_key),
            allow_http=chosen.allow_http,
            limits=Limits.within(chosen.deadline_seconds),
            places=Places.beside(settings.server_threads),
            surroundings=_surroundings(outgoing, meter, chosen.deadline_seconds),
        )
    )


def _surroundings(outgoing: Outgoing, meter: Meter, page_seconds: float) -> Surroundings:
    def observe(_operation: str, _status: int, seconds: float) -> None:
        meter.record(seconds)

    def caller() -> int:
        tally = meter.current()
        return get_ident() if tally is None else id(tally)

    def seconds_left() -> float:
        tally = meter.current()
        ends = inf if tally is None else min(tally.begun + page_seconds, tally.ends)
        return ends - monotonic()

    return Surroundings(
        outgoing=outgoing,
        observe=observe,
        request_id=request_id.current,
        caller=caller,
        seconds_left=seconds_left,
    )
