"""Checks exchanges of flavour X against Google's discovery document of the Apigee API.

The document is the one inside google-api-python-client. It says nothing of which fields are
present, of statuses, or of what its untyped fields hold: those rules are `expectations`'.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any, Literal

from jsonschema import Draft202012Validator

from emulator.messages import Exchange, Request
from tests.conformance import expectations

REVISION = "20261006"
SHA256 = "d7a003ec665ce04b805f96745f70e40426c8538c0aa1ba29cb0e56edbb6a28c7"

Json = dict[str, Any]
# How strictly a body is read: what the API answers, what it takes, what our own client sends.
Reading = Literal["answer", "input", "own"]
PORTAL = "apigee-developer-portal"
# Fields a test invents, to prove that what nobody knows yet is kept, begin with this.
INVENTED = "^invented"
_TYPES: Mapping[tuple[str, str], Json] = {
    ("string", "int64"): {"type": "string", "pattern": r"^-?\d+$"},
    ("string", "uint64"): {"type": "string", "pattern": r"^\d+$"},
    ("string", "byte"): {"type": "string", "pattern": r"^[A-Za-z0-9+/=_-]*$"},
    ("string", "google-datetime"): {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT"},
    ("integer", "int32"): {"type": "integer"},
    ("integer", "uint32"): {"type": "integer", "minimum": 0},
    ("number", "double"): {"type": "number"},
    ("number", "float"): {"type": "number"},
}


@dataclass(frozen=True)
class Method:
    """One method of the document; `pattern` matches the raw paths it serves."""

    name: str
    http_method: str
    pattern: re.Pattern[str]
    placeholders: int
    parameters: frozenset[str]
    request: str
    response: str


def load() -> "Discovery":
    """The document of the installed package. Raises AssertionError if it is not the pinned one."""
    place = files("googleapiclient") / "discovery_cache" / "documents" / "apigee.v1.json"
    raw = place.read_bytes()
    document = json.loads(raw)
    found = document["revision"], hashlib.sha256(raw).hexdigest()
    assert found == (REVISION, SHA256), f"the discovery document changed: {found}; look it through"
    return Discovery(document)


class Discovery:
    """The document's methods and schemas, ready for checking."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._validators: dict[tuple[str, Reading], Draft202012Validator] = {}
        self.seen: set[str] = set()

    @cached_property
    def methods(self) -> list[Method]:
        return list(_methods(self._document, self._globals))

    @cached_property
    def _globals(self) -> frozenset[str]:
        return frozenset(self._document["parameters"])

    @cached_property
    def _by_length(self) -> Mapping[tuple[str, int], list[Method]]:
        found: dict[tuple[str, int], list[Method]] = defaultdict(list)
        for each in self.methods:
            found[each.http_method, each.pattern.pattern.replace("[^/:]", "").count("/")].append(
                each
            )
        return found

    def find(self, http_method: str, path: str) -> Method | None:
        """The method that serves a path: of several the one with the fewest placeholders."""
        near = self._by_length.get((http_method, path.count("/")), ())
        fitting = [each for each in near if each.pattern.fullmatch(path)]
        return min(fitting, key=lambda each: each.placeholders, default=None)

    def note(self, exchange: Exchange) -> str:
        """The name of the method an exchange was for, which counts as seen if it succeeded."""
        method = self.find(exchange.request.method, _path(exchange.request))
        if method is None:
            return ""
        if exchange.response.status < 400:
            self.seen.add(method.name)
        return method.name

    def check(self, exchange: Exchange) -> list[str]:
        """What is wrong with an exchange, as sentences."""
        response = exchange.response
        method = self.find(exchange.request.method, _path(exchange.request))
        problems = self.own_request(exchange)
        if "html" in response.headers.get("Content-Type", ""):
            known = method is not None and response.status == 404
            return [*problems, "a page instead of JSON at a known address"] if known else problems
        problems += expectations.transport(response)
        if response.status >= 400:
            return [*problems, *expectations.error(response.status, _json(response.body))]
        if re.fullmatch(r"v1/organizations/[^/]+/environments", _path(exchange.request)):
            return [*problems, *expectations.environments(_json(response.body))]
        if method is None:
            return [*problems, "an answer at an address the document does not have"]
        if not _is_own(exchange.request):
            problems += self._request(method, exchange.request, "input")
        return [*problems, *self._response(method, exchange)]

    def own_request(self, exchange: Exchange) -> list[str]:
        """What is wrong with a request of the portal, whatever was answered to it."""
        method = self.find(exchange.request.method, _path(exchange.request))
        if method is None or not _is_own(exchange.request):
            return []
        return list(self._request(method, exchange.request, "own"))

    def _request(self, method: Method, request: Request, reading: Reading) -> Iterator[str]:
        known = method.parameters | expectations.parameters(method.name)
        for name in sorted(
            each for each in set(request.query) - known if not re.match(INVENTED, each)
        ):
            yield f"{method.name} does not know the parameter {name}"
        if request.body.strip() and method.request and "action" not in request.query:
            yield from self._schema(method.request, _json(request.body), reading)

    def _response(self, method: Method, exchange: Exchange) -> Iterator[str]:
        request, response = exchange.request, exchange.response
        allowed = expectations.statuses(method.name, request)
        if response.status not in allowed:
            yield f"{method.name} answered {response.status} instead of {allowed}"
        if response.status == 204:
            return
        body = _json(response.body)
        yield from self._schema(method.response, body, "answer")
        yield from expectations.body(method.name, request, body)

    def _schema(self, name: str, body: object, reading: Reading) -> Iterator[str]:
        validator = self._validators.get((name, reading))
        if validator is None:
            defs = {key: _convert(each, reading) for key, each in self._document["schemas"].items()}
            validator = Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": defs})
            self._validators[name, reading] = validator
        for error in validator.iter_errors(body):
            # The value itself may be a key or a secret; the place is enough.
            yield f"{name} at {error.json_path}: breaks {error.validator}"


