"""The metadata server of a machine at Google, as far as signing in needs it.

`GCE_METADATA_HOST=127.0.0.1:PORT` (and `GCE_METADATA_IP` for its detection) sends Google's own
library here. Every call needs the header `Metadata-Flavor: Google`.
"""

import json
from collections.abc import Mapping
from typing import Any

from emulator.auth import TOKEN_SECONDS, Tokens
from emulator.messages import Request, Response

BASE = "/computeMetadata/"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_ACCOUNTS = "v1/instance/service-accounts/"
_FLAVOR = {"Metadata-Flavor": "Google", "Server": "Metadata Server for VM"}


class MetadataServer:
    """Says who the machine is, and gives tokens for that service account."""

    def __init__(self, tokens: Tokens, email: str, project: str) -> None:
        self._tokens = tokens
        self._email = email
        self._project = project

    def serves(self, request: Request) -> bool:
        """Whether a call is for the metadata server: below its path, or a ping at the root."""
        ping = request.path == "/" and "metadata-flavor" in request.headers
        return ping or request.path.startswith(BASE)

    def answer(self, request: Request) -> Response:
        """Answer a call; 403 without the header or through a proxy, as Google's does."""
        asked = request.headers.get("metadata-flavor") == "Google"
        if not asked or "x-forwarded-for" in request.headers:
            return _text(403, "Missing or wrong Metadata-Flavor header")
        if request.method != "GET":
            return _text(405, "Only GET is served")
        return self._value(request)

    def _value(self, request: Request) -> Response:
        path = request.path.removeprefix(BASE)
        account = path.removeprefix(_ACCOUNTS)
        for name in ("default", self._email):
            if path != account and account.startswith(f"{name}/"):
                return self._of_account(account.removeprefix(f"{name}/"), request)
        texts = {
            "/": "computeMetadata/\n",
            "v1/project/project-id": self._project,
            "v1/universe/universe-domain": "googleapis.com",
            _ACCOUNTS: f"default/\n{self._email}/\n",
        }
        found = texts.get(path)
        return _text(404, "There is no such value") if found is None else _text(200, found)

    def _of_account(self, name: str, request: Request) -> Response:
        if name == "" and request.query.get("recursive", "").lower() == "true":
            whole = {"aliases": ["default"], "email": self._email, "scopes": [SCOPE]}
            return _json(whole)
        if name == "token":
            token = self._tokens.issue(self._email)
            body = {"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"}
            return _json(body)
        texts = {
            "": "aliases\nemail\nscopes\ntoken\n",
            "aliases": "default\n",
            "email": self._email,
            "scopes": f"{SCOPE}\n",
        }
        found = texts.get(name)
        return _text(404, "There is no such value") if found is None else _text(200, found)


def _text(status: int, text: str) -> Response:
    return Response(status, text.encode(), {"Content-Type": "application/text", **_FLAVOR})


def _json(body: Mapping[str, Any]) -> Response:
    headers = {"Content-Type": "application/json", **_FLAVOR}
    return Response(200, json.dumps(body).encode(), headers)
