"""What the operator allows about apps and keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.attributes import Attribute, value_of
from app.domain.callbacks import callback_problem
from app.domain.errors import InvalidInput, LimitReached
from app.domain.plurals import number_of
from app.domain.products import ApiProduct

SECONDS_PER_DAY = 86_400
# Apigee counts milliseconds in a signed 64-bit number; ten years are more than anybody plans.
MOST_DAYS = 3_650


class CallbackRule(StrEnum):
    """When the form asks for a callback URL."""

    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class KeyPolicy:
    """Lifetimes are in days, None = no end; a developer may choose up to the longest one.

    With ``shown_once`` a key and its secret are in the answer that makes them and never again.
    """

    default_days: int | None = None
    longest_days: int | None = None
    keys_per_app: int = 10
    shown_once: bool = False

    @property
    def most_days(self) -> int:
        """The largest number that a form accepts."""
        return self.longest_days or MOST_DAYS

    def check_room(self, keys: int) -> None:
        """Raise ``LimitReached`` when an app with so many keys may not have one more."""
        if keys >= self.keys_per_app:
            most = number_of(self.keys_per_app, "key")
            raise LimitReached(f"An app has at most {most}. Delete one that is turned off first.")

    def days(self, text: str) -> int | None:
        """Read a form's number of days, None for an empty one; raise ``InvalidInput``."""
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_DAYS))):
            raise InvalidInput({"expires_in_days": "Enter a whole number of days, such as 90."})
        if not 1 <= int(text) <= self.most_days:
            problem = f"Enter a number from 1 to {self.most_days}."
            raise InvalidInput({"expires_in_days": problem})
        return int(text)

    def seconds(self, asked_days: int | None) -> int | None:
        """Return a new key's lifetime in seconds: what was asked for, within what is allowed."""
        days = self.default_days if asked_days is None else asked_days
        if self.longest_days is not None:
            days = self.longest_days if days is None else min(days, self.longest_days)
        return None if days is None else days * SECONDS_PER_DAY

    def seconds_after(self, lifetime_seconds: int | None, asked_days: int | None) -> int | None:
        """Return the lifetime of a key that replaces one of ``lifetime_seconds``: the same.

        What was asked for comes first, and nothing goes beyond what is allowed.
        """
        if lifetime_seconds is None or asked_days is not None:
            return self.seconds(asked_days)
        if self.longest_days is None:
            return lifetime_seconds
        return min(lifetime_seconds, self.longest_days * SECONDS_PER_DAY)


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

    @property
    def asks_for_callback(self) -> bool:
        """Whether a callback URL is asked for at all."""
        return self.callback is not CallbackRule.NEVER

    def callback_problem(self, url: str) -> str | None:
        """Return what is wrong with a callback URL, or None."""
        return callback_problem(url, self.schemes)

    def wanted(self, chosen: Iterable[str]) -> tuple[str, ...]:
        """Return the products of a new app: the required ones first, then what was chosen."""
        return tuple(dict.fromkeys((*self.required_products, *chosen)))

    def products_problem(self, wanted: Iterable[str]) -> str | None:
        """Return what is wrong with the number of products, or None."""
        several = len(set(wanted)) > 1
        return "Choose exactly one product." if self.one_product and several else None

    def preselected(self, asked: Iterable[str]) -> tuple[str, ...]:
        """Return what the untouched form has chosen: what was asked for, or the default."""
        chosen = tuple(asked) or self.default_products
        return chosen[:1] if self.one_product else chosen

    def offered(self, products: Iterable[ApiProduct]) -> tuple[ApiProduct, ...]:
        """Return those of the products that are a choice: not what every app gets anyway."""
        if self.one_product and self.required_products:
            return ()
        return tuple(item for item in products if item.name not in self.required_products)

    def shown(self, attributes: Iterable[Attribute]) -> tuple[tuple[str, str], ...]:
        """Return label and value of each attribute that developers see; an empty one is none."""
        held = tuple(attributes)
        values = ((label, value_of(held, name)) for name, label in self.attributes.items())
        return tuple((label, value) for label, value in values if value)

    def opens(self, attribute: str) -> bool:
        """Tell whether developers change this attribute themselves."""
        return attribute in self.editable and attribute in self.attributes

    def fields(self, attributes: Iterable[Attribute]) -> tuple[tuple[str, str, str], ...]:
        """Return name, label and value of each attribute that developers change themselves."""
        held = tuple(attributes)
        return tuple(
            (name, label, value_of(held, name) or "")
            for name, label in self.attributes.items()
            if self.opens(name)
        )


class Deletion(StrEnum):
    """What becomes of the developer when a person deletes the account; rows hold the names."""

    DEACTIVATE = "deactivate"
    DELETE = "delete"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """What people may do with their own account.

    ``is_address_fixed`` says that Apigee can never change a developer's e-mail address.
    """

    can_rename: bool = True
    deletion: Deletion = Deletion.DEACTIVATE
    is_address_fixed: bool = True
