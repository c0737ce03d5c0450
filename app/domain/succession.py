"""What a new key takes over from an old one, and what would stop with the old one."""

from dataclasses import dataclass

from app.domain.keys import ApprovalStatus, Key


@dataclass(frozen=True, slots=True)
class Carried:
    """The products of an old key by what becomes of them, in the old key's order.

    ``left_out`` cannot be given to the new key; ``asked_again`` are those of the ``granted``
    that work on the old key and wait for somebody's approval on the new one.
    """

    granted: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    asked_again: tuple[str, ...] = ()


def only_on_old(old: Key, new: Key) -> tuple[str, ...]:
    """Return the products of both keys that are approved on the old one alone."""
    on_new = {item.name: item.status for item in new.products}
    return tuple(
        item.name
        for item in old.products
        if item.status is ApprovalStatus.APPROVED
        and on_new.get(item.name, ApprovalStatus.APPROVED) is not ApprovalStatus.APPROVED
    )
