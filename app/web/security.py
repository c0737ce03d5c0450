"""Headers on every answer, and the refusal of unsafe requests from other sites."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import (
    BadRequest,
    RequestEntityTooLarge,
    SecurityError,
    UnsupportedMediaType,
)

from app.domain.errors import NotAllowed
from app.web import framing, refusals, revalidated, sessions
from app.web.application import vary
from app.web.context import portal, signed_in
from app.web.forms import SAFE_METHODS

YEAR_SECONDS: Final = 31_536_000
# Fields that may come several times, and routes whose body is read with limits of their own.
SEVERAL: Final = frozenset({"developer", "products", "request", "value"})
UNREAD: Final = frozenset({"backchannel.logout", "csp_report.take"})
# What a browser's form sends; an empty form may come without a type.
FORMS: Final = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})
SENT: Final = frozenset({200, 206, 304})
# What Werkzeug puts in the place of bytes that are no UTF-8.
BROKEN: Final = "\ufffd"
# Forms that hold the body of a call: 1 MB, each letter of it written with three.
LARGE: Final = frozenset({"try_it.send"})
LARGEST: Final = 3_200_000
# This one says in its own words that something came twice.
CALLBACK: Final = "auth.callback"
ELSEWHERE: Final = "The request came from another site. Nothing was changed."
PORTS: Final = {"http": 80, "https": 443}
Place = tuple[str, str | None, int | None]
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def content_security_policy(form_targets: Sequence[str], ancestors: Sequence[str] = ()) -> str:
    """Return the policy; ``form_targets`` are origins that a form's answer may lead to.

    ``ancestors`` are origins whose pages may frame the answer.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            " ".join(("frame-ancestors", *(ancestors or ("'none'",)))),
            " ".join(("form-action 'self'", *form_targets)),
        )
    )


def install(
    app: Flask,
    *,
    is_https: bool,
    origin: str,
    form_targets: Sequence[str],
    ancestors: Sequence[str],
    reports: str,
) -> None:
    """Register the hooks; ``origin`` is the portal's own.

    ``ancestors`` may frame what ``framing`` allows. Browsers tell the path ``reports`` what they
    have blocked.
    """
    headers = _headers(content_security_policy(form_targets), reports, is_https=is_https)
    policy = content_security_policy(form_targets, ancestors)
    framed = _headers(policy, reports, is_https=is_https)
    if ancestors:  # this one knows of no origin but the own, and would contradict the policy
        del framed["X-Frame-Options"]
    framing.install(app, ancestors)

    own = _place(origin)
    app.before_request(lambda: _look_at(own))

    @app.after_request
    def protect(response: Response) -> Response:
        return _protected(response, framed if framing.may_be_framed() else headers)

    app.teardown_request(_stop_counting)


def _stop_counting(_error: BaseException | None) -> None:
    portal().meter.stop()


def _named_host_only() -> None:
    """Refuse who names no host: the name of this machine must not stand in for it (RFC 9112)."""
    if not request.environ.get("HTTP_HOST"):
        raise SecurityError


def _look_at(own: Place) -> None:
    """Begin to count, and refuse what is no request of a page; most are an address alone."""
    portal().meter.start()
    _named_host_only()
    if request.method not in SAFE_METHODS:
        _look_at_form(own)
    if request.query_string or _has_body():
        _each_field_once()


def _look_at_form(own: Place) -> None:
    """Refuse what was sent from elsewhere, and what is no form that can be read whole.

    What leads nowhere changes nothing, and no limit counts it.
    """
    if request.endpoint is None:
        return
    _same_site_only()
    if request.endpoint in UNREAD:
        return
    _forms_only()
    _large_forms_where_they_belong()
    _whole_forms_only()
    _readable_only()
    _own_origin_only(own)


def _same_site_only() -> None:
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        refusals.forged("other site")
        raise NotAllowed(ELSEWHERE)


