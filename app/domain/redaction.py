"""Taking secrets out of what an API answers, however it writes them."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus

from app.domain.secret import MASK

COOKIE: Final = "set-cookie"
# What an answer calls by these names lets somebody in, whoever it belongs to.
TELLING: Final = re.compile(
    r'("(?:access_token|refresh_token|id_token|client_secret|consumer_?secret|password)"\s*:\s*)'
    r'"(?:[^"\\]|\\.)*(?:"|$)',  # the text may be cut off within
    re.IGNORECASE,
)
IN_COOKIE: Final = re.compile(r"^([^=;]*=)[^;]*")


class Redaction:
    """Masks these secrets: as they are, percent-encoded, escaped, in base64, in any case.

    No spelling of one has more than ``longest`` characters.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        spelled = {each for secret in secrets if secret for each in _spellings(secret)}
        longest_first = sorted(spelled, key=len, reverse=True)
        self.longest = len(longest_first[0]) if longest_first else 0
        self._any = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)", re.IGNORECASE)

    def text(self, text: str) -> str:
        """Return the text without the secrets, and without the values of telling members."""
        return TELLING.sub(rf'\1"{MASK}"', self.only_ours(text))

    def only_ours(self, text: str) -> str:
        """Return the text without the secrets."""
        return self._any.sub(MASK, text)

    def header(self, name: str, value: str) -> str:
        """Return a header's value without the secrets; of a cookie only its name stays."""
        if name.lower() == COOKIE:
            return IN_COOKIE.sub(rf"\g<1>{MASK}", value)
        return self.only_ours(value)


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield html.escape(secret)
    for encode in (b64encode, urlsafe_b64encode):
        yield encode(secret.encode()).decode().rstrip("=")
