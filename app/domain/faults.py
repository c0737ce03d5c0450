"""Reading a fault of Apigee's gateway from whatever somebody pastes: JSON, XML or a line of a log.

Both flavors give the same codes, now and then with another prefix, so a code's last part decides.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from app.domain.chain import Remedy, Who
from app.domain.fault_codes import KNOWN, Fault

LONGEST_PASTE: Final = 8_000
LONGEST_CODE: Final = 120
# A key may be told from other words of a pasted text by nothing but its length.
SHORTEST_KEY, LONGEST_KEY, MOST_WORDS = 8, 256, 400

# What Apigee says beside the code, for texts that were cut or retold; the first that fits counts.
_SAYINGS: Final = (
    ("invalid api call as no apiproduct match found", "InvalidAPICallAsNoApiProductMatchFound"),
    ("invalid apikey for given resource", "InvalidApiKeyForGivenResource"),
    ("failed to resolve api key variable", "FailedToResolveAPIKey"),
    ("developer status is not active", "DeveloperStatusNotActive"),
    ("company status is not active", "CompanyStatusNotActive"),
    ("spike arrest violation", "SpikeArrestViolation"),
    ("rate limit quota violation", "QuotaViolation"),
    ("unable to identify proxy for host", "ApplicationNotFound"),
    ("access token expired", "access_token_expired"),
    ("invalid access token", "invalid_access_token"),
    ("clientid is invalid", "invalid_client"),
    ("apikey not approved", "ApiKeyNotApproved"),
    ("app not approved", "invalid_client-app_not_approved"),
    ("key expired", "consumer_key_expired"),
    ("invalid apikey", "InvalidApiKey"),
)
_CODE: Final = re.compile(r"error_?code[\\\"'\s:>=]{1,9}([\w.-]{1,200})", re.IGNORECASE | re.ASCII)
_WORD: Final = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]+)*", re.ASCII)
_KEY: Final = re.compile(r"[\w.~+/=-]+", re.ASCII)
# Only what begins like a code of Apigee's is shown again: anything else might be a key.
_PREFIXED: Final = re.compile(
    r"\b(?:keymanagement|oauth|steps|policies|messaging|protocol|flow|security|entities)"
    r"(?:\.[A-Za-z0-9_-]{1,60}){1,6}"
)
_TELL: Final = Remedy("Pass the fault on to whoever runs the API.", Who.ADMINISTRATOR)
_UNKNOWN: Final = "The portal does not know what this fault means."
NO_FAULT: Final = Fault("", (), "This text holds no fault of Apigee's that can be read.", _TELL)


def read_fault(pasted: str) -> Fault:
    """Find the fault in a pasted answer; what is beyond 8,000 characters is not looked at."""
    text = pasted[:LONGEST_PASTE]
    named = [match[1] for match in _CODE.finditer(text)]
    for code in (*named, *_codes(text)):
        known = KNOWN.get(code.rpartition(".")[2])
        if known is not None:
            return replace(known, code=code) if _PREFIXED.fullmatch(code) else known
    folded = text.casefold()
    for saying, name in _SAYINGS:
        if saying in folded:
            return KNOWN[name]
    strange = _PREFIXED.search(text)
    if strange or named:
        return Fault(strange[0][:LONGEST_CODE] if strange else "", (), _UNKNOWN, _TELL)
    return NO_FAULT


def possible_keys(pasted: str) -> Iterator[str]:
    """Yield what may be a consumer key in the text, each once, at most 400."""
    words = (match[0] for match in _KEY.finditer(pasted[:LONGEST_PASTE]))
    split = (part for word in words for part in {word, word.rpartition("=")[2] or word})
    fit = dict.fromkeys(part for part in split if SHORTEST_KEY <= len(part) <= LONGEST_KEY)
    yield from list(fit)[:MOST_WORDS]


def _codes(text: str) -> list[str]:
    """Return the words that can be codes, those with a prefix first."""
    words = [match[0] for match in _WORD.finditer(text)]
    return sorted(words, key=lambda word: "." not in word)
