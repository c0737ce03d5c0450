"""Every fault of Apigee, under every kind of thing that people do.

Whatever happens, nobody sees an error of ours, nobody waits longer than the deadline, nothing is
doubled or lost, and nothing that was done is told as a failure. ``FAULT_TABLE=file pytest
tests/faults`` writes down what was seen.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from emulator.faults import Fault, fault
from tests.faults.conftest import Build
from tests.faults.house import House
from tests.routes.client import Answer, Browser

Table = list[tuple[str, ...]]

DEADLINE = 1.0
BUSY_MACHINE = 6.0  # seconds that other work may add
UNREADABLE = "Your apps cannot be read right now"
UNKNOWN = "may or may not have been done"
NOT_SEEN = "As far as Apigee shows, this was not done: try again."
TEXTS = (
    "Apigee cannot be reached at the moment.",
    "Apigee takes too long to answer.",
    "Apigee is busy at the moment.",
    "Apigee refused this.",
    "Apigee gave an answer that cannot be read.",
    "Apigee failed to do this.",
    UNKNOWN,
    NOT_SEEN,
)
BIG = 40_000_000
FAULTS: dict[str, Fault] = {
    **{
        name: fault(name, times=0)
        for name in (
            "reset",
            "closed",
            "hang",
            "drip",
            "truncated",
            "cut",
            "html",
            "html_error",
            "unavailable",
            "wrong_content_type",
            "list_for_object",
            "object_for_list",
            "text_for_json",
            "no_content",
            "login_redirect",
            "lost_in_error",
            "lost_in_timeout",
            "lost_in_reset",
            "lost_in_close",
            "lost_in_hang",
            "lost_in_truncation",
            "no_content_after",
        )
    },
    "oversized": fault("oversized", times=0, pad_bytes=BIG),
    "error 500": Fault(times=0, status=500, body={}),
    "gateway time-out 504": Fault(times=0, status=504, body="<html>"),
    "request time-out 408, work done": Fault(times=0, status=408, body="<html>", after=True),
    "redirect, work done": fault("login_redirect", times=0, after=True),
    "busy, 1 second": fault("too_many", times=0),
    "busy, 1 hour": fault("too_many", times=0, retry_after_seconds=3600),
    "busy, no time": fault("too_many", times=0, retry_after_seconds=0),
}
# These have no answer to the second look either.
DARK = ("hang", "reset", "unavailable", "lost_in_error", "lost_in_hang", "lost_in_reset")


@dataclass(frozen=True)
class Doing:
    """Something a person does: how, which call to break, and how to tell that it is done."""

    act: Callable[[Browser, House], Answer]
    method: str
    path: str
    is_done: Callable[[House], bool]
    happy: int
    role: str = ""
    reads_before: int = 0


def create(browser: Browser, _house: House) -> Answer:
    fields = {"display_name": "New app", "products": "weather-free", "request_id": "abc123"}
    return browser.post("/apps/new", fields, shows_keys=True)


def change(browser: Browser, house: House) -> Answer:
    return browser.post(f"{house.developer_page()}/status", {"status": "inactive"})


def delete(browser: Browser, _house: House) -> Answer:
    return browser.post("/apps/trip-planner/deletion", {"confirm_name": "Trip planner"})


WRITES = {
    "create": Doing(create, "POST", "/apps$", lambda house: len(house.apps()) == 2, 200),
    "change": Doing(
        change, "POST", "/developers/[^/]+$", lambda house: house.status() == "inactive", 303, "ada"
    ),
    "delete": Doing(
        delete, "DELETE", "/apps/", lambda house: house.apps() == [], 303, reads_before=1
    ),
}
# A 204 for a change or deletion is Apigee's own word that it is done.
CASES = [
    (name, what)
    for name in ("refused", *FAULTS)
    for what in WRITES
    if name != "no_content" or what == "create"
]
# A read is repeated after these.
ONCE = ("reset", "closed", "hang", "truncated", "html_error", "unavailable", "gateway time-out 504")


@contextmanager
def broken(house: House, name: str, method: str = "", path: str = "") -> Iterator[None]:
    """Break Apigee, all of it or the calls of one method and path."""
    house.keeps_deadlines()
    if name == "refused":
        with house.refused():
            yield
        return
    house.local.faults.add(replace(FAULTS[name], method=method, path=path or "/v1/organizations/"))
    yield
    house.local.faults.clear()


def timed(act: Callable[[], Answer]) -> Answer:
    """Do it within the deadline, and never with an error of ours."""
    begun = time.monotonic()
    answer = act()
    took = time.monotonic() - begun
    assert took <= DEADLINE + BUSY_MACHINE, f"{took:.1f} seconds"
    assert answer.status != 500
    return answer


def said(answer: Answer) -> str:
    """Return the sentence about Apigee that the person sees."""
    if answer.status == 303:
        return ""
    return next((text for text in (*TEXTS, UNREADABLE) if text in answer.text), "")


def visitor(house: House, role: str) -> Browser:
    """Sign in, and read the products, which the form does before it is sent."""
    facts = {"roles": frozenset({"administrator"})} if role else {}
    browser = house.signed_in(role or "dana", **facts)
    # Sign-in gives the look-up of the developer one second, which a busy machine may need.
    while not role and not house.is_linked():
        browser = house.signed_in("dana")
    browser.get("/products")
    return browser


@pytest.mark.parametrize("name", ["refused", *FAULTS])
@pytest.mark.parametrize("path", ["/apps", "/apps/trip-planner"])
def test_reading(build: Build, table: Table, name: str, path: str) -> None:
    """Abuse case 19."""
    house = build(deadline_seconds=DEADLINE)
    browser = visitor(house, "")
    with broken(house, name):
        answer = timed(lambda: browser.get(path))
    told = said(answer)
    if path == "/apps":
        assert (answer.status, told) == (200, UNREADABLE)
    else:
        assert answer.status == 503
        assert told in TEXTS
        assert told != UNKNOWN
    house.recovers()
    again = timed(lambda: browser.get(path))
    assert (again.status, "Trip planner" in again.text) == (200, True)
    doing = "list" if path == "/apps" else "read"
    table.append((name, doing, f"{answer.status} {told}", "", str(again.status)))


@pytest.mark.parametrize("name", ["refused", "hang", "unavailable"])
def test_an_app_that_was_listed_is_shown_while_apigee_is_away(build: Build, name: str) -> None:
    """Abuse case 20."""
    house = build(deadline_seconds=DEADLINE)
    browser = visitor(house, "")
    browser.get("/apps")
    house.recovers()
    with broken(house, name):
        for page in ("/apps/trip-planner", "/apps/trip-planner/edit"):
            answer = timed(lambda page=page: browser.get(page))  # type: ignore[misc] # mypy cannot see the default's type
            assert answer.status == 200
            assert "Changes are not possible until Apigee answers again." in answer.text


@pytest.mark.parametrize("name", ONCE)
@pytest.mark.parametrize("path", ["/apps", "/apps/trip-planner"])
def test_reading_past_a_single_fault(build: Build, name: str, path: str) -> None:
    house = build(deadline_seconds=3 * DEADLINE)
    browser = visitor(house, "")
    house.local.faults.add(replace(FAULTS[name], times=1, path="/apps"))
    answer = browser.get(path)
    assert (answer.status, "Trip planner" in answer.text) == (200, True)


@pytest.mark.parametrize(("name", "what"), CASES)
def test_writing(build: Build, table: Table, name: str, what: str) -> None:
    """Abuse case 19."""
    doing, house = WRITES[what], build(deadline_seconds=DEADLINE)
    browser = visitor(house, doing.role)
    with broken(house, name, doing.method, doing.path):
        answer = timed(lambda: doing.act(browser, house))
    done = doing.is_done(house)
    # A second look was possible: so nobody is left in the dark about work that was done.
    assert done == (answer.status == doing.happy)
    if not done:
        assert answer.status == 503
        assert said(answer) in TEXTS
    table.append(_row(house, browser, doing, (name, what), answer))


@pytest.mark.parametrize("name", DARK)
@pytest.mark.parametrize("what", WRITES)
def test_writing_before_a_silence(build: Build, table: Table, name: str, what: str) -> None:
    doing, house = WRITES[what], build(deadline_seconds=DEADLINE)
    browser = visitor(house, doing.role)
    silence = replace(FAULTS["hang"], method="GET")
    house.after_calls(doing.reads_before + 1, lambda: house.local.faults.add(silence))
    with broken(house, name, doing.method, doing.path):
        answer = timed(lambda: doing.act(browser, house))
    assert (answer.status, said(answer)) == (503, UNKNOWN)
    assert doing.is_done(house) == name.startswith("lost")
    table.append(_row(house, browser, doing, (f"{name}, then silence", what), answer))


@pytest.mark.parametrize("name", DARK)
def test_a_form_whose_answer_was_lost_is_sent_again_at_once(build: Build, name: str) -> None:
    """Abuse case 9."""
    doing, house = WRITES["create"], build(deadline_seconds=DEADLINE)
    browser = visitor(house, "")
    with broken(house, name, doing.method, doing.path):
        timed(lambda: doing.act(browser, house))
    house.recovers(seconds=0)
    assert doing.act(browser, house).status == doing.happy
    assert len(house.apps()) == 2


@pytest.mark.parametrize("what", WRITES)
def test_a_silence_after_the_work_is_no_failure(build: Build, what: str) -> None:
    doing, house = WRITES[what], build(deadline_seconds=DEADLINE)
    browser = visitor(house, doing.role)
    silence = replace(FAULTS["hang"], method="GET")
    house.after_calls(doing.reads_before + 1, lambda: house.local.faults.add(silence))
    answer = timed(lambda: doing.act(browser, house))
    house.local.faults.clear()
    assert (answer.status, doing.is_done(house)) == (doing.happy, True)


def test_nobody_waits_for_apigee_to_sign_in(build: Build) -> None:
    house = build(deadline_seconds=30)
    house.local.faults.add(replace(FAULTS["hang"]))
    begun = time.monotonic()
    browser = house.signed_in("dana")
    assert time.monotonic() - begun < 20
    house.local.faults.clear()
    house.recovers()
    # Signed in, but not linked yet: the next sign-in does it.
    assert browser.get("/apps").location.startswith("/register")
    assert house.signed_in("dana").get("/apps").status == 200


@pytest.mark.parametrize("name", [name for name in FAULTS if FAULTS[name].after])
def test_writing_on_edge(build: Build, name: str) -> None:
    doing, house = WRITES["create"], build("edge", deadline_seconds=DEADLINE)
    browser = visitor(house, "")
    with broken(house, name, doing.method, doing.path):
        answer = timed(lambda: doing.act(browser, house))
    assert (answer.status, len(house.apps())) == (200, 2)


def _row(
    house: House, browser: Browser, doing: Doing, names: tuple[str, str], answer: Answer
) -> tuple[str, ...]:
    """Press again once Apigee is well: in the end it is done, and done once."""
    state = "done" if doing.is_done(house) else "not done"
    house.recovers()
    again = doing.act(browser, house)
    assert doing.is_done(house)
    # What was deleted already is not found.
    assert again.status == doing.happy or (again.status, doing.method) == (404, "DELETE")
    return (*names, f"{answer.status} {said(answer)}", state, str(again.status))
