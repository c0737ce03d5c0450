"""``flask mail try``: whether the mail server takes what the portal sends."""

import click

from app.cli.arguments import Commands
from app.domain.errors import PortalError
from app.domain.mail import Undeliverable
from app.web.context import portal

mail = Commands("mail", help="Mail that the portal sends.")


@mail.command("try")
@click.argument("email")
def try_out(email: str) -> None:
    """Send a mail to this address, now, and say what is in the way."""
    try:
        portal().work.mail.sending.try_out(email)
    except (PortalError, Undeliverable) as error:
        raise click.ClickException(error.message) from None
    click.echo(f"The mail server took a mail to {email}.")