def _methods(node: Mapping[str, Any], common: frozenset[str]) -> Iterator[Method]:
    for each in node.get("methods", {}).values():
        flat = each["flatPath"]
        names = {key for key, raw in each["parameters"].items() if raw["location"] == "query"}
        pieces = re.split(r"\{[^}]+\}", flat)
        yield Method(
            name=each["id"].removeprefix("apigee."),
            http_method=each["httpMethod"],
            pattern=re.compile("[^/:]+".join(re.escape(piece) for piece in pieces)),
            placeholders=len(pieces) - 1,
            parameters=frozenset(names) | common,
            request=each.get("request", {}).get("$ref", ""),
            response=each["response"]["$ref"],
        )
    for child in node.get("resources", {}).values():
        yield from _methods(child, common)


def _convert(raw: Mapping[str, Any], reading: Reading) -> Json:
    """A schema of the document as JSON Schema; an input takes what a proto3 parser takes."""
    if "$ref" in raw:
        return {"$ref": f"#/$defs/{raw['$ref']}"}
    if "enum" in raw:
        return {"type": "string", "enum": raw["enum"]}
    kind = raw.get("type", "any")
    if kind == "array":
        return {"type": "array", "items": _convert(raw["items"], reading)}
    if kind == "object":
        return _convert_object(raw, reading)
    return {} if kind == "any" else _convert_plain(kind, raw.get("format", ""), reading)


def _convert_plain(kind: str, form: str, reading: Reading) -> Json:
    schema = _TYPES.get((kind, form), {"type": kind})
    if reading == "input" and form in ("int64", "uint64"):
        return {"anyOf": [schema, {"type": "integer"}]}
    return schema


def _convert_object(raw: Mapping[str, Any], reading: Reading) -> Json:
    members = raw.get("properties", {})
    if reading == "own":
        # What only the API itself sets has no place in a body of ours.
        members = {name: each for name, each in members.items() if not each.get("readOnly")}
    properties = {name: _convert(each, reading) for name, each in members.items()}
    if reading == "input":
        # On input null stands for a field that was not sent.
        properties = {
            name: {"anyOf": [each, {"type": "null"}]} for name, each in properties.items()
        }
    others: Any = False
    if "additionalProperties" in raw:
        others = _convert(raw["additionalProperties"], reading)
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": {INVENTED: {}},
        "additionalProperties": others,
    }


def _is_own(request: Request) -> bool:
    return request.headers.get("user-agent", "").startswith(PORTAL)


def _path(request: Request) -> str:
    """The path as the document writes it; a slash at the end may follow the organisation."""
    return re.sub(r"^(v1/organizations/[^/]+)/$", r"\1", request.path.lstrip("/"))


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None
