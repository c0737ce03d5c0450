"""API products: list and filter, create, read, replace, delete, attributes."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from emulator.attributes import Held, attribute_routes
from emulator.calls import EDGE_ONLY, X_ONLY, Call, Reply, route
from emulator.errors import (
    bad_request,
    name_mismatch,
    product_exists,
    product_in_use,
    product_missing,
)
from emulator.fields import Fields
from emulator.model import ApiProduct, Credential, Developer, DeveloperApp, Group
from emulator.names import check_product_name
from emulator.paging import key_page

_LISTS = ("apiResources", "environments", "proxies", "scopes")
_TEXTS = (
    "description",
    "displayName",
    "llmQuota",
    "llmQuotaInterval",
    "llmQuotaTimeUnit",
    "quota",
    "quotaCounterScope",
    "quotaInterval",
    "quotaTimeUnit",
    "space",
)
_GROUPS = (
    "graphqlOperationGroup",
    "grpcOperationGroup",
    "llmOperationGroup",
    "operationGroup",
    "payloadOperationGroup",
)
KNOWN = {
    *_LISTS,
    *_TEXTS,
    *_GROUPS,
    "approvalType",
    "attributes",
    "createdAt",
    "lastModifiedAt",
    "name",
}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "approvalType": ("auto", "manual"),
    "quotaTimeUnit": ("minute", "hour", "day", "month"),
    "llmQuotaTimeUnit": ("minute", "hour", "day", "month"),
    "quotaCounterScope": ("QUOTA_COUNTER_SCOPE_UNSPECIFIED", "PROXY", "OPERATION", "PRODUCT"),
}


def find_product(call: Call) -> ApiProduct:
    """The product of the address; raises 404."""
    name = call.names["product"]
    product = call.store.products.get(name)
    if product is None:
        raise product_missing(name)
    return product


def list_products(call: Call) -> Reply:
    """Products by name, all or those with one attribute's value or in one space."""
    names = key_page(call, _filtered(call), "apiproduct")
    if call.flag("expand"):
        shapes = [call.wire.product(call.store.products[name]) for name in names]
        return Reply(200, call.wire.page("apiProduct", shapes))
    return Reply(200, call.wire.stubs("apiProduct", [{"name": name} for name in names]))


def _filtered(call: Call) -> Sequence[str]:
    names: Sequence[str] = call.store.product_names
    products = call.store.products
    attribute, value = call.query.get("attributename"), call.query.get("attributevalue")
    if attribute:
        names = [name for name in names if products[name].attributes.get(attribute) == value]
    space = call.query.get("space")
    if space:
        names = [name for name in names if products[name].settings.get("space") == space]
    return names


def create(call: Call) -> Reply:
    """Add a product."""
    settings = product_settings(call.fields, call.switches.default_approval_type)
    name = check_product_name(_new_name(call, settings))
    if name in call.store.products or call.store.reserved("products", name):
        raise product_exists(name, call.switches)
    product = ApiProduct(
        name=name,
        attributes=call.fields.attributes(),
        settings=settings,
        stamp=call.new_stamp(),
    )
    call.store.put(product)
    return Reply(201, call.wire.product(product))


def _new_name(call: Call, settings: Mapping[str, Any]) -> str:
    """X wants a name; Edge wants a display name and a way of approval and makes the name."""
    name = call.fields.text("name")
    if call.site.flavor == "x" and (name or call.switches.product_name_required):
        return name
    display = settings.get("displayName", "")
    if not display:
        message = "A display name is required"
        raise bad_request(message, "keymanagement.service.apiproduct_invalid_displayname")
    if call.site.flavor == "edge" and "approvalType" not in call.fields:
        raise bad_request("approvalType is required")
    return name or re.sub(r"[^A-Za-z0-9_\-.#$%]+", "-", display).strip("-")


def read(call: Call) -> Reply:
    """One product; on Edge also what uses it."""
    product = find_product(call)
    if call.site.flavor == "edge" and "query" in call.query:
        return _counted(call, product)
    return Reply(200, call.wire.product(product))


