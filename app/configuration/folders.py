"""Folders that the portal cannot start without, as settings name them."""

import os
from pathlib import Path

from app.configuration.errors import ConfigurationError


def writable(setting: str, folder: Path) -> Path:
    """Return the folder, made if need be; raise ``ConfigurationError`` where it is of no use."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"the folder {folder} cannot be made: {error.strerror}"
        raise ConfigurationError([f"{setting}: {why}"]) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigurationError([f"{setting}: the folder {folder} cannot be written"])
    return folder
