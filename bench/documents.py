"""The part of the table that is about the largest API document: GitHub's, over 1,200 operations."""

import json
import shutil
from pathlib import Path
from typing import Final

from bench.crowd import Crowd
from bench.house import BenchPlan, inside, open_house
from bench.table import Row, Target
from demo.run import portal_command
from tools.real_documents import DOCUMENTS, fetched

MILLISECONDS: Final = 300
GROWTH: Final = 1.5


def document_rows(folder: Path) -> list[Row]:
    """Measure a process that shows a document which another one has prepared.

    Raises ``ProcessFailed`` and ``NotFetched``.
    """
    document = DOCUMENTS[0]
    with open_house(Crowd(1, (0,)), folder, servers=False) as house:
        _publish(house.plan, document.slug, fetched(document))
        house.processes.run(portal_command(house.plan, "content", "content", "check"))
        report = folder / "pages.json"
        house.processes.run(inside(house.plan, "bench.first_pages", document.slug, str(report)))
        house.refuse_to_go_on()
    found = json.loads(report.read_text(encoding="ascii"))
    first, later = found["first"], found["later"]
    before, after = found["before"], found["after"]
    return [
        Row(
            "API document: its first operation page against 300 ms",
            f"{first:.0f} ms, {later:.0f} ms later",
            [first / MILLISECONDS],
            Target("<=", 1),
            f"{document.file.stat().st_size / 1e6:.0f} MB that another process took apart before",
        ),
        Row(
            f"API document: memory of a process after {found['pages']} pages against before",
            f"{after:.0f} MB, {before:.0f} MB",
            [after / before],
            Target("<=", GROWTH),
        ),
    ]


def _publish(plan: BenchPlan, slug: str, file: Path) -> None:
    folder = plan.content / "apis" / slug
    folder.mkdir(parents=True)
    shutil.copyfile(file, folder / file.name)
    facts = f'document = "{file.name}"\nbase_url = "https://api.example.com"\n'
    folder.joinpath("api.toml").write_text(facts, encoding="utf-8")
