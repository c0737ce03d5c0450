"""What the portal depends on: Apigee with the portal's rights there, and the sign-in services."""

import secrets
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.domain.apps import AppFilter, NewApp
from app.domain.checks import Area, Finding, Outcome
from app.domain.clock import Clock
from app.domain.developers import DeveloperStatus
from app.domain.errors import NotFound, OutcomeUnknown, PortalError, Upstream, UpstreamKind
from app.domain.keys import ApprovalStatus, KeyPair, NewKey
from app.domain.secret import Secret
from app.domain.stats import StatsQuery
from app.services.apigee_port import (
    ApigeeApps,
    ApigeeDevelopers,
    ApigeeKeys,
    ApigeeOrganization,
    ApigeeOrganizationApps,
    ApigeeProducts,
    ApigeeStats,
)
from app.services.ports import IdentityProvider

CUT_OFF: Final = frozenset({UpstreamKind.UNREACHABLE, UpstreamKind.TIMEOUT})
Try = Callable[[], object]
UNTRIED: Final = (
    "Other rights",
    Outcome.SKIPPED,
    (
        "Nobody can try these without changing something: creating developers, turning keys on and "
        "off, changing the products of keys, and deleting keys."
    ),
    "The command conformance tries them in a sandbox.",
)
# Writes are tried on names that nobody has.
UNANSWERED: Final = (
    "Apigee gave no answer to this in time. It was asked about a name that nobody has, so nothing "
    "was changed."
)


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about an outage, by its code: as Apigee's adapter and the sign-in's know it."""

    apigee: Callable[[str], str]
    sign_in: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ApigeeChecks:
    """Asks Apigee for what the portal needs; nothing there is changed.

    What writes is tried on a developer that nobody has: Apigee answers "not found" to who may,
    and "forbidden" to who may not. That rights are looked at first is Google's custom `[?]`.
    """

    organization: ApigeeOrganization
    developers: ApigeeDevelopers
    apps: ApigeeApps
    keys: ApigeeKeys
    organization_apps: ApigeeOrganizationApps
    products: ApigeeProducts
    stats: ApigeeStats
    advice: Callable[[str], str]
    clock: Clock

    def run(self) -> Iterator[Finding]:
        """Try each right; once Apigee does not answer at all the rest is skipped."""
        is_cut_off = False
        for subject, ask in self._questions():
            if is_cut_off:
                told = "Not tried, because Apigee does not answer."
                yield Finding(Area.APIGEE, subject, Outcome.SKIPPED, told)
                continue
            trial = Trial.of(ask)
            is_cut_off = trial.is_cut_off
            yield trial.finding(Area.APIGEE, subject, self.advice)
        yield Finding(Area.APIGEE, *UNTRIED)

    def _questions(self) -> Iterator[tuple[str, Try]]:
        nobody = f"portal-check-{secrets.token_hex(8)}@example.invalid"
        nothing = f"portal-check-{secrets.token_hex(8)}"
        developers, apps, named = self.developers, self.apps, AppFilter(name=nothing)
        # A pair of its own: to draw one takes the database, which may have no tables yet.
        key = NewKey((nothing,), pair=KeyPair(nothing, Secret(nothing), Secret(nothing)))
        yield "Connection", self.organization.get
        yield "List developers", lambda: developers.with_app(nothing)
        yield "Read a developer", lambda: developers.get(nobody)
        yield (
            "Activate and deactivate developers",
            lambda: developers.set_status(nobody, DeveloperStatus.INACTIVE),
        )
        yield "Delete developers", lambda: developers.delete(nobody)
        yield "Read a developer's apps and keys", lambda: apps.page(nobody)
        yield "Create apps", lambda: apps.create(nobody, NewApp(nothing, nothing, ()))
        yield "Change apps", lambda: apps.set_status(nobody, nothing, ApprovalStatus.REVOKED)
        yield "Delete apps", lambda: apps.delete(nobody, nothing)
        yield "Add keys", lambda: self.keys.create(nobody, nothing, key)
        yield "List apps of the organization", lambda: self.organization_apps.page(named)
        yield "Read apps of the organization", lambda: self.organization_apps.get(nothing)
        yield "Read API products", lambda: self.products.get(nothing)
        yield "Read environments", self.organization.environments
        yield "Read figures of use", self._figures

    def _figures(self) -> None:
        environment = next(iter(self.organization.environments()), None)
        if environment is None:
            raise NotFound("There is no environment.")
        now = self.clock.now().replace(second=0, microsecond=0)
        metrics = ("sum(message_count)",)
        begin = now - timedelta(hours=1)
        self.stats.query(StatsQuery(environment, ("apps",), metrics, begin, now))


@dataclass(frozen=True, slots=True)
class ProviderChecks:
    """Asks each sign-in service for what it says about itself, and for its keys."""

    providers: Collection[IdentityProvider]
    advice: Callable[[str], str]

    def run(self) -> Iterator[Finding]:
        """Check one provider after the other."""
        for provider in self.providers:
            yield Trial.of(provider.check).finding(Area.SIGN_IN, provider.title, self.advice)


@dataclass(frozen=True, slots=True)
class Trial:
    """How a call went; ``error`` is None also where something was not there: that is an answer."""

    error: PortalError | None
    milliseconds: float

    @classmethod
    def of(cls, ask: Try) -> "Trial":
        """Make the call."""
        begun = time.perf_counter()
        try:
            ask()
        except NotFound:
            return cls(None, _since(begun))
        except PortalError as error:
            return cls(error, _since(begun))
        return cls(None, _since(begun))

    @property
    def is_cut_off(self) -> bool:
        """Whether no other call can tell more."""
        return isinstance(self.error, Upstream) and self.error.kind in CUT_OFF

    def finding(self, area: Area, subject: str, advice: Callable[[str], str]) -> Finding:
        """Tell it to whoever runs the portal."""
        took = self.milliseconds
        if self.error is None:
            return Finding(area, subject, Outcome.GOOD, "Works.", milliseconds=took)
        said = advice(self.error.code) if isinstance(self.error, Upstream) else ""
        told = UNANSWERED if isinstance(self.error, OutcomeUnknown) else self.error.message
        return Finding(area, subject, Outcome.BAD, told, said, took)


def _since(begun: float) -> float:
    return round((time.perf_counter() - begun) * 1000, 1)
