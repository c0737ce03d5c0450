"""The truth kit over a real connection, of the composition root; only its command loads it."""

import hashlib
import logging
import os
import secrets
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from app.apigee.client import ApigeeClient, Surroundings
from app.apigee.connect import Apigee, ApigeeConnection, connect
from app.apigee.credentials import Basic
from app.apigee.exchange import Limits
from app.apigee.flavor import Flavor
from app.apigee.hints import hint
from app.apigee.truth.asking import Asker
from app.apigee.truth.ground import Ground
from app.apigee.truth.inquiry import Inquiry
from app.apigee.truth.polite import AboveClient, Manners, PoliteClient
from app.apigee.truth.removal import Removal
from app.credentials import credentials
from app.domain.clock import SystemClock
from app.domain.truth import DOMAIN, PREFIX, Note, Patience, ProbeNames, Tally
from app.services.truth.kit import Kit
from app.services.truth.stage import OrganizationPorts
from app.settings import Settings

# A sandbox may be slow, and nobody waits for a page.
CALL_SECONDS: Final = 20.0
PAUSE_SECONDS: Final = 0.05


def kit(
    settings: Settings,
    organization: str,
    folder: Path,
    patience: Patience,
    pause: float = PAUSE_SECONDS,
) -> Kit:
    """Return the kit for an organization, reached as the portal's own is. Connects nothing.

    ``pause`` is waited before each call, in seconds.
    """
    _quiet()
    tally = Tally()
    connection = _connection(settings, organization, tally)
    manners = Manners(tally=tally, sleep=patience.sleep, between=pause)
    apigee = connect(connection, partial(PoliteClient, manners=manners))
    asker = Asker(apigee.client, patience)
    return Kit(
        organization=organization,
        flavor=connection.flavor.value,
        is_portals_own=organization.casefold() == settings.apigee.organization.casefold(),
        folder=folder,
        ports=_ports(apigee),
        asking=_Asking(connection, asker, tally),
        removal=Removal(apigee, asker, connection.flavor),
        tally=tally,
        clock=SystemClock(),
        patience=patience,
        explain=hint,
    )


def _quiet() -> None:
    """The kit tells by itself what failed and why, beside its progress."""
    logging.getLogger("app.apigee").setLevel(logging.CRITICAL)


def _connection(settings: Settings, organization: str, tally: Tally) -> ApigeeConnection:
    chosen = settings.apigee
    outgoing = settings.http.outgoing.or_as_in(os.environ)
    salt = secrets.token_bytes(16)

    def fingerprint(consumer_key: str) -> str:
        return hashlib.blake2b(consumer_key.encode(), key=salt, digest_size=8).hexdigest()

    return ApigeeConnection(
        flavor=Flavor(chosen.flavor.value),
        endpoint=chosen.endpoint,
        organization=organization,
        credentials=credentials(chosen, outgoing, os.environ),
        fingerprint=fingerprint,
        allow_http=chosen.allow_http,
        limits=Limits.within(CALL_SECONDS),
        surroundings=Surroundings(outgoing=outgoing, observe=tally.observe),
    )


class _Asking:
    """Makes the inquiry of a run, with the two that are to be refused."""

    def __init__(self, connection: ApigeeConnection, asker: Asker, tally: Tally) -> None:
        self._connection = connection
        self._asker = asker
        # Their refusals are what is asked for, and no missing permission.
        observed = replace(connection.surroundings, observe=tally.count)
        self._refused = replace(connection, surroundings=observed)

    def __call__(self, names: ProbeNames, note: Note) -> Inquiry:
        ground = Ground(
            asker=self._asker,
            hasty=self._reached(self._connection),
            above=self._reached(self._refused, AboveClient),
            elsewhere=self._reached(replace(self._refused, organization=names.name("none"))),
            stranger=self._reached(replace(self._refused, credentials=_nobody())),
            flavor=self._connection.flavor,
            names=names,
            note=note,
        )
        return Inquiry(ground)

    def _reached(
        self, connection: ApigeeConnection, make: type[ApigeeClient] = ApigeeClient
    ) -> Asker:
        return Asker(connect(connection, make).client, self._asker.patience)


def _nobody() -> Basic:
    return Basic(f"{PREFIX}nobody{DOMAIN}", secrets.token_urlsafe())


def _ports(apigee: Apigee) -> OrganizationPorts:
    return OrganizationPorts(
        organization=apigee.organization,
        developers=apigee.developers,
        apps=apigee.apps,
        organization_apps=apigee.organization_apps,
        keys=apigee.keys,
        products=apigee.products,
    )
