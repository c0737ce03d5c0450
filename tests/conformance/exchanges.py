"""Answers as both flavours give them, and exchanges made of them, for the tests of the check."""

import json
from typing import Any

from emulator.messages import Exchange, Request, Response
from emulator.model import Flavor

BASE = "/v1/organizations/demo"
ONE = f"{BASE}/developers/a@example.com"
DEVELOPER: dict[str, Any] = {
    "email": "a@example.com",
    "firstName": "A",
    "lastName": "B",
    "userName": "a",
    "developerId": "1",
    "organizationName": "demo",
    "status": "active",
    "createdAt": "1700000000000",
    "lastModifiedAt": "1700000000000",
}
KEY: dict[str, Any] = {
    "consumerKey": "k",
    "consumerSecret": "s",
    "status": "approved",
    "issuedAt": "1",
    "expiresAt": "-1",
}
APP: dict[str, Any] = {
    "appId": "1",
    "name": "a",
    "status": "approved",
    "developerId": "1",
    "createdAt": "1",
    "lastModifiedAt": "1",
    "credentials": [KEY],
}
EDGE_AUDIT = {"createdAt": 1, "createdBy": "me", "lastModifiedAt": 1, "lastModifiedBy": "me"}
EDGE_DEVELOPER = {**DEVELOPER, **EDGE_AUDIT, "apps": [], "companies": [], "attributes": []}
GROUP: dict[str, Any] = {
    "appGroupId": "1",
    "name": "g",
    "organization": "demo",
    "status": "active",
    "createdAt": "1",
    "lastModifiedAt": "1",
}
GROUP_APP = {name: each for name, each in APP.items() if name != "developerId"} | {"appGroup": "g"}
TEAM = f"{BASE}/appgroups/g"
COMPANY = {
    "apps": [],
    "attributes": [],
    "displayName": "C",
    "name": "c",
    "organization": "demo",
    "status": "active",
    **EDGE_AUDIT,
}
PROJECT = {"organization": "demo", "projectId": "demo", "location": "us-central1"}
REFUSAL = {"error": {"code": 404, "message": "no", "status": "NOT_FOUND"}}


def exchange(
    line: str,
    answer: object,
    status: int = 200,
    body: object = None,
    flavor: Flavor = "x",
) -> Exchange:
    """An exchange as it would have been seen; `line` is method and address."""
    method, _, target = line.partition(" ")
    sent = b"" if body is None else json.dumps(body).encode()
    kind = "application/json" if flavor == "edge" else "application/json; charset=UTF-8"
    got = b"" if answer is None else json.dumps(answer).encode()
    response = Response(status, got, {"Content-Type": kind} if got else {})
    return Exchange(flavor, Request(method, target, {}, sent), response)
