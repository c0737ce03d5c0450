"""Code that is not the portal's runs without being watched call by call for its coverage."""

import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def uncounted(work: Callable[[], T]) -> T:
    """Do it, and go on counting afterwards: libraries that make very many calls take half as long.

    Only for work that runs nothing whose lines are counted, or that is counted elsewhere.
    """
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return work()
    finally:
        sys.settrace(tracer)
