"""Further organizations: whether each answers, and lets the portal do what it does there."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from app.domain.checks import Area, Finding
from app.domain.developers import DeveloperStatus
from app.services.apigee_port import ApigeeDevelopers
from app.services.organizations.port import AtOnce
from app.services.status.outside import Trial


@dataclass(frozen=True, slots=True)
class FurtherChecks:
    """Asks each further organization, all at once, about a developer that nobody has there."""

    organizations: Mapping[str, ApigeeDevelopers]
    at_once: AtOnce
    advice: Callable[[str], str]

    def run(self) -> Iterator[Finding]:
        """Try to read and to deactivate; nothing is changed."""
        asked = [partial(self._check, *each) for each in self.organizations.items()]
        for findings in self.at_once(asked):
            yield from findings

    def _check(self, name: str, developers: ApigeeDevelopers) -> tuple[Finding, ...]:
        nobody = f"portal-check-{secrets.token_hex(8)}@example.invalid"
        found = []
        for subject, ask in (
            ("Read a developer", lambda: developers.get(nobody)),
            (
                "Activate and deactivate developers",
                lambda: developers.set_status(nobody, DeveloperStatus.INACTIVE),
            ),
        ):
            trial = Trial.of(ask)
            found.append(trial.finding(Area.APIGEE, f"{name}: {subject}", self.advice))
            if trial.is_cut_off:
                break
        return tuple(found)
