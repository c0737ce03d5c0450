"""Checks one organization: left-overs first, then cases and questions, then all is removed."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from app.domain.clock import Clock
from app.domain.errors import NotFound, PortalError, Upstream
from app.domain.organization import Organization
from app.domain.truth import PREFIX, Finding, Patience, ProbeNames, Tally, Trace
from app.services.truth.cases import CASES, Case, sentence
from app.services.truth.journal import Journal, opened
from app.services.truth.port import Asking, Removal, Say, Verdict
from app.services.truth.report import Outcome, Report, as_json, as_markdown, as_switches
from app.services.truth.stage import OrganizationPorts, Stage, Unlike

# Nothing new is begun after so many calls: something repeats itself then.
MOST_CALLS: Final = 500


@dataclass(frozen=True, kw_only=True)
class Kit:
    """The port ``Conformance`` for one organization; ``folder`` keeps journal and reports.

    ``flavor`` is ``x`` or ``edge``; ``cases`` and ``asking`` are what is checked and asked,
    ``explain`` says what to do about an error with a code.
    """

    organization: str
    flavor: str
    is_portals_own: bool
    folder: Path
    ports: OrganizationPorts = field(repr=False)
    asking: Asking = field(repr=False)
    removal: Removal = field(repr=False)
    tally: Tally
    clock: Clock
    patience: Patience
    explain: Callable[[str], str]
    cases: Sequence[Case] = CASES

    def run(self, say: Say) -> Verdict:
        """Check the organization, write the report and say where it is."""
        facts = self._found()
        say(self._plan())
        with opened(self._file("journal.jsonl")) as journal:
            self._remove(journal, say)
            report = self._checked(facts, journal, say)
        files = self._written(report)
        good = len(report.outcomes) - len(report.failed)
        summary = f"{good} of {len(report.outcomes)} cases passed, {report.calls} calls"
        return Verdict(report.passed, summary, files)

    def clean(self, say: Say) -> Verdict:
        """Remove what the journal names, and whatever else has a name of ours."""
        self._found()
        with opened(self._file("journal.jsonl")) as journal:
            for trace in self.removal.scan():
                journal.note(trace)
            count = len(journal.left)
            left = self._remove(journal, say)
        return Verdict(not left, f"{count - len(left)} of {count} objects removed")

    def _found(self) -> Organization:
        try:
            return self.ports.organization.get()
        except NotFound:
            raise NotFound(f"There is no organization {self.organization} there.") from None
        except Upstream as error:
            raise PortalError(f"{self.organization}: {self._told(error)}") from None

    def _plan(self) -> str:
        return (
            f"In {self.organization} developers, apps with keys, API products and groups will be "
            f"created, every one named {PREFIX}…, and removed again. "
            f"{len(self.cases)} cases; it takes a few minutes."
        )

    def _checked(self, facts: Organization, journal: Journal, say: Say) -> Report:
        names = ProbeNames(secrets.token_hex(4))
        started, begun = self.clock.now(), monotonic()
        inquiry = self.asking(names, journal.note)
        outcomes: list[Outcome] = []
        findings: list[Finding] = []
        try:
            outcomes.extend(self._outcomes(self._stage(names, journal), say))
            for number, finding in enumerate(inquiry.findings(), 1):
                findings.append(finding)
                say(f"question {number}/{len(inquiry)}: {finding.question} {_seen(finding)}")
        finally:
            say("Removing what was made.")
            left = self._remove(journal, say)
        return Report(
            organization=self.organization,
            flavor=self.flavor,
            runtime=facts.runtime.value,
            run=names.run,
            started=started,
            seconds=round(monotonic() - begun, 1),
            calls=self.tally.calls,
            outcomes=outcomes,
            findings=findings,
            unasked=inquiry.unasked(),
            denied=self.tally.denied,
            permissions=sorted(self.tally.permissions),
            left=left,
        )

    def _stage(self, names: ProbeNames, journal: Journal) -> Stage:
        return Stage(self.ports, names, journal.note, self.patience, self.flavor == "edge")

    def _outcomes(self, stage: Stage, say: Say) -> Iterator[Outcome]:
        for number, case in enumerate(self.cases, 1):
            problem = self._problem(case, stage)
            say(f"case {number}/{len(self.cases)}: {sentence(case)}: {problem or 'passed'}")
            yield Outcome(sentence(case), problem)

    def _problem(self, case: Case, stage: Stage) -> str:
        """Play a case; texts of errors that are not our own may hold anything and are left out."""
        if self.tally.calls > MOST_CALLS:
            return f"not begun after {MOST_CALLS} calls"
        try:
            case(stage)
        except Unlike as difference:
            return str(difference)
        except Upstream as error:
            return self._told(error)
        except PortalError as error:
            return f"{error.message} ({type(error).__name__})"
        except Exception as error:  # noqa: BLE001 - one case that breaks must not stop the others
            return f"it broke with {type(error).__name__}"
        return ""

    def _told(self, error: Upstream) -> str:
        return self.explain(error.code) or f"{error.message} ({error.code or error.kind})"

    def _remove(self, journal: Journal, say: Say) -> tuple[str, ...]:
        """Remove what the journal names; return what is left, with the reasons."""
        left: list[str] = []
        for trace in journal.left:
            reason = self.removal.remove(trace)
            if reason:
                left.append(_named(trace, reason))
                say(f"NOT removed: {left[-1]}")
            else:
                journal.forget(trace)
        return tuple(left)

    def _written(self, report: Report) -> tuple[Path, ...]:
        texts = {
            "report.md": as_markdown(report),
            "report.json": as_json(report),
            "switches.toml": as_switches(report),
        }
        files = []
        for name, text in texts.items():
            files.append(self._file(name))
            files[-1].write_text(text, encoding="utf-8")
        return tuple(files)

    def _file(self, name: str) -> Path:
        return self.folder / f"{self.flavor}-{self.organization}.{name}"


def _seen(finding: Finding) -> str:
    return finding.note if finding.value is None else str(finding.value)


def _named(trace: Trace, reason: str) -> str:
    return f"{trace.kind.value} {trace.name}: {reason}"
