"""What rows of the audit log say, in words: kept are names of errors, fields and addresses."""

import re
from collections.abc import Mapping
from typing import Final

from flask import current_app

# What a failure or a refusal is called; the log never keeps the words of an error.
_ERRORS: Final[Mapping[str, str]] = {
    "OutcomeUnknown": "The answer was lost",
    "Upstream": "Not done",
    "NotFound": "Not there",
    "AlreadyExists": "There is one already",
    "Conflict": "Changed by somebody else in the meantime",
    "NotPossible": "Not possible in that state",
    "Busy": "Somebody else was at it",
    "LimitReached": "A limit was reached",
    "NotAllowed": "Not allowed",
    "InvalidInput": "Values that cannot be used",
    "Refused": "Against a rule",
    "TooMany": "Too often",
    "csrf": "Not from a page of the portal",
}
_KINDS: Final[Mapping[str, str]] = {
    "unreachable": "the other side could not be reached",
    "timeout": "the other side took too long",
    "busy": "the other side was busy",
    "refused": "the other side refused it",
    "credentials": "the other side did not let the portal do it",
    "broken_answer": "the answer could not be read",
    "failed": "the other side failed",
}
_FIELDS: Final[Mapping[str, str]] = {
    "first_name": "first name",
    "last_name": "last name",
    "user_name": "user name",
    "to_portal": "from Apigee to the portal",
    "to_apigee": "from the portal to Apigee",
}
_FIELD: Final = re.compile("|".join(rf"\b{name}\b" for name in _FIELDS))
_KEY_ID: Final = re.compile(r"[0-9a-f]{16,}")
# The first groups of a key's id, which is enough to tell it from its siblings.
_SHOWN: Final = 8


def detail_words(detail: str) -> str:
    """Return what a row says of how it ended; what is no word of the portal's stays as it is."""
    name, _, kind = detail.partition(" ")
    if name in _ERRORS and kind in {"", *_KINDS}:
        return f"{_ERRORS[name]}: {_KINDS[kind]}" if kind else _ERRORS[name]
    return _FIELD.sub(lambda found: _FIELDS[found[0]], detail)


def target_words(target: str, kind: str, count: int = 1) -> str:
    """Return what a row is about: a page by its address, a key by the beginning of its id.

    Repeats of one source that were about different things have no name of their own.
    """
    if not target:
        return "Several" if count > 1 else "Not known"
    if kind == "page":
        return _address(target)
    if kind not in {"key", "access"}:
        return target
    parts = [
        _KEY_ID.sub(lambda found: f"key {found[0][:_SHOWN]}…", part) for part in target.split(" / ")
    ]
    return ", ".join(parts)


def _address(endpoint: str) -> str:
    """Return the address of a page as the portal has it, with names in the place of values."""
    found = next(current_app.url_map.iter_rules(endpoint), None) if _is_known(endpoint) else None
    return re.sub(r"<(?:\w+:)?(\w+)>", r"…", found.rule) if found else endpoint


def _is_known(endpoint: str) -> bool:
    return endpoint in current_app.view_functions
