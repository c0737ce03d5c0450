"""Headers on every answer, and the refusal of unsafe requests from other sites."""

from collections.abc import Sequence
from typing import Final

from flask import Flask, Response, request

from app.domain.errors import NotAllowed
from app.web import framing, refusals
from app.web.context import portal

STATIC_SECONDS: Final = 31_536_000
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
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
    app: Flask, *, is_https: bool, form_targets: Sequence[str], ancestors: Sequence[str]
) -> None:
    """Register the hooks; ``ancestors`` may frame what ``framing`` allows."""
    headers = _headers(form_targets, (), is_https=is_https)
    framed = _headers(form_targets, ancestors, is_https=is_https)
    framing.install(app, ancestors)

    @app.before_request
    def count_calls() -> None:
        portal().meter.start()

    app.before_request(_same_site_only)

    @app.after_request
    def protect(response: Response) -> Response:
        chosen = framed if framing.may_be_framed() else headers
        for name, value in chosen.items():
            response.headers.setdefault(name, value)
        _cache(response)
        tally = portal().meter.total()
        timing = f'apigee;desc="{tally.count} calls";dur={tally.milliseconds:.1f}'
        response.headers["Server-Timing"] = timing
        return response

    @app.teardown_request
    def stop_counting(_error: BaseException | None) -> None:
        portal().meter.stop()


def _same_site_only() -> None:
    unsafe = request.method not in SAFE_METHODS
    if unsafe and request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        refusals.forged("other site")
        raise NotAllowed("The request came from another site. Nothing was changed.")


def _headers(
    form_targets: Sequence[str], ancestors: Sequence[str], *, is_https: bool
) -> dict[str, str]:
    headers = {
        **HEADERS,
        "Content-Security-Policy": content_security_policy(form_targets, ancestors),
    }
    if ancestors:  # this one knows of no origin but the own, and would contradict the policy
        del headers["X-Frame-Options"]
    if is_https:
        headers["Strict-Transport-Security"] = f"max-age={STATIC_SECONDS}"
    return headers


def _cache(response: Response) -> None:
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}, immutable"
