"""The dimensions calls are grouped and filtered by."""

from collections.abc import Callable, Mapping

from emulator.errors import bad_request
from emulator.traffic import Facts

NOT_SET = "(not set)"
# Apigee's name of a dimension, or an older one, and the field that holds it.
DIMENSIONS: Mapping[str, str] = {
    "apiproxy": "apiproxy",
    "api_product": "api_product",
    "apiproducts": "api_product",
    "apps": "developer_app",
    "developer_app": "developer_app",
    "developer": "developer",
    "devs": "developer",
    "developer_email": "developer_email",
    "environment": "environment",
    "request_verb": "request_verb",
    "response_status_code": "response_status_code",
}


def value_of(dimension: str) -> Callable[[Facts], str]:
    """What reads a dimension; raises 400 for one that is not counted."""
    name = DIMENSIONS.get(dimension)
    if name is None:
        raise bad_request(f"Invalid dimension {dimension}")
    return lambda facts: getattr(facts, name) or NOT_SET
