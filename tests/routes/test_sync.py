"""Administration: comparing the developers with Apigee's, applying, canceling, progress."""

from dataclasses import replace

import pytest

from app.domain.developers import DeveloperStatus
from app.domain.sync import LEASE, Choices, Run, RunState
from app.services.sync.passage import LISTED
from tests.routes.client import Answer, Browser
from tests.routes.house import House

DANA = "dana@example.com"


def compared(house: House, ada: Browser, **fields: str) -> Answer:
    """Begin a comparison as a form does, let a worker do it, and open its page."""
    house.clock.advance(60)
    answer = ada.submit("/admin/sync", fields)
    assert answer.status == 303
    house.work()
    return ada.follow(answer)


def run_of(house: House, number: int = 1) -> Run:
    with house.context():
        return house.portal.sync.get(number)


def people(house: House, count: int) -> None:
    for number in range(count):
        house.apigee.add_developer(f"d{number:04}@example.com")


def test_before_the_first_time_the_page_says_what_is_known(ada: Browser) -> None:
    answer = ada.get("/admin/sync")
    assert (answer.page.heading, answer.calls) == ("Synchronize", 0)
    assert "Not synchronized yet" in answer.text
    assert "No schedule is set" in answer.text


def test_comparing_shows_both_values_and_applying_takes_them_over(
    house: House, ada: Browser
) -> None:
    house.developer("dana")
    known = house.apigee.by_email[DANA]
    house.apigee.put_developer(replace(known, first_name="Diana", user_name=""))
    house.apigee.add_developer("new@example.com")
    page = compared(house, ada)
    assert page.calls == 0
    for words in (
        "Comparison, nothing is changed, Apigee to portal",
        "First name: here Dana, on Apigee Diana. Applying takes Apigee",
        f"User name: here {DANA}, on Apigee (empty).",
        "new@example.com",
        "Applying adds them to the portal.",
    ):
        assert words in page.text
    applied = ada.submit("/admin/sync/1", action="/admin/sync/1/application")
    assert (applied.status, applied.location) == (303, "/admin/sync/2")
    house.work()
    done = ada.follow(applied)
    assert "on Apigee Diana. The portal took Apigee" in done.text
    assert "Added to the portal." in done.text
    assert "Diana Reyes" in ada.get("/admin/developers?q=diana").text
    again = ada.post("/admin/sync/2/application")
    assert again.status == 409
    assert "compare again first" in again.text
    told = [f"{entry.action.value} {entry.phase.value}" for entry in house.trail()]
    assert told[-6:-3] == [
        "developers.sync intent",
        "developers.sync done",
        "developers.sync.end done",
    ]
    assert house.trail()[-1].actor.name == "ada@example.com"


def test_without_a_difference_there_is_nothing_to_apply(house: House, ada: Browser) -> None:
    house.developer("dana")
    page = compared(house, ada)
    assert "There is nothing to apply." in page.text
    assert "The portal and Apigee have the same developers." in page.text
    assert [form.action for form in page.page.forms if "application" in form.action] == []


def test_findings_are_filtered_by_kind_and_paged(house: House, ada: Browser) -> None:
    house.developer("zoe")
    house.apigee.by_email.pop("zoe@example.com")
    people(house, 120)
    page = compared(house, ada)
    assert "All (121)" in page.text
    assert ("d0099@example.com" in page.text, "d0100@example.com" in page.text) == (True, False)
    [following] = [link for link in page.page.links if "after=" in link]
    second = ada.get(following)
    assert "d0100@example.com" in second.text
    assert "First page" in second.text
    only_here = ada.get("/admin/sync/1?kind=only_here")
    assert "zoe@example.com" in only_here.text
    assert "d0000@example.com" not in only_here.text
    assert "Nothing of this kind" in ada.get("/admin/sync/1?kind=gone").text
    assert "All (121)" in ada.get("/admin/sync/1?after=9999999999").text
    assert ada.get("/admin/sync/1?kind=nonsense").status == 422


def test_progress_survives_a_reload_and_asks_again_by_itself(house: House, ada: Browser) -> None:
    people(house, 3)
    with house.context():
        house.portal.sync.run()
    answer = ada.submit("/admin/sync")
    waiting = ada.follow(answer)
    assert "0 developers read on 0 pages of Apigee; last time there were 3." in waiting.text
    [part] = waiting.page.all("div", id="run")
    assert part.get("hx-trigger") == "every 2s"
    assert ada.get("/admin/sync/2", with_htmx=True).status == 200
    refused = ada.post("/admin/sync")
    assert refused.status == 409
    assert "A synchronization is under way" in ada.get("/admin/sync").text
    house.work()
    over = ada.get("/admin/sync/2", with_htmx=True)
    [part] = over.page.all("div", id="run")
    assert part.get("hx-trigger") is None
    assert "Developers read 3" in over.text


