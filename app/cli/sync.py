"""``flask developers sync``: the developer index brought up to what Apigee has."""

import json
from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from app.cli.audit import UNPRINTABLE
from app.domain.errors import PortalError
from app.domain.sync import Choices, Direction, Finding, FindingKind, Run, Taken
from app.web.context import portal

DIRECTIONS = {"portal": Direction.TO_PORTAL, "apigee": Direction.TO_APIGEE}
WORDS = {
    FindingKind.ONLY_THERE: "only on Apigee",
    FindingKind.DIFFERS: "differs",
    FindingKind.ONLY_HERE: "only here",
    FindingKind.GONE: "gone from Apigee, and linked to an account",
    FindingKind.SAME_BUT_CASE: "the same address but for case",
    FindingKind.TWO_ACCOUNTS: "several accounts of one address",
}


@click.command("sync")
@with_appcontext
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--filter", "only", default="", help="Only these addresses, such as *@example.com.")
@click.option(
    "--direction",
    type=click.Choice(list(DIRECTIONS)),
    default="portal",
    help="Which side takes the other's names where both have one; the portal unless named.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line, the run last.")
def sync(*, dry_run: bool, only: str, direction: str, as_json: bool) -> None:
    """Compare the developers here with Apigee's, and take over what differs; never delete."""
    choices = Choices(not dry_run, DIRECTIONS[direction], only)
    try:
        run = portal().sync.run(choices)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    for finding in _findings(run) if dry_run or as_json else ():
        click.echo(
            json.dumps(_facts(finding)) if as_json else _line(finding).translate(UNPRINTABLE)
        )
    click.echo(json.dumps(_summary(run)) if as_json else _told(run))


def _findings(run: Run) -> Iterator[Finding]:
    after: int | None = 0
    while after is not None:
        page = portal().sync.findings(run.number, None, after)
        yield from page.rows
        after = page.next_after


def _line(finding: Finding) -> str:
    told = [
        f"{item.field} here {item.here!r}, on Apigee {item.there!r}"
        + (" (left)" if item.taken is Taken.LEFT else "")
        for item in finding.differences
    ]
    told += [*finding.others, *(f"account {number}" for number in finding.accounts)]
    return f"{finding.email}  {WORDS[finding.kind]}" + (f": {'; '.join(told)}" if told else "")


def _told(run: Run) -> str:
    counts = run.counts
    if not run.choices.apply:
        told = f"{counts.read} developers read, {counts.total} findings, nothing changed"
    else:
        told = f"{counts.read} developers read, {counts.changed} new or different"
    if counts.conflicts:
        told += f", {counts.conflicts} for an administrator to look at"
    return told + (f", {counts.failed} failed" if counts.failed else "")


def _facts(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind.value,
        "email": finding.email,
        "differences": [
            {
                "field": item.field,
                "here": item.here,
                "there": item.there,
                "taken": item.taken.value,
            }
            for item in finding.differences
        ],
        "accounts": list(finding.accounts),
        "others": list(finding.others),
        "problem": finding.problem,
    }


def _summary(run: Run) -> dict[str, object]:
    counts = run.counts
    return {
        "run": run.number,
        "state": run.state.value,
        "applied": run.choices.apply,
        "pages": counts.pages,
        "read": counts.read,
        "changed": counts.changed,
        "failed": counts.failed,
        "found": dict(counts.found),
    }
