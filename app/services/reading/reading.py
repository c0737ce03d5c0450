"""Everything that is read on the portal, in one thing that a route can ask."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.documentation import ContentProblem
from app.services.reading.apis import ApiReading
from app.services.reading.pages import PageReading
from app.services.reading.ports import Checked, nothing_to_prepare
from app.services.reading.search import Search
from app.services.reading.site import SiteReading


@dataclass(frozen=True, slots=True)
class Reading:
    """What people read, each behind the rule of who may see it.

    While the content ``is_written``, pages are looked at again and again.
    """

    apis: ApiReading
    pages: PageReading
    site: SiteReading
    search: Search
    checked: tuple[Checked, ...] = ()
    is_written: bool = False
    prepare: Callable[[], None] = nothing_to_prepare

    def problems(self) -> Sequence[ContentProblem]:
        """Read all of the content and return what is wrong with it; takes seconds.

        Of API documents this tells what was found so far; ``prepare`` finds the rest.
        """
        return [problem for part in self.checked for problem in part.problems()]
