"""Edge's login service: OAuth2 tokens for people and machine users of the organisation.

`POST /oauth/token` as on login.apigee.com; an organisation with a login zone of its own has it at
`/zones/ZONE/oauth/token` instead, since hosts cannot differ here. The client is the fixed public
one. `GET /passcode?username=…` (below the zone where there is one) gives the one-time passcode that
people otherwise read on a page after they signed in with their company.
"""

import base64
import hmac
import json
import secrets
import threading
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jwt
from joserfc.jwk import OctKey

from emulator.auth import Tokens
from emulator.messages import Request, Response
from emulator.switches import Switches

CLIENT = base64.b64encode(b"edgecli:edgeclisecret").decode()
SCOPES = "scim.emails.read scim.me openid password.write approvals.me scim.ids.read oauth.approvals"
TOKEN, PASSCODE = "/oauth/token", "/passcode"
PASSCODE_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class EdgeSignIn:
    """How the organisation signs in.

    `zone` is its login zone, if it has one. With `saml`, passwords and Basic are for
    `machine_users` only and refused to people. `mfa` has the code of each person who must send
    one; machine users need none.
    """

    zone: str = ""
    saml: bool = False
    basic: bool = True
    mfa: Mapping[str, str] = field(default_factory=dict)
    machine_users: Collection[str] = ()

    @property
    def prefix(self) -> str:
        """What stands before the addresses of the login service."""
        return f"/zones/{self.zone}" if self.zone else ""


class Refused(Exception):
    """An OAuth refusal: status, error and description."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


class EdgeLogin:
    """Checks who signs in and issues tokens the management API then takes."""

    def __init__(
        self,
        users: Mapping[str, str],
        sign_in: EdgeSignIn,
        tokens: Tokens,
        switches: Switches,
        clock: Callable[[], float],
    ) -> None:
        self._users = dict(users)
        self._sign_in = sign_in
        self._tokens = tokens
        self._switches = switches
        self._clock = clock
        self._key = OctKey.generate_key(256)
        self._lock = threading.Lock()
        self._refresh: dict[str, tuple[str, float]] = {}
        self._passcodes: dict[str, tuple[str, float]] = {}

    def serves(self, request: Request) -> bool:
        """Whether an address is the login service's."""
        path = request.path
        return path in (TOKEN, PASSCODE) or path.startswith("/zones/")

    def answer(self, request: Request) -> Response:
        """Answer a call of the login service; refusals have OAuth's shape."""
        try:
            prefix = self._sign_in.prefix
            if request.path == prefix + PASSCODE:
                return _json(200, {"passcode": self._new_passcode(request)})
            if request.path not in (TOKEN, prefix + TOKEN):
                raise Refused(404, "not_found", "There is no such zone")  # noqa: TRY301
            return _json(200, self._grant(request, known=request.path == prefix + TOKEN))
        except Refused as refused:
            return _json(refused.status, refused.body)

    def _new_passcode(self, request: Request) -> str:
        person = request.query.get("username", "")
        if not self._sign_in.saml or person not in self._users:
            raise Refused(404, "not_found", "Nobody like that signs in with a company here")
        return self._keep(self._passcodes, secrets.token_hex(5), person, PASSCODE_SECONDS)

    def _grant(self, request: Request, *, known: bool) -> Mapping[str, Any]:
        if request.method != "POST":
            raise Refused(405, "method_not_allowed", f"{request.method} is not supported")
        if request.headers.get("authorization", "") != f"Basic {CLIENT}":
            raise Refused(401, "unauthorized", "Bad credentials")
        form = {**request.query, **dict(parse_qsl(request.body.decode("utf-8", "replace")))}
        grant = form.get("grant_type", "")
        if grant == "refresh_token":
            return self._renewed(form.get("refresh_token", ""))
        if grant != "password":
            raise Refused(400, "unsupported_grant_type", f"Unsupported grant type: {grant}")
        if not known:
            # Elsewhere than in its zone nobody of this organisation is known.
            raise _invalid()
        return self._tokens_for(self._person(form))

    def _person(self, form: Mapping[str, str]) -> str:
        if "passcode" in form:
            return self._once(self._passcodes, form["passcode"], _invalid)
        name, password = form.get("username", ""), form.get("password", "")
        expected = self._users.get(name)
        if expected is None or not hmac.compare_digest(expected.encode(), password.encode()):
            raise _invalid()
        if name in self._sign_in.machine_users:
            return name
        code = self._sign_in.mfa.get(name)
        if self._sign_in.saml or (code and form.get("mfa_token") != code):
            raise _invalid()
        return name

    def _renewed(self, token: str) -> Mapping[str, Any]:
        def refused() -> Refused:
            return Refused(401, "invalid_token", "The refresh token is not (or no longer) valid")

        rotates = self._switches.edge_refresh_rotates
        person = self._once(self._refresh, token, refused, keep=not rotates)
        return self._tokens_for(person, "" if rotates else token)

    def _tokens_for(self, person: str, refresh: str = "") -> Mapping[str, Any]:
        seconds, lasting = self._switches.edge_token_seconds, self._switches.edge_refresh_seconds
        identity = uuid.uuid4().hex
        token = self._jwt(person, identity, seconds)
        self._tokens.register(token, person, seconds)
        if not refresh:
            refresh = self._jwt(person, f"{identity}-r", int(lasting))
            self._keep(self._refresh, refresh, person, lasting)
        return {
            "access_token": token,
            "token_type": "bearer",
            "refresh_token": refresh,
            "expires_in": seconds,
            "scope": SCOPES,
            "jti": identity,
        }

    def _jwt(self, person: str, identity: str, seconds: int) -> str:
        now = int(self._clock())
        person_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{person}"))
        claims = {
            "jti": identity,
            "sub": person_id,
            "user_id": person_id,
            "user_name": person,
            "email": person,
            "client_id": "edgecli",
            "grant_type": "password",
            "scope": SCOPES.split(),
            "iat": now,
            "exp": now + seconds,
        }
        return jwt.encode({"alg": "HS256"}, claims, self._key)

    def _keep(
        self, kept: dict[str, tuple[str, float]], value: str, person: str, seconds: float
    ) -> str:
        with self._lock:
            kept[value] = (person, self._clock() + seconds)
        return value

    def _once(
        self,
        kept: dict[str, tuple[str, float]],
        value: str,
        refused: Callable[[], Refused],
        *,
        keep: bool = False,
    ) -> str:
        """Whose value it is, which is then used up unless it is kept."""
        with self._lock:
            person, until = kept.get(value, ("", 0.0))
            if not keep:
                kept.pop(value, None)
        if not person or until <= self._clock():
            raise refused()
        return person


def _invalid() -> Refused:
    return Refused(401, "unauthorized", "Invalid Credentials")


def _json(status: int, body: Mapping[str, Any]) -> Response:
    headers = {"Content-Type": "application/json;charset=utf-8", "Cache-Control": "no-store"}
    return Response(status, json.dumps(body).encode(), headers)
