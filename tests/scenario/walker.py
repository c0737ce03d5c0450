"""A person without a browser: follows redirects, reads forms, and sends them as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

import html5lib
import requests

from tests.scenario.house import House

SECONDS = 30
SIGN_INS = 3
PASSWORD = "demo"
EMPTY: Mapping[str, object] = MappingProxyType({})
NAMESPACE = "{http://www.w3.org/1999/xhtml}"


@dataclass
class Page:
    """An answer, with its forms by the address that they post to."""

    answer: requests.Response
    forms: dict[str, dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.document = html5lib.parse(self.answer.text)
        self.forms = {
            urljoin(self.answer.url, form.get("action", "")): {
                each.get("name", ""): each.get("value", "")
                for each in form.iter(f"{NAMESPACE}input")
                if each.get("name") and each.get("type") != "checkbox"
            }
            for form in self.document.iter(f"{NAMESPACE}form")
            if form.get("method") == "post"
        }

    def text(self, element_id: str) -> str:
        """Return the text of the element with this id."""
        for element in self.document.iter():
            if element.get("id") == element_id:
                return "".join(element.itertext()).strip()
        raise AssertionError(f"nothing has the id {element_id}")

    def action(self, ending: str) -> str:
        """Return the first form's address that ends like this."""
        return next(address for address in self.forms if address.endswith(ending))

    def link(self, text: str) -> str:
        """Return where the link with this text leads."""
        for element in self.document.iter(f"{NAMESPACE}a"):
            if "".join(element.itertext()).strip() == text:
                return urljoin(self.answer.url, element.get("href", ""))
        raise AssertionError(f"no link says {text}")


class Walker:
    """One person's way through the portal over HTTP, with cookies of one's own."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._session = requests.Session()

    def open(self, path: str, status: int = 200) -> Page:
        """Open a page by its path or address."""
        address = urljoin(self._house.portal, path)
        return self._page(self._session.get(address, timeout=SECONDS), status)

    def send(
        self, page: Page, ending: str, values: Mapping[str, object] = EMPTY, status: int = 200
    ) -> Page:
        """Send the form whose address ends like this, with what was filled in."""
        action = page.action(ending)
        data = {**page.forms[action], **values}
        return self._page(self._session.post(action, data, timeout=SECONDS), status)

    def sign_in(self, login: str, path: str) -> Page:
        """Sign in at the provider and arrive at a page."""
        form = self.open(f"/sign-in?next={path}")
        return self.send(form, "", {"login": login, "password": PASSWORD})

    def arrive(self, login: str, path: str) -> Page:
        """Sign in as a known developer and arrive at a page.

        On a busy machine Apigee may be too slow to be looked up at in passing: then once more.
        """
        for _ in range(SIGN_INS):
            page = self.sign_in(login, path)
            if urlsplit(page.answer.url).path == path:
                return page
        raise AssertionError(f"signing in ends on {page.answer.url}")

    def cookies(self) -> list[str]:
        """Return the values of all cookies."""
        return [cookie.value for cookie in self._session.cookies if cookie.value]

    def close(self) -> None:
        self._session.close()

    @staticmethod
    def _page(answer: requests.Response, status: int) -> Page:
        assert answer.status_code == status, f"{answer.request.method}: {answer.status_code}"
        return Page(answer)
