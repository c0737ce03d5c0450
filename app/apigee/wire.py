"""Developers, apps and credentials: Apigee's JSON of either flavour, and the portal's own models.

Keys and secrets leave an app's JSON through ``pairs_of`` only; everything else drops them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from app.apigee.fields import (
    EPOCH,
    Json,
    as_object,
    items_of,
    moment,
    name_of,
    objects,
    text,
    texts,
    word,
)
from app.apigee.flavor import Flavor
from app.domain.apps import DISPLAY_NAME, NOTES, REQUEST_ID, AppChange, DeveloperApp, NewApp
from app.domain.attributes import Attribute, Changes
from app.domain.developers import Developer, DeveloperChange, DeveloperStatus, NewDeveloper
from app.domain.emails import folded_email
from app.domain.keys import ApprovalStatus, Key, KeyPair, KeyProduct
from app.domain.secret import Secret

Fingerprint = Callable[[str], str]

_APPROVAL: Final = {status.value: status for status in ApprovalStatus}
_REGISTRATION: Final = {status.value: status for status in DeveloperStatus}


def developer_from(value: Any) -> Developer:
    """Read a developer; an unknown status counts as inactive."""
    raw = as_object(value)
    return Developer(
        email=name_of(raw, "email"),
        developer_id=text(raw, "developerId"),
        first_name=text(raw, "firstName"),
        last_name=text(raw, "lastName"),
        user_name=text(raw, "userName"),
        status=word(raw, "status", _REGISTRATION, DeveloperStatus.ACTIVE, DeveloperStatus.INACTIVE),
        attributes=attributes_from(raw),
        created_at=moment(raw, "createdAt"),
        last_modified_at=moment(raw, "lastModifiedAt"),
        apps_count=len(items_of(raw, "apps")) if "apps" in raw else None,
    )


def new_developer_body(new: NewDeveloper, flavor: Flavor) -> dict[str, Any]:
    """Return the body of a creation; X accepts e-mail addresses in small letters only."""
    return {
        "email": folded_email(new.email) if flavor is Flavor.X else new.email,
        "firstName": new.first_name,
        "lastName": new.last_name,
        "userName": new.user_name,
        "attributes": _pairs({item.name: item.value for item in new.attributes}),
    }


def app_from(value: Any, fingerprint: Fingerprint) -> DeveloperApp:
    """Read an app with the facts of its credentials, newest first."""
    raw = as_object(value)
    return DeveloperApp(
        app_id=text(raw, "appId"),
        name=name_of(raw, "name"),
        developer_id=text(raw, "developerId"),
        status=_approval(raw),
        callback_url=text(raw, "callbackUrl"),
        scopes=texts(raw, "scopes"),
        attributes=attributes_from(raw),
        keys=tuple([key_from(item, fingerprint) for item in _credentials(raw)]),
        created_at=moment(raw, "createdAt"),
        last_modified_at=moment(raw, "lastModifiedAt"),
    )


def changed_developer(raw: Json, change: DeveloperChange) -> Json:
    """Return a developer's JSON with the change in it."""
    names = {
        "firstName": change.first_name,
        "lastName": change.last_name,
        "userName": change.user_name,
        "email": change.email,
    }
    given = {name: value for name, value in names.items() if value is not None}
    return {**raw, **given, "attributes": _changed_attributes(raw, change.attributes)}


def changed_app(raw: Json, change: AppChange) -> Json:
    """Return an app's JSON with the change in it."""
    address = {} if change.callback_url is None else {"callbackUrl": change.callback_url}
    attributes = _changed_attributes(raw, change.attribute_changes)
    return {**raw, **address, "attributes": attributes}


def new_app_body(new: NewApp, flavor: Flavor) -> dict[str, Any]:
    """Return the body of a creation; Apigee counts an app's ``keyExpiresIn`` in milliseconds."""
    named = {DISPLAY_NAME: new.display_name, NOTES: new.description, REQUEST_ID: new.request_id}
    values = {**new.attributes, **named}
    body: dict[str, Any] = {
        "name": new.name,
        "apiProducts": list(new.products),
        "attributes": _pairs({name: value for name, value in values.items() if value}),
    }
    if new.callback_url:
        body["callbackUrl"] = new.callback_url
    if new.key_lifetime_seconds is not None:
        body["keyExpiresIn"] = wide(new.key_lifetime_seconds * 1000, flavor)
    return body


def wide(number: int, flavor: Flavor) -> str | int:
    """Return a number of 64 bits as the flavour writes it."""
    return str(number) if flavor is Flavor.X else number


def pairs_of(value: Any, fingerprint: Fingerprint) -> tuple[KeyPair, ...]:
    """Read the keys and secrets of an app's credentials, newest first."""
    return tuple(
        KeyPair(
            key_id=fingerprint(name_of(raw, "consumerKey")),
            consumer_key=Secret(name_of(raw, "consumerKey")),
            consumer_secret=Secret(text(raw, "consumerSecret")),
        )
        for raw in _credentials(as_object(value))
    )


def attributes_from(raw: Json) -> tuple[Attribute, ...]:
    """Read the custom attributes of anything that has them."""
    return tuple([attribute_from(item) for item in objects(raw, "attributes")])


def attribute_from(raw: Json) -> Attribute:
    """Read one attribute; one without a value is empty."""
    return Attribute(name_of(raw, "name"), text(raw, "value"))


def _changed_attributes(raw: Json, changes: Changes) -> list[Json]:
    """Return the attributes with new values in their places, new names at the end."""
    left = dict(changes)
    result = []
    for item in objects(raw, "attributes"):
        name = name_of(item, "name")
        if name not in changes:
            result.append(item)
        elif (value := left.pop(name, None)) is not None:
            result.append({**item, "value": value})
    added = ({"name": name, "value": value} for name, value in left.items() if value is not None)
    return [*result, *added]


def _credentials(raw: Json) -> list[Json]:
    """A credential without its key cannot be named, so it is left out."""
    known = [item for item in objects(raw, "credentials") if text(item, "consumerKey")]
    return sorted(known, key=_issued, reverse=True) if len(known) > 1 else known


def _issued(raw: Json) -> datetime:
    return moment(raw, "issuedAt") or EPOCH


def key_from(value: Any, fingerprint: Fingerprint) -> Key:
    """Read one credential without its key and secret."""
    raw = as_object(value)
    consumer_key = name_of(raw, "consumerKey")
    return Key(
        key_id=fingerprint(consumer_key),
        ending=consumer_key[-4:],
        status=_approval(raw),
        products=tuple([_held(item) for item in objects(raw, "apiProducts")]),
        issued_at=moment(raw, "issuedAt"),
        expires_at=moment(raw, "expiresAt"),
        scopes=texts(raw, "scopes"),
        attributes=attributes_from(raw),
    )


def _held(raw: Json) -> KeyProduct:
    return _product(name_of(raw, "apiproduct"), _approval(raw))


@lru_cache(maxsize=4096)
def _product(name: str, status: ApprovalStatus) -> KeyProduct:
    """Return one object for what many keys hold: a list of a hundred apps has hundreds of them."""
    return KeyProduct(name, status)


def _approval(raw: Json) -> ApprovalStatus:
    """A word that is not known must not make a key look as if it worked."""
    return word(raw, "status", _APPROVAL, ApprovalStatus.APPROVED, ApprovalStatus.REVOKED)


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]
