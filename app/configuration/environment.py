"""Settings from variables: ``PORTAL_`` + the setting, ``__`` between table and key.

``PORTAL_OIDC__ISSUER`` and its like mean the provider ``default``; a secret's variable with
``_FILE`` behind it names a file that holds the secret.
"""

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Final, get_origin

from pydantic.fields import FieldInfo

from app.configuration.structure import (
    DEFAULT_NAME,
    PREFIX,
    Model,
    Path,
    is_secret,
    named_section_of,
    section_of,
    variables_of,
)

CONFIG: Final = "PORTAL_CONFIG"
DEMO: Final = "PORTAL_DEMO_"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a variable's value goes; ``in_file`` if the variable names a file with it."""

    path: Path
    field: FieldInfo
    in_file: bool = False


@dataclass(slots=True)
class Variables:
    """What the environment says: values by path, the variable of each, and what is wrong."""

    values: dict[Path, object] = field(default_factory=dict)
    names: dict[Path, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_variables(model: Model, environment: Mapping[str, str]) -> Variables:
    """Read every ``PORTAL_`` variable; an unknown one is a problem, not ignored."""
    found = Variables()
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name == CONFIG or name.startswith(DEMO):
            continue
        place = locate(model, name.removeprefix(PREFIX).split("__"))
        if place is None:
            found.problems.append(_unknown(model, name))
        elif place.path in found.names:
            other = found.names[place.path]
            found.problems.append(f"{other} and {name} say the same setting: remove one of them")
        else:
            found.names[place.path] = name
            _take(found, place, name, environment[name])
    return found


def locate(model: Model, segments: list[str]) -> Place | None:
    """Find the setting of a variable's segments, or None if there is no such setting."""
    head, *rest = segments
    if head != head.upper():
        return None
    if not rest:
        return _leaf(model, head.lower())
    setting = model.model_fields.get(head.lower())
    if setting is None:
        return None
    if section := section_of(setting):
        return _below((head.lower(),), locate(section, rest))
    if named := named_section_of(setting):
        by_default = len(rest) == 1
        name = DEFAULT_NAME if by_default else rest[0].lower().replace("_", "-")
        below = locate(named, rest if by_default else rest[1:])
        return _below((head.lower(), name), below)
    return None


def _leaf(model: Model, name: str) -> Place | None:
    setting = model.model_fields.get(name)
    if setting is not None:
        is_table = section_of(setting) or named_section_of(setting)
        return None if is_table else Place((name,), setting)
    base = name.removesuffix("_file")
    setting = model.model_fields.get(base)
    if base != name and setting is not None and is_secret(setting):
        return Place((base,), setting, in_file=True)
    return None


def _below(above: Path, place: Place | None) -> Place | None:
    return place and Place((*above, *place.path), place.field, place.in_file)


def _take(found: Variables, place: Place, name: str, text: str) -> None:
    try:
        if place.in_file:
            text = FilePath(text).read_text(encoding="utf-8").strip("\r\n")
        found.values[place.path] = _decode(place.field, text)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        found.problems.append(f"{name} names a file that cannot be read: {reason}")
    except ValueError:
        found.problems.append(f"{name} is not valid JSON: write it like the setting's example")


def _decode(setting: FieldInfo, text: str) -> object:
    kind = get_origin(setting.annotation)
    if kind is dict or (kind is tuple and text.lstrip().startswith("[")):
        return json.loads(text)
    if kind is tuple:
        return [part.strip() for part in re.split(r"[,\r\n]", text) if part.strip()]
    return text


def _unknown(model: Model, name: str) -> str:
    near = difflib.get_close_matches(name, variables_of(model), n=1, cutoff=0.8)
    hint = f"did you mean {near[0]}?" if near else "portal.example.toml lists what there is"
    return f"{name} is not a setting of this version: correct or remove it ({hint})"
