"""Names that must differ within one page or document."""


def numbered(wanted: str, taken: set[str]) -> str:
    """Return the name, with a number behind it where it is taken, and take it."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name)
    return name