def _own_origin_only(own: Place) -> None:
    """Refuse what an old browser, which sends no Sec-Fetch-Site, says is from another page.

    Programs send no origin; they need the token of a form as everybody does.
    """
    told = request.headers.get("Origin")
    is_known = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if told is not None and not is_known and _place(told) != own:
        refusals.forged("other origin")
        raise NotAllowed(ELSEWHERE)


def _place(origin: str) -> Place:
    """Return scheme, host and port; of ``null`` and of what is no origin nothing."""
    try:
        parts = urlsplit(origin)
        return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return "", None, None


def _forms_only() -> None:
    """Refuse JSON and the like: what checks the fields of forms would not see what it says."""
    if request.mimetype not in FORMS:
        raise UnsupportedMediaType


def _large_forms_where_they_belong() -> None:
    """Let a call's body come in whole, in letters that take up to three times its size."""
    if request.endpoint in LARGE and signed_in():
        request.max_content_length = request.max_form_memory_size = LARGEST


def _whole_forms_only() -> None:
    """Refuse a form of unknown length that is too large: only its beginning would be read."""
    if request.content_length is None:
        limit = request.max_content_length
        if limit is not None and len(request.get_data()) >= limit:
            raise RequestEntityTooLarge


def _each_field_once() -> None:
    """Refuse a field that comes twice: whoever checks it and whoever uses it could differ.

    One that the address has beside the form is such a field, too.
    """
    fields = [] if request.endpoint == CALLBACK else [*request.args.lists()]
    if request.endpoint not in UNREAD and _has_body():
        fields += request.form.lists()
        if request.args.keys() & request.form.keys():
            raise BadRequest
    if any(len(values) > 1 and name not in SEVERAL for name, values in fields):
        raise BadRequest


def _has_body() -> bool:
    """Tell whether anything came that could be a form; most requests are an address alone."""
    told = request.environ
    return told.get("CONTENT_LENGTH") not in {None, "", "0"} or "HTTP_TRANSFER_ENCODING" in told


def _readable_only() -> None:
    """Refuse a form that is no UTF-8: what stands for it would be kept as if it was typed."""
    if request.mimetype == "multipart/form-data":
        fields = chain.from_iterable(request.form.items(multi=True))
        is_broken = any(BROKEN in text for text in fields)
    else:
        is_broken = not _is_utf_8(unquote_to_bytes(request.get_data()))
    if is_broken:
        raise BadRequest


def _is_utf_8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _headers(policy: str, reports: str, *, is_https: bool) -> dict[str, str]:
    headers = {
        **HEADERS,
        "Content-Security-Policy": f"{policy}; report-uri {reports}",
    }
    if is_https:  # on http browsers know no endpoint, and with report-to they would not use the uri
        headers["Content-Security-Policy"] += "; report-to csp"
        headers["Reporting-Endpoints"] = f'csp="{reports}"'
        headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
    return headers


def _protected(response: Response, headers: Mapping[str, str]) -> Response:
    _cache(response)
    _count(response)
    own = {name for name, _ in response.headers}
    response.headers.extend([each for each in headers.items() if each[0] not in own])
    return response


def _count(response: Response) -> None:
    """Show what the page cost; strangers are not told when Apigee is asked, and how slow it is."""
    if sessions.current() is None:
        return
    tally = portal().meter.total()
    timing = f'apigee;desc="{tally.count} calls";dur={tally.milliseconds:.1f}'
    response.headers["Server-Timing"] = timing


def _cache(response: Response) -> None:
    if request.endpoint in revalidated.ENDPOINTS and response.status_code in SENT:
        # Who may have it can change, so browsers ask each time.
        response.headers["Cache-Control"] = "private, no-cache"
        vary(response, "Cookie")
    elif request.endpoint not in revalidated.FILES or response.status_code not in SENT:
        response.headers["Cache-Control"] = "no-store"
