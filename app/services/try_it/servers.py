"""The addresses that an operation can be called at."""

from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Final

from app.domain.call import HOLE
from app.domain.destinations import Destinations
from app.domain.reference import Server

MOST: Final = 10


def servers_of(
    base_url: str, named: Iterable[Server], destinations: Destinations
) -> tuple[str, ...]:
    """Return the API's own address, and those of its document at hosts the operator allows.

    A variable has one of the values that the document lists, else what it is unless chosen.
    """
    allowed = (
        url.rstrip("/")
        for server in named
        for url in _written(server)
        if destinations.knows(url) and destinations.admits(url, ())
    )
    return tuple(islice(dict.fromkeys([base_url.rstrip("/"), *islice(allowed, MOST)]), MOST))


def _written(server: Server) -> Iterator[str]:
    choices = {each.name: each.values or (each.default,) for each in server.variables}
    for values in islice(product(*choices.values()), MOST):
        known = dict(zip(choices, values, strict=True))
        yield HOLE.sub(lambda hole, known=known: known.get(hole[1], hole[0]), server.url)  # type: ignore[misc] # a default binds the loop's value
