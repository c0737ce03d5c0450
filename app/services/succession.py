"""Which products of a key a new one can be given, asked before and at a rotation."""

from dataclasses import dataclass, field
from typing import Final

from app.domain.developers import Owner
from app.domain.errors import NotPossible
from app.domain.keys import ApprovalStatus, Key
from app.domain.policy import KeyPolicy
from app.domain.succession import Carried
from app.services.operator import Operator
from app.services.products import Products

NO_PRODUCTS: Final = "None of this key's products can be given to a new key. Ask for access first."


@dataclass(frozen=True, slots=True)
class Succession:
    """The rules about the key that follows another."""

    products: Products
    policy: KeyPolicy = field(default_factory=KeyPolicy)
    operator: Operator = field(default_factory=Operator)

    def carried(self, owner: Owner, old: Key, roles: frozenset[str]) -> Carried:
        """Tell what becomes of the old key's products; raise ``NotPossible`` for none left.

        One that was refused, was deleted or may not be requested any more is not carried over.
        """
        held = [item.name for item in old.products if item.status is not ApprovalStatus.REVOKED]
        visible = [item for item in self.products.visible(roles) if item.name in held]
        refused = self.operator.refusals(owner, roles, visible)
        open_now = {item.name: item for item in visible if item.name not in refused}
        granted = tuple(name for name in held if name in open_now)
        if not granted:
            raise NotPossible(NO_PRODUCTS)
        working = {item.name for item in old.products if item.status is ApprovalStatus.APPROVED}
        return Carried(
            granted,
            tuple(item.name for item in old.products if item.name not in open_now),
            tuple(name for name in granted if name in working and not open_now[name].is_instant),
        )
