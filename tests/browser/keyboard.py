"""Moving through a page with Tab, as somebody without a mouse does."""

from playwright.sync_api import Locator, Page

MOST_TABS = 80
IS_FOCUSED = "element => element === document.activeElement"
# A choice shows it on its whole label.
SHOWS_FOCUS = """element => [element, element.closest("label")]
    .some((each) => each && getComputedStyle(each).outlineStyle !== "none")"""


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the target has the focus; it must show that it has it."""
    for _ in range(MOST_TABS):
        if target.evaluate(IS_FOCUSED):
            assert target.evaluate(SHOWS_FOCUS), "nothing shows where the focus is"
            return
        page.keyboard.press(key)
    raise AssertionError(f"{MOST_TABS} times {key} do not lead to {target}")


def enter(page: Page, target: Locator, key: str = "Tab") -> None:
    tab_to(page, target, key)
    page.keyboard.press("Enter")
