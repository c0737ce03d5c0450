"""Asking the questions of one organization, one by one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from app.apigee.truth.asking import NotSeen
from app.apigee.truth.catalogue import NOT_ASKED, QUESTIONS, Question
from app.apigee.truth.ground import Ground
from app.domain.errors import PortalError
from app.domain.truth import Finding


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The questions that concern the flavour of the ground; ``only`` some of them, or all."""

    ground: Ground
    only: Collection[str] = ()

    def __len__(self) -> int:
        return len(self._asked)

    def findings(self) -> Iterator[Finding]:
        """Ask each question when its finding is wanted."""
        for question in self._asked:
            yield self._asked_about(question)

    def unasked(self) -> tuple[Finding, ...]:
        """Return the questions that are not asked, with the reasons."""
        return tuple(
            Finding(switch, "not asked", None, f"not provoked: {reason}")
            for switch, reason in NOT_ASKED.items()
        )

    @property
    def _asked(self) -> tuple[Question, ...]:
        flavor, only = self.ground.flavor, self.only
        return tuple(
            each
            for each in QUESTIONS
            if flavor in each.flavors and (not only or each.switch in only)
        )

    def _asked_about(self, question: Question) -> Finding:
        try:
            value = question.probe(self.ground)
        except NotSeen as reason:
            return Finding(question.switch, question.text, None, f"not seen: {reason}")
        except PortalError as error:
            return Finding(question.switch, question.text, None, f"not seen: {error.message}")
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            # An answer of a shape that nobody thought of; its text may hold anything.
            kind = type(error).__name__
            return Finding(question.switch, question.text, None, f"not seen: odd answer ({kind})")
        return Finding(question.switch, question.text, value)
