"""Administration: the jobs, how they stand, retry and cancel."""

from datetime import timedelta

import pytest

from app.domain.jobs import RECURRING, Job, JobKind, JobState, NewJob
from tests.routes.client import Browser
from tests.routes.house import House

LEASE = timedelta(minutes=1)
FACTS = {"app_id": "11111111-2222", "key_id": "0123456789abcdef"}


def add(house: House, minutes: int = 0) -> Job:
    due_at = house.clock.now() + timedelta(minutes=minutes)
    return house.jobs.add(NewJob(JobKind.RETIRE_KEY, due_at, FACTS))


def try_in_vain(house: House, times: int = 1) -> None:
    for _ in range(times):
        job = house.jobs.claim("one", LEASE)
        assert job is not None
        house.jobs.give_back(job, "one", "Apigee cannot be reached.", timedelta(0))


def actions(answer_page: Browser, path: str) -> list[str]:
    """Return where the page's forms about jobs lead."""
    forms = answer_page.get(path).page.forms
    return [form.action for form in forms if form.action.startswith("/admin/jobs/")]


def test_without_jobs_the_page_says_what_they_are(ada: Browser) -> None:
    answer = ada.get("/admin/jobs")
    assert answer.page.heading == "Jobs"
    assert "No jobs yet" in answer.text
    assert "jobs work" in answer.text


def test_a_job_tells_when_it_is_due_and_what_it_is_about(house: House, ada: Browser) -> None:
    add(house, minutes=90)
    answer = ada.get("/admin/jobs")
    assert answer.calls == 0
    for words in ("Turn off a replaced key", "1 Mar 2026, 13:30 UTC", "Not tried yet", "Waiting"):
        assert words in answer.text
    for fact in FACTS.values():
        assert fact in answer.text


def test_a_late_job_tells_how_often_it_was_tried_and_why_in_vain(
    house: House, ada: Browser
) -> None:
    add(house)
    try_in_vain(house, 3)
    house.clock.advance(120)
    answer = ada.get("/admin/jobs")
    for words in ("Late", "1 Mar 2026, 12:00 UTC", "Tried 3 times", "Apigee cannot be reached."):
        assert words in answer.text


def test_jobs_that_are_due_and_untried_tell_that_no_worker_runs(house: House, ada: Browser) -> None:
    add(house)
    assert "No worker seems to run" not in ada.get("/admin/jobs").text
    house.clock.advance(90)
    assert "No worker seems to run" in ada.get("/admin/jobs").text
    try_in_vain(house)
    assert "No worker seems to run" not in ada.get("/admin/jobs").text


def test_jobs_are_filtered_by_state_and_paged(house: House, ada: Browser) -> None:
    for _ in range(51):
        add(house, minutes=5)
    house.jobs.cancel(51)
    first = ada.get("/admin/jobs")
    older = next(link for link in first.page.links if "before=" in link)
    assert "Job 2," in first.text
    assert "Job 1," not in first.text
    second = ada.get(older)
    assert "Job 1," in second.text
    assert "Newest" in second.text
    canceled = ada.get("/admin/jobs?state=canceled", with_htmx=True)
    assert "Job 51," in canceled.text
    assert "Job 50," not in canceled.text
    assert "No job matches" in ada.get("/admin/jobs?state=failed").text


def test_a_job_is_hurried_by_a_plain_form_on_the_record(house: House, ada: Browser) -> None:
    job = add(house)
    try_in_vain(house)
    answer = ada.submit("/admin/jobs", {}, action=f"/admin/jobs/{job.job_id}/retry")
    assert (answer.status, answer.location) == (303, "/admin/jobs")
    assert "as soon as a worker is free" in ada.follow(answer).page.text_of("toasts")
    assert house.jobs.get(job.job_id).run_at == house.clock.now()
    assert house.told()[-2:] == ["job.retry intent", "job.retry done"]
    assert house.trail()[-1].target == f"key.retire {job.job_id}"


def test_no_key_is_turned_off_before_its_owner_was_told(house: House, ada: Browser) -> None:
    job = add(house, minutes=20)
    assert actions(ada, "/admin/jobs") == []
    refused = ada.post(f"/admin/jobs/{job.job_id}/retry", {})
    assert refused.status == 409
    assert "works until then" in refused.text
    assert house.jobs.get(job.job_id) == job
    house.clock.advance(20 * 60)
    assert ada.post(f"/admin/jobs/{job.job_id}/retry", {}).status == 303


