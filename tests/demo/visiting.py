"""A browser at the demo's provider, and the portal that sent it there."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from queue import Queue
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.demo_idp import Provider

SCOPE = "openid profile email groups"
SECONDS = 30


@dataclass
class Portal:
    """Where the provider sends people and logout tokens: a server that writes them down."""

    url: str
    logout_tokens: Queue[str] = field(default_factory=Queue)


@dataclass
class Visit:
    """One browser at the provider, and the portal's side of its sign-in."""

    provider: Provider
    portal: Portal
    browser: requests.Session = field(default_factory=requests.Session)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def discovery(self) -> dict[str, Any]:
        address = f"{self.provider.issuer}/.well-known/openid-configuration"
        return dict(requests.get(address, timeout=SECONDS).json())

    def get(self, url: str) -> requests.Response:
        """Follow redirects until a page of the provider's or a way out of it."""
        answer = self.browser.get(url, allow_redirects=False, timeout=SECONDS)
        return self.follow(answer)

    def follow(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect and self.at_provider(answer.headers["location"]):
            where = requests.compat.urljoin(answer.url, answer.headers["location"])
            answer = self.browser.get(where, allow_redirects=False, timeout=SECONDS)
        return answer

    def at_provider(self, location: str) -> bool:
        return location.startswith(("/", self.provider.issuer))

    def ask(self, **more: str) -> requests.Response:
        challenge = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "client_id": self.provider.client_id,
            "response_type": "code",
            "scope": SCOPE,
            "redirect_uri": f"{self.portal.url}/auth/demo/callback",
            "state": "a-state",
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **more,
        }
        query = {name: value for name, value in query.items() if value}
        return self.get(f"{self.discovery['authorization_endpoint']}?{urlencode(query)}")

    def fill_in(self, form: requests.Response, login: str, password: str) -> requests.Response:
        action = re.search(r'<form method="post" action="([^"]+)"', form.text)
        assert action, form.text
        where = requests.compat.urljoin(form.url, action.group(1))
        data = {"login": login, "password": password}
        answer = self.browser.post(where, data, allow_redirects=False, timeout=SECONDS)
        return self.follow(answer)

    def redeem(self, back: requests.Response) -> dict[str, Any]:
        assert back.is_redirect, back.text
        answer = dict(parse_qsl(urlsplit(back.headers["location"]).query))
        assert answer["state"] == "a-state"
        assert answer["iss"] == self.provider.issuer
        return self.token(
            grant_type="authorization_code",
            code=answer["code"],
            redirect_uri=f"{self.portal.url}/auth/demo/callback",
            code_verifier=self.verifier,
        )

    def token(self, **data: str) -> dict[str, Any]:
        who = (self.provider.client_id, self.provider.client_secret)
        where = self.discovery["token_endpoint"]
        return dict(requests.post(where, data, auth=who, timeout=SECONDS).json())

    def sign_in(self, login: str, **more: str) -> dict[str, Any]:
        return self.redeem(self.fill_in(self.ask(**more), login, "demo"))

    def sign_out(self, **query: str) -> requests.Response:
        return self.get(f"{self.discovery['end_session_endpoint']}?{urlencode(query)}")

    def claims(self, token: str) -> dict[str, Any]:
        keys = requests.get(self.discovery["jwks_uri"], timeout=SECONDS).json()
        return dict(jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims)

    def control(self, method: str, path: str, body: object = None) -> requests.Response:
        return requests.request(
            method, f"{self.provider.control_url}{path}", json=body, timeout=SECONDS
        )
