"""Making credentials: which products a key gets, in which status, and until when."""

from collections.abc import Sequence

from emulator.calls import Call
from emulator.errors import INVALID_SCOPE, bad_request, product_unknown
from emulator.model import NEVER, Credential, ProductOnKey


def grant(call: Call, names: Sequence[str]) -> tuple[ProductOnKey, ...]:
    """The products as they join a key: pending where approval is manual. Raises on unknown."""
    granted = []
    for name in names:
        product = call.store.products.get(name)
        if product is None:
            raise product_unknown(name, call.switches)
        granted.append(ProductOnKey(name, "pending" if product.needs_approval else "approved"))
    return tuple(granted)


def check_scopes(call: Call, scopes: Sequence[str], products: Sequence[ProductOnKey]) -> None:
    """Scopes must be among those of the key's products; raises 400."""
    offered: set[str] = set()
    for each in products:
        product = call.store.products.get(each.name)
        if product:
            offered.update(product.texts("scopes"))
    for scope in scopes:
        if scope not in offered:
            raise bad_request(f"Invalid scope {scope}", INVALID_SCOPE)


def new_credential(call: Call, products: Sequence[str], scopes: tuple[str, ...]) -> Credential:
    """A generated pair with the life that `keyExpiresIn` of the body says, -1 is never."""
    granted = grant(call, products)
    check_scopes(call, scopes, granted)
    now = call.site.now()
    waits = call.switches.pending_keys and any(each.status == "pending" for each in granted)
    return Credential(
        consumer_key=call.site.new_key(),
        consumer_secret=call.site.new_secret(),
        issued_at=now,
        expires_at=expiry(now, call.fields.int64("keyExpiresIn", NEVER) * _unit(call)),
        status="pending" if waits else "approved",
        products=granted,
        scopes=scopes,
    )


def _unit(call: Call) -> int:
    """Milliseconds in the unit of `keyExpiresIn`: one, but for AppGroups a second's."""
    group = call.site.flavor == "x" and "group" in call.names
    return 1000 if group and call.switches.group_key_expires_in == "seconds" else 1


def expiry(now: int, milliseconds: int) -> int:
    """When a key made now with that life ends."""
    return now + milliseconds if milliseconds > 0 else NEVER
