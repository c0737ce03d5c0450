"""What a handler of the management API is given and what it gives back."""

import secrets
import string
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from emulator.fields import Fields, parse_object
from emulator.limits import Limits
from emulator.model import Flavor, Stamp
from emulator.organization import Organization
from emulator.store import Store
from emulator.switches import Switches
from emulator.traffic import Traffic
from emulator.wire import Wire

_ALPHABET = string.ascii_letters + string.digits
BOTH: frozenset[Flavor] = frozenset(("x", "edge"))
EDGE_ONLY: frozenset[Flavor] = frozenset(("edge",))
X_ONLY: frozenset[Flavor] = frozenset(("x",))


@dataclass(frozen=True)
class Site:
    """One organisation on one flavour with everything its handlers need."""

    organization: Organization
    flavor: Flavor
    wire: Wire
    store: Store
    switches: Switches = field(default_factory=Switches)
    traffic: Traffic = field(default_factory=Traffic)
    limits: Limits = field(default_factory=Limits)
    permissions: frozenset[str] | None = None
    clock: Callable[[], float] = time.time

    @property
    def strict(self) -> bool:
        """Whether names the API does not know are refused."""
        return self.flavor == "x" and self.switches.refuse_unknown_names

    def now(self) -> int:
        """Milliseconds since 1970."""
        return int(self.clock() * 1000)

    def new_id(self) -> str:
        return str(uuid.uuid4())

    def new_key(self) -> str:
        return _random(self.switches.key_length)

    def new_secret(self) -> str:
        return _random(self.switches.secret_length)


@dataclass(frozen=True)
class Call:
    """One call of the management API; `names` are the decoded parts of its address."""

    site: Site
    names: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    principal: str
    reading: bool = False

    @property
    def store(self) -> Store:
        """What there is, for a reader perhaps as it was a while ago."""
        return self.site.store.readers if self.reading else self.site.store

    @property
    def wire(self) -> Wire:
        return self.site.wire

    @property
    def switches(self) -> Switches:
        return self.site.switches

    @cached_property
    def fields(self) -> Fields:
        """The body as a JSON object; raises 400."""
        return parse_object(self.body, self.site.flavor, strict=self.site.strict)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean parameter; `True` and `true` are both seen."""
        value = self.query.get(name, "").lower()
        return default if value == "" else value == "true"

    def new_stamp(self) -> Stamp:
        now = self.site.now()
        by = self.principal
        return Stamp(created_at=now, created_by=by, modified_at=now, modified_by=by)

    def touch(self, stamp: Stamp) -> Stamp:
        return stamp.touched(self.site.now(), self.principal)


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and a JSON body; None means no body at all."""

    status: int
    body: Any = None


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """A method and an address below the organisation, such as `developers/{developer}`.

    With `switch` it is there only while the field of `Switches` of that name is true.
    """

    method: str
    pattern: str
    handler: Handler
    flavors: frozenset[Flavor] = BOTH
    query: frozenset[str] = frozenset()
    switch: str = ""

    @cached_property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.pattern.split("/")) if self.pattern else ()

    def serves(self, site: Site) -> bool:
        """Whether the site has this call at all."""
        switched = not self.switch or bool(getattr(site.switches, self.switch))
        return switched and site.flavor in self.flavors

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        """The named parts if the address is this one's."""
        if len(segments) != len(self.parts):
            return None
        names = {}
        for part, segment in zip(self.parts, segments, strict=True):
            if part.startswith("{") and segment:
                names[part[1:-1]] = segment
            elif part != segment:
                return None
        return names


def route(
    method: str,
    pattern: str,
    handler: Handler,
    *,
    flavors: frozenset[Flavor] = BOTH,
    query: str = "",
    switch: str = "",
) -> Route:
    """A route; `query` lists the parameters it knows, separated by spaces."""
    return Route(method, pattern, handler, flavors, frozenset(query.split()), switch)


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
