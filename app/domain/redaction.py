"""Taking secrets out of what an API answers, however it writes them."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
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
LEAST_WITHIN: Final = 8  # letters; fewer could be anything
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
        yield from _within_base64(secret.encode(), encode)


def _within_base64(secret: bytes, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """Yield what a secret is in the base64 of something longer, such as a token's claims.

    Three bytes are four letters: only letters that depend on the secret alone are looked for.
    """
    for before in range(3):
        written = encode(b"\0" * before + secret).decode()
        first, end = -(-before * 8 // 6), (before + len(secret)) * 8 // 6
        if end - first >= LEAST_WITHIN:
            yield written[first:end]
