"""Reading seeds: products, developers, their apps and credentials in Apigee's own words.

The README describes the format. Everything is checked as the API would check it; a mistake
raises SeedError naming the place. Ids not given are made from the names, so a reset gives the
same developers again; keys and secrets not given are random.
"""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from emulator.calls import Site
from emulator.errors import ApiError
from emulator.fields import Fields
from emulator.model import (
    NEVER,
    ApiProduct,
    Credential,
    Developer,
    DeveloperApp,
    Entity,
    ProductOnKey,
    Stamp,
)
from emulator.names import check_app_name, check_email, check_key, check_product_name
from emulator.products import product_settings

Seed = Mapping[str, Any]
T = TypeVar("T")

_TOP = {"apiProducts", "developers", "environments", "displayName"}
_DEVELOPER = {
    "apps", "attributes", "createdAt", "developerId", "email", "firstName", "lastName", "status",
    "userName",
}  # fmt: skip
_APP = {
    "appId", "apiProducts", "attributes", "callbackUrl", "createdAt", "credentials", "name",
    "scopes", "status",
}  # fmt: skip
_CREDENTIAL = {
    "apiProducts", "attributes", "consumerKey", "consumerSecret", "expiresAt", "issuedAt",
    "scopes", "status",
}  # fmt: skip
_DAY = 86_400_000


class SeedError(ValueError):
    """A seed that cannot be read; says where."""


