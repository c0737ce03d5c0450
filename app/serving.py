"""``portal serve``: the production server, in the place of this process.

It is gunicorn with the portal's own ``gunicorn.conf.py``; the settings are checked before it.
"""

import os
import sys
from importlib.util import find_spec
from typing import Final

import click

from app import resources
from app.settings import Settings
from app.starting import explained

# What gunicorn.conf.py reads; no setting of the portal, which has nothing to do with it.
DRAIN_SECONDS: Final = "SERVER_DRAIN_SECONDS"
THREADS: Final = "PORTAL_SERVER_THREADS"
# The C library of Linux would keep memory apart for each thread: a tenth of a process more.
ARENAS: Final = {"MALLOC_ARENA_MAX": "2"}


@click.command("serve")
@click.option(
    "--bind",
    "addresses",
    multiple=True,
    default=("127.0.0.1:8000",),
    show_default=True,
    help="host:port, unix:FILE or fd://NUMBER to listen on; may be given again.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=2,
    show_default=True,
    help="Processes that answer.",
)
@click.option(
    "--threads",
    type=click.IntRange(4, 512),
    help="Threads of each process; without it what the setting server_threads says.",
)
@click.option(
    "--drain",
    "drain_seconds",
    type=click.IntRange(0, 600),
    default=5,
    show_default=True,
    help="Seconds between being unready and taking no more requests, when it is to stop.",
)
def serve(
    addresses: tuple[str, ...], workers: int, threads: int | None, drain_seconds: int
) -> None:
    """Serve the portal until SIGTERM or Ctrl-C; SIGHUP reads settings and code again.

    SIGTERM makes /readyz answer 503 first, then requests are finished. Migrations are run by
    `db upgrade` alone: a database that waits for them is told in the log and by /readyz.
    """
    if find_spec("gunicorn") is None:
        raise click.ClickException("gunicorn is missing: install the extra server.")
    environment = {**ARENAS, **os.environ, DRAIN_SECONDS: str(drain_seconds)}
    if threads is not None:  # Apigee holds three quarters of them at most, so the portal is told
        os.environ[THREADS] = environment[THREADS] = str(threads)
    with explained():
        count = Settings().server_threads
    # Set by Flask for what its own commands run, which the server is not.
    environment.pop("FLASK_RUN_FROM_CLI", None)
    words = [sys.executable, "-m", "gunicorn", "--config", str(resources.GUNICORN)]
    words += [word for address in addresses for word in ("--bind", address)]
    words += ["--workers", str(workers), "--threads", str(count)]
    os.execve(sys.executable, [*words, "app.starting:started()"], environment)  # noqa: S606 - no shell is wanted
