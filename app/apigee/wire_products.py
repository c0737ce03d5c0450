"""API products: Apigee's JSON of either flavour as the portal's model."""

from collections.abc import Iterator
from typing import Any, Final

from app.apigee.fields import Json, as_object, name_of, objects, text, texts, word
from app.apigee.wire import attributes_from
from app.domain.attributes import Attribute, value_of
from app.domain.products import ApiProduct, Approval, NewProduct, Operation, Quota

ACCESS: Final = "access"
PUBLIC: Final = "public"
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
        quota=_quota(raw),
        environments=texts(raw, "environments"),
        proxies=_proxies(raw),
        operations=tuple(_operations(raw)),
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


def _quota(raw: Json) -> Quota | None:
    limit = text(raw, "quota")
    if not limit:
        return None
    return Quota(limit, text(raw, "quotaInterval") or "1", text(raw, "quotaTimeUnit").lower())


def _proxies(raw: Json) -> tuple[str, ...]:
    """A product may name its proxies itself or in its operations."""
    named = (*texts(raw, "proxies"), *(text(item, "apiSource") for item in _configs(raw)))
    return tuple(dict.fromkeys(name for name in named if name))


def _operations(raw: Json) -> Iterator[Operation]:
    for config in _configs(raw):
        proxy = text(config, "apiSource")
        for item in objects(config, "operations"):
            methods = tuple(method.upper() for method in texts(item, "methods"))
            yield Operation(proxy, text(item, "resource") or "/", methods)


def _configs(raw: Json) -> tuple[Json, ...]:
    group = raw.get("operationGroup")
    return () if group is None else objects(as_object(group, "operationGroup"), "operationConfigs")
