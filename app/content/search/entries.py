"""What the index holds of a page or an API: one entry for whatever can be found."""

from dataclasses import dataclass

from app.domain.search import Hit


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to find: how it is shown, and what it is found by besides its title.

    ``names`` weigh almost as much as the title, then comes ``text``; ``around`` is what
    surrounds it, such as the title of the API. ``keys`` are names of which a query may be exactly
    one.
    """

    hit: Hit
    names: str = ""
    text: str = ""
    around: str = ""
    keys: tuple[str, ...] = ()
