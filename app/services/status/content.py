"""Whether all of the content can be shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.checks import Area, Finding, Outcome
from app.domain.plurals import number_of
from app.services.reading.ports import Checked

NAMED: Final = 3
ADVICE: Final = "Name them all by file and line: flask --app wsgi content check"


@dataclass(frozen=True, slots=True)
class ContentChecks:
    """Only warns: what is wrong is left out, and the rest is shown."""

    parts: Sequence[Checked]

    def run(self) -> Iterator[Finding]:
        """Read all of the content; name the first mistakes."""
        if not self.parts:
            return
        found = [problem for part in self.parts for problem in part.problems()]
        if not found:
            yield Finding(Area.PORTAL, "Content", Outcome.GOOD, "Every page and API can be shown.")
            return
        first = " ".join(f"{problem}." for problem in found[:NAMED])
        told = f"{number_of(len(found), 'mistake')}. {first}"
        yield Finding(Area.PORTAL, "Content", Outcome.WARNING, told, ADVICE)
