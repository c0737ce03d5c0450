"""API products and the one rule that says who may see and request them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from app.domain.attributes import Attribute

EVERYONE: Final = "*"
# Among roles: an administrator goes beyond the access rule. No role can have this name.
OVERRIDE: Final = "override:access"


class Approval(StrEnum):
    """Whether a key gets the product at once or after somebody approved it."""

    AUTO = "auto"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Quota:
    """At most ``limit`` calls per ``interval`` ``unit``s (minute, hour, day, month)."""

    limit: str
    interval: str
    unit: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A path of an API proxy with its methods; no methods means all.

    ``quota`` is that of its operation group, which counts on its own.
    """

    proxy: str
    path: str
    methods: tuple[str, ...] = ()
    quota: Quota | None = None


class OperationKind(StrEnum):
    """What an operation of a proxy is that is not a path with methods."""

    GRAPHQL = "GraphQL"
    GRPC = "gRPC"
    LLM = "LLM"


@dataclass(frozen=True, slots=True)
class OtherOperation:
    """An operation of another kind by its name; ``verbs`` are its types, methods or model."""

    kind: OperationKind
    proxy: str
    name: str
    verbs: tuple[str, ...] = ()
    quota: Quota | None = None


@dataclass(frozen=True, slots=True)
class ApiProduct:
    """One API product; empty ``proxies`` or ``environments`` mean all of them."""

    name: str
    display_name: str
    description: str = ""
    approval: Approval = Approval.AUTO
    access: str = "public"
    scopes: tuple[str, ...] = ()
    quota: Quota | None = None
    environments: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ()
    other_operations: tuple[OtherOperation, ...] = ()
    paths: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()

    @property
    def is_instant(self) -> bool:
        """Whether a key gets this product without anybody's approval."""
        return self.approval is Approval.AUTO

    @property
    def is_public(self) -> bool:
        """Whether Apigee's attribute says that everybody may read about it."""
        return self.access == "public"

    def is_in(self, environment: str) -> bool:
        """Tell whether its keys work in that environment."""
        return not self.environments or environment in self.environments


@dataclass(frozen=True, slots=True)
class NewProduct:
    """What makes an API product; the API and its documents come from elsewhere."""

    name: str
    display_name: str
    approval: Approval = Approval.AUTO
    access: str = "private"
    scopes: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessOverride:
    """The operator's word about some products for some roles.

    ``products`` are names on Apigee, where ``*`` and ``?`` stand for what is left open; the case
    counts.
    """

    products: tuple[str, ...]
    roles: frozenset[str]
    allows: bool = True

    def concerns(self, product: ApiProduct, roles: frozenset[str]) -> bool:
        """Tell whether it speaks about this product and somebody with these roles."""
        return _includes(self.roles, roles) and any(
            fnmatchcase(product.name, pattern) for pattern in self.products
        )


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Which roles see which values of the ``access`` attribute, and the overrides of that.

    An access value that the rule does not name is seen by nobody: a typing mistake on Apigee
    must not publish a product. Among overrides a refusal wins.
    """

    roles_by_access: Mapping[str, frozenset[str]]
    overrides: tuple[AccessOverride, ...] = ()

    def allows(self, product: ApiProduct, roles: Iterable[str]) -> bool:
        """Tell whether somebody with these roles may see and request the product."""
        held = frozenset(roles)
        if OVERRIDE in held:
            return True
        said = {item.allows for item in self.overrides if item.concerns(product, held)}
        if said:
            return False not in said
        return _includes(self.roles_by_access.get(product.access, frozenset()), held)


def _includes(audience: frozenset[str], roles: frozenset[str]) -> bool:
    return EVERYONE in audience or not audience.isdisjoint(roles)
