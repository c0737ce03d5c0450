"""``flask developers list|show|export``: the developer index, as its page narrows and sorts it."""

import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click
from flask.cli import with_appcontext

from app.cli.audit import UNPRINTABLE
from app.domain.audit import SYSTEM
from app.domain.developers import DeveloperStatus
from app.domain.errors import NotFound, PortalError
from app.services.developer_port import DeveloperOrder, DeveloperSearch, IndexedDeveloper, filter_of
from app.services.exports.columns import APP_COLUMNS, DEVELOPER_COLUMNS, moment
from app.web.context import portal
from app.web.spreadsheet import csv_lines, in_chunks

F = TypeVar("F", bound=Callable[..., object])

DEVELOPERS: Final = "developers"
APPS: Final = "apps"
SORTS: Final = [f"{mark}{order.value}" for order in DeveloperOrder for mark in ("", "-")]
OPTIONS: Final = (
    click.option("--query", default="", help="Words that a name or e-mail address begins with."),
    click.option("--status", type=click.Choice([status.value for status in DeveloperStatus])),
    click.option("--attribute", default="", help="A name, or name=value letter by letter."),
    click.option("--never-signed-in", is_flag=True, help="Who never signed in to the portal."),
    click.option("--sort", type=click.Choice(SORTS), default="name", show_default=True),
)


def _narrowed(command: F) -> F:
    """Give a command the options of the list."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command("list")
@_narrowed
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@with_appcontext
def listing(*, as_json: bool, **asked: Any) -> None:  # noqa: ANN401 - options by name
    """List the developers of the index."""
    for row in portal().developers.index.every(_query(**asked)):
        if as_json:
            click.echo(json.dumps(_facts(row)))
        else:
            click.echo(f"{row.status.value:9}{row.email}  {row.name}".translate(UNPRINTABLE))


@click.command("show")
@click.argument("developer")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_appcontext
def show(developer: str, *, as_json: bool) -> None:
    """Show what the index has of one developer, by exact address or by the id of its page."""
    try:
        row = found(developer)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    if as_json:
        click.echo(json.dumps(_facts(row)))
        return
    for name, value in _facts(row).items():
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
        click.echo(f"{name:18}{'' if text is None else text}".translate(UNPRINTABLE).rstrip())


@click.command("export")
@click.option(
    "--kind", type=click.Choice([DEVELOPERS, APPS]), default=DEVELOPERS, show_default=True
)
@_narrowed
@click.option("--bom", is_flag=True, help="Begin with a byte order mark.")
@with_appcontext
def export(*, kind: str, bom: bool, **asked: Any) -> None:  # noqa: ANN401 - options by name
    """Print a table as CSV; the export itself is recorded.

    Either one row for each developer of the index, or one for each developer, app and product,
    read from Apigee. Apps have no order.
    """
    exports, query = portal().exports, _query(**asked)
    try:
        if kind == APPS:
            lines = csv_lines(APP_COLUMNS, exports.apps.read_now(SYSTEM, filter_of(query)))
        else:
            lines = csv_lines(DEVELOPER_COLUMNS, exports.developers.rows(SYSTEM, query))
        for chunk in in_chunks(lines, with_mark=bom):
            click.echo(chunk.encode(), nl=False)
    except PortalError as error:
        raise click.ClickException(error.message) from None


def found(developer: str) -> IndexedDeveloper:
    """Return the row of exactly this address or public id; raise ``NotFound``."""
    index = portal().developers.index
    for row in index.by_folded_email(developer):
        if row.email == developer:
            return row
    try:
        return index.get(developer)
    except NotFound:
        raise NotFound(f"No developer {developer} is in the index: run developers sync.") from None


def _query(
    *, query: str, status: str | None, attribute: str, never_signed_in: bool, sort: str
) -> DeveloperSearch:
    return DeveloperSearch(
        words=query,
        status=DeveloperStatus(status) if status else None,
        attribute=attribute,
        never_signed_in=never_signed_in,
        order=DeveloperOrder(sort.removeprefix("-")),
        descending=sort.startswith("-"),
    )


def _facts(row: IndexedDeveloper) -> dict[str, object]:
    return {
        "id": row.public_id,
        "email": row.email,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "user_name": row.user_name,
        "status": row.status.value,
        "developer_id": row.developer_id,
        "registered_at": moment(row.created_at) or None,
        "last_modified_at": moment(row.last_modified_at) or None,
        "last_sign_in_at": moment(row.last_sign_in_at) or None,
        "apps": row.apps_count,
        "attributes": {item.name: item.value for item in reversed(row.attributes)},
        "synchronized_at": moment(row.synced_at),
    }
