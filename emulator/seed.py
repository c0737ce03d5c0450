"""Reading seeds: products, developers, their apps and credentials in Apigee's own words.

The README describes the format. Everything is checked as the API would check it; a mistake
raises SeedError naming the place. Ids not given are made from the names, so a reset gives the
same developers again; keys and secrets not given are random.
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

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
from emulator.population import Plan, Population
from emulator.products import product_settings

Seed = Mapping[str, Any]

_TOP = {"apiProducts", "developers", "displayName", "environments", "generate"}
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


def generated(*, developers: int, apps: int = 0, every: int = 1, products: int = 3) -> Seed:
    """A seed of that many made-up developers, each `every`-th with `apps` apps of one key."""
    plan = Plan(developers=developers, apps=apps, every=every, products=products)
    return {"generate": asdict(plan)}


def plan_of(seed: Seed) -> Plan:
    """What a seed wants generated. Raises SeedError."""
    raw = seed.get("generate", {"products": 0})
    if not isinstance(raw, Mapping):
        raise SeedError("generate: an object is expected")
    _only("generate", raw, {each.name for each in fields(Plan)})
    try:
        return Plan(**raw)
    except ValueError as error:
        raise SeedError(f"generate: {error}") from None


def entities_of(seed: Seed, site: Site) -> list[Entity]:
    """What a seed describes above its generated population. Raises SeedError."""
    _only("seed", seed, _TOP)
    population = Population(plan_of(seed))
    reader = _Reader(site, population)
    found: list[Entity] = list(population.products)
    found.extend(reader.product(each) for each in _items("seed", seed, "apiProducts"))
    for each in _items("seed", seed, "developers"):
        found.extend(reader.developer(each))
    return found


class _Reader:
    """Reads one seed; remembers which products need approval and which names are taken."""

    def __init__(self, site: Site, population: Population) -> None:
        self._site = site
        self._now = site.now()
        self._generated = population
        self._approval = {each.name: each.needs_approval for each in population.products}
        self._taken: set[tuple[str, ...]] = {("product", name) for name in self._approval}

    def product(self, raw: Any) -> ApiProduct:
        where = _label("product", raw, "name")
        with _at(where):
            fields = self._fields(where, raw, None)
            product = ApiProduct(
                name=check_product_name(fields.text("name")),
                attributes=fields.attributes(),
                settings=product_settings(fields, "auto"),
                stamp=self._stamp(where, raw),
            )
        self._take(where, "product", product.name)
        self._approval[product.name] = product.needs_approval
        return product

    def developer(self, raw: Any) -> list[Entity]:
        where = _label("developer", raw, "email")
        with _at(where):
            fields = self._fields(where, raw, _DEVELOPER)
            email = check_email(fields.text("email"), self._site.flavor)
            developer = Developer(
                developer_id=fields.text("developerId") or self._id("developer", email),
                email=email,
                first_name=fields.text("firstName"),
                last_name=fields.text("lastName"),
                user_name=fields.text("userName") or email.partition("@")[0],
                status=_choice(where, fields, "active", ("active", "inactive")),
                attributes=fields.attributes(),
                stamp=self._stamp(where, raw),
            )
        if self._generated.emails.number(email) is not None:
            raise SeedError(f"{where}: a generated developer has that email")
        self._take(where, "email", email)
        self._take(where, "developer", developer.developer_id)
        return [developer, *(self._app(developer, each) for each in _items(where, raw, "apps"))]

    def _app(self, developer: Developer, raw: Any) -> DeveloperApp:
        where = f"{_label('app', raw, 'name')} of {developer.email}"
        with _at(where):
            fields = self._fields(where, raw, _APP)
            name = check_app_name(fields.text("name"))
            app = DeveloperApp(
                app_id=fields.text("appId") or self._id("app", f"{developer.email}/{name}"),
                developer_id=developer.developer_id,
                name=name,
                status=_choice(where, fields, "approved", ("approved", "revoked")),
                callback_url=fields.text("callbackUrl"),
                attributes=fields.attributes(),
                scopes=fields.texts("scopes"),
                credentials=self._credentials(where, raw),
                stamp=self._stamp(where, raw),
            )
        self._take(where, "name", developer.email, name)
        self._take(where, "app", app.app_id)
        return app

    def _credentials(self, app: str, raw: Mapping[str, Any]) -> tuple[Credential, ...]:
        if raw.get("credentials") is None:
            return (self._credential(app, {"apiProducts": raw.get("apiProducts", [])}),)
        return tuple(self._credential(app, each) for each in _items(app, raw, "credentials"))

    def _credential(self, app: str, raw: Any) -> Credential:
        where = f"a credential of {app}"
        with _at(where):
            fields = self._fields(where, raw, _CREDENTIAL)
            products = [self._granted(where, each) for each in _items(where, raw, "apiProducts")]
            credential = Credential(
                consumer_key=check_key(fields.text("consumerKey") or self._site.new_key()),
                consumer_secret=check_key(fields.text("consumerSecret") or self._site.new_secret()),
                issued_at=self._moment(where, raw.get("issuedAt", self._now)),
                expires_at=self._moment(where, raw.get("expiresAt", NEVER)),
                status=_choice(where, fields, "approved", ("approved", "revoked")),
                products=tuple(products),
                attributes=fields.attributes(),
                scopes=fields.texts("scopes"),
            )
        self._take(where, "key", credential.consumer_key)
        return credential

    def _granted(self, where: str, raw: Any) -> ProductOnKey:
        entry = {"apiproduct": raw} if isinstance(raw, str) else raw
        fields = self._fields(where, entry, {"apiproduct", "status"})
        name = fields.text("apiproduct")
        if name not in self._approval:
            raise SeedError(f"{where}: there is no product {name}")
        usual = "pending" if self._approval[name] else "approved"
        choices = ("approved", "revoked", "pending")
        return ProductOnKey(name, _choice(where, fields, usual, choices))

    def _take(self, where: str, *name: str) -> None:
        """Refuse what is there already; the name itself may be a key and is not shown."""
        if name in self._taken:
            raise SeedError(f"{where}: the {name[0]} is used twice")
        self._taken.add(name)

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


def _label(kind: str, raw: Any, key: str) -> str:
    return f"{kind} {raw.get(key)}" if isinstance(raw, Mapping) else f"a {kind}"


def _items(where: str, raw: Mapping[str, Any], key: str) -> list[Any]:
    items = raw.get(key, [])
    if not isinstance(items, list):
        raise SeedError(f"{where}: {key} is a list")
    return items


@contextmanager
def _at(where: str) -> Iterator[None]:
    """Say where a refusal of the API's own rules was met."""
    try:
        yield
    except ApiError as error:
        raise SeedError(f"{where}: {error.message}") from None