def test_an_interrupted_run_is_gone_on_with(house: House, ada: Browser) -> None:
    people(house, 3)
    with house.context():
        house.portal.sync.runs.begin(Choices(), (None, "system"), house.clock.now())
    assert "Go on" not in ada.get("/admin/sync/1").text
    house.clock.advance(LEASE.total_seconds() + 1)
    page = ada.get("/admin/sync/1")
    assert "Interrupted" in page.text
    assert "jobs work" in page.text
    assert ada.submit("/admin/sync/1", action="/admin/sync/1/continuation").status == 303
    house.work()
    assert run_of(house).state is RunState.DONE
    assert ada.post("/admin/sync/1/continuation").status == 409


def test_a_run_is_canceled_on_the_record(house: House, ada: Browser) -> None:
    people(house, 3)
    ada.submit("/admin/sync")
    answer = ada.submit("/admin/sync/1", action="/admin/sync/1/cancellation")
    assert "is canceled" in ada.follow(answer).page.text_of("toasts")
    house.work()
    assert (run_of(house).state, house.apigee.calls) == (RunState.CANCELED, [])
    assert house.told()[-2:] == ["developers.sync.cancel intent", "developers.sync.cancel done"]
    assert ada.post("/admin/sync/1/cancellation").status == 409


def test_who_is_active_on_apigee_alone_is_decided_about_from_the_list(
    house: House, ada: Browser
) -> None:
    house.developer("dana", DeveloperStatus.INACTIVE)
    known = house.apigee.by_email[DANA]
    house.apigee.put_developer(replace(known, status=DeveloperStatus.ACTIVE))
    page = compared(house, ada)
    assert "Status: here inactive, on Apigee active." in page.text
    assert "until an administrator activates" in page.text
    assert "There is nothing to apply. What is listed below needs a decision" in page.text
    action = f"/admin/developers/{house.public_id()}/status"
    assert ada.submit("/admin/sync/1", {"status": "active"}, action=action).status == 303
    assert "There is nothing to apply." in compared(house, ada).text


def test_conflicts_name_the_accounts(house: House, ada: Browser) -> None:
    house.developer("dana")
    house.signed_in("dana")
    account = house.account()
    assert account is not None
    del house.apigee.by_email[DANA]
    page = compared(house, ada)
    assert "Gone from Apigee" in page.text
    assert f"/admin/accounts/{account.account_id}" in page.page.links
    assert "needs a decision of a person" in page.text


def test_a_filter_that_cannot_be_used_goes_back_into_the_form(house: House, ada: Browser) -> None:
    answer = ada.post("/admin/sync", {"only": "*" * 9, "direction": "to_apigee"})
    assert answer.status == 422
    assert "at most 100 characters and 5 stars" in answer.text
    form = answer.page.form("/admin/sync")
    assert form.values["only"] == ["*" * 9]
    compared(house, ada, only="*@nowhere.test", direction="to_apigee")
    choices = run_of(house).choices
    assert (choices.apply, choices.direction.value) == (False, "to_apigee")
    assert "only *@nowhere.test" in ada.get("/admin/sync").text


def test_of_very_many_who_are_added_the_first_are_listed(house: House, ada: Browser) -> None:
    people(house, LISTED + 5)
    with house.context():
        run = house.portal.sync.run()
    assert run.counts.changed == LISTED + 5
    page = ada.get("/admin/sync/1")
    assert "All (1,005)" in page.text
    assert "the first 1,000 are listed" in page.text


@pytest.mark.parametrize("path", ["/admin/sync/99", "/admin/sync/99999999999999999999"])
def test_a_run_that_is_not_there_leads_nowhere(ada: Browser, path: str) -> None:
    assert ada.get(path).status == 404
    for action in ("application", "cancellation", "continuation"):
        assert ada.post(f"{path}/{action}").status == 404


def test_support_does_not_synchronize(house: House) -> None:
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    assert sam.get("/admin/sync").status == 403
    assert sam.post("/admin/sync").status == 403
    assert "/admin/sync" not in sam.get("/admin/developers").page.links


def test_the_list_of_developers_tells_when_all_of_it_was_read(house: House, ada: Browser) -> None:
    people(house, 1)
    with house.context():
        house.portal.sync.run()
    house.clock.advance(600)
    with house.context():
        house.portal.sync.run()
    assert "As of the synchronization of 1 Mar 2026, 12:10 UTC" in ada.get("/admin/developers").text
