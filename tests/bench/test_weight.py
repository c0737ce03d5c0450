"""What a page weighs is what a browser would fetch for it, each file once."""

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.creating import filled
from bench.pages import WrongAnswer
from bench.weight import first_visit, next_page

PAGE = (
    '<link rel="stylesheet" href="/a.css?v=1"><link rel="canonical" href="/not-fetched">'
    '<script src="/s.js"></script><svg><use href="/i.svg#one"/></svg><use href="/i.svg#two"/>'
    '<a href="/other">other</a><img src="https://elsewhere.example.com/x.png">'
)
FILES = {
    "/": ("text/html", PAGE),
    "/a.css": ("text/css", '@import "/b.css"; p { background: url(x/y.png) }'),
    "/b.css": ("text/css", "p { color: red }"),
    "/x/y.png": ("image/png", "-" * 5_000),
    "/s.js": ("text/javascript", "let one = 1;" * 1_000),
    "/i.svg": ("image/svg+xml", "<svg></svg>"),
}


class Handler(BaseHTTPRequestHandler):
    """Answers with the files, the long ones smaller where that is wanted."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined] # a list of the fixture's
        path = self.path.partition("?")[0]
        if path not in FILES:
            self.send_error(404)
            return
        kind, text = FILES[path]
        body = text.encode()
        self.send_response(200)
        if "gzip" in self.headers.get("Accept-Encoding", "") and kind == "text/javascript":
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None: ...


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked = []  # type: ignore[attr-defined] # what was asked for, for the tests
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_first_visit_is_the_page_with_every_file_that_it_names(site: ThreadingHTTPServer) -> None:
    weight = first_visit(site.server_port, "/")
    assert set(site.asked) == {  # type: ignore[attr-defined] # see the fixture
        *("/", "/a.css?v=1", "/b.css", "/x/y.png", "/s.js", "/i.svg")
    }
    assert 5_000 < weight < 5_000 + 12_000


def test_a_next_page_is_the_page_alone_with_the_head_of_its_answer(
    site: ThreadingHTTPServer,
) -> None:
    assert len(PAGE) < next_page(site.server_port, "/") < len(PAGE) + 500
    assert site.asked == ["/"]  # type: ignore[attr-defined] # see the fixture


def test_what_is_sent_smaller_weighs_less(site: ThreadingHTTPServer) -> None:
    assert next_page(site.server_port, "/s.js") < 1_000


def test_a_page_that_is_not_there_has_no_weight(site: ThreadingHTTPServer) -> None:
    with pytest.raises(WrongAnswer, match="answers 404"):
        next_page(site.server_port, "/gone")


def test_a_form_that_is_not_there_cannot_be_sent() -> None:
    with pytest.raises(WrongAnswer):
        filled("<p>You cannot create an app now</p>")
    page = (
        '<input type="hidden" name="csrf_token" value="a"><input name="request_id" value="b">'
        '<input type="checkbox" name="products" value="weather">'
    )
    assert filled(page) == "csrf_token=a&request_id=b&display_name=Made+by+a+form&products=weather"
