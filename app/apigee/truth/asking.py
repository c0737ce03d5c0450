"""Raw calls for questions: the answer as it is, refusals too, and waiting until one looks right."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from app.apigee.client import ApigeeClient, Call
from app.apigee.errors import code_of
from app.apigee.exchange import Answer
from app.apigee.lanes import Kind
from app.apigee.outcome import TOO_MANY
from app.apigee.paths import Path, path
from app.apigee.truth.polite import PERMISSION
from app.domain.errors import Upstream, UpstreamKind
from app.domain.truth import FORBIDDEN, Patience

T = TypeVar("T")

OK: Final = 200
CREATED: Final = (200, 201)


class NotSeen(Exception):
    """A question has no answer here; the text says why and holds nothing of an answer's body."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, the body as JSON (None where it is none) and Apigee's error code."""

    status: int
    body: Any = field(repr=False)
    code: str = ""

    def among(self, meanings: Mapping[int, T]) -> T:
        """Return what the status means; raise ``NotSeen`` for one that was not thought of."""
        if self.status not in meanings:
            raise NotSeen(f"it answered {self.status}, which the switch does not know")
        return meanings[self.status]

    def object(self) -> dict[str, Any]:
        """Return the JSON object of a success; raise ``NotSeen``."""
        if self.status not in CREATED or not isinstance(self.body, dict):
            raise NotSeen(f"the call that it takes was answered with {self.status}")
        return self.body


@dataclass(slots=True)
class Denials:
    """Whether a refusal for lack of a permission named it; None as long as there was none."""

    named: bool | None = None

    def note(self, answer: Answer) -> None:
        """Look at an answer."""
        if answer.status == FORBIDDEN:
            self.named = bool(self.named) or PERMISSION.search(answer.body) is not None


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes raw calls of one organization; raises ``Upstream`` where there is no answer."""

    client: ApigeeClient = field(repr=False)
    patience: Patience
    denials: Denials = field(default_factory=Denials)

    def call(
        self,
        method: str,
        address: str | Path,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        **names: str,
    ) -> Reply:
        """Make a call of a path, or of a template such as ``developers/{developer}``."""
        place = path(address, **names) if isinstance(address, str) else address
        kind = Kind.ANALYTICS if "tats/" in place.template else None
        call = Call(
            operation=f"{method} /{place.template}",
            method=method,
            path=place,
            thing="an object",
            query=query or {},
            body=body,
            kind=kind,
        )
        return self._reply(call)

    def _reply(self, call: Call) -> Reply:
        try:
            answer = self.client.answer(call)
        except Upstream as error:
            if error.kind is not UpstreamKind.BUSY:
                raise
            return Reply(TOO_MANY, None, error.code)
        self.denials.note(answer)
        try:
            parsed = json.loads(answer.body) if answer.is_json else None
        except (ValueError, RecursionError):
            parsed = None
        return Reply(answer.status, parsed, code_of(answer))

    def until(
        self, ask: Callable[[], Reply], is_so: Callable[[Reply], bool]
    ) -> tuple[Reply, float]:
        """Ask again until the answer is as expected, or patience ends.

        Returns the last answer, and the seconds that it took: 0 at the first look, below 0 where
        it never was as expected.
        """
        reply, passed = Reply(0, None), 0.0
        for passed in self.patience.looks():
            reply = ask()
            if is_so(reply):
                return reply, passed
        return reply, -1.0
