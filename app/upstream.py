"""The connections to Apigee as the settings have them."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from threading import get_ident
from time import monotonic

from app.apigee.breaker import State
from app.apigee.client import Surroundings
from app.apigee.connect import Apigee, ApigeeConnection, connect
from app.apigee.credentials import Credentials
from app.apigee.exchange import Limits
from app.apigee.flavor import Flavor
from app.apigee.lanes import Kind, Places
from app.configuration.apigee import Apigee as Chosen
from app.configuration.structure import variable
from app.credentials import credentials
from app.domain.outgoing import Outgoing
from app.services.figures.port import UNCOUNTED, Figures
from app.services.meter import Meter
from app.settings import Settings
from app.store.fingerprint import Fingerprint
from app.web import request_id


@dataclass(frozen=True, slots=True)
class LaneWatch:
    """Counts what happens in the lanes to an organization."""

    figures: Figures
    organization: str

    def inside(self, kind: Kind, change: int) -> None:
        """Count who is inside."""
        self.figures.inside(self.organization, kind, change)

    def refused(self, kind: Kind) -> None:
        """Count who found no place."""
        self.figures.turned_away(self.organization, kind)

    def breaker(self, kind: Kind, former: State, state: State) -> None:
        """Count the change, and whether calls go through as usual."""
        change = (state is not State.CLOSED) - (former is not State.CLOSED)
        self.figures.breaker(self.organization, kind, state, change)


def connected(
    settings: Settings,
    outgoing: Outgoing,
    meter: Meter,
    fingerprint_key: Callable[[], bytes],
    figures: Figures = UNCOUNTED,
) -> Apigee:
    """Return the clients of the portal's own organization; nothing is asked of it yet."""
    proof = credentials(settings.apigee, outgoing, os.environ)
    around = _surroundings(outgoing, meter, settings.apigee, figures)
    places = Places.beside(settings.server_threads)
    fingerprint = Fingerprint(fingerprint_key)
    return _connect(settings.apigee, proof, fingerprint, places, around)


def further(
    settings: Settings,
    outgoing: Outgoing,
    meter: Meter,
    fingerprint_key: Callable[[], bytes],
    figures: Figures = UNCOUNTED,
) -> Mapping[str, Apigee]:
    """Return the clients of each further organization, with places and a breaker of its own."""
    places = Places.beside(settings.server_threads)
    found = {}
    for name, chosen in settings.organizations.items():
        proof = credentials(chosen, outgoing, os.environ, variable(("organizations", name)))
        around = _surroundings(outgoing, meter, chosen, figures)
        found[name] = _connect(chosen, proof, Fingerprint(fingerprint_key), places, around)
    return found


def answers(apigee: Apigee) -> bool:
    """Tell whether calls go through as usual, as far as the last ones show; nothing is asked."""
    return all(lane.breaker.state is State.CLOSED for lane in apigee.client.lanes())


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


def _surroundings(
    outgoing: Outgoing, meter: Meter, chosen: Chosen, figures: Figures
) -> Surroundings:
    def observe(operation: str, status: int, seconds: float) -> None:
        meter.record(seconds)
        figures.called(chosen.organization, operation, status, seconds)

    def caller() -> int:
        tally = meter.current()
        return get_ident() if tally is None else id(tally)

    def seconds_left() -> float:
        tally = meter.current()
        ends = inf if tally is None else min(tally.begun + chosen.deadline_seconds, tally.ends)
        return ends - monotonic()

    return Surroundings(
        outgoing=outgoing,
        observe=observe,
        watch=LaneWatch(figures, chosen.organization),
        request_id=request_id.current,
        caller=caller,
        seconds_left=seconds_left,
    )
