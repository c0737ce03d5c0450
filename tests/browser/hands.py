"""Doing something with the keyboard alone, or on a phone without scripts: the same steps."""

from dataclasses import dataclass, field
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from tests.browser.inspection import HEIGHT, NARROW, STICKS_OUT, inspect
from tests.browser.keyboard import enter, tab_to
from tests.browser.visitor import Visitor


class Hands(Protocol):
    """How somebody uses a page; ``problems`` are what is wrong with what they have looked at."""

    visitor: Visitor
    problems: list[str]

    def press(self, target: Locator, *, confirm: bool = False) -> None:
        """Follow a link or press a button, and the one of the same name that asks again."""
        ...

    def fill(self, label: str, text: str) -> None:
        """Write something in the place of what a field holds."""
        ...

    def tick(self, target: Locator) -> None:
        """Tick a box."""
        ...

    def look(self, state: str) -> None:
        """Look whether anything is wrong with the page as it is."""
        ...


@dataclass
class Keyboard:
    """Tab, Enter and Space on a wide screen; what is looked at is judged by axe, too."""

    visitor: Visitor
    problems: list[str] = field(default_factory=list)

    @property
    def _page(self) -> Page:
        return self.visitor.page

    def press(self, target: Locator, *, confirm: bool = False) -> None:
        name = target.inner_text()
        enter(self._page, target)
        if confirm:
            enter(self._page, self._page.get_by_role("dialog").get_by_role("button").last)
            expect(self._page.get_by_role("dialog"), name).to_have_count(0)

    def fill(self, label: str, text: str) -> None:
        tab_to(self._page, self._page.get_by_label(label, exact=True))
        self._page.keyboard.press("ControlOrMeta+a")
        self._page.keyboard.type(text)

    def tick(self, target: Locator) -> None:
        tab_to(self._page, target)
        self._page.keyboard.press("Space")
        expect(target).to_be_checked()

    def look(self, state: str) -> None:
        self.problems += inspect(self._page, state)
        self._page.reload()  # what the inspection leaves on the elements is no part of the page


@dataclass
class Phone:
    """A narrow screen without scripts; nothing may stick out."""

    visitor: Visitor
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.visitor.page.set_viewport_size({"width": NARROW[0], "height": HEIGHT})

    def press(self, target: Locator, *, confirm: bool = False) -> None:
        del confirm  # nothing asks again
        target.click()

    def fill(self, label: str, text: str) -> None:
        self.visitor.page.get_by_label(label, exact=True).fill(text)

    def tick(self, target: Locator) -> None:
        target.check()

    def look(self, state: str) -> None:
        found = self.visitor.page.evaluate(STICKS_OUT)
        self.problems += [f"{state}, {NARROW[0]} px: {each}" for each in found]
