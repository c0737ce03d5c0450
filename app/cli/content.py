"""``flask content …``: what is wrong with the content, before anybody reads it."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict

import click
from flask import Flask, current_app
from werkzeug import serving

from app.cli.arguments import Commands
from app.domain.documentation import MISTAKES, ContentProblem
from app.web.context import portal

content = Commands("content", short_help="The pages and APIs of the content folder.")


@content.command("check")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def check(*, as_json: bool) -> None:
    """Read all of the content and name what is wrong, by file and line.

    Ends with 1 where something is wrong. A note is about something that is shown all the same,
    such as a rule of OpenAPI that a document breaks.
    """
    for problem in (problems := _problems(is_prepared=True)):
        note = "note: " if problem.is_note else ""
        click.echo(json.dumps(asdict(problem)) if as_json else f"{note}{problem}")
    if any(not problem.is_note for problem in problems):
        raise click.exceptions.Exit(1)
    if not as_json:
        click.echo("Nothing is wrong with the content." if not problems else "All of it is shown.")


@content.command("preview")
@click.option("--port", default=5000, show_default=True, help="Where it listens, on this machine.")
def preview(port: int) -> None:
    """Show the portal as visitors see it, on this machine alone, and follow the files.

    Names what is wrong first. A page that is open follows what is written within a second or two.
    Nobody can sign in there: providers know the portal by its own address.
    """
    for problem in _problems():
        click.echo(str(problem), err=True)
    make: Callable[[str], Flask] = current_app.extensions["preview"]
    shown = make(f"http://localhost:{port}")
    click.echo(f"http://localhost:{port}{shown.config['APPLICATION_ROOT']} until Ctrl-C")
    serving.run_simple("127.0.0.1", port, shown, threaded=True)


def _problems(*, is_prepared: bool = False) -> Sequence[ContentProblem]:
    """Return what is wrong with the content; the log does not say it once more."""
    log = logging.getLogger(MISTAKES)
    was_disabled, log.disabled = log.disabled, True
    try:
        if is_prepared:
            portal().reading.prepare()
        return portal().reading.problems()
    finally:
        log.disabled = was_disabled
