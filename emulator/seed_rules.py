"""The rules of a seed's form: known members only, lists where lists belong, mistakes named."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from emulator.errors import ApiError
from emulator.fields import Fields
from emulator.organization import GLOBAL, Organization

_DAY = 86_400_000


class SeedError(ValueError):
    """A seed that cannot be read; says where."""


def only(where: str, raw: Mapping[str, Any], known: set[str]) -> None:
    """Refuse members that a seed does not have there."""
    unknown = sorted(set(raw) - known)
    if unknown:
        raise SeedError(f"{where}: unknown {', '.join(unknown)}")


def organization_of(name: str, seed: Mapping[str, Any]) -> Organization:
    """The organisation that a seed describes."""
    environments = items("seed", seed, "environments") or ["prod", "test"]
    shown, location = seed.get("displayName", name), seed.get("location", GLOBAL)
    if not all(isinstance(each, str) for each in (shown, location, *environments)):
        raise SeedError("seed: displayName, location and the names of environments are texts")
    return Organization(
        name=name, display_name=shown, environments=tuple(environments), location=location
    )


def extra(fields: Fields) -> dict[str, Any]:
    """Fields of the API that the emulator does not know: it keeps and answers them."""
    return dict(fields.inside("extra").raw)


def choice(where: str, fields: Fields, usual: str, choices: tuple[str, ...]) -> str:
    """The `status`, one of the choices."""
    value = fields.text("status", usual)
    if value not in choices:
        raise SeedError(f"{where}: status {value} is none of {', '.join(choices)}")
    return value


def label(kind: str, raw: Any, key: str) -> str:
    """How messages call an entry of the seed, which may be no object at all."""
    return f"{kind} {raw.get(key)}" if isinstance(raw, Mapping) else f"a {kind}"


def items(where: str, raw: Mapping[str, Any], key: str) -> list[Any]:
    """The entries of a list that may be left out."""
    found = raw.get(key, [])
    if not isinstance(found, list):
        raise SeedError(f"{where}: {key} is a list")
    return found


def moment(where: str, now: int, raw: Any) -> int:
    """Milliseconds, an ISO 8601 time with its zone, or days from `now` such as `+10d`."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    text = str(raw)
    if re.fullmatch(r"[+-]\d{1,5}d", text):
        return now + int(text[:-1]) * _DAY
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SeedError(f"{where}: {text} is not a time") from None
    if found.tzinfo is None:
        raise SeedError(f"{where}: {text} lacks its time zone")
    return int(found.timestamp() * 1000)


@contextmanager
def at(where: str) -> Iterator[None]:
    """Say where a refusal of the API's own rules was met."""
    try:
        yield
    except ApiError as error:
        raise SeedError(f"{where}: {error.message}") from None
