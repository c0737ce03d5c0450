"""The pages that are measured, and whether two servers show the same one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bench.crowd import FEW, MANY

COOKIE: Final = "portal_session"
PRODUCTS: Final = "/products"
HOME: Final = "/"
MY_APPS: Final = "/apps"
ALIVE: Final = "/livez"


@dataclass(frozen=True)
class Page:
    """A page of the developer with ``size`` apps; ``name`` is how the table calls it."""

    name: str
    path: str
    size: int

    @property
    def at_the_floor(self) -> str:
        """The address of the same page from constants."""
        return f"/floor/{PAGES.index(self)}"


LISTS: Final = {size: Page(f"{size:,} apps", MY_APPS, size) for size in (FEW, MANY)}
FURTHER: Final = (Page("home", HOME, FEW), Page("product list", PRODUCTS, FEW))
PAGES: Final = (*LISTS.values(), *FURTHER)

_TOKEN: Final = re.compile(r'(name="csrf_token" value=|"X-CSRFToken": )"[^"]+"', re.ASCII)
# Two renderings are some seconds apart: "2 days ago" may differ by one.
_MOMENT: Final = re.compile(r"<time .*?</time>", re.DOTALL)
_APP: Final = re.compile(r'class="row-link"\s+href="([^"]+)"')
_MORE: Final = re.compile(r'href="(/apps\?[^"]*\b(?:start|page)=[^"]*)"')


class WrongAnswer(Exception):
    """A page is not what it should be, so that its time means nothing."""


def warm_up(get: Callable[[str], int]) -> None:
    """Let the catalogue and the list be read; ``get`` opens a page and returns its status."""
    for path in (PRODUCTS, MY_APPS, HOME):
        status = get(path)
        if status != 200:  # noqa: PLR2004 - HTTP's own number
            raise WrongAnswer(f"{path} answers {status}.")


def without_what_differs(page: str) -> str:
    """Return the page without tokens and times, for comparing it."""
    return _MOMENT.sub("", _TOKEN.sub("", page))


def apps_on(page: str) -> set[str]:
    """Return the addresses of the apps that a list shows."""
    return set(_APP.findall(page))


def next_pages(page: str) -> set[str]:
    """Return the addresses of further parts of a list."""
    return {address.replace("&amp;", "&") for address in _MORE.findall(page)}
