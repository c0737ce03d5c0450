"""``flask developers …``: the developers of the organization."""

import click

from app.cli.arguments import Commands
from app.cli.developer_list import export, found, listing, show
from app.cli.developer_office import create, delete, update
from app.domain.audit import SYSTEM
from app.domain.developers import DeveloperStatus
from app.domain.errors import PortalError
from app.web.context import portal

RETRY = "Not done in every organization. The same command again does what is missing."
developers = Commands("developers", help="Developers of the organization.")
for command in (listing, show, export, create, update, delete):
    developers.add_command(command)


@developers.command("activate")
@click.argument("email")
def activate(email: str) -> None:
    """Let a developer's keys work again, in every organization."""
    _set_status(email, DeveloperStatus.ACTIVE)


@developers.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Stop a developer's keys in every organization; nothing is deleted."""
    _set_status(email, DeveloperStatus.INACTIVE)


def _set_status(email: str, status: DeveloperStatus) -> None:
    try:
        row = found(email)
        view = portal().developers.set_status(SYSTEM, row.public_id, status)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    click.echo(f"{row.email} is {status.value}")
    for there in view.elsewhere or ():
        said = there.status.value if there.status else there.problem
        click.echo(f"{there.organization}: {said}", err=there.has_failed)
    if any(there.has_failed for there in view.elsewhere or ()):
        raise click.ClickException(RETRY)
