"""Many developers activated or deactivated at once, each with its own ending."""

import time
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from app.domain.developers import DeveloperStatus
from app.domain.errors import Upstream, UpstreamKind
from app.domain.jobs import JobPaused
from app.services.developer_office import bulk as rules
from app.services.developer_office.bulk_port import BulkItem
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import HandClock, House

LIST = "/admin/developers"
BULK = f"{LIST}/bulk"
DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
INACTIVE = DeveloperStatus.INACTIVE


def crowd(house: House, size: int) -> list[str]:
    """Put so many developers on Apigee and into the index; return their addresses."""
    emails = [f"d{number:04}@example.com" for number in range(size)]
    made = [house.apigee.add_developer(email, f"Dev{email[1:5]}", "Crowd") for email in emails]
    with house.context():
        house.portal.developers.index.save(made, house.clock.now())
    house.apigee.calls.clear()
    return emails


@dataclass
class TickingClock:
    """A clock on which ten seconds pass between two looks."""

    clock: HandClock

    def now(self) -> datetime:
        self.clock.advance(10)
        return self.clock.now()


def plan(browser: Browser, *public_ids: str, to: str = "inactive", **more: str) -> Answer:
    """Send the list's form with these ticked."""
    fields: dict[str, str | list[str]] = {"developer": list(public_ids), "to": to, **more}
    return browser.post(BULK, fields)


def begin(browser: Browser, planned: Answer) -> Answer:
    """Press the button of the page that names everybody, and look at the report."""
    return browser.follow(browser.submit(planned.location))


def active(house: House) -> int:
    return sum(one.is_active for one in house.apigee.by_email.values())


def test_those_who_are_ticked_are_named_before_anything_is_done(house: House, ada: Browser) -> None:
    emails = crowd(house, 3)
    shown = ada.get(LIST)
    boxes = shown.page.all("input", type="checkbox", name="developer")
    assert [box.get("aria-label") for box in boxes] == [f"Choose Dev000{n} Crowd" for n in range(3)]
    assert {box.get("form") for box in boxes} == {shown.page.form(BULK).element.get("id")}
    chosen = [house.public_id(email) for email in emails[:2]]
    page = ada.follow(plan(ada, *chosen, chosen[0]))
    assert page.page.heading == "Deactivate 2 developers"
    assert "Dev0000 Crowd d0000@example.com" in page.text
    assert "Dev0002" not in page.text
    assert (page.calls, house.apigee.calls) == (0, [])


def test_a_few_are_changed_at_once_each_on_record(house: House, ada: Browser) -> None:
    emails = crowd(house, 3)
    planned = plan(ada, *(house.public_id(email) for email in emails[:2]))
    answer = begin(ada, planned)
    assert "2 of 2 are inactive" in answer.text
    assert house.apigee.calls == ["developers.set_status"] * 2
    assert active(house) == 1
    done = [row.target for row in house.trail() if row.phase.value == "done"]
    assert done[-2:] == emails[:2]
    assert "Inactive" in ada.get(f"{LIST}?q=Dev0000").text
    back = begin(ada, plan(ada, *(house.public_id(email) for email in emails), to="active"))
    assert "3 of 3 are active" in back.text
    assert active(house) == 3


def test_of_two_hundred_three_fail_by_name_and_the_others_are_done(
    house: House, ada: Browser
) -> None:
    emails = crowd(house, 200)
    for email in emails[10:13]:
        del house.apigee.by_email[email]
    planned = plan(ada, every="yes")
    before = begin(ada, planned)
    assert "0 of 200" in before.text
    assert before.page.by_id("bulk") is not None
    assert house.apigee.calls == []
    house.work()
    report = ada.get(planned.location)
    assert "197 of 200 are inactive, 3 failed." in report.text
    failed = report.page.all("section", aria_labelledby="failed")[0]
    text = " ".join("".join(failed.itertext()).split())
    assert [name for name in ("Dev0010", "Dev0011", "Dev0012") if name in text] == [
        "Dev0010",
        "Dev0011",
        "Dev0012",
    ]
    assert "Dev0013" not in text
    assert active(house) == 0
    actors = {row.actor.name for row in house.trail() if row.action.value == "developer.deactivate"}
    assert actors == {"ada@example.com"}


def test_trying_again_changes_only_who_failed(house: House, ada: Browser) -> None:
    emails = crowd(house, 3)
    house.apigee.fail("developers.set_status", DOWN)
    planned = plan(ada, *(house.public_id(email) for email in emails))
    report = begin(ada, planned)
    assert "2 of 3 are inactive, 1 failed." in report.text
    assert "Apigee does not answer right now." in report.text
    house.apigee.calls.clear()
    again = begin(ada, planned)
    assert "3 of 3 are inactive" in again.text
    assert house.apigee.calls == ["developers.set_status"]


def test_a_job_that_is_done_twice_changes_nobody_twice(house: House, ada: Browser) -> None:
    crowd(house, rules.AT_ONCE + 1)
    begin(ada, plan(ada, every="yes"))
    (job,) = (job for job in house.jobs.page().jobs if job.kind.value == "developer.bulk")
    with house.context():
        house.portal.developer_office.bulk.run(job)
    assert len(house.apigee.calls) == rules.AT_ONCE + 1
    house.work()
    assert len(house.apigee.calls) == rules.AT_ONCE + 1


