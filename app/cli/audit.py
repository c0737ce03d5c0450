"""``flask audit …``: the audit log read, taken out, and checked."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from app.cli.arguments import Commands
from app.domain.audit import SYSTEM, Action, AuditEntry, AuditQuery
from app.domain.audit_chain import BEGINNING, Head
from app.domain.errors import PortalError
from app.services.audit_office import Report
from app.web.audit_file import FORMATS
from app.web.context import portal

POSITION: Final = re.compile(r"[0-9]{1,18}")  # what a wide integer of the database can take
HASH: Final = re.compile(r"[0-9a-f]{64}")
# What a terminal would obey.
UNPRINTABLE: Final = dict.fromkeys((*range(32), *range(127, 160)), "\ufffd")

audit = Commands("audit", help="The audit log.")


@audit.command("verify")
@click.option("--head", "heads", multiple=True, metavar="POSITION:HASH", help="A published head.")
@click.option(
    "--heads-from",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A log or stream of JSON lines that holds published heads.",
)
@click.option("--from", "start", metavar="POSITION:HASH", help="The head that it begins after.")
def verify(heads: tuple[str, ...], files: tuple[Path, ...], start: str | None) -> None:
    """Follow the chain over every row; end with 1 where it does not hold."""
    published = dict(map(_head, heads))
    for file in files:
        with file.open(encoding="utf-8", errors="replace") as lines:
            published.update(_heads_in(lines))
    begin = Head(*_head(start)) if start else BEGINNING
    later = {position: value for position, value in published.items() if position > begin.position}
    report = portal().audit.check(later, begin)
    for line in _findings(report, begin, len(later)):
        click.echo(line)
    if not report.is_whole:
        raise click.exceptions.Exit(1)


@audit.command("show")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
def show(limit: int) -> None:
    """Print the newest rows, the newest last."""
    for entry in reversed(portal().audit.log.recent(limit)):
        click.echo(_line(entry))


@audit.command("export")
@click.option("--format", "kind", type=click.Choice(["jsonl", "csv"]), default="jsonl")
@click.option("--actor", default="", help="An account's number, or a name.")
@click.option("--action", type=click.Choice([action.value for action in Action]))
@click.option("--target", default="", help="What it was done to, letter by letter.")
@click.option("--since", type=click.DateTime(), help="From then on, in UTC.")
@click.option("--until", type=click.DateTime(), help="Before then, in UTC.")
def export(kind: str, since: datetime | None, until: datetime | None, **wanted: Any) -> None:  # noqa: ANN401 - options by name
    """Print the rows that are wanted, oldest first; the export itself is recorded."""
    action = Action(wanted["action"]) if wanted["action"] else None
    query = AuditQuery(
        actor=wanted["actor"],
        action=action,
        target=wanted["target"],
        since=_utc(since),
        until=_utc(until),
    )
    try:
        rows = portal().audit.rows(SYSTEM, query)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    for text in FORMATS[kind].lines(rows):
        click.echo(text, nl=False)


def _head(text: str) -> tuple[int, str]:
    position, _, value = text.partition(":")
    if not POSITION.fullmatch(position) or not HASH.fullmatch(value):
        raise click.BadParameter("write it as it was published, such as 1234:0a1b…")
    return int(position), value


def _heads_in(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the heads among the lines; whatever else a log holds does not matter."""
    for line in lines:
        try:
            facts = json.loads(line)
        except ValueError:
            continue
        if isinstance(facts, dict) and isinstance(facts.get("position"), int):
            value = str(facts.get("hash", ""))
            if HASH.fullmatch(value):
                yield facts["position"], value


def _findings(report: Report, begin: Head, published: int) -> Iterator[str]:
    head, broken = report.verdict.head, report.verdict.broken
    rows = head.position - begin.position
    if broken is not None:
        where = "The chain is broken" if broken.row is None else f"Row {broken.row} is broken"
        yield f"{where}: {broken.what}. {rows} rows before it hold."
        return
    compared = f", compared with {published} published heads" if published else ""
    yield f"The chain is whole: {rows} rows{compared}."
    yield f"Its head is {head}"
    if report.unsealed.count:
        since = f"{report.unsealed.since:%Y-%m-%d %H:%M} UTC"
        yield f"{report.unsealed.count} rows since {since} are not sealed yet."
    if report.overdue:
        yield "That is too long: no worker runs, or links were taken away."


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _line(entry: AuditEntry) -> str:
    times = f" x{entry.count}" if entry.count > 1 else ""
    whose = f" for {entry.on_behalf_of}" if entry.on_behalf_of else ""
    about = f"{entry.target_kind} {entry.target}".strip()
    detail = f" ({entry.detail})" if entry.detail else ""
    told = f"{entry.action} {entry.phase}{times}  {entry.actor.name}{whose}  {about}{detail}"
    return f"{entry.number:7}  {entry.at:%Y-%m-%d %H:%M:%S}  {told}".translate(UNPRINTABLE)
