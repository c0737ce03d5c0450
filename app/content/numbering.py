"""Names that must differ within one page or document."""

from collections.abc import MutableMapping


def numbered(wanted: str, taken: MutableMapping[str, int]) -> str:
    """Return the name, with a number behind it where it is taken, and take it.

    ``taken`` says of each name which number was given last: a thousand equal names cost no more.
    """
    name, number = wanted, taken.get(wanted, 1)
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken[wanted] = number
    taken.setdefault(name, 1)
    return name
