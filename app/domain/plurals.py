"""Numbers of things, as people write them."""


def number_of(number: int, thing: str) -> str:
    """Write ``1 call``, ``0 calls`` or ``1,200 calls``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