def test_what_a_request_that_died_left_behind_a_job_does(
    house: House, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    emails = crowd(house, 3)
    planned = plan(ada, every="yes")
    bulk = house.portal.developer_office.bulk
    kept: list[str] = []

    def dies(_self: object, number: int, item: BulkItem) -> None:
        settle(bulk.bulks, number, item)
        kept.append(item.public_id)
        if len(kept) == 2:
            raise SystemExit

    settle = type(bulk.bulks).settle
    with monkeypatch.context() as patch:
        patch.setattr(type(bulk.bulks), "settle", dies)
        with pytest.raises(SystemExit):
            begin(ada, planned)
    house.work()
    assert "2 of 3 are inactive." in ada.get(planned.location).text
    house.clock.advance(rules.LEFT_BEHIND.total_seconds())
    house.work()
    assert "3 of 3 are inactive." in ada.get(planned.location).text
    assert house.apigee.calls == ["developers.set_status"] * 3
    rows = [row for row in house.trail() if row.phase.value == "done" and row.target in emails]
    assert {row.actor.name for row in rows} == {"ada@example.com"}


def test_who_is_in_somebody_elses_hand_is_changed_by_the_next_try(
    house: House, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    emails = crowd(house, rules.AT_ONCE + 1)
    planned = plan(ada, every="yes")
    begin(ada, planned)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    with house.context(), house.portal.developers.changing(house.public_id(emails[0])):
        house.work()
        assert active(house) == 1
        assert (
            f"{rules.AT_ONCE} of {rules.AT_ONCE + 1} are inactive."
            in ada.get(planned.location).text
        )
    house.clock.advance(60)
    house.work()
    assert active(house) == 0
    assert house.apigee.calls == ["developers.set_status"] * (rules.AT_ONCE + 1)


def test_a_long_change_lets_other_jobs_go_first(house: House, ada: Browser) -> None:
    crowd(house, rules.AT_ONCE + 1)
    begin(ada, plan(ada, every="yes"))
    (job,) = (job for job in house.jobs.page().jobs if job.kind.value == "developer.bulk")
    bulk = house.portal.developer_office.bulk
    # Every developer takes ten seconds.
    slow = replace(bulk, clock=TickingClock(house.clock))
    with house.context():
        with pytest.raises(JobPaused):
            slow.run(job)
        assert 0 < len(house.apigee.calls) < rules.AT_ONCE
        bulk.run(job)
    assert len(house.apigee.calls) == rules.AT_ONCE + 1


def test_everybody_means_everybody_of_the_list_as_it_is_narrowed(
    house: House, ada: Browser
) -> None:
    crowd(house, 60)
    shown = ada.get(f"{LIST}?q=dev000")
    assert shown.page.form(f"{BULK}?q=dev000").values.get("every") is None
    planned = ada.post(f"{BULK}?q=dev000", {"to": "inactive", "every": "yes"})
    assert ada.follow(planned).page.heading == "Deactivate 10 developers"
    assert "All 60 of the list" in ada.get(LIST).text


def test_nobody_is_changed_among_many_who_could_not_be_changed_alone(house: House) -> None:
    house.developer("ada")
    ada = house.administrator()
    report = begin(ada, plan(ada, house.public_id("ada@example.com")))
    assert "0 of 1 are inactive, 1 failed." in report.text
    assert "You cannot approve, activate or deactivate yourself" in report.text
    assert house.apigee.by_email["ada@example.com"].is_active


def test_a_silent_apigee_is_not_asked_about_everybody(house: House, ada: Browser) -> None:
    emails = crowd(house, 6)
    for _ in range(3):
        house.apigee.fail("developers.set_status", DOWN)
    planned = plan(ada, *map(house.public_id, emails))
    report = begin(ada, planned)
    assert "0 of 6 are inactive, 6 failed." in report.text
    assert report.text.count("Not tried: Apigee did not answer about others.") == 4
    assert house.apigee.calls == ["developers.set_status"] * 2
    house.apigee.failures.clear()
    assert "6 of 6 are inactive" in begin(ada, planned).text


def test_nobody_who_is_no_developer_is_planned_for(house: House, ada: Browser) -> None:
    (email,) = crowd(house, 1)
    answer = plan(ada, house.public_id(email), "f" * 16)
    assert answer.location == LIST
    assert "no developer any more" in ada.follow(answer).text


def test_who_was_deleted_meanwhile_is_in_the_report(house: House, ada: Browser) -> None:
    (email,) = crowd(house, 1)
    planned = plan(ada, house.public_id(email))
    with house.context():
        house.portal.developers.index.remove(email)
    assert "There is no such developer." in begin(ada, planned).text


@pytest.mark.parametrize("most", [0, 2])
def test_nobody_and_too_many_are_said_on_the_list(
    house: House, ada: Browser, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    crowd(house, 3)
    monkeypatch.setattr(rules, "MOST", 2)
    answer = plan(ada, **({"every": "yes"} if most else {}))
    assert answer.location == LIST
    assert ("Choose at most" if most else "Choose at least one") in ada.follow(answer).text
    assert plan(ada, to="gone").status == 422


def test_a_fresh_sign_in_is_for_this_change_and_says_how_many(build: Build) -> None:
    house = build(step_up={"actions": ["developer.status"]})
    crowd(house, 2)
    ada = house.administrator()
    planned = plan(ada, every="yes")
    asked = ada.submit(planned.location)
    assert asked.location == "/sign-in/again"
    assert active(house) == 2
    again = ada.get("/sign-in/again")
    state = again.location.partition("state=")[2].partition("&")[0]
    confirmation = ada.follow(ada.finish_sign_in(state))
    assert "Deactivate the developers" in confirmation.text
    form = confirmation.page.form(planned.location)
    assert ada.post(form.action, form.values).status == 303
    assert active(house) == 0


def test_support_finds_no_boxes_and_no_report(house: House, ada: Browser) -> None:
    emails = crowd(house, 2)
    planned = plan(ada, *(house.public_id(email) for email in emails))
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    assert sam.get(LIST).page.all("input", name="developer") == []
    assert sam.get(planned.location).status == 403
    assert sam.post(planned.location).status == 403
    assert active(house) == 2
