"""The contract of the Apigee ports as cases, written once for fake, local and real organizations.

A case is a public function of these modules that takes a ``Stage``; its name is its sentence.
"""

from collections.abc import Callable, Iterator
from inspect import isfunction
from types import ModuleType
from typing import Final

from app.services.truth.cases import app_changes, apps, developers, key_changes, keys, organization
from app.services.truth.stage import Stage

Case = Callable[[Stage], None]


def sentence(case: Case) -> str:
    """Return what a case says."""
    return case.__name__.replace("_", " ")


def _cases_of(module: ModuleType) -> Iterator[Case]:
    for name, held in vars(module).items():
        if isfunction(held) and held.__module__ == module.__name__ and not name.startswith("_"):
            yield held


CASES: Final[tuple[Case, ...]] = tuple(
    case
    for module in (organization, developers, apps, app_changes, keys, key_changes)
    for case in _cases_of(module)
)
