"""``flask developers create|update|delete``: developers in hand, on record under the system."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click
from flask.cli import with_appcontext

from app.cli.developer_list import found
from app.domain.attributes import Attribute
from app.domain.audit import SYSTEM
from app.domain.developers import NewDeveloper
from app.domain.errors import InvalidInput, PortalError
from app.services.developer_office.editing import DeveloperEditing
from app.web.context import portal

P = ParamSpec("P")
NOTHING = "Say what to change: --first-name, --last-name, --user-name, --set or --unset."


def _told(command: Callable[P, None]) -> Callable[P, None]:
    """Say what was in the way, a line for each field."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except InvalidInput as error:
            raise click.ClickException("\n".join(error.fields.values())) from None
        except PortalError as error:
            raise click.ClickException(error.message) from None

    return told


@click.command("create")
@click.argument("email")
@click.option("--first-name", required=True)
@click.option("--last-name", required=True)
@click.option("--user-name", default="", help="The e-mail address, if it is left out.")
@click.option("--invite", is_flag=True, help="Invite the person by mail.")
@with_appcontext
@_told
def create(email: str, *, first_name: str, last_name: str, user_name: str, invite: bool) -> None:
    """Add a developer to Apigee, who is active at once."""
    new = NewDeveloper(email, first_name, last_name, user_name)
    row = portal().developer_office.adding.add(SYSTEM, new, invites=invite)
    click.echo(f"{row.email} is added{' and invited' if invite else ''}")


@click.command("update")
@click.argument("developer")
@click.option("--first-name")
@click.option("--last-name")
@click.option("--user-name")
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="Keep an attribute.")
@click.option("--unset", multiple=True, metavar="NAME", help="Delete an attribute.")
@with_appcontext
@_told
def update(
    developer: str, *, given: tuple[str, ...], unset: tuple[str, ...], **names: str | None
) -> None:
    """Change names and attributes of a developer, by exact address or by the id of its page."""
    asked = {name: value for name, value in names.items() if value is not None}
    if not (asked or given or unset):
        raise click.UsageError(NOTHING)
    row, editing = found(developer), portal().developer_office.editing
    if asked:
        editing.change_names(SYSTEM, row.public_id, asked)
    for text in given:
        name, _, value = text.partition("=")
        _set(editing, row.public_id, Attribute(name, value))
    for name in unset:
        editing.remove_attribute(SYSTEM, row.public_id, name)
    click.echo(f"{row.email} is changed")


def _set(editing: DeveloperEditing, public_id: str, attribute: Attribute) -> None:
    """Keep an attribute, whether there is one of that name or not."""
    if editing.has_attribute(public_id, attribute.name):
        editing.set_attribute(SYSTEM, public_id, attribute)
    else:
        editing.add_attribute(SYSTEM, public_id, attribute)


@click.command("delete")
@click.argument("developer")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask to type the address.")
@with_appcontext
@_told
def delete(developer: str, *, is_sure: bool) -> None:
    """Delete a developer with every app and key; this cannot be undone."""
    row, deletion = found(developer), portal().developer_office.deletion
    losses = deletion.losses(row.public_id)
    keys = sum(len(app.keys) for app in losses.apps)
    click.echo(f"{row.email}: apps {len(losses.apps)}, keys {keys}")
    typed = row.email if is_sure else click.prompt("Type the address of the developer")
    deletion.delete(SYSTEM, row.public_id, typed)
    click.echo(f"{row.email} is deleted")
