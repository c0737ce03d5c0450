"""All checks together: those that cost nothing, and those that ask others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.domain.checks import Finding

Check = Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class StatusOffice:
    """Runs the checks one after the other; none of them raises.

    What ``inside`` looks at is the portal's own; ``outside`` asks Apigee and the providers.
    """

    inside: tuple[Check, ...]
    outside: tuple[Check, ...]

    def look(self) -> tuple[Finding, ...]:
        """Check what the portal itself keeps: nobody else is asked."""
        return _all(self.inside)

    def ask(self) -> tuple[Finding, ...]:
        """Check everything, which takes some seconds where somebody does not answer."""
        return _all(self.inside + self.outside)


def _all(checks: Iterable[Check]) -> tuple[Finding, ...]:
    return tuple(finding for check in checks for finding in check())
