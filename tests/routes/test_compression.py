"""Answers are smaller where that tells nothing of anybody."""

import gzip
import re

import pytest

from tests.routes.client import Browser
from tests.routes.house import House

FIRST_VISIT = 60_000  # bytes


def encoding(browser: Browser, path: str) -> str | None:
    accept = {"Accept-Encoding": "gzip, br"}
    answer = browser.flask.get(path, base_url=browser.base_url, headers=accept, buffered=True)
    assert answer.status_code == 200
    return answer.headers.get("Content-Encoding")


def test_the_first_visit_to_a_page_weighs_little(house: House) -> None:
    page = house.browser().get("/docs/guides/first").page
    found = {item.get("href") or item.get("src") or "" for item in page.root.iter()}
    files = {name.partition("#")[0] for name in found if name.startswith("/static/")}
    files |= set(re.findall(r"/static/vendor/icons[^#\"]*", house.browser().get("/docs/").body))

    answers = [asked_raw(house, path) for path in ("/docs/guides/first", *files)]

    assert len(files) >= 8
    assert sum(answers) < FIRST_VISIT


def asked_raw(house: House, path: str) -> int:
    answer = house.flask.test_client().get(path, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert answer.status_code == 200
    return len(answer.get_data()) + len(str(answer.headers))


@pytest.mark.parametrize("path", ["/static/css/layout.css", "/docs/guides/first"])
def test_it_is_the_same_answer(house: House, path: str) -> None:
    client = house.flask.test_client()
    plain = client.get(path, buffered=True)
    small = client.get(path, headers={"Accept-Encoding": "gzip"}, buffered=True)

    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert {"Accept-Encoding"} <= set(plain.vary) & set(small.vary)
    request_id = re.compile(rb"[0-9a-f]{32}")
    told = gzip.decompress(small.get_data())
    assert request_id.sub(b"", told) == request_id.sub(b"", plain.get_data())
    assert int(small.headers["Content-Length"]) == len(small.get_data())


def test_a_file_is_not_sent_again_when_it_is_the_same(house: House) -> None:
    client = house.flask.test_client()
    path, accept = "/static/css/layout.css", {"Accept-Encoding": "gzip"}
    etag = client.get(path, headers=accept, buffered=True).headers["ETag"]

    again = client.get(path, headers={**accept, "If-None-Match": etag}, buffered=True)
    assert (again.status_code, again.get_data()) == (304, b"")


@pytest.mark.parametrize("accept", ["", "identity", "br", "gzip;q=0"])
def test_who_cannot_read_it_gets_it_plain(house: House, accept: str) -> None:
    client = house.flask.test_client()
    answer = client.get("/docs/guides/first", headers={"Accept-Encoding": accept}, buffered=True)

    assert "Content-Encoding" not in answer.headers


def test_a_page_of_a_person_is_compressed_where_nobody_else_writes_into_it(dana: Browser) -> None:
    for path in ("/", "/apps", "/account", "/docs/guides/first", "/products"):
        assert encoding(dana, path) == "gzip"


def test_a_page_of_a_person_that_repeats_its_address_is_not_compressed(dana: Browser) -> None:
    for path in ("/apps?q=guess", "/products?q=guess", "/search?q=guess", "/?anything"):
        assert encoding(dana, path) is None


def test_no_page_of_the_administration_is_compressed(ada: Browser) -> None:
    for path in ("/admin/status", "/admin/audit", "/admin/developers"):
        assert encoding(ada, path) is None
