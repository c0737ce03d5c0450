"""The ``flask`` commands: each calls one service and prints what it did."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.domain.audit import SYSTEM
from app.domain.developers import DeveloperStatus
from app.domain.errors import NotFound, PortalError
from app.services.ports import DeveloperSearch, IndexedDeveloper
from app.services.truth.port import Conformance
from app.web.context import portal

developers = AppGroup("developers", help="Developers of the organization.")


def install(app: Flask, conformance: Callable[[str, Path], Conformance]) -> None:
    """Add the commands to the application; ``conformance`` makes what one of them needs."""
    app.extensions["conformance"] = conformance
    app.cli.add_command(developers)
    app.cli.add_command(check_organization)


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


@click.command("conformance")
@click.option("--org", required=True, help="The organization, best a sandbox.")
@click.option("--yes", is_flag=True, help="Also where it is the portal's own organization.")
@click.option("--clean", is_flag=True, help="Only remove what earlier checks left.")
@click.option(
    "--work-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/conformance"),
    show_default=True,
    help="Where the report and the names of what was made are kept.",
)
def check_organization(org: str, yes: bool, clean: bool, work_dir: Path) -> None:
    """Check how an organization behaves, with objects that are removed again."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        kit = cast(Conformance, current_app.extensions["conformance"](org, work_dir))
        if kit.is_portals_own and not yes:
            raise click.UsageError(f"{org} is this portal's own organization: add --yes.")
        verdict = kit.clean(click.echo) if clean else kit.run(click.echo)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    click.echo(verdict.summary)
    for file in verdict.files:
        click.echo(f"  {file}")
    if not verdict.passed:
        raise click.exceptions.Exit(1)


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
