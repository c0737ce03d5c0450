"""Where an OpenID provider keeps what it says about a person."""

import re
from dataclasses import dataclass
from typing import Final

# Entra ID writes this into the issuer of a document that serves many tenants.
TENANT: Final = "{tenantid}"


def path_of(text: str) -> tuple[str, ...]:
    """Return the names that lead to a claim, from the outermost inwards.

    A dot (or backslash) that belongs to a name is written with a backslash before it.
    """
    parts: list[str] = re.findall(r"(?:\\.|[^.\\])+", text)
    return tuple(re.sub(r"\\(.)", r"\1", part) for part in parts)


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Which claim says what; each is a path such as ``profile.email``."""

    email: str = "email"
    email_verified: str = "email_verified"
    first_name: str = "given_name"
    last_name: str = "family_name"
    user_name: str = "preferred_username"


STANDARD: Final = ClaimNames()
