"""What must hold for every answer of the portal, whatever a test asked for."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from werkzeug.test import TestResponse

from app.web.content_files import FILE_POLICY
from app.web.security import SEVERAL
from tests.routes.page import BUTTON_TYPES, Page, parsed, words

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# Texts for machines, which readers keep and ask for each time.
REVALIDATED = re.compile(
    r"(/dev)?/(llms\.txt|robots\.txt|sitemap\.xml|(docs|apis)/.+\.md|apis/[^/]+/openapi\.\w+)"
)
# Files that are the same for everybody.
THEME = re.compile(r"(/dev)?(/portal)?/theme/.+")
EVALUATED = ("hx-on", "hx-vals", "hx-vars")
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post")
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "popovertarget", "data-copy")


def audit_headers(response: TestResponse, *, is_static: bool) -> None:
    """Check the headers that belong on every answer."""
    headers = response.headers
    for name, value in HEADERS.items():
        assert headers.get(name) == value, name
    said = headers["Content-Security-Policy"]
    is_file = said == FILE_POLICY  # a picture or download of the content, without any rights
    assert is_file or set(POLICY) <= set(said.split("; "))
    assert is_file or "unsafe" not in said
    assert headers["Permissions-Policy"]
    assert headers["X-Request-Id"]
    assert headers.get("Server-Timing", 'apigee;desc="').startswith('apigee;desc="')
    assert "HX-Request-Type" in response.vary
    assert "X-Powered-By" not in headers
    if is_file:
        assert response.mimetype not in {"text/html", "application/xhtml+xml", "text/xml"}
    if not is_static:
        assert headers["Cache-Control"] == _kept(response, is_file=is_file)


def _kept(response: TestResponse, *, is_file: bool) -> str:
    """Return for how long an answer may be kept."""
    path, is_sent = response.request.path, response.status_code in {200, 304}
    if is_sent and THEME.fullmatch(path):
        is_lasting = "immutable" in response.headers["Cache-Control"]
        return "public, max-age=31536000, immutable" if is_lasting else "public, no-cache"
    is_kept = is_file or (is_sent and REVALIDATED.fullmatch(path))
    return "private, no-cache" if is_kept else "no-store"


def audit_html(response: TestResponse, *, partial: bool) -> Page:
    """Check one HTML answer and return it as a tree."""
    assert response.content_type == "text/html; charset=utf-8"
    text = response.get_data(as_text=True)
    if partial:
        assert "<html" not in text
        assert "<!doctype" not in text.lower()
    is_rows = text.lstrip().startswith("<tr")
    container = None if not partial else "tbody" if is_rows else "div"
    page = Page(parsed(text, container=container))
    problems = [*_of_any(page), *([] if partial else _of_page(page, text))]
    assert not problems, problems
    return page


def _of_page(page: Page, text: str) -> Iterator[str]:
    if not text.lower().startswith("<!doctype html>"):
        yield "no doctype"
    if page.root.get("lang") != "en":
        yield "no language"
    titles = page.all("title")
    if not titles or words(titles[0]).startswith("·"):
        yield "no title of its own"
    for tag in ("h1", "main"):
        if len(page.all(tag)) != 1:
            yield f"{len(page.all(tag))} times {tag}"
    ids = {item.get("id") for item in page.root.iter()}
    for item in page.root.iter():
        wanted = [name for key in REFERENCES for name in (item.get(key) or "").split()]
        targets = [item.get("hx-target", ""), item.get("href", "")]
        wanted += [name[1:] for name in targets if name.startswith("#") and item.tag != "use"]
        yield from (f"{item.tag} points at {name}" for name in wanted if name not in ids)


def _of_any(page: Page) -> Iterator[str]:
    names = Counter(item.get("id") for item in page.root.iter() if item.get("id"))
    yield from (f"id {name} {count} times" for name, count in names.items() if count > 1)
    labels = {item.get("for") for item in page.root.iter("label")}
    inside = {id(part) for label in page.root.iter("label") for part in label.iter()}
    for item in page.root.iter():
        yield from _of_element(item)
        if _needs_label(item) and not (
            item.get("id") in labels or id(item) in inside or _is_named(item)
        ):
            yield f"{item.tag} {item.get('name')} without a label"
    for form in page.forms:
        yield from _of_form(form.element)


def _of_element(item: Element) -> Iterator[str]:
    if item.tag == "style" or "style" in item.attrib:
        yield f"inline style at {item.tag}"
    if item.tag == "script" and (item.text or not item.get("src")):
        yield "inline script"
    for name, value in item.attrib.items():
        leads = name in ADDRESSES and value.strip().lower().startswith(("javascript:", "data:"))
        if leads or name.startswith(("on", *EVALUATED)):
            yield f"evaluated attribute {name}"
    pictured = any(image.get("alt") for image in item.iter("img"))
    if item.tag in {"a", "button"} and not (words(item) or pictured or _is_named(item)):
        yield f"{item.tag} without words"
    if item.tag == "img" and "alt" not in item.attrib:
        yield "image without alt"


def _of_form(form: Element) -> Iterator[str]:
    if not form.get("action") or not form.get("method"):
        yield "form without action or method"
    tokens = [item for item in form.iter("input") if item.get("name") == "csrf_token"]
    sent = [
        item.get("name", "")
        for item in form.iter()
        if item.tag in {"input", "select", "textarea"}
        and item.get("type") not in BUTTON_TYPES | {"radio"}
    ]
    twice = {name for name, count in Counter(sent).items() if name and count > 1}
    if twice - SEVERAL:
        yield f"fields that would be refused, as they are sent twice: {sorted(twice - SEVERAL)}"
    is_post = form.get("method") == "post"
    if is_post != bool(tokens and tokens[0].get("value")):
        yield f"CSRF token and method do not fit: {form.get('action')}"


def _needs_label(item: Element) -> bool:
    if item.tag == "input":
        return item.get("type", "text") not in BUTTON_TYPES | {"hidden"}
    return item.tag in {"select", "textarea"}


def _is_named(item: Element) -> bool:
    return bool(item.get("aria-label") or item.get("aria-labelledby"))


def audit_secrets(response: TestResponse, secrets: Iterable[str]) -> None:
    """Check that none of these is anywhere in the answer."""
    everything = response.get_data(as_text=True) + str(response.headers)
    assert not any(secret in everything for secret in secrets), "a secret is in the answer"
