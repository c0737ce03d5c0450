"""What a server runs: ``wsgi:app``."""

import sys

from app.configuration.errors import ConfigurationError
from app.factory import create_app
from app.settings import Settings

# gunicorn starts no further worker after one that ended like this.
NEVER = 3

try:
    app = create_app(Settings())
except ConfigurationError as error:
    sys.stderr.write(f"{error}\n")
    raise SystemExit(NEVER) from None
