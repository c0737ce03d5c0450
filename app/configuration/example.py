"""Writes ``portal.example.toml``: every setting, its default and what it means.

``python -m app.configuration.example > portal.example.toml``
"""

import sys
from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Final

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import to_json

from app.configuration.structure import (
    Model,
    Path,
    is_secret,
    named_section_of,
    section_of,
    variable,
)
from app.settings import Settings

WIDTH: Final = 96
NAME: Final = "corp"
HEAD: Final = """\
Settings of the developer portal. Copy this file to portal.toml (or name another one in
PORTAL_CONFIG) and take the # away from what you change; what is shown is the default,
or an example where a setting is required.
Each setting can be a variable instead, which then wins: its name is behind the setting.
Secrets are better given as variables, or as files: the variable with _FILE behind its
name holds the path of a file with the secret. Unknown names are refused."""


def example() -> str:
    """Return the text of the example file."""
    return "\n".join([*_comment(HEAD), *_table(Settings, ())]) + "\n"


def _table(model: Model, path: Path) -> Iterator[str]:
    fields = model.model_fields.items()
    for name, field in fields:
        if not section_of(field) and not named_section_of(field):
            yield ""
            yield from _setting((*path, name), field)
    for name, field in fields:
        if section := section_of(field):
            yield from _titled_table(section, (*path, name))
        elif named := named_section_of(field):
            given = field.examples[0] if field.examples else NAME
            yield from _titled_table(named, (*path, name, str(given)))


def _titled_table(model: Model, path: Path) -> Iterator[str]:
    yield from ("", "")
    yield from _comment((model.__doc__ or "").strip())
    yield f"#[{'.'.join(path)}]"
    yield from _table(model, path)


def _setting(path: Path, field: FieldInfo) -> Iterator[str]:
    required = " Required." if field.is_required() else ""
    name = variable(path) + (" or …_FILE" if is_secret(field) else "")
    yield from _comment(f"{field.description}{required}\n{name}")
    shown = field.examples[0] if field.examples else field.default
    yield f"#{path[-1]} = {_toml(shown)}"


def _comment(text: str) -> Iterable[str]:
    return (f"# {line}" for part in text.splitlines() for line in wrap(part, WIDTH))


def _toml(value: object) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{name} = {_toml(item)}" for name, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, SecretStr):
        return _toml(value.get_secret_value())
    return '""' if value is None else to_json(value).decode()


if __name__ == "__main__":
    sys.stdout.write(example())
