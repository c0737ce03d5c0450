"""The management API: finds the route of a call, checks who asks, runs the handler."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from emulator import (
    appgroup_apps,
    appgroups,
    apps,
    companies,
    developers,
    environments,
    keys,
    org_apps,
    products,
    stats,
)
from emulator.auth import Gate
from emulator.calls import Call, Reply, Route, Site
from emulator.errors import (
    ApiError,
    bad_request,
    organization_missing,
    organizations_forbidden,
)
from emulator.limits import CallMeter
from emulator.messages import Request, Response
from emulator.permissions import check_permission

_RESOURCES = (
    environments,
    developers,
    appgroups,
    companies,
    apps,
    appgroup_apps,
    org_apps,
    keys,
    products,
    stats,
)
ROUTES: Sequence[Route] = [each for module in _RESOURCES for each in module.ROUTES]
# X's own verbs at the end of an address, after a colon.
_VERBS = ("getProjectMapping", "move")
_X_PARAMETERS = {
    "$.xgafv",
    "access_token",
    "alt",
    "callback",
    "fields",
    "key",
    "oauth_token",
    "prettyPrint",
    "quotaUser",
    "uploadType",
    "upload_protocol",
}
_STATS = {"stats", "optimizedStats"}
# Some clients encode an address's e-mail twice.
_ENCODED_AT = "%40"


class Management:
    """Answers everything below `/v1`."""

    def __init__(self, site: Site, gate: Gate) -> None:
        self._site = site
        self._gate = gate
        self._meter = CallMeter(site.limits, site.switches, site.flavor, site.clock)
        self._routes: Sequence[Route] = [each for each in ROUTES if each.serves(site)]

    def answer(self, request: Request) -> Response:
        """Answer a call; every refusal is written in the flavour's own shape."""
        segments = _segments(request.path, self._site.flavor == "edge")
        if self._site.flavor == "x" and not self._known(request.method, segments):
            return _robot(request.path)
        try:
            return self._run(request, segments)
        except ApiError as error:
            return self._refusal(request, error)

    def _known(self, method: str, segments: Sequence[str]) -> bool:
        if segments == ("organizations",):
            return method == "GET"
        if not segments or segments[0] != "organizations":
            return False
        return self._find(method, tuple(segments[2:])) is not None

    def _run(self, request: Request, segments: tuple[str, ...]) -> Response:
        principal = self._gate.principal(request)
        self._meter.take(stats=bool(_STATS.intersection(segments)))
        if segments == ("organizations",) and request.method == "GET":
            return self._write(Reply(200, self._organizations()))
        if len(segments) > 1 and segments[0] == "organizations":
            if segments[1] != self._site.organization.name:
                raise organization_missing(self._site.flavor, segments[1], self._site.switches)
            return self._dispatch(request, segments[2:], principal)
        return Response(404, b"Not Found", {"Content-Type": "text/plain"})

    def _organizations(self) -> Any:
        if self._site.flavor == "edge" and not self._site.switches.edge_lists_organizations:
            raise organizations_forbidden()
        return self._site.wire.organizations(self._site.organization)

    def _dispatch(self, request: Request, segments: tuple[str, ...], principal: str) -> Response:
        found = self._find(request.method, segments)
        if found is None:
            known = any(each.match(segments) is not None for each in self._routes)
            status, text = (405, b"Method Not Allowed") if known else (404, b"Not Found")
            return Response(status, text, {"Content-Type": "text/plain"})
        route, names = found
        check_permission(self._site, route, segments)
        self._check_parameters(route, request)
        reading = request.method == "GET"
        call = Call(self._site, names, request.query, request.body, principal, reading)
        with self._site.store.transaction():
            reply = route.handler(call)
        return self._write(reply)

    def _find(
        self, method: str, segments: tuple[str, ...]
    ) -> tuple[Route, Mapping[str, str]] | None:
        for each in self._routes:
            if each.method == method:
                names = each.match(segments)
                if names is not None:
                    return each, names
        return None

    def _check_parameters(self, route: Route, request: Request) -> None:
        if not self._site.strict:
            return
        for name in request.query:
            if name not in route.query and name not in _X_PARAMETERS:
                raise bad_request(
                    f'Invalid JSON payload received. Unknown name "{name}": '
                    f"Cannot bind query parameter."
                )

    def _write(self, reply: Reply) -> Response:
        if reply.body is None:
            return Response(reply.status)
        body = json.dumps(reply.body, ensure_ascii=False).encode()
        return Response(reply.status, body, {"Content-Type": self._site.wire.content_type})

    def _refusal(self, request: Request, error: ApiError) -> Response:
        asked = request.query.get("$.xgafv") or request.headers.get("x-goog-api-format-version")
        shape = self._site.wire.error(error, request.path, old_format=asked == "1")
        headers = {"Content-Type": self._site.wire.content_type}
        if error.status == 401:  # noqa: PLR2004 - the status itself
            headers["WWW-Authenticate"] = self._gate.challenge
        if error.retry_after:
            headers["Retry-After"] = str(error.retry_after)
        return Response(error.status, json.dumps(shape, ensure_ascii=False).encode(), headers)


def _segments(path: str, edge: bool) -> tuple[str, ...]:
    """The decoded parts below `/v1`; Edge's short forms `o` and `e` are written out."""
    raw = path.removeprefix("/v1").removeprefix("/").split("/")
    # A slash at the end is tolerated on Edge, and on X after the organisation only.
    if raw[-1] == "" and (edge or len(raw) == 3):  # noqa: PLR2004 - organizations, its name, ""
        raw.pop()
    name, _, verb = raw[-1].rpartition(":") if raw else ("", "", "")
    if not edge and verb in _VERBS:
        raw[-1:] = [name, f":{verb}"]
    parts = [unquote(each) for each in raw]
    if edge and parts and parts[0] == "o":
        parts[0] = "organizations"
    if edge and len(parts) > 2 and parts[2] == "e":  # noqa: PLR2004 - after the organisation
        parts[2] = "environments"
    if len(parts) > 3 and parts[2] == "developers" and _ENCODED_AT in parts[3]:  # noqa: PLR2004
        parts[3] = unquote(parts[3])
    return tuple(parts)


def _robot(path: str) -> Response:
    """What Google's front end says of an address it does not know: a page, not JSON."""
    shown = path.replace("&", "&amp;").replace("<", "&lt;")
    page = (
        "<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><title>Error 404 (Not Found)</title>\n"
        f"<p><b>404.</b> Nothing answers at <code>{shown}</code> on this server.\n"
    )
    return Response(404, page.encode(), {"Content-Type": "text/html; charset=UTF-8"})
