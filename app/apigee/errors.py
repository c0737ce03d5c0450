"""What an answer of Apigee means in the portal's own words.

Texts never quote Apigee: its messages hold names, addresses and keys. Only its error code is
kept, on ``Upstream.code``, for the log and for tests; where it is about being let in, a code of
ours that ``hints`` knows.
"""

import json
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

from app.apigee.exchange import Answer, NoAnswer
from app.domain.errors import (
    AlreadyExists,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    PortalError,
    Upstream,
    UpstreamKind,
)

CODE: Final = re.compile(r"[A-Za-z0-9_.\-]{1,100}")
PERMISSION: Final = re.compile(r"apigee\.[A-Za-z]{1,60}\.[A-Za-z]{1,60}")
QUOTED_PERMISSION: Final = re.compile(rf"[Pp]ermission ['\"]?({PERMISSION.pattern})(?![\w.])")
BAD_LOGIN: Final = "usersandroles.SsoInternalServerError"

# The form field that Apigee's 400 (or, for products, 404) is about.
_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "developer.service.InvalidEmail": ("email", "Apigee does not accept this e-mail address."),
    "keymanagement.service.app_invalid_name": (
        "display_name",
        "Apigee does not accept this name.",
    ),
    "cps.kms.ApiProductDoesNotExist": ("products", "This API product does not exist any more."),
    "keymanagement.service.apiproduct_doesnot_exist": (
        "products",
        "This API product does not exist any more.",
    ),
    "keymanagement.service.ApiProductsRequired": ("products", "Choose at least one API product."),
}
# Asked about a product itself or its attributes, these say that it is missing.
_NO_PRODUCT: Final = frozenset(
    {"cps.kms.ApiProductDoesNotExist", "keymanagement.service.apiproduct_doesnot_exist"}
)
_OF_PRODUCTS: Final = frozenset({"an API product", "an attribute"})
_NO_ENVIRONMENT: Final = "messaging.config.beans.EnvironmentDoesNotExist"
_FORBIDDEN: Final[Mapping[str, str]] = {
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": "scope",
    "SERVICE_DISABLED": "api_disabled",
}
_NAMES_ABSENT: Final = "developer.service.CreateFieldsAbsent"
_TEXTS: Final[Mapping[UpstreamKind, str]] = {
    UpstreamKind.UNREACHABLE: "Apigee cannot be reached at the moment. Try again in a minute.",
    UpstreamKind.TIMEOUT: "Apigee takes too long to answer. Try again in a minute.",
    UpstreamKind.BUSY: "Apigee is busy at the moment. Try again in a minute.",
    UpstreamKind.REFUSED: "Apigee refused this. If it stays so, tell whoever runs the portal.",
    UpstreamKind.CREDENTIALS: "Apigee does not let the portal in. Whoever runs the portal has to "
    "check its credentials, their role, and the name of the organization.",
    UpstreamKind.BROKEN_ANSWER: "Apigee gave an answer that cannot be read. Try again in a minute.",
    UpstreamKind.FAILED: "Apigee failed to do this. Try again in a minute.",
}
_NOT_ALLOWED: Final = (
    "Apigee does not allow the portal to do this. Whoever runs the portal has to check the role of "
    "its account."
)
_UNKNOWN: Final = (
    "Apigee's answer was lost: this may or may not have been done. Look before you try again."
)


def upstream(kind: UpstreamKind, *, retry_after: int | None = None, code: str = "") -> Upstream:
    """Return the error of a call that surely changed nothing."""
    return Upstream(kind, _TEXTS[kind], retry_after=retry_after, code=code)


def lost(kind: UpstreamKind, method: str, code: str = "") -> Upstream:
    """Return the error of a call whose answer is of no use; only reads surely changed nothing."""
    if method == "GET":
        return upstream(kind, code=code)
    return OutcomeUnknown(kind, _UNKNOWN, code=code)


def success(outcome: Answer | NoAnswer, method: str, thing: str, refused: str) -> Answer:
    """Return an answer of 2xx, whatever its body is; raise what any other outcome means.

    ``thing`` is what the call is about, with its article (``an app``), ``refused`` the code for
    credentials that are not taken.
    """
    if isinstance(outcome, NoAnswer):
        if outcome.sent:
            raise lost(outcome.kind, method, outcome.code)
        raise upstream(outcome.kind, code=outcome.code)
    if outcome.status not in range(200, 300):
        raise _closed_door(outcome, refused) or _refusal(outcome, method, thing)
    return outcome


