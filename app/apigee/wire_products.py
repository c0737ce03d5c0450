"""API products: Apigee's JSON of either flavour as the portal's model."""

from collections.abc import Iterator
from typing import Any, Final

from app.apigee.fields import Json, as_object, name_of, objects, text, texts, word
from app.apigee.wire import attributes_from
from app.domain.attributes import Attribute, value_of
from app.domain.products import (
    ApiProduct,
    Approval,
    NewProduct,
    Operation,
    OperationKind,
    OtherOperation,
    Quota,
)

ACCESS: Final = "access"
PUBLIC: Final = "public"
Named = tuple[str, tuple[str, ...]]
_APPROVAL: Final = {approval.value: approval for approval in Approval}


def product_from(value: Any) -> ApiProduct:
    """Read a product; without an ``access`` attribute it is public, as Apigee's own portals say.

    An approval type that is not known counts as manual: it promises less.
    """
    raw = as_object(value)
    attributes = attributes_from(raw)
    name = name_of(raw, "name")
    return ApiProduct(
        name=name,
        display_name=text(raw, "displayName") or name,
        description=text(raw, "description"),
        approval=word(raw, "approvalType", _APPROVAL, Approval.AUTO, Approval.MANUAL),
        access=(value_of(attributes, ACCESS) or "").strip().lower() or PUBLIC,
        scopes=texts(raw, "scopes"),
        quota=_quota_of(raw, ("quota", "quotaInterval", "quotaTimeUnit")),
        environments=texts(raw, "environments"),
        proxies=_proxies(raw),
        operations=tuple(_operations(raw)),
        other_operations=tuple(_other_operations(raw)),
        paths=texts(raw, "apiResources"),
        attributes=attributes,
    )


def new_product_body(new: NewProduct) -> dict[str, Any]:
    """Return the body of a creation."""
    attributes = (Attribute(ACCESS, new.access), *new.attributes)
    return {
        "name": new.name,
        "displayName": new.display_name,
        "approvalType": new.approval.value,
        "attributes": [{"name": item.name, "value": item.value} for item in attributes],
        "environments": [*new.environments],
        "scopes": [*new.scopes],
    }


def _quota_of(raw: Json, names: tuple[str, str, str]) -> Quota | None:
    limit, interval, unit = (text(raw, name) for name in names)
    return Quota(limit, interval or "1", unit.lower()) if limit else None


def _proxies(raw: Json) -> tuple[str, ...]:
    """A product may name its proxies itself or in its operations."""
    groups = ("operationGroup", *_OTHER_GROUPS)
    sources = (text(item, "apiSource") for group in groups for item in _configs(raw, group))
    return tuple(dict.fromkeys(name for name in (*texts(raw, "proxies"), *sources) if name))


def _operations(raw: Json) -> Iterator[Operation]:
    for config in _configs(raw, "operationGroup"):
        proxy, quota = text(config, "apiSource"), _own_quota(config)
        for item in objects(config, "operations"):
            methods = tuple(method.upper() for method in texts(item, "methods"))
            yield Operation(proxy, text(item, "resource") or "/", methods, quota)


def _other_operations(raw: Json) -> Iterator[OtherOperation]:
    for group, (kind, named) in _OTHER_GROUPS.items():
        for config in _configs(raw, group):
            proxy, quota = text(config, "apiSource"), _own_quota(config)
            for name, verbs in named(config):
                yield OtherOperation(kind, proxy, name, verbs, quota)


def _graphql(config: Json) -> Iterator[Named]:
    for item in objects(config, "operations"):
        yield text(item, "operation"), texts(item, "operationTypes")


def _grpc(config: Json) -> Iterator[Named]:
    yield text(config, "service"), texts(config, "methods")


def _llm(config: Json) -> Iterator[Named]:
    for item in objects(config, "llmOperations"):
        verbs = (*texts(item, "methods"), text(item, "model"))
        yield text(item, "resource"), tuple(verb for verb in verbs if verb)


_OTHER_GROUPS: Final = {
    "graphqlOperationGroup": (OperationKind.GRAPHQL, _graphql),
    "grpcOperationGroup": (OperationKind.GRPC, _grpc),
    "llmOperationGroup": (OperationKind.LLM, _llm),
}


def _own_quota(config: Json) -> Quota | None:
    own = config.get("quota")
    return (
        None
        if own is None
        else _quota_of(as_object(own, "quota"), ("limit", "interval", "timeUnit"))
    )


def _configs(raw: Json, name: str) -> tuple[Json, ...]:
    group = raw.get(name)
    return () if group is None else objects(as_object(group, name), "operationConfigs")
