"""Where the files lie that are no code: in a checkout beside the package, installed inside it."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
ROOT: Final = _PACKAGE if (_PACKAGE / "migrations").is_dir() else _PACKAGE.parent
TEMPLATES: Final = ROOT / "templates"
STATIC: Final = ROOT / "static"
MIGRATIONS: Final = ROOT / "migrations"
GUNICORN: Final = ROOT / "gunicorn.conf.py"
