"""The organisation itself: its name, environments and properties."""

from dataclasses import dataclass

# X: where the control plane of an organisation without data residency is said to be [?].
GLOBAL = "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """What the emulator says of its one organisation; times in milliseconds."""

    name: str
    display_name: str
    environments: tuple[str, ...] = ("prod", "test")
    location: str = GLOBAL
    created_at: int = 1_700_000_000_000
    created_by: str = "ops@example.com"

    @property
    def usual_environment(self) -> str:
        """Where the gateway's calls go when they name none: `prod`, or else the first."""
        return "prod" if "prod" in self.environments else next(iter(self.environments), "")
