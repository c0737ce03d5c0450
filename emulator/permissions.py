"""Google's IAM permission for each call of X, a role's paths for those of Edge, and the refusals.

Named as in Google's reference of the methods and its list of Apigee permissions. Where a method's
page names none, the permission was concluded from that list: `_CONCLUDED` says which those are.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from emulator.calls import Route, Site
from emulator.errors import ApiError

_CRUD = {"GET": "get", "PUT": "update", "DELETE": "delete"}
_MANAGED = {"GET": "get", "PUT": "manage", "POST": "manage", "DELETE": "delete"}


def _attributes(pattern: str, entity: str) -> Iterator[tuple[tuple[str, str], str]]:
    every, one = f"{pattern}/attributes", f"{pattern}/attributes/{{attribute}}"
    yield ("GET", every), f"{entity}.list"
    yield ("POST", every), f"{entity}.createOrUpdateAll"
    yield ("GET", one), f"{entity}.get"
    yield ("POST", one), f"{entity}.update"
    yield ("DELETE", one), f"{entity}.delete"


def _collection(
    pattern: str, one: str, entity: str, verbs: Mapping[str, str]
) -> Iterator[tuple[tuple[str, str], str]]:
    yield ("GET", pattern), f"{entity}.list"
    yield ("POST", pattern), f"{entity}.create"
    for method, verb in verbs.items():
        yield (method, f"{pattern}/{one}"), f"{entity}.{verb}"


def _keys(app: str) -> Iterator[tuple[tuple[str, str], str]]:
    yield ("POST", f"{app}/keys"), "appkeys.create"
    for method, verb in (("GET", "get"), ("POST", "manage"), ("DELETE", "delete")):
        yield (method, f"{app}/keys/{{key}}"), f"appkeys.{verb}"
    for method in ("POST", "DELETE"):
        yield (method, f"{app}/keys/{{key}}/apiproducts/{{product}}"), "appkeys.manage"


_DEVELOPER, _GROUP = "developers/{developer}", "appgroups/{group}"
_KEYS = f"{_DEVELOPER}/apps/{{app}}/keys"
_WRITES = {**_CRUD, "POST": "update"}
_ORGANIZATION: Mapping[tuple[str, str], str] = {
    ("GET", ""): "organizations.get",
    ("GET", ":getProjectMapping"): "organizations.get",
}
_CONCLUDED: Mapping[tuple[str, str], str] = {
    ("GET", "environments"): "environments.list",
    ("GET", "environments/{environment}"): "environments.get",
    ("GET", "environments/{environment}/stats/{dimensions}"): "environments.getStats",
    ("GET", "environments/{environment}/optimizedStats/{dimensions}"): "environments.getStats",
    ("GET", "apps"): "apps.list",
    ("GET", "apps/{app}"): "apps.get",
    ("POST", "apiproducts/{product}/:move"): "apiproducts.update",
}
TABLE: Mapping[tuple[str, str], str] = {
    **dict(_collection("developers", "{developer}", "developers", _WRITES)),
    **dict(_attributes(_DEVELOPER, "developerattributes")),
    **dict(_collection(f"{_DEVELOPER}/apps", "{app}", "developerapps", _MANAGED)),
    **dict(_attributes(f"{_DEVELOPER}/apps/{{app}}", "developerappattributes")),
    **dict(_keys(f"{_DEVELOPER}/apps/{{app}}")),
    ("POST", f"{_KEYS}/create"): "appkeys.create",
    ("PUT", f"{_KEYS}/{{key}}"): "appkeys.manage",
    **dict(_collection("apiproducts", "{product}", "apiproducts", _CRUD)),
    **dict(_attributes("apiproducts/{product}", "apiproductattributes")),
    **dict(_collection("appgroups", "{group}", "appgroups", _WRITES)),
    **dict(_collection(f"{_GROUP}/apps", "{app}", "appgroupapps", _MANAGED)),
    **dict(_keys(f"{_GROUP}/apps/{{app}}")),
    **_ORGANIZATION,
    **_CONCLUDED,
}


def permission(method: str, pattern: str) -> str:
    """The permission of a call, such as `apigee.developers.get`. Raises KeyError for none."""
    return f"apigee.{TABLE[method, pattern]}"


def check_permission(site: Site, route: Route, segments: Sequence[str]) -> None:
    """Refuse a call whose permission was not granted; None grants everything."""
    if site.permissions is None:
        return
    if site.flavor == "edge":
        if not _role_allows(site.permissions, route.method, segments):
            raise ApiError(403, "", "Forbidden")
        return
    needed = permission(route.method, route.pattern)
    if needed not in site.permissions:
        raise denied(site, needed)


def _role_allows(granted: Collection[str], method: str, segments: Sequence[str]) -> bool:
    """Edge: whether a role with `GET /developers` and the like allows a call.

    A path holds for everything below it, `*` stands for one part, and of several that fit the
    most exact counts alone. What reading the organisation itself needs is a doubt: it is allowed.
    """
    if not segments:
        return True
    verbs: dict[tuple[str, ...], set[str]] = {}
    for each in granted:
        verb, _, path = each.partition(" ")
        verbs.setdefault(tuple(path.strip("/").split("/")) if path != "/" else (), set()).add(verb)
    fitting = [path for path in verbs if _fits(path, segments)]
    most_exact = max(fitting, key=lambda path: (len(path), -path.count("*")), default=None)
    return most_exact is not None and ("PUT" if method == "POST" else method) in verbs[most_exact]


def _fits(path: Sequence[str], segments: Sequence[str]) -> bool:
    begin = segments[: len(path)]
    return len(begin) == len(path) and all(
        part in {"*", given} for part, given in zip(path, begin, strict=True)
    )


def denied(site: Site, needed: str) -> ApiError:
    """The 403; whether Apigee names the permission in its message, or in a detail, is a doubt."""
    resource = f"organizations/{site.organization.name}"
    if site.switches.denied_names_permission:
        message = f"Permission '{needed}' denied on resource '{resource}' (or it may not exist)."
        info = {"permission": needed, "resource": resource}
        return ApiError(403, "", message, info=("IAM_PERMISSION_DENIED", info))
    message = f'Permission denied on resource "{resource}" (or it may not exist)'
    return ApiError(403, "", message)
