"""An API of the content folder: its document, its products and how a key reaches it."""

import re
import shlex
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

MARKS: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|<[^>]*>|[*`#>~]+|__")
LONGEST_LEAD: Final = 300
LONGEST_READ: Final = 3_000  # of a description, to find its first paragraph
VERSION: Final = re.compile(r"-v\d+(-\d+)*$")


class KeyPlace(StrEnum):
    """Where a call carries the API key."""

    HEADER = "header"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One operation of the document; ``path`` is relative to the base address.

    The ``operation_id`` is the document's, or made of method and path, in letters that an
    address takes as they are. ``needs_values`` tells that a call must give parameters besides
    the key; ``takes_token`` and ``takes_pair`` that it shows a token, or key and secret (Basic),
    in place of the key.
    """

    operation_id: str
    method: str
    path: str
    summary: str = ""
    needs_values: bool = False
    tags: tuple[str, ...] = ()
    is_deprecated: bool = False
    takes_token: bool = False
    takes_pair: bool = False


@dataclass(frozen=True, slots=True)
class Api:
    """One API that the portal can explain and build a call for.

    Versions of it are APIs of their own that share the ``family``. Until its document
    ``is_prepared``, no operation of it is known.
    """

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
    group: str = ""
    webhooks: tuple[ApiOperation, ...] = ()
    is_prepared: bool = True

    @property
    def family(self) -> str:
        """What versions of one API share: the group, or the slug without its ``-v2``."""
        return self.group or VERSION.sub("", self.slug)

    @property
    def version_order(self) -> tuple[int, ...]:
        """Numbers that put versions in order: those of the slug's end, else of the version."""
        ending = VERSION.search(self.slug)
        return tuple(
            int(each) for each in re.findall(r"\d{1,9}", ending[0] if ending else self.version)
        )

    @property
    def lead(self) -> str:
        """The first paragraph of the description without the signs of Markdown, for a list."""
        begin = self.description.strip()[:LONGEST_READ]
        first = re.split(r"\n\s*\n", begin, maxsplit=1)[0]
        return MARKS.sub(r"\1", first)[:LONGEST_LEAD]

    def operation(self, operation_id: str) -> ApiOperation | None:
        """Return the operation or webhook of that id."""
        every = (*self.operations, *self.webhooks)
        return next((each for each in every if each.operation_id == operation_id), None)

    @property
    def first_call(self) -> ApiOperation | None:
        """The simplest call: the first GET without a path parameter, best without any other."""
        readable = [item for item in self.operations if item.method == "GET"]
        callable_ones = [item for item in readable if not set("{?#") & set(item.path)]
        return min(callable_ones, key=lambda item: item.needs_values, default=None)

    def curl(self, key: str) -> str | None:
        """Return a shell line that makes the first call with this key, or None without one.

        Where the call shows a token, it is the line that gets one.
        """
        call = self.first_call
        if call is None:
            return None
        address = self.base_url.rstrip("/") + call.path
        pair = shlex.quote(f"{key}:") + '"$API_SECRET"'
        if call.takes_token and self.token_url:
            return self.token_curl(pair)
        if call.takes_pair:
            return f"curl -u {pair} {shlex.quote(address)}"
        if self.key_place is KeyPlace.QUERY:
            query = urlencode({self.key_name: key})
            return f"curl {shlex.quote(f'{address}?{query}')}"
        return f"curl -H {shlex.quote(f'{self.key_name}: {key}')} {shlex.quote(address)}"

    def token_curl(self, pair: str) -> str:
        """Return a shell line that gets a token; ``pair`` is key and secret for the shell."""
        return f"curl -u {pair} -d grant_type=client_credentials {shlex.quote(self.token_url)}"
