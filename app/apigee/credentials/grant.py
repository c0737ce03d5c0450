"""Asking an address for a token (RFC 6749 5), and what the answer says.

Of the answer only the token, its life and a code of ours go on.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from app.apigee.deadline import Deadline
from app.apigee.errors import upstream
from app.apigee.exchange import Answer, Limits, Message, NoAnswer, Session, exchange
from app.domain.errors import UpstreamKind
from app.domain.outgoing import Outgoing

USUAL_LIFE_SECONDS: Final = 3600
LONGEST_LIFE_SECONDS: Final = 7 * 86_400
LIMITS: Final = Limits(total=4.0, answer_bytes=65_536)
OK: Final = 200
TOO_MANY: Final = 429
SERVER_ERRORS: Final = 500
FORM: Final = "application/x-www-form-urlencoded"

Explain = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Grant:
    """An access token, how many seconds it lives, and what fetches the next one, if anything."""

    token: str = field(repr=False)
    life: float
    refresh_token: str = field(default="", repr=False)


def posted(url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Message:
    """Return the request with a form; more headers win over its own."""
    sent = {"Content-Type": FORM, "Accept": "application/json", **(headers or {})}
    return Message("POST", url, sent, urlencode(form).encode())


def ask(
    message: Message,
    deadline: Deadline,
    outgoing: Outgoing,
    limits: Limits = LIMITS,
    absent: str = "token",
) -> Answer:
    """Return the answer of a token address that is up; raise ``Upstream`` for any other.

    ``absent`` is the code for one that gives no answer.
    """
    in_time = Limits(
        total=min(limits.total, max(0.0, deadline.remaining())),
        connect=limits.connect,
        read=limits.read,
        answer_bytes=limits.answer_bytes,
    )
    with closing(Session(outgoing, connections=1)) as session:
        outcome = exchange(session, message, in_time.deadline(), in_time)
    if isinstance(outcome, NoAnswer):
        raise upstream(outcome.kind, code=outcome.code or absent)
    if outcome.status == TOO_MANY:
        raise upstream(UpstreamKind.BUSY, code="token")
    if outcome.status >= SERVER_ERRORS:
        raise upstream(UpstreamKind.FAILED, code="token")
    return outcome


def granted(answer: Answer, explain: Explain) -> Grant:
    """Return what was granted; ``explain`` makes a code of the JSON of a refusal."""
    body = _object(answer)
    if answer.status != OK:
        raise upstream(UpstreamKind.CREDENTIALS, code=explain(body))
    token, life = body.get("access_token"), body.get("expires_in")
    if not isinstance(token, str) or not _fits_a_header(token):
        raise upstream(UpstreamKind.BROKEN_ANSWER, code="token")
    refresh = body.get("refresh_token")
    return Grant(token, _seconds(life), refresh if isinstance(refresh, str) else "")


def _fits_a_header(token: str) -> bool:
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def _seconds(life: object) -> float:
    known = isinstance(life, int | float) and not isinstance(life, bool)
    if not known or not 0 < life <= LONGEST_LIFE_SECONDS:  # type: ignore[operator]  # known is a number
        return USUAL_LIFE_SECONDS
    return float(life)  # type: ignore[arg-type]  # known is a number


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
