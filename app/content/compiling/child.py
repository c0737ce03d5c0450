"""The process that reads one document for the portal: ``python -m app.content.compiling.child``.

It is told what to do in one line of JSON, and ends when whoever started it does.
"""

import json
import os
import sys
import threading
from pathlib import Path

from app.content.compiling.checking import findings
from app.content.compiling.job import FINDINGS, Changed, Task, Written, compile_document
from app.content.compiling.limits import Limits, limit
from app.content.compiling.process import CHANGED, NO_MEMORY, UNUSABLE
from app.content.local_file import Unusable
from app.content.shelf import Shelf


def main() -> int:
    """Do what the line asks; return what the other process understands."""
    line = sys.stdin.readline()
    if not line:  # the other process ended first
        return 1
    said = json.loads(line)
    limit(Limits(**said["limits"]))
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    shelf = Shelf(lambda: Path(said["folder"]))
    document = Written(Path(said["file"]), said["key_name"], said["size"], said["key"])
    try:
        source = document.source()
        if said["task"] == Task.COMPILE:
            compile_document(shelf, document, source)
        else:
            found = json.dumps(findings(source, document.suffix))
            shelf.keep(document.checked_key, [(FINDINGS, found.encode())])
    except Changed:
        return CHANGED
    except MemoryError:
        return NO_MEMORY
    except Unusable:
        return UNUSABLE
    return 0


def _end_with_the_other() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
