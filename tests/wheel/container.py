"""The container file, read as an engine does; none is run here."""

import re
import shutil
from pathlib import Path
from typing import Final

from demo.plan import ROOT

DEPLOY: Final = ROOT / "deploy"
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def steps(word: str) -> list[str]:
    """Return what follows a word of the container file, step by step."""
    return [found.strip() for found in re.findall(rf"^{word} (.*)$", CONTAINER, re.MULTILINE)]


def copied() -> list[tuple[list[str], str]]:
    """Return what is copied out of the checkout, and to where."""
    given = [step.split() for step in steps("COPY") if not step.startswith("--from")]
    return [(words[:-1], words[-1]) for words in given]


def lay_out(folder: Path, *left_out: str) -> None:
    """Copy what the container file copies, and nothing else of the checkout."""
    hidden = shutil.ignore_patterns("__pycache__", *left_out)
    for sources, target in copied():
        for source in sources:
            place = folder / target
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=hidden)
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, place)
