"""Which apps may be made at all: what the operator's settings and own rules say of a new one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from app.domain.apps import NewApp
from app.domain.developers import Owner
from app.domain.errors import InvalidInput, Refused
from app.domain.names import name_problem, unprintable
from app.domain.plurals import number_of
from app.domain.policy import AppPolicy, KeyPolicy
from app.domain.products import ApiProduct
from app.services.apigee_port import ApigeeApps
from app.services.operator import Operator
from app.services.products import Products

MAX_DESCRIPTION: Final = 1000
# Apigee keeps 2 KB per attribute; a letter outside ASCII takes up to four bytes of them.
LONGEST_ATTRIBUTE: Final = 2000
NOT_YOURS: Final = (
    "Every app here needs a product that is not open to its developer, so none can be made. "
    "Ask support."
)


@dataclass(frozen=True, slots=True)
class AppAdmission:
    """The rules for a new app: its fields, its products, its key's lifetime, how many there are."""

    products: Products
    apps: AppPolicy = field(default_factory=AppPolicy)
    keys: KeyPolicy = field(default_factory=KeyPolicy)
    operator: Operator = field(default_factory=Operator)

    def admitted(self, new: NewApp, owner: Owner, roles: frozenset[str]) -> NewApp:
        """Return the app as it may be made: with the required products, within every limit.

        Raises ``InvalidInput`` per field.
        """
        wanted = self.apps.wanted(new.products)
        callback = new.callback_url if self.apps.asks_for_callback else ""
        typed = {name: value for name, value in new.attributes.items() if self.apps.opens(name)}
        found = {
            **{field_of(name): attribute_problem(value) for name, value in typed.items()},
            "display_name": name_problem(new.display_name),
            "description": description_problem(new.description),
            "callback_url": self.apps.callback_problem(callback),
            "products": self.apps.products_problem(wanted),
        }
        problems = {field: problem for field, problem in found.items() if problem}
        try:
            self._check_products(owner, roles, wanted)
        except Refused as error:
            raise Refused({**error.fields, **problems}) from None
        except InvalidInput as error:
            problems = {**error.fields, **problems}
        if problems:
            raise InvalidInput(problems)
        seconds = self.keys.seconds(new.key_days)
        given = replace(new, products=wanted, callback_url=callback, attributes=typed)
        return replace(given, key_lifetime_seconds=seconds)

    def required(self, roles: frozenset[str]) -> tuple[ApiProduct, ...]:
        """Return the products of every app; raise ``InvalidInput`` where one is not open."""
        names = self.apps.required_products
        open_now = {item.name: item for item in self.products.visible(roles)} if names else {}
        if not open_now.keys() >= set(names):
            raise Refused({"products": NOT_YOURS})
        return tuple(open_now[name] for name in names)

    def check_room(self, apigee: ApigeeApps, owner: Owner) -> None:
        """Raise ``InvalidInput`` when the developer has as many apps as the settings allow.

        Counts on Apigee, only where there is a limit. Two forms sent at the same moment may
        both find the last place free.
        """
        most = self.apps.apps_per_developer
        if most is not None and sum(1 for _ in islice(apigee.names(owner.email), most)) >= most:
            raise Refused({"": full(most)})

    def values(self, new: NewApp) -> Mapping[str, str]:
        """Return what was typed, by field, for the operator's own rules."""
        return {
            "display_name": new.display_name,
            "description": new.description,
            "callback_url": new.callback_url,
            **{field_of(name): value for name, value in new.attributes.items()},
        }

    def _check_products(self, owner: Owner, roles: frozenset[str], wanted: tuple[str, ...]) -> None:
        self.required(roles)
        self.operator.check(owner, roles, self.products.requested(wanted, roles))


def full(most: int) -> str:
    """Say that no further app can be made."""
    apps = number_of(most, "app")
    return f"There are {apps}, the most that one developer may have here. Delete one first."


def field_of(attribute: str) -> str:
    """Return the form's field of a custom attribute."""
    return f"attributes[{attribute}]"


def attribute_problem(value: str) -> str | None:
    """Return what is wrong with an attribute's value, or None; an empty one takes it away."""
    if len(value.encode(errors="replace")) > LONGEST_ATTRIBUTE:
        return f"Use at most {LONGEST_ATTRIBUTE} characters."
    return "Remove characters that cannot be seen." if unprintable(value) else None


def description_problem(text: str) -> str | None:
    """Return what is wrong with a description, or None."""
    if len(text) > MAX_DESCRIPTION:
        return f"Use at most {MAX_DESCRIPTION} characters."
    if unprintable(" ".join(text.split())):
        return "Remove characters that cannot be seen."
    return None
