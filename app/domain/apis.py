"""An API of the content folder: its document, its products and how a key reaches it."""

import shlex
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode


class KeyPlace(StrEnum):
    """Where a call carries the API key."""

    HEADER = "header"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One operation of the document; ``path`` is relative to the base address.

    ``needs_values`` tells that a call must give parameters besides the key.
    """

    operation_id: str
    method: str
    path: str
    summary: str = ""
    needs_values: bool = False


@dataclass(frozen=True, slots=True)
class Api:
    """One API that the portal can explain and build a call for."""

    slug: str
    title: str
    description: str
    products: tuple[str, ...]
    base_url: str
    key_place: KeyPlace
    key_name: str
    operations: tuple[ApiOperation, ...] = ()
    version: str = ""
    token_url: str = ""
    proxy: str = ""
    base_path: str = ""
    environments: tuple[str, ...] = ()

    @property
    def first_call(self) -> ApiOperation | None:
        """The simplest call: the first GET without a path parameter, best without any other."""
        readable = [item for item in self.operations if item.method == "GET"]
        callable_ones = [item for item in readable if "{" not in item.path]
        return min(callable_ones, key=lambda item: item.needs_values, default=None)

    def curl(self, key: str) -> str | None:
        """Return a shell line that makes the first call with this key, or None without one."""
        call = self.first_call
        if call is None:
            return None
        address = self.base_url.rstrip("/") + call.path
        if self.key_place is KeyPlace.QUERY:
            query = urlencode({self.key_name: key})
            return f"curl {shlex.quote(f'{address}?{query}')}"
        return f"curl -H {shlex.quote(f'{self.key_name}: {key}')} {shlex.quote(address)}"
