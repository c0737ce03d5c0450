"""What a check found out, for people and programs, and as settings of the local Apigee.

Nothing in it is a key, a secret, a token or an address of a person.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from app.domain.truth import Finding, Setting


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case and what was wrong, empty where it passed."""

    case: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole check; ``left`` names what could not be removed, each with the reason."""

    organization: str
    flavor: str
    runtime: str
    run: str
    started: datetime
    seconds: float
    calls: int
    outcomes: Sequence[Outcome]
    findings: Sequence[Finding]
    unasked: Sequence[Finding]
    denied: Sequence[str]
    permissions: Sequence[str]
    left: Sequence[str]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The cases that did not pass."""
        return tuple(each for each in self.outcomes if each.problem)

    @property
    def passed(self) -> bool:
        """Whether every case passed and nothing is left."""
        return bool(self.outcomes) and not self.failed and not self.left


def as_json(report: Report) -> str:
    """Return the report for programs."""
    facts = asdict(report) | {"started": report.started.isoformat(), "passed": report.passed}
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"


def as_markdown(report: Report) -> str:
    """Return the report for people."""
    return "\n".join(_lines(report)) + "\n"


def as_switches(report: Report) -> str:
    """Return settings of the local Apigee: ``name = value`` in TOML, each below its question."""
    lines = [f"# Seen at {report.organization} on {report.started:%Y-%m-%d}.\n"]
    lines.extend(
        f"# {each.question}\n{each.switch} = {_plain(each.value)}\n"
        for each in report.findings
        if each.value is not None
    )
    return "\n".join(lines)


def _lines(report: Report) -> Iterator[str]:
    good = len(report.outcomes) - len(report.failed)
    yield f"# {report.organization}\n"
    yield f"- flavour `{report.flavor}`, runtime {report.runtime}"
    yield f"- run {report.run}, {report.started:%Y-%m-%d %H:%M} UTC, {report.seconds:.0f} seconds"
    yield f"- {report.calls} calls of the management API"
    yield f"- {good} of {len(report.outcomes)} cases passed"
    yield from _section("Permissions missing", [f"- `{each}`" for each in report.permissions])
    yield from _section("Calls forbidden", [f"- `{each}`" for each in report.denied])
    yield from _section("Not removed", [f"- {each}" for each in report.left])
    yield from _section("Failed", [f"- {each.case}: {each.problem}" for each in report.failed])
    passed = (f"- {each.case}" for each in report.outcomes if not each.problem)
    yield from _section("Passed", passed)
    yield from _section("Seen", _table(each for each in report.findings if each.value is not None))
    unseen = [each for each in report.findings if each.value is None]
    yield from _section("Not seen", _table((*unseen, *report.unasked)))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    held = list(lines)
    if held:
        yield f"\n## {title}\n"
        yield from held


def _table(findings: Iterable[Finding]) -> list[str]:
    rows = [
        f"| {each.question} | `{each.switch}` | "
        + (each.note if each.value is None else f"`{_plain(each.value)}`")
        + " |"
        for each in findings
    ]
    return ["| question | switch | answer |", "|---|---|---|", *rows] if rows else []


def _plain(value: Setting) -> str:
    """Return a value as TOML has it, which for these types is as JSON has it."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
