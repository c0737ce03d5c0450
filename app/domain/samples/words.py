"""What samples in every language share: the names of what is read, and how texts are quoted."""

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from app.domain.call import Call, KeySlot, Proof, with_query
from app.domain.styles import Place

VARIABLES: Final[Mapping[Proof, str]] = {
    Proof.KEY: "API_KEY",
    Proof.TOKEN: "ACCESS_TOKEN",
    Proof.BASIC: "API_KEY",
}
SECRET: Final = "API_SECRET"  # noqa: S105 - the name of a variable
# Key and secret as a shell has them.
PAIR: Final = f'"${VARIABLES[Proof.KEY]}:${SECRET}"'


def quoted(text: str) -> str:
    """Return a text in double quotes with escapes that Python, JavaScript, Go and Java share."""
    return json.dumps(text, ensure_ascii=False).replace("\u2028", "\\u2028").replace(
        "\u2029", "\\u2029"
    )  # fmt: skip


def named(call: Call) -> tuple[str, ...]:
    """Return the variables that a sample reads, in the order in which it shows them."""
    found = [VARIABLES[slot.proof] for slot in call.slots]
    if any(slot.proof is Proof.BASIC for slot in call.slots):
        found.append(SECRET)
    return tuple(dict.fromkeys(found))


def shown_in_header(call: Call) -> tuple[KeySlot, ...]:
    """Return the proofs in headers that are no user name and password."""
    return tuple(each for each in call.slots_in(Place.HEADER) if each.proof is not Proof.BASIC)


def basic(call: Call) -> bool:
    """Tell whether the call shows a user name and password."""
    return any(slot.proof is Proof.BASIC for slot in call.slots)


def before_query_key(call: Call) -> str:
    """Return the address up to where the value of a key in the query is appended."""
    slots = call.slots_in(Place.QUERY)
    return with_query(call.url, [(quote(slots[0].name, safe=""), "")]) if slots else call.url
