"""The same button pressed several times at the same moment: what it does is done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from app.domain.developers import DeveloperStatus
from app.domain.jobs import JobKind
from app.domain.keys import ApprovalStatus
from app.domain.registrations import Standing
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.test_approvals import ask, on_key, requests
from tests.routes.test_developer_bulk import active, crowd, plan

MAIL = {"sender": "portal@example.com", "host": "127.0.0.1", "port": 1, "security": "none"}
PRESSES = 3
Send = Callable[[Browser], Answer]


@pytest.fixture
def house(build: Build) -> House:
    return build(mail=MAIL)


def at_once(house: House, operation: str, *sent: Send) -> list[Answer]:
    """Send forms, each from a browser of its own, so that all write together if they may.

    Who writes waits half a second for the others, once.
    """
    together = Barrier(len(sent), timeout=0.5)
    port, _, name = operation.partition(".")
    ports = getattr(house.apigee, port)
    write = getattr(ports, name)

    def waits(*given: object) -> object:
        with suppress(BrokenBarrierError):
            together.wait()
        return write(*given)

    setattr(ports, name, waits)
    browsers = [house.administrator() for _ in sent]
    with ThreadPoolExecutor(len(sent)) as pool:
        return list(pool.map(lambda send, browser: send(browser), sent, browsers))


def mails(house: House) -> int:
    return sum(job.kind is JobKind.SEND_MAIL for job in house.jobs.page().jobs)


def test_many_developers_are_changed_once_however_often_the_button_is_pressed(
    house: House,
) -> None:
    emails = crowd(house, 3)
    path = plan(house.administrator(), *map(house.public_id, emails)).location
    at_once(house, "developers.set_status", *[lambda ada: ada.post(path)] * PRESSES)
    assert house.apigee.calls == ["developers.set_status"] * 3
    assert (active(house), mails(house)) == (0, 3)
    assert "3 of 3 are inactive" in house.administrator().get(path).text


def test_one_developer_is_told_once(house: House) -> None:
    house.developer("dana")
    path = f"/admin/developers/{house.public_id()}/status"
    sent: list[Send] = [lambda ada: ada.post(path, {"status": "inactive"})] * PRESSES
    answers = at_once(house, "developers.set_status", *sent)
    assert {answer.status for answer in answers} == {303}
    assert house.apigee.calls.count("developers.set_status") == 1
    assert mails(house) == 1


def test_who_decides_second_reads_what_the_first_decided(house: House) -> None:
    house.developer("dana")
    ask(house.signed_in("dana"))
    [wanted] = requests(house.administrator().get("/admin/approvals"))
    before = mails(house)
    approve = {"request": wanted, "decision": "approve"}
    refuse = {"request": wanted, "decision": "refuse", "reason": "No."}
    answers = at_once(
        house,
        "keys.set_product_status",
        lambda ada: ada.post("/admin/approvals", approve),
        lambda ada: ada.post("/admin/approvals", refuse),
        lambda ada: ada.post("/admin/approvals", approve),
    )
    word = {ApprovalStatus.APPROVED: "approved", ApprovalStatus.REVOKED: "refused"}
    decided = f"Somebody {word[on_key(house)['payments']]} this in the meantime."
    assert sum(decided in answer.body for answer in answers) == 2
    assert house.apigee.calls.count("keys.set_product_status") == 1
    assert mails(house) - before == 1


def test_a_registration_is_not_approved_and_refused(build: Build) -> None:
    house = build(mail=MAIL, registration={"policy": "approval"})
    ravi = house.signed_in("ravi")
    form = {"first_name": "Ravi", "last_name": "Iyer", "user_name": "ravi"}
    ravi.submit("/register", form)
    before = mails(house)
    account = house.account("ravi@example.com")
    assert account is not None
    path = f"/admin/developers/{house.public_id('ravi@example.com')}/registration"
    by_account = f"/admin/accounts/{account.account_id}/registration"
    refuse = {"decision": "refuse", "reason": "No."}
    answers = at_once(
        house,
        "developers.set_status",
        lambda ada: ada.post(path, {"decision": "approve"}),
        lambda ada: ada.post(path, {"decision": "approve"}),
        lambda ada: ada.post(by_account, refuse),
    )
    # Who was refused may be approved after all, once: the refusal was there first, or not at all.
    was_refused = answers[-1].status == 303
    assert sorted(answer.status for answer in answers[:-1]) == [303, 409]
    assert was_refused or answers[-1].status == 409
    now = house.account("ravi@example.com")
    assert now is not None
    is_active = house.apigee.by_email["ravi@example.com"].status is DeveloperStatus.ACTIVE
    assert is_active is (now.standing is Standing.NOTHING)
    assert mails(house) - before == 1 + was_refused
