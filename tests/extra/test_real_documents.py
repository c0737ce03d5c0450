"""API documents of real makers: every page of every operation, webhook and schema is answered."""

import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.domain.apis import Api
from tests.routes.conftest import Build
from tests.routes.conftest import build as build  # noqa: PLC0414 - a fixture, used by name
from tests.routes.conftest import house as house  # noqa: PLC0414 - a fixture, used by name
from tests.routes.conftest import template as template  # noqa: PLC0414 - a fixture, used by name
from tests.routes.house import House
from tools.real_documents import DOCUMENTS, RealDocument, fetched

MAKERS = 15
SLOWEST = 5.0  # seconds, on a machine that does much else
NOT_SHOWN = re.compile(
    r"It is in another document \([^)]*\)|The document has nothing at [^<]*?\.(?=<)"
    r"|Its references lead in a circle|(?<=kind.>)unknown|\d+ more are in the document"
)


@dataclass
class Seen:
    """What the pages of one document were like."""

    pages: int = 0
    slowest: float = 0.0
    failed: list[str] = field(default_factory=list)
    not_shown: Counter[str] = field(default_factory=Counter)

    def look(self, client: FlaskClient, path: str) -> None:
        begun = time.monotonic()
        answer = client.get(path)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.pages += 1
        if answer.status_code != 200:
            self.failed.append(f"{path}: {answer.status_code}")
        self.not_shown.update(unescape(found) for found in NOT_SHOWN.findall(answer.text))

    @property
    def told(self) -> str:
        some = "; ".join(f"{text} ({count})" for text, count in self.not_shown.most_common(5))
        return (
            f"{self.pages} pages, {len(self.failed)} failed, slowest {self.slowest * 1000:.0f} ms,"
            f" not shown: {some or 'nothing'}"
        )


def publish(document: RealDocument, content: Path) -> None:
    """Put a document into a content folder."""
    folder = content / "apis" / document.slug
    folder.mkdir(parents=True)
    file = folder / document.file.name
    shutil.copyfile(fetched(document), file)
    facts = f'document = "{file.name}"\nbase_url = "https://api.example.com"\n'
    folder.joinpath("api.toml").write_text(facts, encoding="utf-8")


def addresses(api: Api, house: House) -> Iterator[str]:
    """Yield the address of every page of an API."""
    yield f"/apis/{api.slug}"
    for operation in (*api.operations, *api.webhooks):
        yield f"/apis/{api.slug}/{operation.operation_id}"
    with house.context():
        schemas = house.portal.reading.apis.overview(api).schemas
    yield from (f"/apis/{api.slug}/schemas/{name}" for name in schemas)


def test_there_are_enough_of_them() -> None:
    packages = {document.package.name for document in DOCUMENTS}
    assert len({document.slug for document in DOCUMENTS}) >= MAKERS + 5
    assert len(packages) >= MAKERS - 5  # some packages hold those of several makers


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.slug)
def test_every_page_of_a_real_document_is_answered(
    build: Build, tmp_path: Path, document: RealDocument, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(document, tmp_path / "content")
    house = build(content_dir=str(tmp_path / "content"))
    begun = time.monotonic()
    checked = house.flask.test_cli_runner().invoke(args=["content", "check"])
    prepared = time.monotonic() - begun
    with house.context():
        [api] = house.portal.reading.apis.visible(frozenset())
    seen, client = Seen(), house.flask.test_client()
    for path in addresses(api, house):
        seen.look(client, path)

    count = len(api.operations) + len(api.webhooks)
    notes = checked.output.count("note: ")
    with capsys.disabled():
        told = f"{count} operations, prepared and checked in {prepared:.1f} s with {notes} notes"
        print(f"\n{document.slug}: {told}, {seen.told}", end=" ")  # noqa: T201 - the list of what is not shown
    assert checked.exit_code == 0
    assert seen.failed == []
    assert count
    assert seen.slowest < SLOWEST
