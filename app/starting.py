"""How the portal starts: by its settings, or with the words that say what is wrong with them."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import Flask

from app.configuration.errors import ConfigurationError

# gunicorn starts no further worker after one that ended like this.
NEVER: Final = 3


@contextmanager
def explained() -> Iterator[None]:
    """Tell of wrong settings on stderr, one line for each problem, and end with ``NEVER``."""
    try:
        yield
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(NEVER) from None


def started() -> Flask:
    """Return the application that the settings ask for; end with ``NEVER`` where they are wrong."""
    gc.disable()  # a quarter of the time of starting, and next to nothing is found
    from app.factory import create_app  # noqa: PLC0415 - `portal serve` starts it in other processes
    from app.settings import Settings  # noqa: PLC0415 - see above

    with explained():
        app = create_app(Settings())
    # What is there now stays: looking for what nobody needs would pass over it again and again.
    gc.freeze()
    gc.enable()
    return app
