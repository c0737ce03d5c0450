"""The form of a new app over an Apigee of 50 milliseconds: what the portal adds to its calls."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final
from urllib.parse import urlencode

from bench.measuring import Measuring
from bench.pages import WrongAnswer
from bench.table import Row, Target

NEW: Final = "/apps/new"
CALLS: Final = 2
MEANS: Final = "sending the form takes the two calls that make an app, and hardly anything else"
_HIDDEN: Final = re.compile(r'name="(csrf_token|request_id)" value="([^"]+)"')
_PRODUCT: Final = re.compile(r'name="products"\s+value="([^"]+)"')


@dataclass(frozen=True)
class Creation:
    """Milliseconds of one call to Apigee and of one form sent; ``calls`` is what it took."""

    call: float
    portal: float
    calls: int

    @property
    def own(self) -> float:
        """What the portal took itself, milliseconds."""
        return self.portal - self.calls * self.call


def creations(measuring: Measuring, emails: Sequence[str]) -> list[Creation]:
    """Let each of them open the form and send it."""
    return [_creation(measuring, email) for email in emails]


def _creation(measuring: Measuring, email: str) -> Creation:
    form = filled(measuring.page(email, NEW))
    call = measuring.call(email)
    before = measuring.now()
    work = measuring.send(email, NEW, form)
    return Creation(call.milliseconds, work.milliseconds, len(measuring.calls_since(before)))


def filled(page: str) -> str:
    """Return the form of the page as it is sent; raises ``WrongAnswer`` where there is none."""
    hidden, products = dict(_HIDDEN.findall(page)), _PRODUCT.findall(page)
    if len(hidden) != len(("csrf_token", "request_id")) or not products:
        raise WrongAnswer("The form of a new app cannot be filled in.")
    return urlencode({**hidden, "display_name": "Made by a form", "products": products[0]})


def creation_rows(found: Sequence[Creation]) -> list[Row]:
    """Judge the portal's own time against the calls that nobody can do without."""
    own = median(each.own for each in found)
    calls = median(each.call for each in found) * CALLS
    return [
        Row(
            f"create an app, Apigee of 50 ms: own time against {CALLS} calls",
            f"{own:.1f} ms, {CALLS} calls {calls:.1f} ms",
            [each.own / (CALLS * each.call) for each in found],
            Target("<=", 0.15),
            MEANS,
        ),
        Row(
            "create an app: calls to Apigee",
            "",
            [each.calls for each in found],
            Target("<=", CALLS),
            MEANS,
        ),
    ]
