"""Reading seeds: products, developers, their apps and credentials in Apigee's own words.

The README describes the format. Everything is checked as the API would check it; a mistake
raises SeedError naming the place. Ids not given are made from the names, so a reset gives the
same developers again; keys and secrets not given are random.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any

from emulator.calls import Site
from emulator.fields import Fields
from emulator.groups import SETTINGS
from emulator.model import (
    NEVER,
    ApiProduct,
    Credential,
    Developer,
    DeveloperApp,
    Entity,
    Group,
    Member,
    Owner,
    ProductOnKey,
    Stamp,
)
from emulator.names import (
    check_app_name,
    check_email,
    check_group_name,
    check_key,
    check_product_name,
)
from emulator.owners import owned_by
from emulator.population import Plan, Population
from emulator.products import product_settings
from emulator.seed_rules import SeedError, at, choice, extra, items, label, moment, only

Seed = Mapping[str, Any]

_TOP = {
    "apiProducts", "developers", "displayName", "environments", "generate", "groups", "location",
}  # fmt: skip
_DEVELOPER = {
    "apps", "attributes", "createdAt", "developerId", "email", "extra", "firstName", "lastName",
    "status", "userName",
}  # fmt: skip
_GROUP = {
    "apps", "attributes", "channelId", "channelUri", "createdAt", "displayName", "email", "extra",
    "groupId", "members", "name", "status",
}  # fmt: skip
_APP = {
    "appId", "apiProducts", "attributes", "callbackUrl", "createdAt", "credentials", "extra",
    "name", "scopes", "status",
}  # fmt: skip
_CREDENTIAL = {
    "apiProducts", "attributes", "consumerKey", "consumerSecret", "expiresAt", "extra",
    "issuedAt", "scopes", "status",
}  # fmt: skip
# Where portals keep the members of an AppGroup: a JSON text.
MEMBERS = "__apigee_reserved__developer_details"


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
    only("generate", raw, {each.name for each in fields_of(Plan)})
    try:
        return Plan(**raw)
    except ValueError as error:
        raise SeedError(f"generate: {error}") from None


def entities_of(seed: Seed, site: Site) -> list[Entity]:
    """What a seed describes above its generated population. Raises SeedError."""
    only("seed", seed, _TOP)
    population = Population(plan_of(seed))
    reader = _Reader(site, population)
    found: list[Entity] = list(population.products)
    found.extend(reader.product(each) for each in items("seed", seed, "apiProducts"))
    for each in items("seed", seed, "developers"):
        found.extend(reader.developer(each))
    for each in items("seed", seed, "groups"):
        found.extend(reader.group(each))
    return found


class _Reader:
    """Reads one seed; remembers which products need approval and which names are taken."""

    def __init__(self, site: Site, population: Population) -> None:
        self._site = site
        self._now = site.now()
        self._generated = population
        self._approval = {each.name: each.needs_approval for each in population.products}
        self._taken: set[tuple[str, ...]] = {("product", name) for name in self._approval}
        self._people: dict[str, str] = {}

    def product(self, raw: Any) -> ApiProduct:
        where = label("product", raw, "name")
        with at(where):
            fields = self._fields(where, raw, None)
            kept = extra(fields)
            fields = fields.without("extra")
            product = ApiProduct(
                name=check_product_name(fields.text("name")),
                attributes=fields.attributes(),
                settings={**product_settings(fields, "auto"), **kept},
                stamp=self._stamp(where, raw),
            )
        self._take(where, "product", product.name)
        self._approval[product.name] = product.needs_approval
        return product

    def developer(self, raw: Any) -> list[Entity]:
        where = label("developer", raw, "email")
        with at(where):
            fields = self._fields(where, raw, _DEVELOPER)
            email = check_email(fields.text("email"), self._site.flavor)
            developer = Developer(
                developer_id=fields.text("developerId") or self._id("developer", email),
                email=email,
                first_name=fields.text("firstName"),
                last_name=fields.text("lastName"),
                user_name=fields.text("userName") or email.partition("@")[0],
                status=choice(where, fields, "active", ("active", "inactive")),
                attributes=fields.attributes(),
                extra=extra(fields),
                stamp=self._stamp(where, raw),
            )
        if self._generated.emails.number(email) is not None:
            raise SeedError(f"{where}: a generated developer has that email")
        self._take(where, "email", email)
        self._take(where, "developer", developer.developer_id)
        self._people[email] = developer.developer_id
        return [developer, *(self._app(developer, each) for each in items(where, raw, "apps"))]

    def group(self, raw: Any) -> list[Entity]:
        """An AppGroup or company with its apps; `members` have `email` and `role`."""
        where = label("group", raw, "name")
        with at(where):
            fields = self._fields(where, raw, _GROUP)
            name = check_group_name(fields.text("name"), self._site.flavor)
            named = SETTINGS[self._site.flavor]
            group = Group(
                group_id=fields.text("groupId") or self._id("group", name),
                name=name,
                status=choice(where, fields, "active", ("active", "inactive")),
                settings={**_texts(fields, named), **extra(fields)},
                stamp=self._stamp(where, raw),
                **self._members(where, fields),
            )
        self._take(where, "group", name)
        return [group, *(self._app(group, each) for each in items(where, raw, "apps"))]

    def _members(self, where: str, fields: Fields) -> Any:
        """Members as the flavour keeps them: in an attribute on X, beside it on Edge."""
        found = [
            self._fields(where, each, {"email", "role"})
            for each in items(where, fields.raw, "members")
        ]
        attributes = fields.attributes()
        if self._site.flavor == "x":
            people = [
                {"developer": each.text("email"), "roles": [each.text("role")]} for each in found
            ]
            own = {MEMBERS: json.dumps(people)} if people else {}
            return {"attributes": {**attributes, **own}}
        unknown = [each.text("email") for each in found if each.text("email") not in self._people]
        if unknown:
            raise SeedError(f"{where}: there is no developer {unknown[0]}")
        members = (Member(self._people[m.text("email")], m.text("role")) for m in found)
        return {"attributes": attributes, "members": tuple(members)}

    def _app(self, owner: Owner, raw: Any) -> DeveloperApp:
        where = f"{label('app', raw, 'name')} of {owner.label}"
        with at(where):
            fields = self._fields(where, raw, _APP)
            name = check_app_name(fields.text("name"))
            app = DeveloperApp(
                app_id=fields.text("appId") or self._id("app", f"{owner.label}/{name}"),
                **owned_by(owner),
                name=name,
                status=choice(where, fields, "approved", ("approved", "revoked")),
                callback_url=fields.text("callbackUrl"),
                attributes=fields.attributes(),
                scopes=fields.texts("scopes"),
                credentials=self._credentials(where, raw),
                extra=extra(fields),
                stamp=self._stamp(where, raw),
            )
        self._take(where, "name", owner.owner, name)
        self._take(where, "app", app.app_id)
        return app

    def _credentials(self, app: str, raw: Mapping[str, Any]) -> tuple[Credential, ...]:
        if raw.get("credentials") is None:
            return (self._credential(app, {"apiProducts": raw.get("apiProducts", [])}),)
        return tuple(self._credential(app, each) for each in items(app, raw, "credentials"))

    def _credential(self, app: str, raw: Any) -> Credential:
        where = f"a credential of {app}"
        with at(where):
            fields = self._fields(where, raw, _CREDENTIAL)
            products = [self._granted(where, each) for each in items(where, raw, "apiProducts")]
            credential = Credential(
                consumer_key=check_key(fields.text("consumerKey") or self._site.new_key()),
                consumer_secret=check_key(fields.text("consumerSecret") or self._site.new_secret()),
                issued_at=moment(where, self._now, raw.get("issuedAt", self._now)),
                expires_at=moment(where, self._now, raw.get("expiresAt", NEVER)),
                status=choice(where, fields, "approved", ("approved", "revoked")),
                products=tuple(products),
                attributes=fields.attributes(),
                scopes=fields.texts("scopes"),
                extra=extra(fields),
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
        return ProductOnKey(name, choice(where, fields, usual, choices))

    def _take(self, where: str, *name: str) -> None:
        """Refuse what is there already; the name itself may be a key and is not shown."""
        if name in self._taken:
            raise SeedError(f"{where}: the {name[0]} is used twice")
        self._taken.add(name)

    def _fields(self, where: str, raw: Any, known: set[str] | None) -> Fields:
        if not isinstance(raw, Mapping):
            raise SeedError(f"{where}: an object is expected")
        if known is not None:
            only(where, raw, known)
        attributes = raw.get("attributes")
        if isinstance(attributes, Mapping):
            listed = [{"name": name, "value": value} for name, value in attributes.items()]
            raw = {**raw, "attributes": listed}
        return Fields(raw, "x", strict=True)

    def _stamp(self, where: str, raw: Mapping[str, Any]) -> Stamp:
        at = moment(where, self._now, raw.get("createdAt", self._now))
        by = self._site.organization.created_by
        return Stamp(created_at=at, created_by=by, modified_at=at, modified_by=by)

    def _id(self, kind: str, name: str) -> str:
        organization = self._site.organization.name
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"apigee:{organization}:{kind}:{name}"))


def _texts(fields: Fields, names: Iterable[str]) -> dict[str, str]:
    return {each: fields.text(each) for each in names if each in fields}
