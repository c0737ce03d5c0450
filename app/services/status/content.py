"""Whether all of the content can be shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.checks import Area, Finding, Outcome
from app.domain.documentation import ContentProblem
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
        every = [problem for part in self.parts for problem in part.problems()]
        found = [problem for problem in every if not problem.is_note]
        notes = [problem for problem in every if problem.is_note]
        if found:
            told = f"{number_of(len(found), 'mistake')}. {_first(found)}"
            yield Finding(Area.PORTAL, "Content", Outcome.WARNING, told, ADVICE)
        else:
            yield Finding(Area.PORTAL, "Content", Outcome.GOOD, "Every page and API can be shown.")
        if notes:
            told = f"{number_of(len(notes), 'note')} on what is shown all the same. {_first(notes)}"
            yield Finding(Area.PORTAL, "API documents", Outcome.GOOD, told, ADVICE)


def _first(problems: Sequence[ContentProblem]) -> str:
    named = " ".join(f"{problem}." for problem in problems[:NAMED])
    more = len(problems) - NAMED
    return f"{named} And {more} more." if more > 0 else named
