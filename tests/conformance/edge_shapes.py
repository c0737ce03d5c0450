"""Checks exchanges of flavour Edge against a small set of shapes of our own.

Taken from the recorded answers of Edge: numbers for times, who made and changed each entity,
empty lists written out, plain lists of names, the flat error body.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from emulator.messages import Exchange
from tests.conformance import stats_rules
from tests.conformance.discovery import INVENTED

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_TIME: Json = {"type": "integer"}
_AUDIT: Json = {
    "createdAt": _TIME, "createdBy": _TEXT, "lastModifiedAt": _TIME, "lastModifiedBy": _TEXT,
}  # fmt: skip


def _closed(properties: Json, *optional: str) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "patternProperties": {INVENTED: {}},
        "additionalProperties": False,
    }


def _words(*words: str) -> Json:
    return {"enum": list(words)}


def _list(key: str, shape: str) -> Json:
    item = {"$ref": f"#/$defs/{shape}"}
    return {"anyOf": [_TEXTS, _closed({key: {"type": "array", "items": item}})]}


_ATTRIBUTE = _closed({"name": _TEXT, "value": _TEXT})
_ATTRIBUTES: Json = {"type": "array", "items": {"$ref": "#/$defs/attribute"}}
_PROPERTY = _closed({"property": {"type": "array", "items": {"$ref": "#/$defs/attribute"}}})
_KEY: Json = {
    "apiProducts": {"type": "array", "items": {"$ref": "#/$defs/reference"}},
    "attributes": _ATTRIBUTES,
    "consumerKey": _TEXT,
    "consumerSecret": _TEXT,
    "expiresAt": {"type": "integer"},
    "issuedAt": _TIME,
    "scopes": _TEXTS,
    # Pending keys are in old texts only; the emulator has them by a switch.
    "status": _words("approved", "revoked", "pending"),
}
_VERBOSE_GROUP = _closed(
    {
        "name": _TEXT,
        "metrics": {
            "type": "array",
            "items": _closed({"name": _TEXT, "values": {"type": "array"}}),
        },
    }
)
_META = _closed({"errors": _TEXTS, "notices": _TEXTS})
_STATS: Json = {
    "anyOf": [
        _closed(
            {
                "environments": {
                    "type": "array",
                    "items": _closed(
                        {
                            "name": _TEXT,
                            "dimensions": {"type": "array", "items": _VERBOSE_GROUP},
                            "metrics": {"type": "array"},
                        },
                        "dimensions",
                        "metrics",
                    ),
                },
                "metaData": _META,
            }
        ),
        _closed(
            {
                "Response": _closed(
                    {
                        "TimeUnit": {"type": "array"},
                        "metaData": _META,
                        "resultTruncated": {"type": "boolean"},
                        "stats": _closed({"data": {"type": "array"}}),
                    },
                    "stats",
                )
            }
        ),
    ]
}
_SHAPES: Mapping[str, Json] = {
    "attribute": _ATTRIBUTE,
    "attributes": _closed({"attribute": _ATTRIBUTES}),
    "reference": _closed({"apiproduct": _TEXT, "status": _words("approved", "revoked", "pending")}),
    "key": _closed(_KEY),
    "new key": _closed({name: each for name, each in _KEY.items() if name != "expiresAt"}),
    "app": _closed(
        {
            "appFamily": _TEXT, "appId": _TEXT, "attributes": _ATTRIBUTES, "callbackUrl": _TEXT,
            "credentials": {"type": "array", "items": {"$ref": "#/$defs/key"}},
            "companyName": _TEXT, "developerId": _TEXT, "name": _TEXT, "scopes": _TEXTS,
            "status": _words("approved", "revoked"), **_AUDIT,
        },
        "credentials", "companyName", "developerId",
    ) | {"oneOf": [{"required": ["developerId"]}, {"required": ["companyName"]}]},
    "company": _closed(
        {
            "apps": _TEXTS, "attributes": _ATTRIBUTES, "displayName": _TEXT, "name": _TEXT,
            "organization": _TEXT, "status": _words("active", "inactive"), **_AUDIT,
        }
    ),
    "member": _closed({"email": _TEXT, "role": _TEXT}, "role"),
    "members": _closed({"developer": {"type": "array", "items": {"$ref": "#/$defs/member"}}}),
    "uses": {"anyOf": [_TEXTS, _closed({"value": {"type": "integer"}})]},
    "developer": _closed(
        {
            "apps": _TEXTS, "companies": _TEXTS, "email": _TEXT, "developerId": _TEXT,
            "firstName": _TEXT, "lastName": _TEXT, "userName": _TEXT, "organizationName": _TEXT,
            "status": _words("active", "inactive"), "attributes": _ATTRIBUTES, **_AUDIT,
        }
    ),
    "product": {
        "type": "object",
        "properties": {
            "name": _TEXT, "displayName": _TEXT, "approvalType": _words("auto", "manual"),
            "attributes": _ATTRIBUTES, "apiResources": _TEXTS, "environments": _TEXTS,
            "proxies": _TEXTS, "scopes": _TEXTS, **_AUDIT,
        },
        "required": [
            "name", "approvalType", "attributes", "apiResources", "environments", "proxies",
            "scopes", *_AUDIT,
        ],
    },
    "organization": _closed(
        {
            "displayName": _TEXT, "environments": _TEXTS, "name": _TEXT, "properties": _PROPERTY,
            "type": _TEXT, **_AUDIT,
        }
    ),
    "environment": _closed({"name": _TEXT, "properties": _PROPERTY, **_AUDIT}),
    "names": _TEXTS,
    "developers": _list("developer", "developer"),
    "apps": _list("app", "app"),
    "companies": _list("company", "company"),
    "products": _list("apiProduct", "product"),
    "stats": _STATS,
    "error": _closed({"code": _TEXT, "message": _TEXT, "contexts": {"type": "array"}}),
}  # fmt: skip
_ONE = "[^/]+"
_OWNER = f"(developers|companies)/{_ONE}"
_APP = f"{_OWNER}/apps/{_ONE}"
_MEMBERS = f"companies/{_ONE}/developers"
_PLACES: tuple[tuple[str, str, str], ...] = (
    ("GET", "", "organization"),
    ("GET", "environments", "names"),
    ("GET", f"environments/{_ONE}", "environment"),
    ("GET", f"environments/{_ONE}/stats(/{_ONE})?", "stats"),
    ("(GET|POST)", ".+/attributes", "attributes"),
    ("(GET|POST|DELETE)", f".+/attributes/{_ONE}", "attribute"),
    ("GET", "developers", "developers"),
    ("(POST|GET|PUT|DELETE)", f"developers(/{_ONE})?", "developer"),
    ("GET", "companies", "companies"),
    ("(POST|GET|PUT|DELETE)", f"companies(/{_ONE})?", "company"),
    ("(GET|POST)", _MEMBERS, "members"),
    ("DELETE", f"{_MEMBERS}/{_ONE}", "member"),
    ("GET", f"({_OWNER}/)?apps", "apps"),
    ("GET", f"apps/{_ONE}", "app"),
    ("(POST|GET|PUT|DELETE)", f"{_OWNER}/apps(/{_ONE})?", "app"),
    ("POST", f"{_APP}/keys/create", "new key"),
    ("(POST|GET|PUT|DELETE)", f"{_APP}/keys/{_ONE}(/apiproducts/{_ONE})?", "key"),
    ("GET", "apiproducts", "products"),
    ("(POST|GET|PUT|DELETE)", f"apiproducts(/{_ONE})?", "product"),
)


class EdgeShapes:
    """The shapes, ready for checking."""

    def __init__(self) -> None:
        self._validators = {
            name: Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": dict(_SHAPES)})
            for name in _SHAPES
        }

    def check(self, exchange: Exchange) -> list[str]:
        """What is wrong with an exchange, as sentences."""
        response = exchange.response
        if response.status == 204 or "text/plain" in response.headers.get("Content-Type", ""):
            return ["204 with a body"] if response.status == 204 and response.body else []
        if response.headers.get("Content-Type") != "application/json":
            return ["an answer that does not say it is JSON"]
        name = "error" if response.status >= 400 else shape_at(exchange)
        if not name:
            return ["an answer at an address nobody described"]
        created = exchange.request.method == "POST" and _created(exchange.request.path)
        if name == "members" and response.status == 201:
            # There is a doubt about this status.
            created = True
        if response.status < 400 and (response.status == 201) is not created:
            return [f"{exchange.request.method} answered {response.status}"]
        body = json.loads(response.body)
        rules = stats_rules.problems(body, numbers=True) if name == "stats" else ()
        return [*self._problems(name, body), *rules]

    def _problems(self, name: str, body: object) -> Iterator[str]:
        for error in self._validators[name].iter_errors(body):
            # The value itself may be a key or a secret; the place is enough.
            yield f"{name} at {error.json_path}: breaks {error.validator}"


def _below(path: str) -> str:
    return re.sub(r"^/v1/(organizations|o)(/[^/]+/?)?", "", path).rstrip("/")


def _created(path: str) -> bool:
    return bool(
        re.fullmatch(rf"developers|companies|{_OWNER}/apps|apiproducts|.+/create", _below(path))
    )


def shape_at(exchange: Exchange) -> str:
    """The shape an answer at the exchange's address should have; empty if nobody knows."""
    path, method = exchange.request.path, exchange.request.method
    if re.fullmatch(r"/v1/(organizations|o)/?", path):
        return "names"
    if method == "GET" and "query" in exchange.request.query and "/apiproducts/" in path:
        return "uses"
    below = re.sub(r"^e(/|$)", r"environments\1", _below(path))
    for wanted, place, name in _PLACES:
        if re.fullmatch(wanted, method) and re.fullmatch(place, below):
            return name
    return ""
