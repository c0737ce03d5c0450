"""An OpenID provider that is correct until a test tells it what to forge."""

import base64
import hashlib
import json
import secrets
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

CLIENT_ID = "portal"
CLIENT_SECRET = "100% made/up + secret"
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HANG_SECONDS = 60.0
# Less than what hangs, and as much as a busy machine may need for what does not wait for it.
SOON = 25.0
DISCOVERY, TOKEN, KEYS, USERINFO = (
    "/.well-known/openid-configuration",
    "/token",
    "/keys",
    "/userinfo",
)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        return self._now

    def move(self, **by: float) -> None:
        self._now += timedelta(**by)


@cache
def rsa_key(number: int = 1, bits: int = 2048) -> RSAKey:
    """One of several RSA keys, made once: they are slow to make."""
    return RSAKey.generate_key(bits, parameters={"kid": f"rsa-{number}"})


@cache
def ec_key() -> ECKey:
    return ECKey.generate_key("P-256", parameters={"kid": "ec"})


@cache
def ed_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"kid": "ed"})


def encoded(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def signed(header: dict[str, Any], claims: object, key: Key) -> str:
    """A token with any header at all, signed with the key's own algorithm family."""
    names = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA", "oct": "HS256"}
    algorithm = jws.JWSRegistry.algorithms[
        header["alg"] if header.get("alg") in ("PS256", "RS512") else names[key.key_type]
    ]
    text = f"{encoded(header)}.{encoded(claims)}"
    return f"{text}.{encoded(algorithm.sign(text.encode(), key))}"


def half_hash(text: str, bits: int = 256) -> str:
    digest = hashlib.new(f"sha{bits}", text.encode()).digest()
    return encoded(digest[: len(digest) // 2])


@dataclass
class Answer:
    """What an address answers instead of the truth: late, in drops of 50 ms, or never."""

    status: int = 200
    body: object = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    drip: bool = False
    after: float = 0.0

    @property
    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Call:
    """One request that arrived."""

    path: str
    form: dict[str, str]
    authorization: str


@dataclass
class Evil:
    """The provider and its switches."""

    clock: HandClock
    issuer: str
    key: Key = field(default_factory=rsa_key)
    published: list[dict[str, Any]] = field(
        default_factory=lambda: [dict(rsa_key().as_dict(private=False))]
    )
    discovery: dict[str, object] = field(default_factory=dict)
    header: dict[str, object] = field(default_factory=dict)
    claims: dict[str, object] = field(default_factory=dict)
    omitted: set[str] = field(default_factory=set)
    token: Callable[[dict[str, Any], dict[str, Any]], object] | None = None
    tokens: dict[str, object] = field(default_factory=dict)
    told: dict[str, object] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    callback: dict[str, str | None] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)

    def says(self, **claims: object) -> None:
        self.claims.update(claims)

    def omits(self, *names: str) -> None:
        self.omitted.update(names)

    def publishes(self, *keys: Key) -> None:
        self.published = [dict(key.as_dict(private=False)) for key in keys]

    def count(self, path: str) -> int:
        return sum(call.path == path for call in self.calls)

    def visit(self, url: str) -> dict[str, str]:
        """Be the browser that signs in and comes back: the callback's parameters."""
        self.asked = dict(parse_qsl(urlsplit(url).query))
        answer = {"code": "the-code", "state": self.asked["state"], "iss": self.issuer}
        changed = {**answer, **self.callback}
        return {name: value for name, value in changed.items() if value is not None}

    def answer(self, call: Call) -> Answer:
        self.calls.append(call)
        if call.path in self.answers:
            return self.answers[call.path]
        truth: dict[str, Callable[[], dict[str, Any]]] = {
            DISCOVERY: self._document,
            TOKEN: lambda: self._tokens(call),
            KEYS: lambda: {"keys": self.published},
            USERINFO: lambda: self.told,
        }
        return Answer(body=truth[call.path]())

    def _document(self) -> dict[str, object]:
        document: dict[str, object] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}{TOKEN}",
            "jwks_uri": f"{self.issuer}{KEYS}",
            "userinfo_endpoint": f"{self.issuer}{USERINFO}",
            "end_session_endpoint": f"{self.issuer}/end",
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
            "authorization_response_iss_parameter_supported": True,
            **self.discovery,
        }
        return {name: value for name, value in document.items() if value is not None}

    def _tokens(self, call: Call) -> dict[str, object]:
        given = encoded(hashlib.sha256(call.form["code_verifier"].encode()).digest())
        assert given == self.asked["code_challenge"]
        access_token = secrets.token_urlsafe(16)
        answer = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self._id_token(access_token),
            **self.tokens,
        }
        return {name: value for name, value in answer.items() if value is not None}

    def _id_token(self, access_token: str) -> object:
        now = int(self.clock.now().timestamp())
        claims: dict[str, object] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "mallory",
            "exp": now + 300,
            "iat": now,
            "nonce": self.asked["nonce"],
            "at_hash": half_hash(access_token),
            "email": "mallory@example.com",
            "email_verified": True,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if name not in self.omitted}
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        header = {name: value for name, value in header.items() if value is not None}
        return self.token(header, claims) if self.token else signed(header, claims, self.key)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{encoded({**header, 'alg': 'none'})}.{encoded(claims)}."


def signed_with_the_public_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    public = OctKey.import_key(rsa_key().as_pem(private=False).hex())
    return signed({**header, "alg": "HS256"}, claims, public)


class _Server(ThreadingHTTPServer):
    evil: Evil

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._serve(dict(parse_qsl(body)))

    def _serve(self, form: dict[str, str]) -> None:
        evil = self.server.evil
        path = urlsplit(self.path).path
        path = evil.moved.get(path, path)
        answer = evil.answer(Call(path, form, self.headers.get("Authorization", "")))
        if answer.hang:
            evil.released.wait(HANG_SECONDS)
            return
        evil.released.wait(answer.after)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.bytes)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        pieces = [bytes([byte]) for byte in answer.bytes] if answer.drip else [answer.bytes]
        for piece in pieces:
            self.wfile.write(piece)
            if answer.drip and evil.released.wait(0.05):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing: the request line would be noise between the tests."""


@contextmanager
def run_evil(clock: HandClock, tls: ssl.SSLContext | None = None) -> Iterator[Evil]:
    """Run the provider on a free port of loopback."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        scheme = "https" if tls else "http"
        evil = server.evil = Evil(clock, f"{scheme}://127.0.0.1:{server.server_port}")
        if tls:
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield evil
        finally:
            evil.released.set()
            server.shutdown()
            thread.join(HANG_SECONDS)
