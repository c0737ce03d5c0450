"""Where what is made of the content is kept: it may be deleted at any time."""

import logging
import os
import tempfile
from pathlib import Path

logger = logging.getLogger(__name__)


def cache_folder(wanted: Path) -> Path:
    """Return the folder, made if need be; a temporary one where it cannot be written."""
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        if os.access(wanted, os.W_OK | os.X_OK):
            return wanted.absolute()
        reason = "Permission denied"
    except OSError as error:
        reason = error.strerror or "unknown"
    other = Path(tempfile.mkdtemp(prefix="portal-content-"))
    logger.warning("content.cache_dir cannot be written (%s): a temporary folder is used", reason)
    return other
