"""Credentials of an app: bring one's own pair, read, products on and off, status, delete."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from emulator.apps import find_app, status_of
from emulator.attributes import attribute_routes
from emulator.calls import BOTH, EDGE_ONLY, X_ONLY, Call, Reply, Route, route
from emulator.errors import key_exists, key_missing, product_not_on_key
from emulator.fields import Fields
from emulator.granting import check_scopes, expiry, grant
from emulator.model import NEVER, Attributes, Credential, DeveloperApp, Flavor, ProductOnKey
from emulator.names import check_key
from emulator.owners import created

KNOWN = {
    "apiProducts",
    "attributes",
    "consumerKey",
    "consumerSecret",
    "expiresAt",
    "expiresInSeconds",
    "issuedAt",
    "scopes",
    "status",
}


@dataclass(frozen=True)
class Held:
    """A credential together with the app that holds it."""

    call: Call
    app: DeveloperApp
    credential: Credential

    @property
    def attributes(self) -> Attributes:
        return self.credential.attributes

    def replace(self, attributes: Attributes) -> None:
        self.put(replace(self.credential, attributes=attributes))

    def put(self, credential: Credential) -> None:
        """Put the changed credential in the old one's place."""
        key = self.credential.consumer_key
        self._save([credential if each.consumer_key == key else each for each in self._all])

    def remove(self) -> None:
        key = self.credential.consumer_key
        self._save([each for each in self._all if each.consumer_key != key])

    def product(self) -> ProductOnKey:
        """The product of the address; raises if it is not on the key."""
        name = self.call.names["product"]
        for each in self.credential.products:
            if each.name == name:
                return each
        raise product_not_on_key(self.call.site.flavor)

    @property
    def _all(self) -> Sequence[Credential]:
        return self.app.credentials

    def _save(self, credentials: Sequence[Credential]) -> None:
        stamp = self.call.touch(self.app.stamp)
        self.call.store.put(replace(self.app, credentials=tuple(credentials), stamp=stamp))


def find_key(call: Call) -> Held:
    """The credential of the address, found through its app; raises 404."""
    app = find_app(call)
    for credential in app.credentials:
        if credential.consumer_key == call.names["key"]:
            return Held(call, app, credential)
    raise key_missing()


def create(call: Call) -> Reply:
    """Add a pair the caller brings; products and status of the body are passed over."""
    app = find_app(call)
    fields = _checked(call)
    key = check_key(fields.text("consumerKey"))
    secret = check_key(fields.text("consumerSecret"))
    if call.store.app_of_key(key):
        raise key_exists()
    now = call.site.now()
    seconds = fields.int64("expiresInSeconds", NEVER)
    credential = Credential(
        consumer_key=key,
        consumer_secret=secret,
        issued_at=now,
        expires_at=expiry(now, seconds * 1000),
        attributes=fields.attributes(),
        scopes=fields.texts("scopes"),
    )
    check_scopes(call, credential.scopes, ())
    stamp = call.touch(app.stamp)
    call.store.put(replace(app, credentials=(credential, *app.credentials), stamp=stamp))
    return Reply(created(call), call.wire.new_key(credential))


def read(call: Call) -> Reply:
    """One credential."""
    return Reply(200, call.wire.credential(find_key(call).credential))


def post(call: Call) -> Reply:
    """With `?action=` set the key's status, else add products (and replace attributes)."""
    held = find_key(call)
    if "action" in call.query:
        held.put(replace(held.credential, status=status_of(call)))
        return Reply(204)
    return _amend(held)


def put(call: Call) -> Reply:
    """Replace scopes; products are added and attributes replaced as with POST."""
    return _amend(find_key(call))


def _amend(held: Held) -> Reply:
    call, old = held.call, held.credential
    fields = _checked(call, old.extra)
    extra = {**old.extra, **fields.others(KNOWN, old.extra)}
    credential = changed(held, fields, fields.texts("apiProducts"))
    held.put(replace(credential, extra=extra))
    return Reply(200, call.wire.credential(replace(credential, extra=extra)))


def changed(held: Held, fields: Fields, wanted: Sequence[str]) -> Credential:
    """The credential with more products, and other scopes and attributes where they are given."""
    call, old = held.call, held.credential
    products = _added(call, old.products, wanted)
    scopes = fields.texts("scopes") if "scopes" in fields else old.scopes
    check_scopes(call, scopes, products)
    return replace(
        old,
        products=products,
        scopes=scopes,
        attributes=fields.attributes() if "attributes" in fields else old.attributes,
    )


def _added(
    call: Call, held: Sequence[ProductOnKey], names: Sequence[str]
) -> tuple[ProductOnKey, ...]:
    granted = {each.name: each for each in grant(call, names)}
    known = {each.name: each for each in held}
    if call.switches.readded_product == "keep":
        return tuple({**granted, **known}[name] for name in {**known, **granted})
    return tuple({**known, **granted}.values())


def delete(call: Call) -> Reply:
    """Remove a key; the answer is the key as it was."""
    held = find_key(call)
    held.remove()
    return Reply(200, call.wire.credential(held.credential))


def set_product_status(call: Call) -> Reply:
    """Approve or revoke one product of the key."""
    held = find_key(call)
    product = held.product()
    status = status_of(call)
    products = tuple(
        ProductOnKey(each.name, status) if each is product else each
        for each in held.credential.products
    )
    held.put(replace(held.credential, products=products))
    code = call.switches.product_action_status
    return Reply(code, None if code == 204 else {})  # noqa: PLR2004 - the statuses themselves


def remove_product(call: Call) -> Reply:
    """Take one product off the key; the answer is the key without it."""
    held = find_key(call)
    product = held.product()
    products = tuple(each for each in held.credential.products if each is not product)
    credential = replace(held.credential, products=products)
    held.put(credential)
    return Reply(200, call.wire.credential(credential))


def _checked(call: Call, held: Collection[str] = ()) -> Fields:
    call.fields.only({*KNOWN, *held})
    return call.fields


def common_routes(keys: str, flavors: frozenset[Flavor]) -> tuple[Route, ...]:
    """The calls that are the same on every app; `keys` is the address of its keys."""
    one, product = f"{keys}/{{key}}", f"{keys}/{{key}}/apiproducts/{{product}}"
    return (
        route("GET", one, read, flavors=flavors),
        route("DELETE", one, delete, flavors=flavors),
        route("POST", product, set_product_status, flavors=flavors, query="action"),
        route("DELETE", product, remove_product, flavors=flavors),
    )


def _routes(app: str, flavors: frozenset[Flavor]) -> tuple[Route, ...]:
    keys = f"{app}/keys"
    one = f"{keys}/{{key}}"
    return (
        route("POST", keys, create, flavors=flavors & X_ONLY),
        route("POST", f"{keys}/create", create, flavors=flavors),
        route("POST", one, post, flavors=flavors, query="action"),
        route("PUT", one, put, flavors=flavors),
        *common_routes(keys, flavors),
        *attribute_routes(one, find_key, EDGE_ONLY),
    )


ROUTES = (
    *_routes("developers/{developer}/apps/{app}", BOTH),
    *_routes("companies/{group}/apps/{app}", EDGE_ONLY),
)
