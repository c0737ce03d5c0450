"""One person's browser window, and everything that must hold for it on any page.

Whatever a test is about: no policy violation, no error on the console, no request that leaves the
house, and no key in an address are checked for every window when it is closed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    expect,
)

from tests.scenario.house import House

PASSWORD = "demo"
KEY_MILLISECONDS = 60  # between two keys of a person who types quickly
# Chromium's note about an answer that is an error by its status; the tests check those statuses.
REFUSED_ANSWER = re.compile(r"Failed to load resource: the server responded with a status of [45]")


@dataclass
class Visitor:
    """A window of a browser of one's own; ``pages`` are the portal's pages it was led to."""

    house: House
    context: BrowserContext
    page: Page
    pages: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Begin to note pages, addresses and problems."""
        self.page.on("response", self._response)
        self.page.on("console", self._console)
        self.page.on("pageerror", self._failed)
        self.context.on("request", self._request)

    def _failed(self, error: Error) -> None:
        # Chromium says so of itself when a page was shown before its transition could begin.
        if "Page already revealed" not in str(error):
            self.problems.append(f"script: {error}")

    def open(self, path: str) -> None:
        """Open a page of the portal by its path."""
        self.page.goto(self.house.portal + path)

    def type(self, label: str, text: str) -> None:
        """Fill in a field key by key, as a person does."""
        place = self.page.get_by_label(label, exact=True)
        place.click()
        place.press_sequentially(text, delay=KEY_MILLISECONDS)

    def sign_in_at_provider(self, login: str, *, typing: bool = False) -> None:
        """Fill in the provider's form, which must be on the screen."""
        expect(self.page.get_by_role("heading", name="Sign in")).to_be_visible()
        for label, text in (("Login", login), ("Password", PASSWORD)):
            if typing:
                self.type(label, text)
            else:
                self.page.get_by_label(label).fill(text)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.house.portal}/**")

    def sign_in(self, login: str, path: str = "/") -> None:
        """Sign in and arrive at a page; somebody who is no developer yet may be led elsewhere."""
        self.open(f"/sign-in?next={path}")
        self.sign_in_at_provider(login)

    def register(self) -> None:
        """Confirm the registration form, which must be on the screen."""
        self.page.get_by_role("button", name="Register as a developer").click()
        self.page.wait_for_url(lambda url: not urlsplit(url).path.startswith("/register"))

    def create_app(self, name: str, products: Sequence[str] = ("weather-free",)) -> None:
        """Create an app from the form's address to the page with its key."""
        self.open("/apps/new")
        self.page.get_by_label("App name").fill(name)
        for product in products:
            self.page.locator(f"input[name=products][value={product}]").check()
        self.page.get_by_role("button", name="Create app").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(f"{name} is created")

    def close(self) -> None:
        """Close the window; fails when something was wrong on any page."""
        self.context.close()
        assert not self.problems, "\n".join(self.problems)

    def _response(self, response: Response) -> None:
        request = response.request
        is_page = request.is_navigation_request() and "location" not in response.headers
        if is_page and request.url.startswith(self.house.portal):
            self.pages.append(f"{request.method} {urlsplit(request.url).path}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSED_ANSWER.match(message.text):
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        self.addresses.append(request.url)
        if not request.url.startswith((*(f"{own}/" for own in self.house.origins), "data:")):
            self.problems.append(f"request to elsewhere: {request.url}")
