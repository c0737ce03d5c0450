"""A browser without JavaScript, or with htmx where a test says so, that audits what it gets."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.fakes.apigee import FakeApigee
from tests.fakes.identity import HOST, FakeProvider
from tests.routes.audit import audit_headers, audit_html, audit_secrets
from tests.routes.page import Page

# It is signed with the second that it was made in.
TOKEN = re.compile(r'(?<=name="csrf_token" value=)"[^"]*"|(?<="X-CSRFToken": )"[^"]*"')
FIELD = re.compile(r'name="csrf_token" value="([^"]*)"')
AUDITED: set[int] = set()
Fields = Mapping[str, str] | Mapping[str, list[str]] | Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Answer:
    """What came back: ``page`` is the parsed HTML, ``calls`` the Apigee calls it cost.

    Strangers are not told what it cost: then it is what the fake was asked meanwhile.
    """

    response: TestResponse
    partial: bool
    made: int = 0

    @property
    def status(self) -> int:
        return self.response.status_code

    @cached_property
    def body(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def lasting(self) -> str:
        """The body without what differs at each look: its request id and the signed tokens."""
        return TOKEN.sub("", self.body.replace(self.header("X-Request-Id"), ""))

    @cached_property
    def page(self) -> Page:
        return audit_html(self.response, partial=self.partial)

    def audit(self) -> None:
        """Check the markup, unless it was that of an answer before but for the signed tokens."""
        seen = hash((self.partial, self.lasting))
        if seen not in AUDITED:
            assert self.page is not None
            AUDITED.add(seen)

    @property
    def text(self) -> str:
        return self.page.text

    def header(self, name: str) -> str:
        return self.response.headers.get(name, "")

    @property
    def location(self) -> str:
        return self.header("Location")

    @property
    def calls(self) -> int:
        counted = re.match(r'apigee;desc="(\d+) calls"', self.header("Server-Timing"))
        return int(counted[1]) if counted else self.made

    @property
    def toasts(self) -> list[str]:
        raw = self.header("HX-Trigger")
        items = json.loads(raw)["toast"]["items"] if raw else []
        return [item["message"] for item in items]


class Browser:
    """One person's browser; ``with_htmx=True`` asks for fragments as htmx does."""

    def __init__(
        self, flask_app: Flask, provider: FakeProvider, apigee: FakeApigee, base_url: str
    ) -> None:
        self.flask = flask_app.test_client()
        self.provider = provider
        self.apigee = apigee
        self.base_url = base_url
        self.token = ""

    def open(
        self,
        path: str,
        method: str = "GET",
        *,
        with_htmx: bool = False,
        shows_keys: bool = False,
        headers: Mapping[str, str] | None = None,
        data: Fields | str | bytes | None = None,
        base_url: str = "",
    ) -> Answer:
        """Send one request and audit the answer."""
        sent = {"HX-Request": "true", "HX-Request-Type": "partial"} if with_htmx else {}
        before = len(self.apigee.calls)
        response = self.flask.open(
            path,
            method=method,
            base_url=base_url or self.base_url,
            headers={**sent, **(headers or {})},
            data=data,
            buffered=True,
        )
        answer = Answer(response, with_htmx, len(self.apigee.calls) - before)
        audit_headers(response, is_static=path.startswith("/static/"))
        pairs = [] if shows_keys else self.apigee.by_key_id.values()
        audit_secrets(
            response,
            [s.reveal() for pair in pairs for s in (pair.consumer_key, pair.consumer_secret)],
        )
        is_redirect = 300 <= answer.status < 400
        if response.mimetype == "text/html" and answer.body and not is_redirect:
            answer.audit()
        return answer

    def get(self, path: str, *, with_htmx: bool = False, **headers: str) -> Answer:
        """Open a page; headers are written ``HX_Current_URL="..."``."""
        return self.open(path, with_htmx=with_htmx, headers=_named(headers))

    def post(
        self,
        path: str,
        fields: Fields | None = None,
        *,
        with_htmx: bool = False,
        shows_keys: bool = False,
        **headers: str,
    ) -> Answer:
        """Post fields with the CSRF token that the person's pages hold."""
        data = {"csrf_token": self.token, **(fields or {})}
        return self.open(
            path,
            "POST",
            with_htmx=with_htmx,
            shows_keys=shows_keys,
            headers=_named(headers),
            data=data,
        )

    def submit(
        self, page: str, fields: Fields | None = None, *, action: str = "", shows_keys: bool = False
    ) -> Answer:
        """Open a page, fill in the form that posts to ``action`` (or the page) and send it."""
        shown = self.get(page)
        form = shown.page.form(action or urlsplit(page).path)
        return self.open(
            form.action,
            "POST",
            shows_keys=shows_keys,
            data={**form.values, **(fields or {})},
        )

    def follow(self, answer: Answer) -> Answer:
        """Open the page that an answer sends to."""
        assert answer.status in {302, 303}, answer.status
        return self.get(answer.location)

    def begin_sign_in(self, following: str = "") -> str:
        """Start a sign-in and return the state that the provider must send back."""
        started = self.open(f"/sign-in?next={following}" if following else "/sign-in")
        assert started.status == 303, started.status
        return parse_qs(urlsplit(started.location).query)["state"][0]

    def finish_sign_in(self, state: str) -> Answer:
        """Come back from the provider."""
        return self.open(f"/auth/{self.provider.name}/callback?state={state}&code=c0de")

    def sign_in(self, subject: str, following: str = "", **facts: object) -> Answer:
        """Sign somebody in, and take the CSRF token from a page."""
        self.provider.will_sign_in(subject, **facts)
        answer = self.finish_sign_in(self.begin_sign_in(following))
        if answer.location.startswith(HOST):  # who was signed out everywhere is asked anew
            answer = self.finish_sign_in(parse_qs(urlsplit(answer.location).query)["state"][0])
        assert answer.status == 303, answer.status
        self.token = self.read_token()
        return answer

    def read_token(self) -> str:
        """Return the CSRF token from a page that asks nothing of Apigee."""
        found = FIELD.search(self.get("/signed-out").body)
        assert found, "nobody is signed in"
        return found[1]

    def cookie(self, name: str = "portal_session") -> str:
        """Return a cookie's value, empty if there is none."""
        kept = self.flask.get_cookie(name, domain=urlsplit(self.base_url).hostname or "localhost")
        return kept.value if kept else ""


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
