"""The pages that come with the portal: Markdown that says what holds for this one only."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.domain.chain import Link, Who
from app.domain.fault_codes import KNOWN, Fault
from app.domain.plurals import number_of
from app.domain.rotation import Overlap
from app.domain.shipped import FOLDER, NAMES

TITLES: Final[Mapping[Link, str]] = {
    Link.CALL: "The call and its key",
    Link.DEVELOPER: "The account and the app",
    Link.APP: "The account and the app",
    Link.KEY: "The key",
    Link.EXPIRY: "The key",
    Link.PRODUCT: "What the key opens",
    Link.PATH: "What the key opens",
    Link.QUOTA: "Too many calls",
}
TOKENS: Final = "Access tokens"
ANCHORS: Final = {
    "The call and its key": "call",
    TOKENS: "tokens",
    "The key": "key",
    "The account and the app": "account",
    "What the key opens": "products",
    "Too many calls": "too-many-calls",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """How this portal is set up, as far as its pages say it.

    Days and counts are 0 where there is no limit. ``first_call`` is an API's slug and an
    operation's id. ``registration`` is open, approval or invited. ``notices`` are the days before
    its end that a mail tells of a key; without mail there are none. ``fresh`` are the actions that
    ask for a fresh sign-in.
    """

    first_call: str = ""
    has_sign_in: bool = True
    has_support: bool = False
    sends_mail: bool = False
    registration: str = "open"
    domains: tuple[str, ...] = ()
    has_terms: bool = False
    starts_inactive: bool = False
    asks_for_callback: bool = True
    one_product: bool = False
    adds_products: bool = False
    apps_per_developer: int = 0
    keys_per_app: int = 10
    default_days: int = 0
    longest_days: int = 0
    shown_once: bool = False
    has_try_it: bool = True
    notices: tuple[int, ...] = ()
    fresh: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Faults that have to do with the same thing."""

    title: str
    anchor: str
    faults: tuple[Fault, ...]


def written(facts: Facts, without: Collection[str] = ()) -> Mapping[str, str]:
    """Return the text of each page by its path, but for those the operator goes without."""
    environment = _environment()
    known = {
        **asdict(facts),
        "overlaps": [words(overlap) for overlap in Overlap if overlap.length],
        "groups": groups(),
        "asked": {Who.ADMINISTRATOR, Who.PRODUCT_OWNER},
    }
    return {
        f"{FOLDER}/{name}": _led(environment.get_template(f"{name}.md").render(known), without)
        for name in NAMES
        if name not in without
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown, which is cleaned like every page's
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # Square brackets are the portal's own; braces stay for what every page can use.
        variable_start_string="[[",
        variable_end_string="]]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
    environment.filters["number_of"] = number_of
    return environment


def _led(text: str, without: Collection[str]) -> str:
    """Return the text with words in the place of links to pages that are left out."""
    for name in without:
        text = re.sub(rf"\[([^\]]+)\]\({re.escape(name)}\.md[^)]*\)", r"\1", text)
    return text


def words(overlap: Overlap) -> str:
    """Say how long an old key works on, as the form does."""
    hours = int(overlap.length.total_seconds()) // 3_600
    return number_of(hours, "hour") if hours <= 24 else number_of(hours // 24, "day")  # noqa: PLR2004 - hours of a day


def groups() -> tuple[Group, ...]:
    """Return the faults that the gateway answers with, by what they have to do with."""
    faults = sorted(KNOWN.values(), key=lambda fault: list(ANCHORS).index(_title(fault)))
    return tuple(
        Group(title, ANCHORS[title], tuple(every)) for title, every in groupby(faults, key=_title)
    )


def _title(fault: Fault) -> str:
    said = f"{fault.code} {fault.text}".casefold()
    return TOKENS if Link.CALL in fault.links and "token" in said else TITLES[fault.links[0]]
