"""Whether the operator's roles can use what they may."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.checks import Area, Finding, Outcome
from app.domain.people import USED_WITH, Roles


@dataclass(frozen=True, slots=True)
class RoleChecks:
    """Only warns: somebody may have such a role beside another one."""

    roles: Roles

    def run(self) -> Iterator[Finding]:
        """Name each right that is used from a page which its role does not open."""
        for name, right in self.roles.without_pages():
            needed = " or ".join(USED_WITH[right])
            told = f"It has {right}, which is used from pages of {needed}."
            advice = f"Give it {needed}, too, or give it only beside a role that has that."
            yield Finding(Area.PORTAL, f"Role {name}", Outcome.WARNING, told, advice)
