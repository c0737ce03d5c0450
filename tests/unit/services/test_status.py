"""What the checks say, and what they advise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.checks import Area, Finding, Outcome
from app.domain.errors import NotAllowed, NotFound, Upstream, UpstreamKind
from app.domain.jobs import JobKind, NewJob
from app.services.status.inside import InsideChecks, Setting
from app.services.status.mail import MailChecks
from app.services.status.outside import Trial
from tests.unit.services.house import House

ON_ONE_MACHINE = Setting("sqlite", has_redis=False, is_https=True)


def inside(house: House, setting: Setting = ON_ONE_MACHINE) -> InsideChecks:
    jobs, audit = house.jobs, house.audit
    return InsideChecks(setting, lambda: True, lambda: True, jobs, audit, house.clock)


def found(checks: InsideChecks) -> dict[str, Finding]:
    return {finding.subject: finding for finding in checks.run()}


def test_a_portal_in_order_has_nothing_to_do(house: House) -> None:
    outcomes = {name: finding.outcome for name, finding in found(inside(house)).items()}
    assert outcomes == dict.fromkeys(
        ("Public address", "Cache", "Database", "Worker", "Audit log"), Outcome.GOOD
    )


def test_without_a_database_nothing_else_is_read(house: House) -> None:
    findings = found(replace(inside(house), ready=lambda: False))
    assert findings["Database"].outcome is Outcome.BAD
    assert "db upgrade" in findings["Database"].advice
    assert not {"Worker", "Audit log"} & set(findings)


def test_plain_http_is_for_trying_out(house: House) -> None:
    findings = found(inside(house, replace(ON_ONE_MACHINE, is_https=False)))
    assert findings["Public address"].outcome is Outcome.WARNING


@pytest.mark.parametrize(
    ("answers", "outcome"), [(True, Outcome.GOOD), (False, Outcome.BAD)], ids=["up", "down"]
)
def test_a_redis_is_asked(answers: bool, outcome: Outcome, house: House) -> None:
    checks = inside(house, replace(ON_ONE_MACHINE, has_redis=True))
    finding = found(replace(checks, cache_answers=lambda: answers))["Cache"]
    assert finding.outcome is outcome


def test_a_worker_that_does_not_come_is_missed(house: House) -> None:
    house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now()))
    house.clock.pass_by(120)
    finding = found(inside(house))["Worker"]
    assert (finding.outcome, "jobs work" in finding.advice) == (Outcome.BAD, True)


def test_jobs_that_failed_are_counted(house: House) -> None:
    house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now()))
    job = house.jobs.claim("one", timedelta(minutes=1))
    assert job is not None
    house.jobs.give_up(job, "one", "no")
    finding = found(inside(house))["Jobs"]
    assert (finding.outcome, finding.said) == (Outcome.WARNING, "1 job failed for good.")


def test_what_is_not_there_is_an_answer() -> None:
    def ask() -> None:
        raise NotFound("There is no such app.")

    finding = Trial.of(ask).finding(Area.APIGEE, "Read apps", str)
    assert (finding.outcome, finding.said) == (Outcome.GOOD, "Works.")


def test_an_outage_comes_with_what_to_do_about_it() -> None:
    def ask() -> None:
        raise Upstream(UpstreamKind.CREDENTIALS, "Apigee refuses.", code="permission:a.b")

    finding = Trial.of(ask).finding(Area.APIGEE, "Read apps", "advice for {}".format)
    assert finding.outcome is Outcome.BAD
    assert (finding.said, finding.advice) == ("Apigee refuses.", "advice for permission:a.b")


def test_any_other_error_is_told_in_its_own_words() -> None:
    def ask() -> None:
        raise NotAllowed("Not you.")

    finding = Trial.of(ask).finding(Area.APIGEE, "Read apps", str)
    assert (finding.outcome, finding.said, finding.advice) == (Outcome.BAD, "Not you.", "")


def test_a_mail_server_is_asked_and_sent_nothing(house: House) -> None:
    [finding] = MailChecks(house.mail.ports).run()
    assert (finding.subject, finding.outcome) == ("Mail", Outcome.GOOD)
    house.mail.server.error = Upstream(UpstreamKind.CREDENTIALS, "The mail server refuses.")
    [finding] = MailChecks(house.mail.ports).run()
    assert (finding.outcome, finding.said) == (Outcome.BAD, "The mail server refuses.")
    assert "mail try" in finding.advice
    assert house.mail.told() == []


def test_mail_that_is_off_is_no_fault() -> None:
    [finding] = MailChecks(None).run()
    assert finding.outcome is Outcome.GOOD
    assert "mail.host" in finding.advice