def read_seed(path: Path) -> Seed:
    """The content of a seed file. Raises SeedError."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SeedError(f"{path}: {error}") from error
    if not isinstance(raw, dict):
        raise SeedError(f"{path}: a JSON object is expected")
    return raw


def entities_of(seed: Seed, site: Site) -> list[Entity]:
    """Everything a seed describes, for `Store.replace_all`."""
    _only("seed", seed, _TOP)
    reader = _Reader(site)
    products = [reader.product(each) for each in seed.get("apiProducts", [])]
    reader.approval.update({each.name: each.needs_approval for each in products})
    found: list[Entity] = [*products]
    for each in seed.get("developers", []):
        found.extend(reader.developer(each))
    return found


class _Reader:
    """Reads one seed; remembers which products need approval and which keys are taken."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._now = site.now()
        self._keys: set[str] = set()
        self.approval: dict[str, bool] = {}

    def product(self, raw: Mapping[str, Any]) -> ApiProduct:
        where = f"product {raw.get('name')}"
        fields = self._fields(where, raw, None)
        return ApiProduct(
            name=_checked(where, lambda: check_product_name(fields.text("name"))),
            attributes=_checked(where, fields.attributes),
            settings=_checked(where, lambda: product_settings(fields, "auto")),
            stamp=self._stamp(where, raw),
        )

    def developer(self, raw: Mapping[str, Any]) -> list[Entity]:
        where = f"developer {raw.get('email')}"
        fields = self._fields(where, raw, _DEVELOPER)
        email = _checked(where, lambda: check_email(fields.text("email"), self._site.flavor))
        developer = Developer(
            developer_id=fields.text("developerId") or self._id("developer", email),
            email=email,
            first_name=fields.text("firstName"),
            last_name=fields.text("lastName"),
            user_name=fields.text("userName") or email.partition("@")[0],
            status=_choice(where, fields, "active", ("active", "inactive")),
            attributes=_checked(where, fields.attributes),
            stamp=self._stamp(where, raw),
        )
        return [developer, *(self._app(developer, each) for each in raw.get("apps", []))]

    def _app(self, developer: Developer, raw: Mapping[str, Any]) -> DeveloperApp:
        where = f"app {raw.get('name')} of {developer.email}"
        fields = self._fields(where, raw, _APP)
        credentials = raw.get("credentials")
        if credentials is None:
            credentials = [{"apiProducts": raw.get("apiProducts", [])}]
        name = _checked(where, lambda: check_app_name(fields.text("name")))
        return DeveloperApp(
            app_id=fields.text("appId") or self._id("app", f"{developer.email}/{name}"),
            developer_id=developer.developer_id,
            name=name,
            status=_choice(where, fields, "approved", ("approved", "revoked")),
            callback_url=fields.text("callbackUrl"),
            attributes=_checked(where, fields.attributes),
            scopes=_checked(where, lambda: fields.texts("scopes")),
            credentials=tuple(self._credential(where, each) for each in credentials),
            stamp=self._stamp(where, raw),
        )

    def _credential(self, app: str, raw: Mapping[str, Any]) -> Credential:
        where = f"a credential of {app}"
        fields = self._fields(where, raw, _CREDENTIAL)
        key = fields.text("consumerKey") or self._site.new_key()
        if key in self._keys:
            raise SeedError(f"{where}: the consumer key is used twice")
        self._keys.add(key)
        secret = fields.text("consumerSecret") or self._site.new_secret()
        return Credential(
            consumer_key=_checked(where, lambda: check_key(key)),
            consumer_secret=_checked(where, lambda: check_key(secret)),
            issued_at=self._moment(where, raw.get("issuedAt", self._now)),
            expires_at=self._moment(where, raw.get("expiresAt", NEVER)),
            status=_choice(where, fields, "approved", ("approved", "revoked")),
            products=tuple(self._granted(where, each) for each in raw.get("apiProducts", [])),
            attributes=_checked(where, fields.attributes),
            scopes=_checked(where, lambda: fields.texts("scopes")),
        )

    def _granted(self, where: str, raw: Any) -> ProductOnKey:
        entry = {"apiproduct": raw} if isinstance(raw, str) else raw
        fields = self._fields(where, entry, {"apiproduct", "status"})
        name = fields.text("apiproduct")
        if name not in self.approval:
            raise SeedError(f"{where}: there is no product {name}")
        usual = "pending" if self.approval[name] else "approved"
        choices = ("approved", "revoked", "pending")
        return ProductOnKey(name, _choice(where, fields, usual, choices))

    def _fields(self, where: str, raw: Any, known: set[str] | None) -> Fields:
        if not isinstance(raw, Mapping):
            raise SeedError(f"{where}: an object is expected")
        if known is not None:
            _only(where, raw, known)
        attributes = raw.get("attributes")
        if isinstance(attributes, Mapping):
            listed = [{"name": name, "value": value} for name, value in attributes.items()]
            raw = {**raw, "attributes": listed}
        return Fields(raw, "x", strict=True)

    def _stamp(self, where: str, raw: Mapping[str, Any]) -> Stamp:
        at = self._moment(where, raw.get("createdAt", self._now))
        by = self._site.organization.created_by
        return Stamp(created_at=at, created_by=by, modified_at=at, modified_by=by)

    def _moment(self, where: str, raw: Any) -> int:
        """Milliseconds, an ISO 8601 time with its zone, or days from now such as `+10d`."""
        if isinstance(raw, int) and not isinstance(raw, bool):
            return raw
        text = str(raw)
        if re.fullmatch(r"[+-]\d{1,5}d", text):
            return self._now + int(text[:-1]) * _DAY
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise SeedError(f"{where}: {text} is not a time") from None
        if moment.tzinfo is None:
            raise SeedError(f"{where}: {text} lacks its time zone")
        return int(moment.timestamp() * 1000)

    def _id(self, kind: str, name: str) -> str:
        organization = self._site.organization.name
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"apigee:{organization}:{kind}:{name}"))


def _only(where: str, raw: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        raise SeedError(f"{where}: unknown {', '.join(unknown)}")


def _choice(where: str, fields: Fields, usual: str, choices: tuple[str, ...]) -> str:
    value = fields.text("status", usual)
    if value not in choices:
        raise SeedError(f"{where}: status {value} is none of {', '.join(choices)}")
    return value


def _checked(where: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except ApiError as error:
        raise SeedError(f"{where}: {error.message}") from None
