"""Takes keys, secrets, tokens and names of apps and people out of what is logged."""

import logging
import re
import traceback
from typing import Final

MASK: Final = "[masked]"
LONGEST: Final = 20_000  # characters of one text

_SENSITIVE: Final = (
    r"client_secret|consumer_?key|consumer_?secret|api_?key|x-api-?key|id_token(?:_hint)?"
    r"|logout_token|access_token|refresh_token|client_assertion|assertion|code_verifier|nonce"
    r"|password|passwd|secret_key|private_key|csrf_token"
)
_QUOTED: Final = r"b?\\*(?P<q>[\"'])(?:\\++.|(?!(?P=q)|\\).)*"
_BARE: Final = r"(?:(?!%26)[^\s&;,\"'<>()\[\]{}\\])+"
_BEGIN: Final = r"(?:(?<![\w-])|(?<=%3F)|(?<=%26))"
_VALUE: Final = rf"(?:{_QUOTED}|{_BARE})"
_TILL_THE_END: Final = rf"(?:{_QUOTED}|[^\r\n]+)"
_IS: Final = r"(?:\\*[\"'])?\s*(?:[:=]|%3D|(?<=[\"'])\s*,)\s*"

PATTERNS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), replacement)
    for pattern, replacement in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*-----)?", MASK),
        (rf"(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie)({_IS}){_TILL_THE_END}", r"\1\2"),
        (rf"{_BEGIN}({_SENSITIVE})({_IS}){_VALUE}", r"\1\2"),
        (rf"{_BEGIN}(?<!\.)(code|state)(=|%3D){_VALUE}", r"\1\2"),
        (rf"(?<=[\"'])(code|state)(\\*[\"']\s*[:,]\s*){_QUOTED}", r"\1\2"),
        (r"(?<![\w-])(bearer|basic)(\s+)[\w.~+/-]{6,}=*", r"\1\2"),
        (r"(?<![\w-])ey[\w-]{8,}(?:\.[\w-]*){1,4}", MASK),
        (r"(?<![\w.-])[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}(?![\w.-])", MASK),
        (r"(?<![\w-])ya29\.[\w.-]+", MASK),
        (r"(://[^\s:/@]{0,200}:)[^\s@/]+(?=@)", r"\1"),
        # A template such as /apps/{app} names nothing, and is what makes a log line readable.
        (r"(/(?:keys|apps|developers)/)(?!\{[a-z_]+\})[^\s/?#\"'<>]+", r"\1"),
    )
)


def mask(text: str) -> str:
    """Return the text without what nobody may read in a log, cut after 20,000 characters."""
    if len(text) <= LONGEST and text.isalnum():
        return text  # every pattern needs a sign between a name and a value, or in a token
    for pattern, kept in PATTERNS:
        text = pattern.sub(kept if kept == MASK else kept + MASK, text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… (cut)"


# What every record has; whatever else it holds was given with it.
PLAIN: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_SENSITIVE_FIELD: Final = re.compile(rf"(?:{_SENSITIVE}|authorization|cookie)", re.IGNORECASE)
_OUR_OWN_WORDS: Final = frozenset({"route", "endpoint", "operation"})


class MaskingFilter(logging.Filter):
    """Masks message, arguments, exception, stack and extra fields of a record in place.

    It belongs on a handler, so that records of every logger pass it; it drops none. Records of
    the class ``unless`` are masked by whoever makes them.
    """

    def __init__(self, unless: type[logging.LogRecord] | tuple[()] = ()) -> None:
        super().__init__()
        self._unless = unless

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record, self._unless):
            return True
        record.msg, record.args = mask(_message(record)), None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        record.exc_info = None
        record.exc_text = mask(record.exc_text) if record.exc_text else None
        record.stack_info = mask(record.stack_info) if record.stack_info else None
        for name in record.__dict__.keys() - PLAIN - _OUR_OWN_WORDS:
            record.__dict__[name] = _field(name, record.__dict__[name])
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - an argument's own __str__ may raise anything
        return f"{record.msg} (its arguments do not fit)"


def _field(name: str, value: object) -> object:
    if _SENSITIVE_FIELD.fullmatch(name):
        return MASK
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask(str(value))
