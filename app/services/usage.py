"""What Apigee's analytics know of an app: read through a cache of its own, never in a page's way.

Analytics are slow and few calls are allowed (100 a minute for a whole organization of X, 40 on
Edge), so figures are kept for minutes and nobody can ask for them afresh.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from app.domain.clock import Clock
from app.domain.developers import Owner
from app.domain.errors import InvalidInput, Upstream
from app.domain.usage import (
    LastUse,
    NoUse,
    Span,
    Usage,
    environments_in_order,
    usage_from,
    usage_query,
)
from app.services.apigee_port import ApigeeOrganization, ApigeeStats
from app.services.apps import AppsReads
from app.services.facts import Dated, Facts

# How long it is remembered when an app was last called.
REMEMBERED_SECONDS: Final = 86_400
NO_ENVIRONMENT: Final = (
    "There is no environment of this name. Open the app and choose one under Usage."
)


@dataclass(frozen=True, slots=True)
class UsageChoice:
    """Whose figures, of which environment, how far back; ``title`` is the app's display name."""

    name: str
    span: Span
    title: str
    environment: str = ""
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UsagePanel:
    """The figures, or the ``problem`` that keeps them away; neither where nothing is counted."""

    choice: UsageChoice
    figures: Dated[Usage] | None = None
    problem: Upstream | None = None


@dataclass(frozen=True, slots=True)
class AppUsage:
    """The usage of one owner's apps.

    ``analytics`` are facts behind a gate of their own, so that slow figures never hold a place
    that a page needs. Figures and environments are used for ``seconds``.
    """

    reads: AppsReads
    stats: ApigeeStats
    organization: ApigeeOrganization
    analytics: Facts
    clock: Clock
    seconds: int

    def panel(self, owner: Owner, name: str, environment: str, span: Span) -> UsagePanel:
        """Return what can be shown; raise ``NotFound`` for an app only.

        Raises ``InvalidInput`` for an environment that is not there.
        """
        choice = UsageChoice(name, span, name)
        try:
            choice = self._completed(owner, choice, environment)
            return UsagePanel(choice, self._figures(owner, choice))
        except Upstream as problem:
            return UsagePanel(choice, problem=problem)

    def read(self, owner: Owner, name: str, environment: str, span: Span) -> UsagePanel:
        """Return the same, or raise ``Upstream``."""
        panel = self.panel(owner, name, environment, span)
        if panel.problem is not None:
            raise panel.problem
        return panel

    def last_uses(self, owner: Owner) -> Mapping[str, LastUse]:
        """Return by app name what was seen of late, without a call; other apps are not there."""
        known = self.analytics.known(_last_uses(owner))
        return cast(Mapping[str, LastUse], known) if isinstance(known, dict) else {}

    def unused(self, owner: Owner) -> Mapping[str, NoUse]:
        """Return by app name where somebody looked of late and found no calls, without a call."""
        known = self.analytics.known(_unused(owner))
        return cast(Mapping[str, NoUse], known) if isinstance(known, dict) else {}

    def _completed(self, owner: Owner, choice: UsageChoice, environment: str) -> UsageChoice:
        app, names = self.reads.parallel(
            lambda: self.reads.named(owner, choice.name), self._environments
        )
        if environment and environment not in names:
            raise InvalidInput({"environment": NO_ENVIRONMENT})
        chosen = environment or next(iter(names), "")
        return replace(choice, title=app.display_name, environment=chosen, environments=names)

    def _environments(self) -> tuple[str, ...]:
        every = self.organization.environments
        return environments_in_order(
            self.reads.facts.read("environments", self.seconds, every).value
        )

    def _figures(self, owner: Owner, choice: UsageChoice) -> Dated[Usage] | None:
        if not choice.environment:
            return None
        key = f"usage:{choice.span}:{choice.environment}:{owner.email}:{choice.name}"
        return self.analytics.read(key, self.seconds, lambda: self._count(owner, choice))

    def _count(self, owner: Owner, choice: UsageChoice) -> Usage:
        now, span, app = self.clock.now(), choice.span, choice.name
        query = usage_query(app, owner.email, choice.environment, span, now)
        usage = usage_from(self.stats.query(query), app, span, now)
        if usage.last_use is not None:
            self._remember(owner, app, usage.last_use)
        else:
            self._remember_none(owner, app, NoUse(span.begins(now), choice.environment))
        return usage

    def _remember(self, owner: Owner, app: str, use: LastUse) -> None:
        """Keep the newest use, whichever environment and time it was seen in."""
        known = self.last_uses(owner)
        kept = known.get(app)
        if kept is None or kept.at < use.at:
            self.analytics.keep(_last_uses(owner), REMEMBERED_SECONDS, {**known, app: use})

    def _remember_none(self, owner: Owner, app: str, none: NoUse) -> None:
        """Keep the longest time without calls, of the environment that was looked at last."""
        known = self.unused(owner)
        kept = known.get(app)
        if kept is None or kept.environment != none.environment or none.since < kept.since:
            self.analytics.keep(_unused(owner), REMEMBERED_SECONDS, {**known, app: none})


def _unused(owner: Owner) -> str:
    return f"unused:{owner.email}"


def _last_uses(owner: Owner) -> str:
    return f"used:{owner.email}"
