"""APIs as a list shows them: versions of one API together, found by words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.apis import Api


@dataclass(frozen=True, slots=True)
class ApiFamily:
    """The versions of one API, the newest first."""

    versions: tuple[Api, ...]

    @property
    def newest(self) -> Api:
        """The version that a list leads to."""
        return self.versions[0]


def families(apis: Iterable[Api]) -> tuple[ApiFamily, ...]:
    """Return APIs by family, in the order in which each family's first member comes."""
    found: dict[str, list[Api]] = {}
    for api in apis:
        found.setdefault(api.family, []).append(api)
    return tuple(
        ApiFamily(tuple(sorted(every, key=lambda api: api.version_order, reverse=True)))
        for every in found.values()
    )


def matching(
    every: Iterable[ApiFamily], query: str, said: Mapping[str, str]
) -> tuple[ApiFamily, ...]:
    """Return the families that have each word in a title, description, slug or version.

    What else is ``said`` of an API is by its slug: a name that is hidden must not be there.
    """
    words = query.casefold().split()
    return tuple(each for each in every if all(word in _text(each, said) for word in words))


def _text(family: ApiFamily, said: Mapping[str, str]) -> str:
    parts = (
        (api.title, api.description, api.slug, api.version, said.get(api.slug, ""))
        for api in family.versions
    )
    return " ".join(part for each in parts for part in each).casefold()
