"""What Try-it shows of an answer: as text, without secrets, as much as a page can bear."""

import json
import zlib
from dataclasses import dataclass
from typing import Final

from app.domain.exchanges import MOST_RECEIVED, Received
from app.domain.names import unprintable
from app.domain.redaction import Redaction
from app.domain.styles import Pair

MOST_SHOWN: Final = 100_000  # characters
REDIRECTED: Final = 300
FAILED: Final = 400
MOST_FORMATTED: Final = 500_000
EITHER_DEFLATE: Final = 47  # zlib's number for gzip and deflate, told apart by their first bytes
TEXTS: Final = ("json", "xml", "javascript", "yaml", "csv", "x-www-form-urlencoded", "graphql")
NOT_SHOWN: Final = "\N{REPLACEMENT CHARACTER}"
CORS: Final = "access-control-allow-origin"


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer without secrets; ``language`` is what its text is, if that is known.

    ``notes`` say what of it is not shown. ``origins`` is what it allows pages of other sites.
    """

    status: int
    milliseconds: int
    size: int
    headers: tuple[Pair, ...] = ()
    text: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()
    origins: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the API did what it was asked."""
        return self.status < FAILED

    @property
    def leads_on(self) -> str:
        """Where a redirect leads that was not followed; empty for any other answer."""
        is_redirect = REDIRECTED <= self.status < FAILED
        headers = {name.lower(): value for name, value in self.headers}
        return headers.get("location", "") if is_redirect else ""


def shown_answer(received: Received, redaction: Redaction) -> ShownAnswer:
    """Return what a page shows of an answer."""
    body, notes = _unpacked(received)
    text = _text(received, body)
    if text is None:
        kind = received.header("content-type").partition(";")[0] or "no type"
        notes.append(f"{len(body):,} bytes of {kind} are not shown.")
    is_json = bool(text) and _is_json(received)
    whole = _formatted(text) if text and is_json else text or ""
    # A secret that begins in what is shown is masked whole.
    shown = redaction.text(whole[: MOST_SHOWN + redaction.longest])
    if len(whole) > MOST_SHOWN:
        notes.append(f"Only the first {MOST_SHOWN:,} characters are shown.")
    return ShownAnswer(
        status=received.status,
        milliseconds=round(received.seconds * 1000),
        size=len(received.body),
        headers=tuple(_headers(received, redaction)),
        text=_visible(shown[:MOST_SHOWN]),
        language="json" if is_json else "",
        notes=tuple(notes),
        origins=_visible(redaction.header(CORS, received.header(CORS))),
    )


def plain_text(received: Received) -> str:
    """Return the answer as text with everything in it, for whoever reads faults."""
    return _text(received, _unpacked(received)[0]) or ""


def _headers(received: Received, redaction: Redaction) -> list[Pair]:
    return [
        (_visible(redaction.only_ours(name)), _visible(redaction.header(name, value)))
        for name, value in received.headers
    ]


def _visible(text: str) -> str:
    """Return the text with a sign in place of what a page may not or should not hold."""
    return "".join(
        NOT_SHOWN if unprintable(each) and each not in "\r\n\t" else each for each in text
    )


def _unpacked(received: Received) -> tuple[bytes, list[str]]:
    """Return the body unpacked as far as an answer may be long: little can be packed of much."""
    notes = ["The answer is longer than 2 MB: the rest was not read."] if received.is_cut else []
    packing = received.header("content-encoding").lower()
    if packing not in {"gzip", "x-gzip", "deflate"}:
        return received.body, notes
    unpacking = zlib.decompressobj(EITHER_DEFLATE)
    try:
        body = unpacking.decompress(received.body, MOST_RECEIVED)
    except zlib.error:
        return b"", [*notes, "The answer is packed in a way that cannot be undone."]
    if unpacking.unconsumed_tail:
        notes.append("The answer is longer than 2 MB once it is unpacked: the rest is left out.")
    return body, notes


def _text(received: Received, body: bytes) -> str | None:
    """Return the body as text, None where it is none."""
    kind = received.header("content-type").lower()
    if not body:
        return ""
    media_type, _, parameters = kind.partition(";")
    is_text = media_type.startswith("text/") or any(each in media_type for each in TEXTS)
    if kind and not is_text:
        return None
    charset = parameters.partition("charset=")[2].strip(' "').partition(";")[0]
    try:
        return body.decode(charset or "utf-8", errors="replace" if kind else "strict")
    except LookupError:
        return body.decode(errors="replace")
    except UnicodeError:
        return None


def _is_json(received: Received) -> bool:
    return "json" in received.header("content-type").lower()


def _formatted(text: str) -> str:
    """Return JSON on lines of its own, in plain letters: an escape could hide a secret."""
    if len(text) > MOST_FORMATTED:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text
