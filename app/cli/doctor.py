"""``flask doctor``: everything that must be right, and what to do where it is not."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import with_appcontext

from app.cli.arguments import Command
from app.domain.checks import Area, Finding, Outcome
from app.web.context import portal

MARKS = {
    Outcome.GOOD: "ok",
    Outcome.WARNING: "look",
    Outcome.BAD: "WRONG",
    Outcome.SKIPPED: "skipped",
}


@click.command("doctor", cls=Command)
@with_appcontext
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def doctor(*, as_json: bool) -> None:
    """Check settings, database, caches, Apigee with its rights, and the sign-in services.

    Ends with 1 where something is wrong. Settings are checked by starting: a mistake in them
    is told before any command runs.
    """
    with _nothing_logged():
        findings = (_settings(), *portal().status.ask())
    for finding in findings:
        click.echo(json.dumps(_facts(finding)) if as_json else _line(finding))
    if any(finding.outcome is Outcome.BAD for finding in findings):
        raise click.exceptions.Exit(1)


@contextmanager
def _nothing_logged() -> Iterator[None]:
    """Keep the log out of the findings, which say all of it and what to do."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(before)


def _settings() -> Finding:
    return Finding(Area.PORTAL, "Settings", Outcome.GOOD, "Every setting is known and valid.")


def _line(finding: Finding) -> str:
    took = "" if finding.milliseconds is None else f" ({finding.milliseconds:.0f} ms)"
    line = f"{MARKS[finding.outcome]:8}{finding.subject}{took}: {finding.said}"
    return f"{line}\n{'':8}→ {finding.advice}" if finding.advice else line


def _facts(finding: Finding) -> dict[str, object]:
    return {
        "area": finding.area.value,
        "subject": finding.subject,
        "outcome": finding.outcome.value,
        "said": finding.said,
        "advice": finding.advice,
        "milliseconds": finding.milliseconds,
    }
