"""An operation with code that calls it, for pages of the reference and of the documentation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.apis import Api
from app.domain.call import Proof
from app.domain.html import Html
from app.domain.reference import OperationReference
from app.domain.samples import samples
from app.domain.samples.words import PAIR, VARIABLES, named
from app.services.reading.apis import giving
from app.web.context import portal, roles
from app.web.trying import first_shown


@dataclass(frozen=True, slots=True)
class ShownSample:
    """A sample with its code in colors."""

    title: str
    code: Html


def called(slug: str, operation_id: str) -> Mapping[str, Any]:
    """Return what ``apis/_sample.html`` needs; raise ``NotFound`` when missing or hidden."""
    seen = portal().reading.apis.get(slug, roles())
    found = portal().reading.apis.operation(seen.api, operation_id)
    trying = first_shown(seen, found)
    return {
        "seen": seen,
        "api": seen.api,
        "found": found,
        "products": giving(seen, found.operation),
        "samples": _code_samples(seen.api, found),
        "own": trying.key if trying else None,
        "trying": trying,
    }


def _code_samples(api: Api, found: OperationReference) -> Mapping[str, Any] | None:
    """Return the samples of an operation, the variables that they read, and a token's line."""
    if found.call is None:
        return None
    color = portal().reading.apis.colored
    every = [
        ShownSample(each.title, color(each.code, each.language)) for each in samples(found.call)
    ]
    variables = named(found.call)
    needs_token = bool(api.token_url) and VARIABLES[Proof.TOKEN] in variables
    token = color(api.token_curl(PAIR), "bash") if needs_token else None
    return {"every": every, "variables": variables, "token": token}
