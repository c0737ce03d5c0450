"""The status page and the doctor say whether all of the content can be shown."""

from dataclasses import dataclass

from app.domain.checks import Outcome
from app.domain.documentation import ContentProblem
from app.services.status.content import ContentChecks


@dataclass
class Part:
    found: tuple[ContentProblem, ...] = ()

    def problems(self) -> tuple[ContentProblem, ...]:
        return self.found


def test_content_without_mistakes_is_good() -> None:
    [finding] = ContentChecks([Part(), Part()]).run()

    assert finding.outcome is Outcome.GOOD


def test_mistakes_are_counted_and_the_first_are_named() -> None:
    found = tuple(ContentProblem("docs/a.md", line, "is wrong") for line in range(1, 6))

    [finding] = ContentChecks([Part(), Part(found)]).run()

    assert finding.outcome is Outcome.WARNING
    assert finding.said.startswith("5 mistakes. docs/a.md:1: is wrong. docs/a.md:2")
    assert "docs/a.md:4" not in finding.said
    assert finding.said.endswith("docs/a.md:3: is wrong. And 2 more.")
    assert "content check" in finding.advice


def test_mistakes_that_are_all_named_are_not_said_to_be_more() -> None:
    found = tuple(ContentProblem("docs/a.md", line, "is wrong") for line in range(1, 4))

    [finding] = ContentChecks([Part(found)]).run()

    assert finding.said.endswith("docs/a.md:3: is wrong.")
