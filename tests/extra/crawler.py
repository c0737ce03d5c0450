"""Somebody who follows every link, script, picture, part and form there is."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import requests

SECONDS = 10
NAMESPACE = "{http://www.w3.org/1999/xhtml}"
LEADING = ("href", "src", "hx-get")


@dataclass
class Crawler:
    """Opens pages under one address; ``problems`` has what leads elsewhere or nowhere."""

    portal: str
    issuer: str
    session: requests.Session
    seen: dict[str, int] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    posts: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def sign_in(self, login: str) -> None:
        """Sign in at the provider, by its form."""
        form = self.session.get(f"{self.portal}/sign-in?next=/portal/products", timeout=SECONDS)
        action = re.search(r'<form method="post" action="([^"]+)"', form.text)
        assert action, form.text
        where = urljoin(form.url, action[1])
        data = {"login": login, "password": "demo"}
        arrived = self.session.post(where, data, timeout=SECONDS)
        assert arrived.url == f"{self.portal}/products", arrived.url

    def crawl(self) -> None:
        """Follow everything from the home page on."""
        waiting = deque([f"{self.portal}/"])
        while waiting:
            address = waiting.popleft()
            bare = address.partition("#")[0]
            if bare in self.seen or f"{self.portal}/sign-in" in address:
                continue
            answer = self.session.get(bare, timeout=SECONDS, allow_redirects=False)
            self.seen[bare] = answer.status_code
            if answer.is_redirect:
                waiting.extend(self._ours(bare, answer.headers["Location"]))
            elif answer.headers["Content-Type"].startswith("text/html"):
                waiting.extend(self._from_page(bare, answer.text))

    def _from_page(self, page: str, text: str) -> Iterator[str]:
        document: Element = html5lib.parse(text)
        ids = {element.get("id") for element in document.iter()}
        for element in document.iter():
            for name in LEADING:
                value = element.get(name)
                if value is None or value.startswith(("data:", "mailto:")):
                    continue
                if value.startswith("#") and value[1:] not in ids:
                    self.problems.append(f"{page}: nothing has the id {value}")
                found = list(self._ours(page, value))
                self.parts.update(found if name == "hx-get" else ())
                yield from found
            if element.tag == f"{NAMESPACE}form":
                self._form(page, element)

    def _form(self, page: str, form: Element) -> None:
        found = self._ours(page, form.get("action", ""))
        if form.get("method") == "post":
            self.posts.update(found)
        else:
            self.parts.update(found)

    def _ours(self, page: str, value: str) -> Iterator[str]:
        address = urljoin(page, value)
        if urlsplit(address).netloc != urlsplit(self.portal).netloc:
            return
        if f"{address.partition('?')[0]}/".startswith(f"{self.portal}/"):
            yield address
        else:
            self.problems.append(f"{page}: {value} leads out of the path")
