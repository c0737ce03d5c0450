"""A Google service account by its key file, for X and hybrid."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from app.apigee.credentials.grant import Grant, ask, granted, posted
from app.apigee.credentials.keeper import RANDOM, TokenKeeper
from app.apigee.credentials.key_file import read_key_file
from app.apigee.deadline import Deadline
from app.domain.clock import Clock
from app.domain.outgoing import Outgoing

GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"

# What Google writes beside invalid_grant, and what it is about.
_REASONS: Final = (
    ("timeframe", "token_clock"),
    ("signature", "token_signature"),
    ("account not found", "token_account"),
)


class ServiceAccount(TokenKeeper):
    """Signs a claim for each token, as "Using OAuth 2.0 for Server to Server Applications" says.

    The file is read for each token, so that a key can be replaced without a restart.
    ``allow_http`` accepts a token address without TLS on another machine.
    """

    def __init__(
        self,
        file: Path,
        clock: Clock | None = None,
        outgoing: Outgoing | None = None,
        *,
        allow_http: bool = False,
        jitter: Callable[[], float] = RANDOM.random,
    ) -> None:
        super().__init__(self._ask, clock, jitter)
        self._file = file
        self._outgoing = outgoing or Outgoing()
        self._allow_http = allow_http

    def check(self) -> None:
        """Raise ``Upstream`` for a file that can never give a token; nothing is asked."""
        key = read_key_file(self._file, allow_http=self._allow_http)
        key.assertion(self._clock.now())

    def _ask(self, deadline: Deadline, now: datetime) -> Grant:
        key = read_key_file(self._file, allow_http=self._allow_http)
        form = {"grant_type": GRANT, "assertion": key.assertion(now)}
        answer = ask(posted(key.token_address, form), deadline, self._outgoing)
        return granted(answer, _explained)


def _explained(refusal: Mapping[str, Any]) -> str:
    if refusal.get("error") != "invalid_grant":
        return "token_refused"
    said = str(refusal.get("error_description", "")).lower()
    return next((code for part, code in _REASONS if part in said), "token_grant")
