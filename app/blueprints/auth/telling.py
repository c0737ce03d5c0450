"""What is told of an action before it is done, and of the people whom it is about."""

from dataclasses import dataclass

from app.domain.people import Account
from app.web.context import portal

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The question without its mark, what follows, and what it is about.

    ``overlap`` is for how long the old key of a replacement works on, as the form said it, and
    ``job`` the kind of a job.
    """

    title: str
    effect: str
    facts: Facts
    overlap: str = ""
    job: str = ""


def person(who: Account) -> Facts:
    """Tell an account from every other one."""
    address = who.email or "none"
    if who.email and not who.email_verified:
        address += " (not verified)"
    developer = (("Developer", who.developer_email),) if who.is_developer else ()
    name = f"{who.name or who.subject}, account {who.account_id}"
    return (("Account", name), ("E-mail address", address), *developer)


def developer(public_id: str) -> Facts:
    """Tell a developer from every other one; raise ``NotFound``."""
    row = portal().developers.index.get(public_id)
    return (("Developer", row.name), ("E-mail address", row.email))
