"""``flask developers invite|invitations|waiting|approve|refuse|terms``: who becomes a developer."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec

import click

from app.cli.audit import UNPRINTABLE
from app.cli.developers import developers
from app.domain.audit import SYSTEM
from app.domain.errors import Conflict, PortalError
from app.domain.people import Account
from app.domain.registrations import Acceptance, Invitation, Standing
from app.web.context import portal

__all__ = ["developers"]

P = ParamSpec("P")
WORDS: Final = {
    Standing.WAITING: "waits for approval: developers approve or refuse",
    Standing.BY_HAND: "waits for a link to a developer: accounts link",
    Standing.REFUSED: "was refused: developers approve, or accounts link without a developer",
}


def _told(command: Callable[P, None]) -> Callable[P, None]:
    """Say in one line what was in the way."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except PortalError as error:
            raise click.ClickException(error.message) from None

    return told


@developers.command("invite")
@click.argument("email")
@click.option("--withdraw", is_flag=True, help="Take the invitation back.")
@_told
def invite(email: str, *, withdraw: bool) -> None:
    """Let the holder of an e-mail address register where that is by invitation."""
    if withdraw:
        portal().registration.office.withdraw(SYSTEM, email)
        click.echo(f"{email} is not invited any more")
        return
    is_new = portal().registration.office.invite(SYSTEM, email)
    address = f"{portal().presentation.public_url}/register"
    click.echo(f"{email} {'is invited' if is_new else 'was invited before'}: {address}")


@developers.command("invitations")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def invitations(*, as_json: bool) -> None:
    """List who was invited, by address: by whom, when, and when they registered."""
    for item in portal().registration.office.invitations():
        facts = _invited(item)
        click.echo(json.dumps(facts) if as_json else _in_words(facts))


@developers.command("waiting")
@click.option("--refused", is_flag=True, help="List who was refused instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def waiting(*, refused: bool, as_json: bool) -> None:
    """List who waits for an administrator, the first to ask first."""
    office = portal().registration.office
    for account in office.refused() if refused else office.undecided():
        if as_json:
            click.echo(json.dumps(_facts(account)))
        else:
            click.echo(f"{account.email}  {WORDS[account.standing]}".translate(UNPRINTABLE))


@developers.command("approve")
@click.argument("email")
@_told
def approve(email: str) -> None:
    """Approve somebody who waits or was refused: the developer becomes active."""
    office = portal().registration.office
    account = office.by_email(email)
    if not account.is_developer:
        raise Conflict(f"{email} waits for a link to a developer: use accounts link.")
    rows = portal().registration.index.by_folded_email(account.developer_email)
    for row in rows:
        if row.email == account.developer_email:
            office.approve(SYSTEM, row.public_id)
    click.echo(f"{account.developer_email} is approved and active")


@developers.command("refuse")
@click.argument("email")
@click.option("--reason", required=True, help="The person reads it.")
@_told
def refuse(email: str, reason: str) -> None:
    """Refuse somebody who waits; the developer stays inactive."""
    office = portal().registration.office
    office.refuse(SYSTEM, office.by_email(email), reason)
    click.echo(f"{email} is refused")


@developers.command("terms")
@_told
def terms() -> None:
    """Export who accepted which terms and when, one JSON object per line."""
    for acceptance in portal().registration.office.acceptances(SYSTEM):
        click.echo(json.dumps(_accepted(acceptance)))


def _facts(account: Account) -> dict[str, str | int]:
    return {
        "account": account.account_id,
        "email": account.email,
        "standing": account.standing.value,
        "developer": account.developer_email,
    }


def _invited(item: Invitation) -> dict[str, str]:
    return {
        "email": item.email,
        "invited_by": item.by,
        "invited_at": item.at.isoformat(),
        "registered_at": item.used_at.isoformat() if item.used_at else "",
    }


def _in_words(facts: dict[str, str]) -> str:
    words = f"{facts['email']}  invited by {facts['invited_by']} {facts['invited_at']}"
    registered = facts["registered_at"]
    return f"{words}, {f'registered {registered}' if registered else 'open'}".translate(UNPRINTABLE)


def _accepted(item: Acceptance) -> dict[str, str | int]:
    return {
        "account": item.account_id,
        "issuer": item.issuer,
        "subject": item.subject,
        "email": item.email,
        "version": item.version,
        "accepted_at": item.at.isoformat(),
    }
