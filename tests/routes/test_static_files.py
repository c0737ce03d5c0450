"""The portal's own files: their smaller versions, types and names."""

import gzip
from pathlib import Path

import brotli
import pytest
from flask import Flask

from app.web import static_files

SHEET = b"main { color: red }\n" * 100


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    """An application with files as they lie in a wheel, and one beside the folder."""
    folder = tmp_path / "static"
    folder.mkdir()
    (tmp_path / "secret.css").write_bytes(b"nobody's business")
    (folder / "plain.js").write_bytes(b"let x = 1;")
    (folder / "site.css").write_bytes(SHEET)
    (folder / "site.css.br").write_bytes(brotli.compress(SHEET))
    (folder / "site.css.gz").write_bytes(gzip.compress(SHEET))
    app = Flask("site", static_folder=str(folder), static_url_path="/static")
    static_files.install(app)
    return app


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0", None), ("", None)],
)
def test_the_smallest_version_that_can_be_read_is_sent(
    site: Flask, accept: str, encoding: str | None
) -> None:
    headers = {"Accept-Encoding": accept}
    answer = site.test_client().get("/static/site.css", headers=headers, buffered=True)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert unpack(answer.get_data()) == SHEET
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "accept-encoding" in answer.vary


def test_each_version_of_a_file_is_asked_for_once(site: Flask) -> None:
    client = site.test_client()
    tags = set()
    for accept in ("br", "gzip", ""):
        headers = {"Accept-Encoding": accept}
        tag = client.get("/static/site.css", headers=headers, buffered=True).headers["ETag"]
        tags.add(tag)
        headers["If-None-Match"] = tag
        again = client.get("/static/site.css", headers=headers, buffered=True)
        assert (again.status_code, again.get_data()) == (304, b"")
        assert "accept-encoding" in again.vary
    assert len(tags) == 3


def test_an_address_changes_with_the_content_of_its_file(site: Flask) -> None:
    file = Path(site.static_folder or "") / "plain.js"
    with site.test_request_context():
        before = static_files.address("plain.js")
    file.write_bytes(b"let x = 2;")
    static_files.install(site)
    with site.test_request_context():
        after = static_files.address("plain.js")
    assert before != after
    client = site.test_client()
    former, current = (client.get(each, buffered=True) for each in (before, after))
    assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert former.headers["Cache-Control"] == "no-cache"
    assert former.get_data() == b"let x = 2;"
    assert current.mimetype == "text/javascript"


@pytest.mark.parametrize(
    "name", ["../secret.css", "%2e%2e/secret.css", "none.css", "/etc/hosts", "site.css%00"]
)
def test_no_other_file_is_sent(site: Flask, name: str) -> None:
    for accept in ("br", ""):
        headers = {"Accept-Encoding": accept}
        answer = site.test_client().get(f"/static/{name}", headers=headers, follow_redirects=True)
        assert answer.status_code == 404
