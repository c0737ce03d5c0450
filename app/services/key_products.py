"""Which products a developer may put on a key of an app: never more than was granted before."""

from collections.abc import Collection
from dataclasses import dataclass, field

from app.domain.apps import DeveloperApp
from app.domain.developers import Owner
from app.domain.errors import Refused
from app.domain.keys import ApprovalStatus
from app.domain.notes import NoteKind
from app.services.operator import Operator
from app.services.ports import Notes
from app.services.products import Products


@dataclass(frozen=True, slots=True)
class KeyProducts:
    """The rule for every write that gives products to a key.

    A product that was refused for this app does not come back by itself: one that Apigee would
    approve at once is refused again, one that somebody approves may be asked for again.
    """

    products: Products
    notes: Notes
    operator: Operator = field(default_factory=Operator)

    def addable(
        self, owner: Owner, app: DeveloperApp, names: Collection[str], roles: frozenset[str]
    ) -> tuple[str, ...]:
        """Return the names to give to a key; raise ``InvalidInput`` if one may not be given."""
        wanted = self.products.requested(names, roles)
        self.operator.check(owner, roles, wanted)
        refused = self.refused(app)
        for product in wanted:
            if product.is_instant and product.name in refused:
                text = f"{product.display_name} was refused for this app. Ask its owner."
                raise Refused({"products": text})
        return tuple(product.name for product in wanted)

    def refused(self, app: DeveloperApp) -> frozenset[str]:
        """Return the products that were refused on a key of the app, also one that is gone."""
        on_keys = {
            item.name
            for key in app.keys
            for item in key.products
            if item.status is ApprovalStatus.REVOKED
        }
        noted = {
            note.subject.product
            for note in self.notes.of_app(app.app_id)
            if note.kind is NoteKind.REFUSED and not note.subject.key_id
        }
        return frozenset(on_keys | noted)
