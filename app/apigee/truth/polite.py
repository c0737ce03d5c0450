"""A client that never hurries: a pause between calls, and a busy Apigee is asked again later."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from app.apigee.client import ApigeeClient, Call
from app.apigee.exchange import Answer, Limits
from app.apigee.paths import Path
from app.apigee.recent import Recent
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from app.domain.truth import FORBIDDEN, Tally

T = TypeVar("T")

# Waited for where Apigee is busy and does not say for how long.
BUSY_SECONDS: Final = (5, 15, 45)
LONGEST_SECONDS: Final = 90
PERMISSION: Final = re.compile(rb"apigee\.[a-z]+\.[a-zA-Z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Seconds between calls, how to wait, and where the calls are noted."""

    tally: Tally
    sleep: Callable[[float], None]
    between: float


class AboveClient(ApigeeClient):
    """Asks for the list of organizations instead of one of them."""

    def __init__(self, *known: Any) -> None:
        super().__init__(*known)
        self._base = self._base.rpartition("/")[0]


class _Forgetful(Recent):
    """Believes every 404: whoever makes something for a check waits for it, and counts calls."""

    def covers(self, path: Path) -> bool:
        del path
        return False


class PoliteClient(ApigeeClient):
    """Repeats any call that was answered with 429, for then nothing was done."""

    def __init__(self, *known: Any, manners: Manners) -> None:
        super().__init__(*known)
        self._recent = _Forgetful()
        self._manners = manners

    def ask(self, call: Call, read: Callable[[Any], T], limits: Limits | None = None) -> T:
        return self._politely(call, lambda: super(PoliteClient, self).ask(call, read, limits))

    def tell(self, call: Call) -> None:
        self._politely(call, lambda: super(PoliteClient, self).tell(call))

    def answer(self, call: Call) -> Answer:
        answer = self._politely(call, lambda: super(PoliteClient, self).answer(call))
        if answer.status == FORBIDDEN and (named := PERMISSION.search(answer.body)):
            self._manners.tally.permissions.add(named[0].decode())
        return answer

    def _politely(self, call: Call, work: Callable[[], T]) -> T:
        manners = self._manners
        manners.tally.asked[call.operation] = f"{call.method} /{call.path.template}"
        for usual in BUSY_SECONDS:
            manners.sleep(manners.between)
            try:
                return work()
            except Upstream as error:
                kind, _, word = error.code.partition(":")
                if kind == "permission":
                    manners.tally.permissions.add(word)
                if error.kind is not UpstreamKind.BUSY or isinstance(error, OutcomeUnknown):
                    raise
                manners.sleep(min(error.retry_after or usual, LONGEST_SECONDS))
        return work()