def _closed_door(answer: Answer, refused: str) -> Upstream | None:
    if answer.status == 401 or code_of(answer) == BAD_LOGIN:  # noqa: PLR2004 - the status itself
        return upstream(UpstreamKind.CREDENTIALS, code=refused)
    if answer.status == 403:  # noqa: PLR2004 - the status itself
        return _not_allowed(answer)
    return None


def _not_allowed(answer: Answer) -> Upstream:
    """Return the error of a 403; one of no or another Apigee may mean that all is shut."""
    code = _forbidden(answer)
    if code == "organization" or not _body(answer):
        return upstream(UpstreamKind.CREDENTIALS, code=code)
    return Upstream(UpstreamKind.CREDENTIALS, _NOT_ALLOWED, code=code)


def _forbidden(answer: Answer) -> str:
    """Return what Google names as the reason (its ErrorInfo, or its sentence), as a code."""
    error = _at(_body(answer), "error")
    details = _at(error, "details")
    infos = details if isinstance(details, list) else []
    reasons = {reason for info in infos if isinstance(reason := _at(info, "reason"), str)}
    said = str(_at(error, "message") or "")
    named = [str(_at(_at(info, "metadata"), "permission")) for info in infos]
    named += QUOTED_PERMISSION.findall(said)
    for name in named:
        if PERMISSION.fullmatch(name):
            return f"permission:{name}"
    for reason, code in _FORBIDDEN.items():
        if reason in reasons:
            return code
    return "organization" if "or it may not exist" in said else "forbidden"


def _refusal(answer: Answer, method: str, thing: str) -> PortalError:
    code = code_of(answer)
    if answer.status == 429:  # noqa: PLR2004 - the status itself
        return upstream(UpstreamKind.BUSY, retry_after=retry_after(answer), code=code)
    if answer.status == 408:  # noqa: PLR2004 - something in between gave up waiting for Apigee
        return lost(UpstreamKind.TIMEOUT, method)
    if answer.status in range(400, 500):
        return _client_error(answer, code, thing)
    if answer.status in range(300, 400):
        return lost(UpstreamKind.BROKEN_ANSWER, method)
    return lost(UpstreamKind.FAILED, method, code)


def _client_error(answer: Answer, code: str, thing: str) -> PortalError:
    if code in _FIELDS and not (code in _NO_PRODUCT and thing in _OF_PRODUCTS):
        return InvalidInput(dict([_FIELDS[code]]))
    if code == _NAMES_ABSENT:
        names = ("first_name", "last_name", "user_name")
        return InvalidInput(dict.fromkeys(names, "Apigee needs all of these."))
    if answer.status == 404:  # noqa: PLR2004 - the status itself
        return _missing(code, thing)
    if answer.status == 409:  # noqa: PLR2004 - the status itself
        return AlreadyExists(f"There is {thing} with that name already.")
    return upstream(UpstreamKind.REFUSED, code=code)


def _missing(code: str, thing: str) -> PortalError:
    """A 404 is about the object only where Apigee itself says so with a code of its own."""
    if not code or (code.startswith("messaging.") and code != _NO_ENVIRONMENT):
        return upstream(UpstreamKind.FAILED, code=code)
    return NotFound(f"There is no such {thing.removeprefix('a ').removeprefix('an ')}.")


def retry_after(answer: Answer) -> int | None:
    """Return the seconds of ``Retry-After``; a date is held against the answer's own ``Date``."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        # More digits are ages as well, and a number of hundreds of them cannot be reckoned with.
        return int(value[:9])
    try:
        until = parsedate_to_datetime(value)
        answered = parsedate_to_datetime(answer.headers.get("Date", ""))
        return max(0, round((until - answered).total_seconds()))
    except (TypeError, ValueError, OverflowError):
        return None


def code_of(answer: Answer) -> str:
    """Return Apigee's own error code, in any of the shapes it comes in, or an empty text."""
    found = next((code for code in _codes(_body(answer)) if isinstance(code, str)), "")
    return found if CODE.fullmatch(found) else ""


def _body(answer: Answer) -> Any:
    if not answer.is_json:
        return None
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _codes(body: Any) -> list[Any]:
    """X keeps the code in the first violation, Edge in ``code``, its gateway in ``fault``."""
    error, fault = _at(body, "error"), _at(body, "fault")
    details = _at(error, "details")
    violations = _at(details[0] if isinstance(details, list) and details else None, "violations")
    first = violations[0] if isinstance(violations, list) and violations else None
    return [
        _at(first, "type"),
        _at(error, "status"),
        _at(body, "code"),
        _at(_at(fault, "detail"), "errorcode"),
    ]


def _at(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
