"""Sign-ins that were begun in this browser and have not come back yet."""

from collections.abc import Mapping
from typing import Final

from flask import request, session

from app.domain.errors import NotFound, SignInFailed
from app.services.ports import IdentityProvider
from app.services.provider_port import Wish
from app.web import leaving, sessions
from app.web.context import portal

MOST: Final = 5
_BEGUN: Final = "started"


def offered(wish: Wish) -> list[IdentityProvider]:
    """Return the providers that can do what is wished for."""
    return [
        one for one in portal().providers.values() if wish is not Wish.SIGN_UP or one.has_sign_up
    ]


def wished() -> Wish:
    """Return what the address of the sign-in asks for, beside signing in."""
    if leaving.ANEW in session:
        return Wish.ANEW
    return Wish.OTHER if request.args.get("account") == "another" else Wish.NOTHING


def chosen(wish: Wish) -> str:
    """Return the name of the provider to go to; empty when the person has to choose.

    It is the one that was named, that of the e-mail domain that was named, or the only one.
    """
    if name := request.args.get("provider"):
        return name
    domain = request.args.get("domain", "")
    names = [one.name for one in offered(wish)]
    of_domain = [one.name for one in offered(wish) if one.speaks_for(domain)]
    only = of_domain or names
    return only[0] if len(only) == 1 else ""


def provider_named(name: str) -> IdentityProvider:
    """Return the provider; raise ``NotFound``."""
    provider = portal().providers.get(name)
    if provider is None:
        raise NotFound("There is no such way to sign in.")
    return provider


def redirect_uri(provider: IdentityProvider) -> str:
    """Return the provider's own address to come back to, under the public one."""
    return f"{portal().presentation.public_url}/auth/{provider.name}/callback"


def keep(state: Mapping[str, str]) -> None:
    """Keep what a sign-in must remember; of many that were begun the newest count that fit."""
    begun = [*session.get(_BEGUN, []), dict(state)][-MOST:]
    while len(begun) > 1 and not sessions.fits({**session, _BEGUN: begun}):
        begun = begun[1:]
    session[_BEGUN] = begun


def elsewhere() -> list[dict[str, str]]:
    """Return where windows lead that have begun a sign-in too, of which another one is done."""
    begun: list[dict[str, str]] = session.get(_BEGUN, [])
    return [{"state": one["state"], "next": one["next"]} for one in begun if "next" in one]


def lead_on(windows: list[dict[str, str]]) -> None:
    """Let these windows go on in the session that has begun; they change nothing of it."""
    if windows:
        session[_BEGUN] = windows


def leads_on(kept: Mapping[str, str]) -> bool:
    """Tell whether a sign-in comes back that is no longer needed: another window did it."""
    return kept.keys() == {"state", "next"}


def take(state: str) -> dict[str, str]:
    """Return what was kept of a sign-in and forget it, so that it is used once."""
    begun: list[dict[str, str]] = session.get(_BEGUN, [])
    kept = next((item for item in begun if state and item["state"] == state), {})
    if kept:
        session[_BEGUN] = [item for item in begun if item is not kept]
    return kept


def answer() -> dict[str, str]:
    """Return the callback's parameters; raise ``SignInFailed`` for one that is there twice.

    Two readers of such an address would not agree on what it says (RFC 6749 3.1).
    """
    if any(len(values) > 1 for values in request.args.listvalues()):
        raise SignInFailed("parameter_twice")
    return request.args.to_dict()


def is_anew(kept: Mapping[str, str]) -> bool:
    """Tell whether the provider was asked not to go by its own session."""
    return kept.get("wish") == Wish.ANEW


def is_fresh(kept: Mapping[str, str]) -> bool:
    """Tell whether the person was asked to sign in again for an action."""
    return kept.get("wish") == Wish.FRESH
