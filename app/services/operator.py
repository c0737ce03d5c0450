"""The operator's own rules: a class named in the settings that may refuse what people ask for.

It is asked after the portal's own rules have said yes, so it can narrow a right, never widen it.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from app.domain.audit import Action
from app.domain.developers import Owner
from app.domain.errors import NotAllowed, Refused
from app.domain.products import OVERRIDE, ApiProduct

LOG: Final = logging.getLogger(__name__)
BROKEN: Final = (
    "The rules of this portal's operator could not be checked, so nothing was changed. Ask support."
)


@dataclass(frozen=True, slots=True)
class Person:
    """The developer whose apps are worked on, with the roles of the portal account."""

    email: str
    developer_id: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Write:
    """One change of an app or its keys, about to be made or just made.

    ``action`` is one of ``app.create``, ``app.update``, ``key.add``, ``key.products`` and
    ``key.rotate``. ``products`` are those that are asked for anew. ``values`` holds what was
    typed by its form field (``display_name``, ``callback_url``, ``attributes[<name>]`` …); keys
    and secrets are never in it.
    """

    action: Action
    person: Person
    app: str
    products: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


class OperatorPolicy(Protocol):
    """What an operator's class answers; a text is the reason to refuse, shown to the person."""

    def may_request(self, person: Person, product: ApiProduct) -> str | None:
        """Return why this person may not request a product that the portal would allow."""
        ...

    def before_write(self, write: Write) -> str | None:
        """Return why a change must not be made; nothing was sent to Apigee yet."""
        ...

    def after_write(self, write: Write) -> None:
        """Learn of a change that was made; what goes wrong here is logged and undoes nothing."""
        ...


class NoFurtherRules:
    """The default: whatever the portal allows is allowed."""

    def may_request(self, _person: Person, _product: ApiProduct) -> str | None:
        return None

    def before_write(self, _write: Write) -> str | None:
        return None

    def after_write(self, _write: Write) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Operator:
    """Asks the operator's class; where it fails, what it was asked about is refused."""

    policy: OperatorPolicy = field(default_factory=NoFurtherRules)

    def refusals(
        self, owner: Owner, roles: frozenset[str], products: Iterable[ApiProduct]
    ) -> Mapping[str, str]:
        """Return the products that are refused by name, each with the reason."""
        person = _person(owner, roles)
        answers = (
            (item.name, _asked(lambda item=item: self.policy.may_request(person, item)))  # type: ignore[misc] # mypy cannot see the default's type
            for item in products
        )
        return {name: reason for name, reason in answers if reason}

    def check(self, owner: Owner, roles: frozenset[str], products: Iterable[ApiProduct]) -> None:
        """Raise ``InvalidInput`` when one of the products is refused."""
        titles = {product.name: product for product in products}
        refused = self.refusals(owner, roles, titles.values())
        for name, reason in refused.items():
            raise Refused({"products": f"{titles[name].display_name}: {reason}"})

    @contextmanager
    def around(
        self,
        owner: Owner,
        roles: frozenset[str],
        write: tuple[Action, str],
        products: Iterable[str] = (),
        values: Mapping[str, str] | None = None,
    ) -> Iterator[None]:
        """Ask before the body, which writes (an action on an app), and tell afterwards.

        Raises ``InvalidInput`` with the reason, under an empty name, when it is refused.
        """
        action, app = write
        asked = Write(action, _person(owner, roles), app, tuple(products), dict(values or {}))
        reason = _asked(lambda: self.policy.before_write(asked))
        if reason:
            raise Refused({"": reason})
        yield
        try:
            self.policy.after_write(asked)
        except Exception:
            LOG.exception("The operator's after_write failed after %s", action.value)


def _person(owner: Owner, roles: frozenset[str]) -> Person:
    return Person(owner.email, owner.developer_id, roles - {OVERRIDE})


def _asked(ask: Callable[[], str | None]) -> str | None:
    try:
        return ask()
    except Exception:
        LOG.exception("The operator's rules failed")
        raise NotAllowed(BROKEN) from None