def test_a_chore_says_when_it_was_done_last_and_can_be_done_now(house: House, ada: Browser) -> None:
    job = house.jobs.add(NewJob(JobKind.TIDY_JOBS, house.clock.now()))
    assert house.jobs.claim("one", LEASE) == house.jobs.get(job.job_id)
    house.jobs.repeat(house.jobs.get(job.job_id), "one", timedelta(days=1))
    house.clock.advance(1200)
    assert "Last tried 20 minutes ago" in ada.get("/admin/jobs").text
    assert ada.post(f"/admin/jobs/{job.job_id}/retry", {}).status == 303
    assert house.jobs.get(job.job_id).run_at == house.clock.now()


def test_a_job_is_canceled_after_a_question_on_the_record(house: House, ada: Browser) -> None:
    job = add(house, minutes=90)
    path = f"/admin/jobs/{job.job_id}/cancellation"
    assert path in ada.get("/admin/jobs").page.links
    asked = ada.get(path)
    assert "The old key stays on" in asked.text
    assert house.jobs.get(job.job_id).is_unfinished
    answer = ada.submit(path, {}, action=path)
    assert (answer.status, answer.location) == (303, "/admin/jobs")
    assert house.jobs.get(job.job_id).state is JobState.CANCELED
    assert house.told()[-2:] == ["job.cancel intent", "job.cancel done"]
    assert actions(ada, "/admin/jobs") == []


def test_a_job_that_runs_is_left_alone(house: House, ada: Browser) -> None:
    job = add(house)
    house.jobs.claim("one", LEASE)
    assert actions(ada, "/admin/jobs") == []
    assert ada.get(f"/admin/jobs/{job.job_id}/cancellation").status == 409
    for name in ("retry", "cancellation"):
        refused = ada.post(f"/admin/jobs/{job.job_id}/{name}", {})
        assert refused.status == 409
        assert "runs at this moment" in refused.text
    assert house.jobs.get(job.job_id).state is JobState.RUNNING
    assert house.told()[-1] == "job.cancel failed"


@pytest.mark.parametrize("name", ["retry", "cancellation"])
def test_an_unknown_job_is_not_found(ada: Browser, name: str) -> None:
    assert ada.post(f"/admin/jobs/77/{name}", {}).status == 404


def test_support_reads_jobs_and_changes_none(house: House) -> None:
    job = add(house, minutes=90)
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    assert "Turn off a replaced key" in sam.get("/admin/jobs").text
    assert actions(sam, "/admin/jobs") == []
    assert sam.get(f"/admin/jobs/{job.job_id}/cancellation").status == 403
    for name in ("retry", "cancellation"):
        assert sam.post(f"/admin/jobs/{job.job_id}/{name}", {}).status == 403
    assert house.jobs.get(job.job_id) == job


@pytest.mark.parametrize("kind", sorted(RECURRING))
def test_nobody_cancels_what_the_portal_needs_again_and_again(
    house: House, ada: Browser, kind: JobKind
) -> None:
    job = house.jobs.add(NewJob(kind, house.clock.now()))
    path = f"/admin/jobs/{job.job_id}/cancellation"
    answer = ada.get("/admin/jobs")
    assert path not in answer.page.links
    assert actions(ada, "/admin/jobs") == [f"/admin/jobs/{job.job_id}/retry"]
    assert ada.get(path).status == 409
    refused = ada.post(path, {})
    assert refused.status == 409
    assert "needs this job again and again" in refused.text
    assert house.jobs.get(job.job_id) == job
    assert house.told()[-2:] == ["job.cancel intent", "job.cancel failed"]


@pytest.mark.parametrize("number", ["9" * 30, "2147483648"])
def test_a_number_that_no_job_can_have_leads_nowhere(ada: Browser, number: str) -> None:
    for action in ("retry", "cancellation"):
        assert ada.post(f"/admin/jobs/{number}/{action}").status == 404
    assert ada.get(f"/admin/jobs/{number}/cancellation").status == 404
    assert ada.get(f"/admin/jobs?before={number}").status == 200
