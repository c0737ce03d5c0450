"""Numbers of rows in addresses: digits that the database can take, and nothing else."""

import re
from typing import Final

from werkzeug.routing import IntegerConverter

DIGITS: Final = "[0-9]{1,9}"  # PostgreSQL's integer has ten, but not all of those
LARGEST: Final = 10**9 - 1
NUMBER: Final = re.compile(DIGITS)


def row_number(text: str) -> int:
    """Return the number that an argument gives; raise ``ValueError`` where it can be no row's."""
    if not NUMBER.fullmatch(text):
        raise ValueError
    return int(text)


class RowNumber(IntegerConverter):
    """``<int:…>`` in routes; what can be no row's number leads to no page."""

    regex = DIGITS
