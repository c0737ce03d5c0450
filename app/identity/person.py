"""From proven claims to a person: address, names and roles, and nothing more.

Whatever is malformed is left out: a claim that cannot be understood gives no role, no verified
address and no name. The id_token's word goes before that of the userinfo.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from app.domain.claims import STANDARD, ClaimNames, path_of
from app.domain.emails import folded_email
from app.domain.names import unprintable
from app.domain.people import Identity
from app.identity.config import ProviderConfig

LONGEST_EMAIL: Final = 254
LONGEST_NAME: Final = 100
LONGEST_SID: Final = 255
OVERAGE_CLAIMS: Final = "_claim_names"

Claims = Mapping[str, object]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sources:
    """What was proven about one subject; an earlier one's word goes before that of a later."""

    id_token: Claims
    userinfo: Claims = field(default_factory=dict)
    access_token: Claims = field(default_factory=dict)

    @property
    def ordered(self) -> tuple[Claims, ...]:
        """All of them, the most trusted first."""
        return (self.id_token, self.userinfo, self.access_token)


def needs_userinfo(config: ProviderConfig, claims: Claims) -> bool:
    """Tell whether the id_token lacks what the portal works with: the address or the groups."""
    return not _has(claims, config.claims.email) or lacks_groups(config, claims)


def lacks_groups(config: ProviderConfig, *sources: Claims) -> bool:
    """Tell whether roles are wanted and none of the sources says anything about groups."""
    if not config.roles or any(is_overage(config, source) for source in sources):
        return False
    return all(at_path(source, config.groups_path) is None for source in sources)


def identity_of(config: ProviderConfig, sources: Sources) -> Identity:
    """Return who the claims are about; all of them are proven to be of the same subject."""
    claims, names = sources.id_token, config.claims
    of_person = (sources.id_token, sources.userinfo)
    email, verified = _email(config, claims if _has(claims, names.email) else sources.userinfo)
    first, last = _names(names, of_person)
    preferred = _first_text(names.user_name, of_person, LONGEST_EMAIL)
    return Identity(
        provider=config.name,
        issuer=str(claims["iss"]) if config.tenants else config.issuer,
        subject=str(claims["sub"]),
        email=email,
        email_verified=verified,
        first_name=first,
        last_name=last,
        user_name=preferred or email,
        roles=_roles(config, sources),
        sid=_session_id(claims.get("sid")),
        authenticated_at=moment(claims.get("auth_time")),
    )


def at_path(claims: Claims, path: Sequence[str]) -> object:
    """Return what lies at the end of a path of names, or None."""
    found: object = claims
    for step in path:
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found


def has_too_many_groups(config: ProviderConfig, sources: Sources) -> bool:
    """Tell whether roles are wanted and any of the sources left the groups out."""
    return bool(config.roles) and any(is_overage(config, one) for one in sources.ordered)


def is_overage(config: ProviderConfig, claims: Claims) -> bool:
    """Tell whether Entra ID left the groups out because there were too many for a token."""
    elsewhere = claims.get(OVERAGE_CLAIMS)
    named = isinstance(elsewhere, dict) and config.groups_path[0] in elsewhere
    return named or claims.get("hasgroups") is True


def is_of_domain(config: ProviderConfig, identity: Identity) -> bool:
    """Tell whether the provider may speak for an address of this domain."""
    domain = folded_email(identity.email.rpartition("@")[2])
    return not config.email_domains or domain in config.email_domains


def moment(value: object) -> datetime | None:
    """Return the moment of a claim in seconds since 1970, or None; some send a fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _has(claims: Claims, path: str) -> bool:
    return at_path(claims, path_of(path)) is not None


def _roles(config: ProviderConfig, sources: Sources) -> frozenset[str]:
    if not config.roles:
        return frozenset()
    if has_too_many_groups(config, sources):
        logger.warning("no roles from %s: groups_overage", config.name)
        return frozenset()
    found = (at_path(source, config.groups_path) for source in sources.ordered)
    groups = next((one for one in found if one is not None), [])
    values = [groups] if isinstance(groups, str) else groups
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        logger.warning("no roles from %s: groups_malformed", config.name)
        return frozenset()
    return frozenset(config.roles[value] for value in values if value in config.roles)


def _email(config: ProviderConfig, source: Claims) -> tuple[str, bool]:
    """Return the address and whether it is verified; both come from the same place."""
    names = config.claims
    email = at_path(source, path_of(names.email))
    if not isinstance(email, str) or not _is_email(email):
        return "", False
    *above, last = path_of(names.email_verified)
    around = at_path(source, above)
    # What is said of the standard address says nothing about another claim.
    is_about = names.email == STANDARD.email or names.email_verified != STANDARD.email_verified
    if is_about and isinstance(around, dict) and last in around:
        return email, around[last] is True
    return email, config.trusts_email


def _is_email(text: str) -> bool:
    name, _, domain = text.rpartition("@")
    if not name or not domain or len(text) > LONGEST_EMAIL:
        return False
    return not unprintable(text) and not any(char.isspace() for char in text)


def _names(names: ClaimNames, sources: Sequence[Claims]) -> tuple[str, str]:
    first = _first_text(names.first_name, sources, LONGEST_NAME)
    last = _first_text(names.last_name, sources, LONGEST_NAME)
    if first or last:
        return first, last
    whole = _first_text("name", sources, 2 * LONGEST_NAME)
    head, _, tail = whole.rpartition(" ")
    return (head, tail) if head else (tail, "")


def _first_text(path: str, sources: Sequence[Claims], longest: int) -> str:
    found = (at_path(source, path_of(path)) for source in sources)
    return _text(next((one for one in found if one is not None), None), longest)


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or unprintable(value):
        return ""
    return " ".join(value.split())[:longest]


def _session_id(value: object) -> str:
    usable = isinstance(value, str) and len(value) <= LONGEST_SID and value.isprintable()
    return str(value) if usable else ""
