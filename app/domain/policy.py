"""What the operator allows about apps and keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SECONDS_PER_DAY = 86_400


class CallbackRule(StrEnum):
    """When the form asks for a callback URL."""

    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class KeyPolicy:
    """Lifetimes are in days, None = no end; a developer may choose up to the longest one."""

    default_days: int | None = None
    longest_days: int | None = None
    keys_per_app: int = 10

    def seconds(self, asked_days: int | None) -> int | None:
        """Return a new key's lifetime in seconds: what was asked for, within what is allowed."""
        days = self.default_days if asked_days is None else asked_days
        if self.longest_days is not None:
            days = self.longest_days if days is None else min(days, self.longest_days)
        return None if days is None else days * SECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class AppPolicy:
    """Which products an app may or must have, and what developers see of its attributes.

    ``attributes`` maps an attribute's name to its label; ``editable`` are those that developers
    change themselves. ``schemes`` are accepted in a callback URL beside https.
    """

    apps_per_developer: int | None = None
    required_products: tuple[str, ...] = ()
    default_products: tuple[str, ...] = ()
    one_product: bool = False
    callback: CallbackRule = CallbackRule.ALWAYS
    schemes: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    editable: frozenset[str] = frozenset()
