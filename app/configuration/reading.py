"""One view of all settings: portal.toml, and over it the variables."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from os.path import commonprefix
from pathlib import Path as FilePath
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.configuration.environment import CONFIG, read_variables
from app.configuration.structure import Model, Path, variable

DEFAULT_FILE: Final = "portal.toml"
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """Values as they were found, which variable said what, and what could not be read.

    ``is_complete`` is false where the whole file is missing or broken: then its values are
    unknown, and to say that they are required would mislead.
    """

    file: str
    values: Tree
    names: Mapping[Path, str]
    problems: tuple[str, ...]
    is_complete: bool

    def explain(self, error: ValidationError) -> list[str]:
        """Return every problem of the values, each with the setting as the operator wrote it."""
        return [
            f"{self._spoken(detail, line)}: {line}"
            for detail in error.errors(include_url=False, include_input=False)
            if not (detail["type"] == "missing" and detail["loc"] in self.names)
            for line in _message(detail).splitlines()
        ]

    def _spoken(self, detail: ErrorDetails, line: str) -> str:
        path = tuple(str(part) for part in detail["loc"])
        # What does not fit together begins with the setting that is in the way.
        about = (*path, line.partition(" ")[0])
        for length in range(len(about), 0, -1):
            if name := self.names.get(about[:length]):
                return name
        if detail["type"] == "missing":
            return variable(path)
        if name := self._variables_of(path):
            return name
        if self.values.keys() & path[:1]:
            return f"{'.'.join(path)} in {self.file}"
        return ".".join(path)

    def _variables_of(self, table: Path) -> str:
        """Return what the variables of a table begin with; nothing where the file says some."""
        said = [name for path, name in self.names.items() if path[: len(table)] == table]
        found: object = self.values
        for part in table:
            found = found.get(part) if isinstance(found, dict) else None
        if not said or _leaves(found) > len(said):
            return ""
        if len(said) == 1:
            return said[0]
        return f"{commonprefix(said).rpartition('__')[0]}__*"  # noqa: RUF071 - names, not paths


def read(model: Model, environment: Mapping[str, str]) -> Reading:
    """Read ``portal.toml`` (or the file in ``PORTAL_CONFIG``) and the variables."""
    file = environment.get(CONFIG, DEFAULT_FILE)
    values, broken = _read_file(FilePath(file), required=CONFIG in environment)
    variables = read_variables(model, environment)
    problems = [*broken, *variables.problems]
    for path, value in variables.values.items():
        if not _put(values, path, value):
            problems.append(f"{path[0]} in {file}: must be a table")
    return Reading(file, values, variables.names, tuple(problems), not broken)


def merged(*trees: Mapping[str, Any]) -> Tree:
    """Return all trees as one; where they differ, the later one wins."""
    result: Tree = {}
    for tree in trees:
        for key, value in tree.items():
            old = result.get(key)
            both = isinstance(old, Mapping) and isinstance(value, Mapping)
            result[key] = merged(old or {}, value) if both else value
    return result


def _read_file(file: FilePath, *, required: bool) -> tuple[Tree, list[str]]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        missing = f"{CONFIG} names {file}, which does not exist: correct the path or remove it"
        return {}, [missing] if required else []
    except OSError as error:
        return {}, [f"{file} cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return {}, [f"{file} is not UTF-8 text: save it as UTF-8"]
    except tomllib.TOMLDecodeError as error:
        return {}, [f"{file} is not valid TOML: {error}"]


def _leaves(found: object) -> int:
    return sum(map(_leaves, found.values())) if isinstance(found, dict) else 1


def _put(values: Tree, path: Path, value: object) -> bool:
    for part in path[:-1]:
        below = values.setdefault(part, {})
        if not isinstance(below, dict):
            return False
        values = below
    values[path[-1]] = value
    return True


def _message(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return "is required: set it as a variable or in portal.toml"
    if detail["type"] == "extra_forbidden":
        return "is not a setting of this version: correct or remove it"
    return detail["msg"].removeprefix("Value error, ")
