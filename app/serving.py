"""``portal serve``: the production server, in this process and those that it forks.

It is gunicorn with the portal's own ``gunicorn.conf.py``; the settings are checked before it. What
is imported for that is not imported again: libraries are there already in the processes that are
forked. The portal's own modules they read anew, so that SIGHUP finds those of today.
"""

import ctypes
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click

from app import resources
from app.settings import Settings
from app.starting import explained

# What gunicorn.conf.py reads; no setting of the portal, which has nothing to do with it.
DRAIN_SECONDS: Final = "SERVER_DRAIN_SECONDS"
THREADS: Final = "PORTAL_SERVER_THREADS"
# The C library of Linux would keep memory apart for each thread: a tenth of a process more.
ARENAS: Final = "MALLOC_ARENA_MAX"
MOST_ARENAS: Final = 2
_M_ARENA_MAX: Final = -8  # mallopt(3)
# What every web process needs; each would spend two fifths of its start on them.
LIBRARIES: Final = (
    "authlib.integrations.requests_client",
    "authlib.oidc.core.claims",
    "cachetools",
    "flask_caching",
    "flask_limiter",
    "flask_login",
    "flask_sqlalchemy",
    "flask_wtf",
    "google.auth.jwt",
    "jinja2_fragments.flask",
    "joserfc.jwt",
    "markdown_it",
    "mdit_py_plugins.deflist",
    "mdit_py_plugins.footnote",
    "nh3",
    "pygments.lexers",
    "pythonjsonlogger.json",
    "requests",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "tinycss2",
    "yaml",
)


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
    if (gunicorn := find_spec("gunicorn")) is None or gunicorn.origin is None:
        raise click.ClickException("gunicorn is missing: install the extra server.")
    gc.disable()  # as in ``started``
    os.environ[DRAIN_SECONDS] = str(drain_seconds)
    if threads is not None:  # Apigee holds three quarters of them at most, so the portal is told
        os.environ[THREADS] = str(threads)
    with explained():
        count = Settings().server_threads
    # Set by Flask for what its own commands run, which the server is not.
    os.environ.pop("FLASK_RUN_FROM_CLI", None)
    # By these words gunicorn starts itself again where it is asked to.
    sys.argv = [str(Path(gunicorn.origin).with_name("__main__.py"))]
    sys.argv += ["--config", str(resources.GUNICORN)]
    sys.argv += [word for address in addresses for word in ("--bind", address)]
    sys.argv += ["--workers", str(workers), "--threads", str(count), "app.starting:started()"]
    _prepare()
    import_module("gunicorn.app.wsgiapp").run()


def _prepare() -> None:
    """Have in this process what those that are forked share, and nothing of the portal's own."""
    if ARENAS not in os.environ:
        os.environ[ARENAS] = str(MOST_ARENAS)  # read when a process starts, which this one has
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, MOST_ARENAS)
    for name in LIBRARIES:
        import_module(name)
    for name in [each for each in sys.modules if each.partition(".")[0] == "app"]:
        del sys.modules[name]
    gc.freeze()
    gc.enable()
