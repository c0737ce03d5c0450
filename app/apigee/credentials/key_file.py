"""The key file of a Google service account: what can be wrong with it, each with its own code.

Follows the file that Google's console makes ("Create and delete service account keys").
"""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from re import compile as pattern
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from google.auth import jwt
from google.auth.crypt import RSASigner

from app.apigee.errors import upstream
from app.domain.addresses import safe_address, web_address
from app.domain.errors import Upstream, UpstreamKind

SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
ASSERTION_LIFE: Final = timedelta(hours=1)
FIELDS: Final = ("client_email", "private_key", "token_uri")
TYPE: Final = pattern(r"[a-z][a-z_]{0,40}")
_UNUSABLE: Final = (ValueError, TypeError, AttributeError, KeyError, UnsupportedAlgorithm)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key file that can be used, as far as can be told without asking Google."""

    token_address: str
    _info: Mapping[str, str] = field(repr=False)

    def assertion(self, now: datetime) -> str:
        """Return a signed claim for a token (RFC 7523); raise ``Upstream`` for a broken key."""
        claims = {
            "iss": self._info["client_email"],
            "aud": self.token_address,
            "scope": SCOPE,
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION_LIFE).timestamp()),
        }
        try:
            return _signed(self._info, claims)
        except _UNUSABLE:
            pass  # Raised below, so that no part of the key is in the error's context.
        raise _problem("key_file_key")


def read_key_file(path: Path, *, allow_http: bool = False) -> KeyFile:
    """Return what the file holds; raise ``Upstream`` with a code that names what is wrong."""
    info = _object(_content(path))
    _check_type(info)
    missing = [name for name in FIELDS if not isinstance(info.get(name), str) or not info[name]]
    if missing:
        raise _problem(f"key_file_fields:{','.join(missing)}")
    try:
        check = web_address if allow_http else safe_address
        return KeyFile(check(info["token_uri"]), info)
    except ValueError:
        pass
    raise _problem("key_file_address")


def is_readable_by_group(path: Path) -> bool:
    """Tell whether more users than the owner read the file, which is no reason to refuse it."""
    return bool(_mode(path) & stat.S_IRGRP)


def _content(path: Path) -> bytes:
    try:
        if _mode(path) & (stat.S_IROTH | stat.S_IWOTH):
            raise _problem("key_file_public")
        return path.read_bytes()
    except FileNotFoundError:
        code = "key_file_missing"
    except OSError:
        code = "key_file_unreadable"
    raise _problem(code)


def _mode(path: Path) -> int:
    """Only POSIX knows who may read; elsewhere nobody is said to."""
    return path.stat().st_mode if os.name == "posix" else 0


def _object(content: bytes) -> dict[str, Any]:
    try:
        info = json.loads(content)
    except (ValueError, RecursionError):
        info = None
    if not isinstance(info, dict):
        raise _problem("key_file_not_json")
    return info


def _check_type(info: Mapping[str, Any]) -> None:
    if {"installed", "web"} & info.keys():
        raise _problem("key_file_type:OAuth_client")
    kind = info.get("type")
    if kind == "service_account":
        return
    if isinstance(kind, str) and TYPE.fullmatch(kind):
        raise _problem(f"key_file_type:{kind}")
    raise _problem("key_file_fields:type")


def _signed(info: Mapping[str, str], claims: Mapping[str, object]) -> str:
    signer = RSASigner.from_service_account_info(info)  # type: ignore[no-untyped-call]  # untyped
    token: bytes = jwt.encode(signer, claims)  # type: ignore[no-untyped-call]  # untyped
    return token.decode()


def _problem(code: str) -> Upstream:
    return upstream(UpstreamKind.CREDENTIALS, code=code)
