"""``flask jobs …``: the worker, and the jobs that it does."""

import json
import os
import platform
import signal
from contextlib import ExitStack
from threading import Event
from typing import Final
from uuid import uuid4

import click

from app.cli.arguments import Commands
from app.domain.audit import SYSTEM
from app.domain.errors import PortalError
from app.domain.jobs import Job, JobKind, JobState
from app.jobs.worker import Handler, Worker
from app.web.context import portal
from app.web.row_numbers import LARGEST

LOOPBACK: Final = "127.0.0.1"
HIGHEST_PORT: Final = 65_535


class _Address(click.ParamType[tuple[str, int]]):
    """A port of this machine alone, or ``host:port``."""

    name = "[host:]port"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        host, _, port = str(value).rpartition(":")
        if not port.isdecimal() or int(port) > HIGHEST_PORT:
            self.fail("must read like 9400 or 0.0.0.0:9400", param, ctx)
        return host.strip("[]") or LOOPBACK, int(port)


ADDRESS: Final = _Address()
STATE: Final = max(map(len, JobState))
NUMBER: Final = click.IntRange(1, LARGEST)
KIND: Final = max(map(len, JobKind))

jobs = Commands("jobs", help="Work that the portal does later.")


@jobs.command("work")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@click.option(
    "--metrics",
    "place",
    type=ADDRESS,
    help="Answer /metrics at this port, or host:port, to whoever has the token.",
)
def work(*, once: bool, place: tuple[str, int] | None) -> None:
    """Do jobs until SIGTERM or Ctrl-C; the one in hand is finished first."""
    desk = portal().work
    desk.office.plan(desk.chores)
    handlers = {kind: Handler(run) for kind, run in desk.handlers.items()}
    chores = {kind: Handler(chore.run, every=chore.every) for kind, chore in desk.chores.items()}
    name = f"{platform.node()}-{os.getpid()}-{uuid4().hex[:8]}"
    observe = portal().figures.figures.worked
    worker = Worker(desk.queue, handlers | chores, name, observe=observe)
    if once:
        while worker.run_one():
            pass
        return
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with ExitStack() as beside:
        if place is not None:
            _answer(place, beside)
        click.echo("The worker waits for jobs.")
        worker.run(stop)


def _answer(place: tuple[str, int], beside: ExitStack) -> None:
    """Answer Prometheus beside the work."""
    from app.cli.metrics import answering  # noqa: PLC0415 - few workers need a server

    office = portal().figures
    if not office.token:
        raise click.ClickException("--metrics needs a token: set PORTAL_METRICS_TOKEN.")
    try:
        beside.enter_context(answering(office, *place))
    except OSError as error:
        raise click.ClickException(f"--metrics cannot listen there: {error.strerror}.") from None


@jobs.command("list")
@click.option("--state", type=click.Choice([state.value for state in JobState]))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def listing(*, state: str | None, as_json: bool) -> None:
    """List jobs, newest first."""
    before: int | None = None
    while True:
        page = portal().work.office.page(JobState(state) if state else None, before)
        for job in page.jobs:
            click.echo(json.dumps(_facts(job)) if as_json else _line(job))
        before = page.next_before
        if before is None:
            return


@jobs.command("retry")
@click.argument("number", type=NUMBER)
def retry(number: int) -> None:
    """Do a job that waits or failed as soon as a worker is free."""
    _change(number, "hasten")


@jobs.command("cancel")
@click.argument("number", type=NUMBER)
def cancel(number: int) -> None:
    """Cancel a job that waits or failed."""
    _change(number, "cancel")


def _change(number: int, change: str) -> None:
    office = portal().work.office
    try:
        job = (office.hasten if change == "hasten" else office.cancel)(SYSTEM, number)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    click.echo(_line(job))


def _line(job: Job) -> str:
    due = f"{job.due_at:%Y-%m-%d %H:%M} UTC"
    times = "once" if job.attempts == 1 else f"{job.attempts} times"
    trouble = f"  tried {times}: {job.error}" if job.error else ""
    return f"{job.job_id:6}  {job.state.value:{STATE}}  {job.kind.value:{KIND}}  due {due}{trouble}"


def _facts(job: Job) -> dict[str, object]:
    return {
        "id": job.job_id,
        "kind": job.kind.value,
        "state": job.state.value,
        "due_at": job.due_at.isoformat(),
        "run_at": job.run_at.isoformat(),
        "attempts": job.attempts,
        "error": job.error,
    }
