"""Documents in JSON or YAML, read so that none can cost more than its size."""

import json
from typing import Any, Final

import yaml

MOST_NODES: Final = 500_000
DEEPEST: Final = 100
TOO_MUCH: Final = f"has aliases that unfold to more than {MOST_NODES} values: write them out"
TOO_DEEP: Final = f"is nested deeper than {DEEPEST} levels: make it flatter"

YAML_LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class _Unfolding:
    """Counts the values of a YAML document as if each alias were written out."""

    def __init__(self) -> None:
        self.total = 0
        self.unfolded = 0
        self.open: list[tuple[str | None, int]] = []
        self.sizes: dict[str, int] = {}

    def take(self, event: yaml.Event) -> None:
        """Count one event; raise ``ValueError`` beyond a limit."""
        if isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor)
        elif isinstance(event, yaml.NodeEvent):
            self.total += 1
            self.open.append((event.anchor, self.total))
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionEndEvent):
            anchor, begin = self.open.pop()
            if anchor is not None:
                self.sizes[anchor] = self.total - begin + 1
        if self.unfolded > MOST_NODES:
            raise ValueError(TOO_MUCH)
        if len(self.open) > DEEPEST:
            raise ValueError(TOO_DEEP)

    def _alias(self, anchor: str | None) -> None:
        if anchor is None or anchor not in self.sizes:
            raise ValueError(f"has an alias *{anchor} without a finished anchor: correct it")
        self.total += self.sizes[anchor]
        self.unfolded += self.sizes[anchor]


def parse(text: str, suffix: str) -> dict[str, Any]:
    """Return the document as a mapping; raise ``ValueError`` with what to do."""
    if suffix == ".json":
        document = _json(text)
    elif suffix in {".yaml", ".yml"}:
        document = _yaml(text)
    else:
        raise ValueError("must be a .json, .yaml or .yml file: rename it")
    if not isinstance(document, dict):
        raise ValueError("holds no object at its top: it is no OpenAPI document")  # noqa: TRY004 - one error for every unfit document
    return document


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON: {error.msg} in line {error.lineno}") from error
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error


def _yaml(text: str) -> object:
    unfolding = _Unfolding()
    try:
        for event in yaml.parse(text, Loader=YAML_LOADER):
            unfolding.take(event)
        return yaml.load(text, Loader=YAML_LOADER)  # noqa: S506 - both loaders are safe ones
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ValueError(f"is not valid YAML: {error.problem}{line}") from error
    except yaml.YAMLError as error:
        raise ValueError("is not valid YAML: correct it") from error
