"""Flask, without what it does for each page and the portal has no use for."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from flask import Flask, Response

# Addresses on pages: those of menus and tabs, and of the products and APIs that many look at.
KEPT: Final = 2_048
# Of these two values that are equal are written in the same way.
PLAIN: Final = frozenset({str, int, type(None)})


class Application(Flask):
    """The portal's application: every view and hook is a plain function, none a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function; Flask would look at it each time that it is called."""
        return func


def vary(response: Response, name: str) -> None:
    """Tell caches that the answer depends on a header of the request."""
    told = response.headers.get("Vary")
    if told is None:
        response.headers.add("Vary", name)
    elif name not in told:
        response.headers["Vary"] = f"{told}, {name}"


def kept_addresses(app: Flask) -> Callable[..., str]:
    """Return ``url_for`` for templates, which makes each address once for what it is made of.

    An application is served under one path. Where a blueprint adds values of the request's own,
    each address is made anew.
    """

    @lru_cache(maxsize=KEPT)
    def made(endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return app.url_for(endpoint, **dict(values))

    @lru_cache(maxsize=KEPT)
    def is_fixed(endpoint: str) -> bool:
        names = endpoint.split(".")[:-1]
        parents = {None, *(".".join(names[: count + 1]) for count in range(len(names)))}
        return parents.isdisjoint(app.url_default_functions) and endpoint[:1] != "."

    def url_for(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - what an address can hold
        if is_fixed(endpoint) and PLAIN.issuperset(map(type, values.values())):
            return made(endpoint, tuple(values.items()))
        return app.url_for(endpoint, **values)

    return url_for
