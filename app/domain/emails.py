"""E-mail addresses: the one way in which two of them are told apart."""


def folded_email(email: str) -> str:
    """Return the address without case.

    A letter outside ASCII never becomes an ASCII one (as the Kelvin sign would): such a pair of
    addresses belongs to two people.
    """
    if email.isascii():
        return email.lower()
    return "".join(
        char if not char.isascii() and char.lower().isascii() else char.lower() for char in email
    )


def is_same_address(one: str, other: str) -> bool:
    """Tell whether two addresses are one but for case."""
    return folded_email(one) == folded_email(other)
