"""The organization itself and its environments: ``/organizations/{org}`` of the management API."""

import re
from collections.abc import Sequence
from typing import Any, Final

from app.apigee.client import ApigeeClient, Call
from app.apigee.fields import Malformed, as_object, moment, name_of, objects, text, texts, word
from app.apigee.flavor import Flavor
from app.apigee.paths import Path, path
from app.domain.errors import NotFound
from app.domain.organization import Environment, Organization, Placement, Runtime

# Only X and hybrid name their runtime.
_RUNTIMES: Final = {"cloud": Runtime.CLOUD, "hybrid": Runtime.HYBRID}
GLOBAL_ENDPOINT: Final = "https://apigee.googleapis.com/v1"
LOCATION: Final = re.compile(r"[a-z0-9-]+")
_GLOBAL: Final = frozenset({"", "global"})


class OrganizationClient:
    """The port ``ApigeeOrganization`` over HTTP."""

    def __init__(self, client: ApigeeClient, flavor: Flavor) -> None:
        self._client = client
        self._flavor = flavor

    def get(self) -> Organization:
        """Return the organization's facts."""
        return self._client.ask(_reading("organization.get", path("")), _organization)

    def environments(self) -> Sequence[str]:
        """Return the names of the environments, a plain list on both flavours."""
        return self._client.ask(_reading("environments.all", path("environments")), _names)

    def environment(self, name: str) -> Environment:
        """Return one environment; raise ``NotFound``."""
        address = path("environments/{environment}", environment=name)
        call = _reading("environments.get", address, "an environment")
        return self._client.ask(call, _environment)

    def placement(self) -> Placement:
        """Return where the organization lives; raise ``NotFound`` on Edge, which does not say.

        Only the global host answers this for certain. Follows ``getProjectMapping``.
        """
        if self._flavor is not Flavor.X:
            raise NotFound("Edge has no project mapping.")
        call = _reading("organization.placement", path(":getProjectMapping"))
        return self._client.ask(call, _placement)


def _reading(operation: str, address: Path, thing: str = "an organization") -> Call:
    return Call(operation=operation, method="GET", path=address, thing=thing)


def _organization(answer: Any) -> Organization:
    raw = as_object(answer)
    name = name_of(raw, "name")
    held = as_object(raw.get("properties") or {}, "properties")
    return Organization(
        name=name,
        display_name=text(raw, "displayName") or name,
        runtime=word(raw, "runtimeType", _RUNTIMES, Runtime.EDGE, Runtime.CLOUD),
        environments=texts(raw, "environments"),
        properties={
            name_of(item, "name"): text(item, "value") for item in objects(held, "property")
        },
        project=text(raw, "projectId"),
        created_at=moment(raw, "createdAt"),
    )


def _names(answer: Any) -> tuple[str, ...]:
    if not isinstance(answer, list) or not all(isinstance(item, str) for item in answer):
        raise Malformed("environments")
    return tuple(answer)


def _environment(answer: Any) -> Environment:
    raw = as_object(answer)
    return Environment(name_of(raw, "name"), text(raw, "displayName"), text(raw, "description"))


def _placement(answer: Any) -> Placement:
    raw = as_object(answer)
    location = text(raw, "location").lower()
    regional = location not in _GLOBAL and LOCATION.fullmatch(location) is not None
    return Placement(
        organization=name_of(raw, "organization"),
        project=text(raw, "projectId"),
        endpoint=f"https://{location}-apigee.googleapis.com/v1" if regional else GLOBAL_ENDPOINT,
        location=location if regional else "",
    )
