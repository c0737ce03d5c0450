"""Finding out how a real organization behaves: what is made there for it, and what was seen.

Everything made is named ``portal-probe-`` with the run's 8 hex characters, so that it can be told
from what belongs to people, also after a crash.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

PREFIX: Final = "portal-probe-"
DOMAIN: Final = "@example.com"
FORBIDDEN: Final = 403
_NAME: Final = re.compile(rf"{PREFIX}[0-9a-f]{{8}}-[A-Za-z0-9-]{{1,60}}")

# What a switch of the local Apigee can be set to.
Setting = str | int | float | tuple[str, ...]


class Made(StrEnum):
    """Kinds of object that have to be removed; apps and keys go with their owner."""

    DEVELOPER = "developer"
    APPGROUP = "appgroup"
    COMPANY = "company"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Trace:
    """An object of ours in the organization, by Apigee's name of it."""

    kind: Made
    name: str

    @property
    def is_ours(self) -> bool:
        """Whether the name is exactly one that a run gives; nothing else may be deleted."""
        name = self.name
        if self.kind is Made.DEVELOPER:
            if not name.endswith(DOMAIN):
                return False
            name = name.removesuffix(DOMAIN)
        return _NAME.fullmatch(name) is not None


# Told of an object before it is made.
Note = Callable[[Trace], None]


@dataclass(slots=True)
class ProbeNames:
    """Names of one run, each given once; ``run`` is 8 hex characters."""

    run: str
    _given: int = 0

    def name(self, word: str) -> str:
        """Return a new name."""
        self._given += 1
        return f"{PREFIX}{self.run}-{self._given}-{word}"

    def email(self, word: str) -> str:
        """Return a new address, of a domain that never receives mail."""
        return self.name(word) + DOMAIN


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an organization to show a change: ``seconds`` altogether."""

    seconds: float = 15.0
    first: float = 0.2
    longest: float = 2.0
    monotonic: Callable[[], float] = field(default=time.monotonic, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def looks(self) -> Iterator[float]:
        """Yield the seconds that have passed at each look: at once, then at growing intervals."""
        begun, pause = self.monotonic(), self.first
        yield 0.0
        while (passed := self.monotonic() - begun) < self.seconds:
            self.sleep(min(pause, self.seconds - passed))
            yield self.monotonic() - begun
            pause = min(pause * 1.5, self.longest)


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question; without a ``value`` the ``note`` says why nothing was seen.

    ``switch`` is the field of the local Apigee's switches that stands for the question.
    """

    switch: str
    question: str
    value: Setting | None
    note: str = ""


@dataclass(slots=True)
class Tally:
    """Counts calls, and remembers those that the caller has no permission for.

    ``permissions`` holds the names of the missing ones where the refusals told them.
    """

    calls: int = 0
    asked: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    permissions: set[str] = field(default_factory=set)

    def observe(self, operation: str, status: int, _seconds: float) -> None:
        """Note an exchange by the name of its operation."""
        self.count(operation, status, _seconds)
        if status == FORBIDDEN:
            self.refused.add(operation)

    def count(self, _operation: str, _status: int, _seconds: float) -> None:
        """Note an exchange that is to be refused."""
        self.calls += 1

    @property
    def denied(self) -> tuple[str, ...]:
        """The calls that were forbidden, by method and address."""
        return tuple(sorted({self.asked.get(each, each) for each in self.refused}))
