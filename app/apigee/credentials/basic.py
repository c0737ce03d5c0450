"""A user name and a password with every call, for Edge without SAML."""

import base64
from collections.abc import Mapping
from typing import Final

from app.apigee.deadline import Deadline


class Basic:
    """The same header for ever (RFC 7617)."""

    refused_code: Final = "basic_refused"

    def __init__(self, username: str, password: str) -> None:
        pair = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._headers: Final = {"Authorization": f"Basic {pair}"}

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        """Return the header, which needs no time."""
        del deadline
        return self._headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Know no other password."""
        del refused
        return False

    def close(self) -> None:
        """Have nothing open."""
