"""What a browser fetches for a page: bytes on the wire, heads of answers included.

A first visit is the page and every file it names, each of them once; a next page is the page
alone, since its files are kept for good. A browser takes the smallest version that it can read.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urljoin, urlsplit

from bench.pages import WrongAnswer

ACCEPTED: Final = "gzip, deflate, br"
KEPT: Final = frozenset({"stylesheet", "icon", "preload", "modulepreload", "manifest"})
_OF_A_STYLE: Final = re.compile(r"""(?:url\(|@import\s)\s*["']?(/[^"')]+|[\w.][^"')]*)""")


@dataclass(frozen=True)
class Answer:
    """One answer: how heavy it was, and what it says where that names other files."""

    bytes: int
    text: str
    kind: str


def first_visit(port: int, path: str, cookie: str = "") -> int:
    """Return the bytes of a page with all of its files; raises ``WrongAnswer``."""
    page = _fetched(port, path, cookie)
    weight, ahead, seen = page.bytes, _files(page, path), set[str]()
    while ahead - seen:
        address = min(ahead - seen)
        seen.add(address)
        file = _fetched(port, address, cookie)
        weight += file.bytes
        ahead |= _files(file, address)
    return weight


def next_page(port: int, path: str, cookie: str = "") -> int:
    """Return the bytes of a page whose files are there already; raises ``WrongAnswer``."""
    return _fetched(port, path, cookie).bytes


def _fetched(port: int, path: str, cookie: str) -> Answer:
    headers = {"Accept-Encoding": ACCEPTED} | ({"Cookie": cookie} if cookie else {})
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        head = sum(len(f"{name}: {value}\r\n") for name, value in answer.getheaders())
        packed = answer.headers.get("Content-Encoding", "")
        kind = answer.headers.get_content_type()
        if answer.status != HTTPStatus.OK:
            raise WrongAnswer(f"{path} answers {answer.status}.")
        status = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n\r\n")
    finally:
        connection.close()
    # What names further files is read once more without packing, which is not weighed.
    text = _plain(port, path, cookie) if packed else body.decode("utf-8", "replace")
    return Answer(len(body) + head + status, text, kind)


def _plain(port: int, path: str, cookie: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        return connection.getresponse().read().decode("utf-8", "replace")
    finally:
        connection.close()


class _Named(HTMLParser):
    """Collects what a page's tags fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "link" and KEPT & set(said.get("rel", "").split()):
            self.addresses.add(said.get("href", ""))
        elif tag in {"script", "img", "iframe", "source"}:
            self.addresses.add(said.get("src", ""))
        elif tag == "use":
            self.addresses.add(said.get("href", ""))


def _files(answer: Answer, base: str) -> set[str]:
    """Return the addresses, on this server, of what is fetched because of an answer."""
    if answer.kind == "text/html":
        named = _Named()
        named.feed(answer.text)
        found = named.addresses
    elif answer.kind == "text/css":
        found = set(_OF_A_STYLE.findall(answer.text))
    else:
        return set()
    parts = (urlsplit(urljoin(base, address)) for address in found if address)
    return {
        part.path + (f"?{part.query}" if part.query else "")
        for part in parts
        if not part.netloc and part.scheme in {"", "http"} and part.path != urlsplit(base).path
    }
