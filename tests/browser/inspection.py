"""Looking at a page the way people with other eyes, hands and screens need it.

axe-core judges it by WCAG 2.0 to 2.2, levels A and AA, in light and in dark; then it is made as
narrow as a phone, and nothing may stick out.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

from demo.plan import ROOT
from tools import browser_files

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "resultTypes": ["violations"],
    "preload": False,
}
# The themes differ in the values of tokens alone, so that only what looks at colors is asked twice.
OF_COLORS = {
    **OPTIONS,
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
RUN = "options => axe.run(document, options)"
HEIGHT = 800
WIDE = 1280
NARROW = (390, 320)
# What sticks out on the right without being in a box that scrolls on purpose.
STICKS_OUT = """() => {
  const scrolls = (element) => element !== null && element !== document.documentElement && (
    ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(element).overflowX)
    || scrolls(element.parentElement));
  const out = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    const seen = element.checkVisibility({ visibilityProperty: true });
    return seen && box.width > 1 && box.right > innerWidth + 1 && !scrolls(element);
  });
  const page = document.scrollingElement;
  const wide = page.scrollWidth > innerWidth ? [`the page scrolls to ${page.scrollWidth}`] : [];
  return [...wide, ...out.slice(0, 3).map((element) => element.outerHTML.slice(0, 120))];
}"""

Theme = Literal["light", "dark"]


def inspect(page: Page, state: str, pictures: Path | None = None) -> list[str]:
    """Return what is wrong with the page as it is, in one line each."""
    problems: list[str] = []
    themes: tuple[Theme, ...] = ("light", "dark")
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        options = OPTIONS if theme == "light" else OF_COLORS
        problems += [f"{state}, {theme}: {each}" for each in _axe(page, options)]
        _picture(page, pictures, f"{state}, {theme}")
    page.emulate_media(color_scheme="light")
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        problems += [f"{state}, {width} px: {each}" for each in page.evaluate(STICKS_OUT)]
        _picture(page, pictures, f"{state}, {width}")
    problems += [f"{state}, {NARROW[-1]} px: {each}" for each in _axe(page, OPTIONS)]
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    return problems


def _axe(page: Page, options: Mapping[str, Any]) -> list[str]:
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_source())
    found: dict[str, Any] = page.evaluate(RUN, options)
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][-200:]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@cache
def _source() -> str:
    if not AXE.exists():
        assert browser_files.main() == 0, "axe-core cannot be installed"
    return AXE.read_text(encoding="utf-8")


def _picture(page: Page, folder: Path | None, name: str) -> None:
    if folder is not None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)