def update(call: Call) -> Reply:
    """Replace a product whole; its name cannot change."""
    old = find_product(call)
    settings = product_settings(call.fields, call.switches.default_approval_type, old.settings)
    if call.site.flavor == "x" and call.fields.text("name", old.name) != old.name:
        raise name_mismatch(call.switches)
    product = replace(
        old,
        attributes=call.fields.attributes(),
        settings=settings,
        stamp=call.touch(old.stamp),
    )
    call.store.put(product)
    return Reply(200, call.wire.product(product))


def delete(call: Call) -> Reply:
    """Remove a product; keys that name it keep the name and fail at the gateway."""
    product = find_product(call)
    if call.switches.product_in_use == "refuse" and users(call, product.name):
        raise product_in_use(product.name)
    call.store.remove_product(product)
    return Reply(200, call.wire.product(product))


def users(call: Call, name: str) -> list[tuple[DeveloperApp, Credential]]:
    """The keys that name a product, each with its app."""

    def named(app: DeveloperApp) -> list[tuple[DeveloperApp, Credential]]:
        keys = app.credentials
        return [(app, key) for key in keys if any(each.name == name for each in key.products)]

    found = call.store.apps_where(lambda app: bool(named(app)))
    return [pair for app_id in found for pair in named(call.store.apps[app_id])]


def move(call: Call) -> Reply:
    """X: put a product in another space."""
    old = find_product(call)
    call.fields.only({"space"})
    settings = {**old.settings, "space": call.fields.text("space")}
    product = replace(old, settings=settings, stamp=call.touch(old.stamp))
    call.store.put(product)
    return Reply(200, call.wire.product(product))


def _counted(call: Call, product: ApiProduct) -> Reply:
    """Edge: `query=count|list` of the `entity` that use a product; the list is a guess."""
    pairs = users(call, product.name)
    owners = [call.store.owner_of(app) for app, _ in pairs]
    found = {
        "keys": [key.consumer_key for _, key in pairs],
        "apps": [app.name for app, _ in pairs],
        "developers": [each.email for each in owners if isinstance(each, Developer)],
        "companies": [each.name for each in owners if isinstance(each, Group)],
    }.get(call.query.get("entity", ""))
    if found is None or call.query["query"] not in ("count", "list"):
        raise bad_request("query is count or list, entity keys, apps, developers or companies")
    names = sorted(set(found))
    return Reply(200, names if call.query["query"] == "list" else {"value": len(names)})


def product_settings(fields: Fields, approval: str, held: Collection[str] = ()) -> dict[str, Any]:
    """The fields of a product besides name and attributes, checked; raises 400.

    `held` are the fields it has already: those that are not the API's are taken too.
    """
    settings: dict[str, Any] = fields.others(KNOWN, set(held) - KNOWN)
    settings["approvalType"] = fields.text("approvalType", approval)
    for name in _TEXTS:
        if name in fields:
            settings[name] = fields.text(name)
    for name in _LISTS:
        if name in fields:
            settings[name] = list(fields.texts(name))
    settings.update({name: _group(fields, name) for name in _GROUPS if name in fields})
    _check_settings(settings)
    return settings


def _check_settings(settings: Mapping[str, Any]) -> None:
    group = next((name for name in _GROUPS if name in settings), "")
    if group and settings.get("apiResources"):
        raise bad_request(f"apiResources cannot be combined with {group}")
    for name, choices in _CHOICES.items():
        if settings.get(name) and settings[name] not in choices:
            raise bad_request(f"Invalid {name} {settings[name]}")


def _group(fields: Fields, name: str) -> Any:
    value = fields.raw[name]
    if not isinstance(value, Mapping) or not isinstance(value.get("operationConfigs", []), list):
        raise bad_request(f"Invalid value at '{name}'")
    return value


def _attributes(call: Call) -> Held:
    return Held(call, find_product(call))


_ALL, _ONE = "apiproducts", "apiproducts/{product}"
ROUTES = (
    route(
        "GET", _ALL, list_products, query="attributename attributevalue count expand space startKey"
    ),
    route("POST", _ALL, create),
    route("GET", _ONE, read),
    route("PUT", _ONE, update),
    route("POST", _ONE, update, flavors=EDGE_ONLY),
    route("POST", f"{_ONE}/:move", move, flavors=X_ONLY),
    route("DELETE", _ONE, delete),
    *attribute_routes(_ONE, _attributes),
)
