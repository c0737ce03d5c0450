"""From proven claims to a person: address, names and roles, and nothing more.

Whatever is malformed is left out: a claim that cannot be understood gives no role, no verified
address and no name. The id_token's word goes before that of the userinfo.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from app.domain.names import unprintable
from app.domain.people import Identity
from app.identity.config import ProviderConfig

LONGEST_EMAIL: Final = 254
LONGEST_NAME: Final = 100
LONGEST_SID: Final = 255
OVERAGE_CLAIMS: Final = "_claim_names"

Claims = Mapping[str, object]

logger = logging.getLogger(__name__)


def needs_userinfo(config: ProviderConfig, claims: Claims) -> bool:
    """Tell whether the id_token lacks what the portal works with: the address or the groups."""
    lacks_groups = bool(config.roles) and at_path(claims, config.groups_path) is None
    return "email" not in claims or (lacks_groups and not _is_overage(config, claims))


def identity_of(config: ProviderConfig, claims: Claims, userinfo: Claims) -> Identity:
    """Return who the claims are about; both sets are proven to be of the same subject."""
    email, verified = _email(config, claims if "email" in claims else userinfo)
    first, last = _names({**userinfo, **claims})
    preferred = _text({**userinfo, **claims}.get("preferred_username"), LONGEST_EMAIL)
    return Identity(
        provider=config.name,
        issuer=config.issuer,
        subject=str(claims["sub"]),
        email=email,
        email_verified=verified,
        first_name=first,
        last_name=last,
        user_name=preferred or email,
        roles=_roles(config, claims, userinfo),
        sid=_session_id(claims.get("sid")),
        authenticated_at=_moment(claims.get("auth_time")),
    )


def at_path(claims: Claims, path: Sequence[str]) -> object:
    """Return what lies at the end of a path of names, or None."""
    found: object = claims
    for step in path:
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found


def _roles(config: ProviderConfig, claims: Claims, userinfo: Claims) -> frozenset[str]:
    if not config.roles:
        return frozenset()
    if _is_overage(config, claims):
        logger.warning("no roles from %s: groups_overage", config.name)
        return frozenset()
    found = at_path(claims, config.groups_path)
    if found is None:
        found = at_path(userinfo, config.groups_path)
    values = [found] if isinstance(found, str) else found
    if values is None:
        return frozenset()
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        logger.warning("no roles from %s: groups_malformed", config.name)
        return frozenset()
    return frozenset(config.roles[value] for value in values if value in config.roles)


def _is_overage(config: ProviderConfig, claims: Claims) -> bool:
    """Tell whether Entra ID left the groups out because there were too many for a token."""
    elsewhere = claims.get(OVERAGE_CLAIMS)
    named = isinstance(elsewhere, dict) and config.groups_path[0] in elsewhere
    return named or claims.get("hasgroups") is True


def _email(config: ProviderConfig, source: Claims) -> tuple[str, bool]:
    """Return the address and whether it is verified; both come from the same place."""
    email = source.get("email")
    if not isinstance(email, str) or not _is_email(email):
        return "", False
    if "email_verified" in source:
        return email, source["email_verified"] is True
    return email, config.trusts_email


def _is_email(text: str) -> bool:
    name, _, domain = text.rpartition("@")
    if not name or not domain or len(text) > LONGEST_EMAIL:
        return False
    return not unprintable(text) and not any(char.isspace() for char in text)


def _names(claims: Claims) -> tuple[str, str]:
    first = _text(claims.get("given_name"), LONGEST_NAME)
    last = _text(claims.get("family_name"), LONGEST_NAME)
    if first or last:
        return first, last
    whole = _text(claims.get("name"), 2 * LONGEST_NAME)
    head, _, tail = whole.rpartition(" ")
    return (head, tail) if head else (tail, "")


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or unprintable(value):
        return ""
    return " ".join(value.split())[:longest]


def _session_id(value: object) -> str:
    usable = isinstance(value, str) and len(value) <= LONGEST_SID and value.isprintable()
    return str(value) if usable else ""


def _moment(value: object) -> datetime | None:
    # A number of seconds; some providers send a fraction.
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
