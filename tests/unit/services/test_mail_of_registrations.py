"""Who registers and who decides is told by mail."""

import pytest

from app.domain.audit import SYSTEM, Actor
from app.domain.errors import Conflict, Upstream
from app.domain.people import ADMINISTRATOR
from app.domain.registrations import Existing, Policy, Standing
from app.services.registration_rules import RegistrationRules
from tests.unit.services.house import DOWN, House, build
from tests.unit.services.registering import RAVI, register

ADA = Actor(77, "Ada Kern")
APPROVAL = RegistrationRules(policy=Policy.APPROVAL)
BY_HAND = RegistrationRules(existing=Existing.ADMINISTRATOR)


@pytest.fixture
def strict() -> House:
    """A house where an administrator approves registrations, and one who does."""
    house = build(registration=APPROVAL)
    house.sign_up("ada@example.com", roles=frozenset({ADMINISTRATOR}))
    return house


def told(house: House) -> list[tuple[str, str]]:
    """Return what was sent since the last time."""
    house.work()
    sent = house.mail.told()
    house.mail.server.taken.clear()
    return sent


def waits(address: str = "ada@example.com") -> tuple[str, str]:
    return ("registration_waiting for Ada Reyes", address)


def test_administrators_hear_of_a_registration_once(strict: House) -> None:
    ravi = strict.sign_up(RAVI)
    register(strict, ravi)
    register(strict, strict.accounts.get(ravi.account_id))
    assert told(strict) == [waits()]


def test_an_invitation_names_whom_the_index_knows_and_says_so(strict: House) -> None:
    known = strict.apigee.add_developer("dora@example.com", "Dora", "Sand")
    strict.index.save((known,), strict.clock.now())
    strict.portal.registration.office.invite(ADA, "dora@example.com")
    strict.work()
    [message] = strict.mail.server.taken
    assert message.to.name == "Dora Sand"
    assert "is_developer: yes" in message.words.text.splitlines()


def test_administrators_hear_of_it_where_a_job_finishes_the_registration(strict: House) -> None:
    strict.apigee.fail("developers.create", DOWN)
    register(strict, strict.sign_up(RAVI))
    assert told(strict) == [waits()]


def test_the_person_hears_that_they_were_approved_and_nothing_else(strict: House) -> None:
    register(strict, strict.sign_up(RAVI))
    told(strict)
    strict.portal.registration.office.approve(ADA, strict.index.by_email[RAVI].public_id)
    assert told(strict) == [("registration_approved for Ravi Patel", RAVI)]


def test_the_person_reads_why_they_were_refused(strict: House) -> None:
    account = register(strict, strict.sign_up(RAVI))
    told(strict)
    office = strict.portal.registration.office
    office.refuse(ADA, account, "  Use your company address.  ")
    strict.work()
    [message] = strict.mail.server.taken
    assert message.words.text == "reason: Use your company address."
    assert told(strict) == [("registration_refused for Ravi Patel", RAVI)]
    with pytest.raises(Conflict):
        office.refuse(ADA, strict.accounts.get(account.account_id), "Again.")
    assert told(strict) == []


def test_who_is_linked_by_hand_hears_that_they_can_begin() -> None:
    house = build(registration=BY_HAND)
    ada = house.sign_up("ada@example.com", roles=frozenset({ADMINISTRATOR}))
    house.apigee.add_developer(RAVI)
    ravi = register(house, house.sign_up(RAVI))
    assert told(house) == [waits()]
    actor = Actor(ada.account_id, "Ada Kern")
    house.portal.accounts.office.link(actor, ravi.account_id, RAVI)
    assert told(house) == [("registration_approved for Ravi Patel", RAVI)]


def test_who_never_asked_hears_nothing_of_a_link(house: House) -> None:
    ada = house.sign_up("ada@example.com", roles=frozenset({ADMINISTRATOR}))
    ravi = house.sign_up(RAVI)
    house.apigee.add_developer(RAVI)
    actor = Actor(ada.account_id, "Ada Kern")
    house.portal.accounts.office.link(actor, ravi.account_id, RAVI)
    assert told(house) == []


def test_an_open_registration_is_nobodys_work(house: House) -> None:
    house.sign_up("ada@example.com", roles=frozenset({ADMINISTRATOR}))
    register(house, house.sign_up(RAVI))
    assert told(house) == []


@pytest.mark.parametrize(("actor", "by"), [(ADA, "Ada Kern"), (SYSTEM, "")])
def test_an_invitation_is_sent_at_most_once_a_day(house: House, actor: Actor, by: str) -> None:
    invite = house.portal.registration.office.invite
    assert invite(actor, " ravi@example.com ")
    assert not invite(actor, RAVI)
    house.work()
    [message] = house.mail.server.taken
    assert message.words.text.splitlines() == [
        f"by: {by}",
        "is_developer: ",
        "url: https://portal.example/register",
    ]
    assert told(house) == [("invitation for ravi@example.com", RAVI)]
    house.clock.pass_by(86_400)
    assert not invite(actor, RAVI)
    assert len(told(house)) == 1


def test_nothing_of_it_waits_for_the_mail_server(strict: House) -> None:
    strict.mail.server.error = DOWN
    account = register(strict, strict.sign_up(RAVI))
    strict.portal.registration.office.refuse(ADA, account, "No.")
    with pytest.raises(Upstream):
        strict.work()
    assert strict.accounts.get(account.account_id).standing is Standing.REFUSED
    strict.mail.server.error = None
    strict.clock.pass_by(61)  # the lease of the worker that broke
    strict.work()
    assert len(strict.mail.told()) == 2
