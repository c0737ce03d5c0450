"""``flask conformance``: how a real organization behaves."""

import signal
from pathlib import Path
from typing import cast

import click
from flask import current_app

from app.cli.arguments import Command
from app.domain.errors import PortalError
from app.services.truth.port import Conformance


@click.command("conformance", cls=Command)
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
