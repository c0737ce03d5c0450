"""``flask developers …``: the developers of the organization."""

import json
from collections.abc import Iterator

import click
from flask.cli import AppGroup

from app.domain.audit import SYSTEM
from app.domain.developers import DeveloperStatus
from app.domain.errors import NotFound, PortalError
from app.services.developer_port import DeveloperSearch, IndexedDeveloper
from app.web.context import portal

developers = AppGroup("developers", help="Developers of the organization.")


@developers.command("sync")
def sync() -> None:
    """Bring the developer index up to what Apigee has."""
    try:
        report = portal().sync.run()
    except PortalError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{report.read} developers read, {report.changed} new or different")


@developers.command("list")
@click.option("--query", default="", help="Words that a name or e-mail address begins with.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def listing(query: str, as_json: bool) -> None:
    """List the developers of the index."""
    for row in _rows(query):
        if as_json:
            click.echo(json.dumps(_facts(row)))
        else:
            click.echo(f"{row.status.value:9}{row.email}  {row.name}")


@developers.command("activate")
@click.argument("email")
def activate(email: str) -> None:
    """Let a developer's keys work again."""
    _set_status(email, DeveloperStatus.ACTIVE)


@developers.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Stop a developer's keys; nothing is deleted."""
    _set_status(email, DeveloperStatus.INACTIVE)


def _set_status(email: str, status: DeveloperStatus) -> None:
    try:
        row = _only(email)
        portal().developers.set_status(SYSTEM, row.public_id, status)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{row.email} is {status.value}")


def _only(email: str) -> IndexedDeveloper:
    for row in _rows(email):
        if row.email == email:
            return row
    raise NotFound(f"No developer with the address {email} is in the index: run developers sync.")


def _rows(query: str) -> Iterator[IndexedDeveloper]:
    after: str | None = None
    while True:
        page = portal().developers.search(DeveloperSearch(words=query, after=after))
        yield from page.rows
        after = page.next_after
        if after is None:
            return


def _facts(row: IndexedDeveloper) -> dict[str, str]:
    return {
        "email": row.email,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "user_name": row.user_name,
        "status": row.status.value,
        "developer_id": row.developer_id,
    }
