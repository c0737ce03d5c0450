"""The connections to Apigee as the settings have them."""

import os
from collections.abc import Callable, Mapping
from math import inf
from threading import get_ident
from time import monotonic

from app.apigee.client import Surroundings
from app.apigee.connect import Apigee, ApigeeConnection, connect
from app.apigee.credentials import Credentials
from app.apigee.exchange import Limits
from app.apigee.flavor import Flavor
from app.apigee.lanes import Places
from app.configuration.apigee import Apigee as Chosen
from app.configuration.structure import variable
from app.credentials import credentials
from app.domain.outgoing import Outgoing
from app.services.meter import Meter
from app.settings import Settings
from app.store.fingerprint import Fingerprint
from app.web import request_id


def connected(
    settings: Settings, outgoing: Outgoing, meter: Meter, fingerprint_key: Callable[[], bytes]
) -> Apigee:
    """Return the clients of the portal's own organization; nothing is asked of it yet."""
    proof = credentials(settings.apigee, outgoing, os.environ)
    around = _surroundings(outgoing, meter, settings.apigee.deadline_seconds)
    places = Places.beside(settings.server_threads)
    fingerprint = Fingerprint(fingerprint_key)
    return _connect(settings.apigee, proof, fingerprint, places, around)


def further(
    settings: Settings, outgoing: Outgoing, meter: Meter, fingerprint_key: Callable[[], bytes]
) -> Mapping[str, Apigee]:
    """Return the clients of each further organization, with places and a breaker of its own."""
    places = Places.beside(settings.server_threads)
    found = {}
    for name, chosen in settings.organizations.items():
        proof = credentials(chosen, outgoing, os.environ, variable(("organizations", name)))
        around = _surroundings(outgoing, meter, chosen.deadline_seconds)
        found[name] = _connect(chosen, proof, Fingerprint(fingerprint_key), places, around)
    return found


def _connect(
    chosen: Chosen,
    proof: Credentials,
    fingerprint: Fingerprint,
    places: Places,
    surroundings: Surroundings,
) -> Apigee:
    return connect(
        ApigeeConnection(
            flavor=Flavor(chosen.flavor.value),
            endpoint=chosen.endpoint,
            organization=chosen.organization,
            credentials=proof,
            fingerprint=fingerprint,
            allow_http=chosen.allow_http,
            limits=Limits.within(chosen.deadline_seconds),
            places=places,
            surroundings=surroundings,
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
