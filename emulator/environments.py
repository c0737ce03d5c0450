"""The organisation itself and its environments, to be read only."""

from emulator.calls import X_ONLY, Call, Reply, route
from emulator.errors import environment_missing
from emulator.wire_x import project_of


def read_organization(call: Call) -> Reply:
    """The organisation as the flavour writes it."""
    return Reply(200, call.wire.organization(call.site.organization))


def read_project(call: Call) -> Reply:
    """X: the organisation's project and where its data is."""
    return Reply(200, project_of(call.site.organization))


def list_environments(call: Call) -> Reply:
    """A plain list of names on both flavours."""
    return Reply(200, list(call.site.organization.environments))


def read_environment(call: Call) -> Reply:
    """One environment; raises 404."""
    name = call.names["environment"]
    if name not in call.site.organization.environments:
        raise environment_missing(name)
    return Reply(200, call.wire.environment(call.site.organization, name))


ROUTES = (
    route("GET", "", read_organization),
    route("GET", ":getProjectMapping", read_project, flavors=X_ONLY),
    route("GET", "environments", list_environments),
    route("GET", "environments/{environment}", read_environment),
)
