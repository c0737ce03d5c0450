"""``flask accounts …``: who can sign in, with which roles, as which developer."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import click

from app.cli.arguments import Commands
from app.cli.audit import UNPRINTABLE
from app.domain.audit import SYSTEM
from app.domain.errors import InvalidInput, NotAllowed, NotFound, PortalError
from app.domain.people import Account, role_words
from app.services.account_office import AccountOffice
from app.services.account_port import AccountRecord, AccountSearch, Condition
from app.web.account_facts import account_facts
from app.web.context import portal
from app.web.row_numbers import row_number

NOBODY: Final = "Nobody has signed in with the address {}: they have to, once, before this."
NO_NUMBER: Final = "No account has the number {}."
UNPROVEN: Final = (
    "The provider has not verified the address of whoever signed in as {}. "
    "If it is the right person, name the account by its number: {}."
)
SEVERAL: Final = (
    "Several accounts have the address {}. Name one by its number: {}. "
    "The command accounts list shows whose they are."
)

accounts = Commands("accounts", help="Portal accounts: ACCOUNT is an e-mail address or a number.")


@accounts.command("list")
@click.option("--query", default="", help="Words that a name, address or user name begins with.")
@click.option("--role", default="", help="Only those who have the role.")
@click.option("--only", type=click.Choice([condition.value for condition in Condition]))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def listing(query: str, role: str, only: str | None, as_json: bool) -> None:
    """List the accounts: number, state, then name, address, roles, developer, issuer."""
    condition = Condition(only) if only else None
    for row in _rows(AccountSearch(words=query, role=role, condition=condition)):
        click.echo(json.dumps(_facts(row)) if as_json else _line(row.account))


@accounts.command("grant")
@click.argument("account")
@click.argument("role")
def grant(account: str, role: str) -> None:
    """Give a role here, whatever the provider says; so the first administrator is made."""
    changed = _change(account, lambda number: _office().grant(SYSTEM, number, role))
    click.echo(f"{_name(changed)} has: {role_words(changed.roles)}")


@accounts.command("revoke")
@click.argument("account")
@click.argument("role")
def revoke(account: str, role: str) -> None:
    """Take away a role that was granted here; what the provider gives stays."""
    changed = _change(account, lambda number: _office().revoke(SYSTEM, number, role))
    click.echo(f"{_name(changed)} has: {role_words(changed.roles)}")


@accounts.command("link")
@click.argument("account")
@click.argument("developer")
def link(account: str, developer: str) -> None:
    """Link an account to the developer of exactly this address on Apigee."""
    changed = _change(account, lambda number: _office().link(SYSTEM, number, developer))
    click.echo(f"{_name(changed)} is the developer {changed.developer_email}")


@accounts.command("unlink")
@click.argument("account")
def unlink(account: str) -> None:
    """Take an account off its developer; nothing changes on Apigee."""
    changed = _change(account, lambda number: _office().unlink(SYSTEM, number))
    click.echo(f"{_name(changed)} is no developer any more")


@accounts.command("block")
@click.argument("account")
@click.option("--reason", default="", help="For administrators; the audit log keeps it.")
def block(account: str, reason: str) -> None:
    """Let nobody sign in with the account: its sessions end, API keys go on."""
    changed = _change(account, lambda number: _office().block(SYSTEM, number, reason))
    click.echo(f"{_name(changed)} cannot sign in")


@accounts.command("unblock")
@click.argument("account")
def unblock(account: str) -> None:
    """Let the person sign in again."""
    changed = _change(account, lambda number: _office().unblock(SYSTEM, number))
    click.echo(f"{_name(changed)} can sign in")


def _office() -> AccountOffice:
    return portal().accounts.office


def _change(which: str, change: Callable[[int], Account]) -> Account:
    try:
        return change(_number(which))
    except PortalError as error:
        raise click.ClickException(error.message) from None


def _number(which: str) -> int:
    """Return the account that is meant; an address counts where the provider has verified it."""
    if which.isdecimal():
        return _row_number(which)
    found = _office().book.of_email(which)
    numbers = ", ".join(str(account.account_id) for account in found)
    if not found:
        raise NotFound(NOBODY.format(which))
    if len(found) > 1:
        raise InvalidInput({"account": SEVERAL.format(which, numbers)})
    if not found[0].email_verified:
        raise NotAllowed(UNPROVEN.format(which, numbers))
    return found[0].account_id


def _row_number(which: str) -> int:
    try:
        return row_number(which)
    except ValueError:
        raise NotFound(NO_NUMBER.format(which)) from None


def _rows(query: AccountSearch) -> Iterator[AccountRecord]:
    after: int | None = None
    while True:
        page = _office().search(replace(query, after=after))
        yield from page.rows
        after = page.next_after
        if after is None:
            return


def _name(account: Account) -> str:
    return (account.email or account.subject).translate(UNPRINTABLE)


def _line(account: Account) -> str:
    state = "blocked" if account.blocked else "active"
    address = account.email or "no address"
    if account.email and not account.email_verified:
        address += " (not verified)"
    parts = (
        f"{account.first_name} {account.last_name}".strip() or account.user_name or account.subject,
        address,
        role_words(account.roles),
        account.developer_email or "no developer",
        account.issuer,
    )
    return f"{account.account_id:7}  {state:9}{' | '.join(parts)}".translate(UNPRINTABLE)


def _facts(row: AccountRecord) -> dict[str, object]:
    whose = {"id": row.account.account_id, "blocked": row.account.blocked}
    return whose | account_facts(row)
