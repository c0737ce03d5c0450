"""Registrations that an administrator decides: inactive first, linked last, approved or refused."""

import pytest

from app.domain.audit import Action, Actor
from app.domain.developers import DeveloperStatus
from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotRecorded
from app.domain.people import Account
from app.domain.registrations import Existing, Policy, Standing
from app.services.registration import Step
from app.services.registration_rules import RegistrationRules
from tests.unit.services.house import ACTOR, DOWN, LOST, House, build
from tests.unit.services.registering import FORM, RAVI, register

ADA = Actor(77, "Ada Kern")
APPROVAL = RegistrationRules(policy=Policy.APPROVAL)


@pytest.fixture
def strict() -> House:
    return build(registration=APPROVAL)


@pytest.fixture
def ravi(strict: House) -> Account:
    return strict.sign_up(RAVI)


def now_of(house: House, account: Account) -> Account:
    return house.accounts.get(account.account_id)


def public_id(house: House) -> str:
    return house.index.by_email[RAVI].public_id


def test_a_registration_waits_as_an_inactive_developer_after_two_calls(
    strict: House, ravi: Account
) -> None:
    linked = register(strict, ravi)
    assert strict.asked() == ["developers.create", "developers.set_status"]
    assert strict.apigee.by_email[RAVI].status is DeveloperStatus.INACTIVE
    assert (linked.standing, linked.is_developer) == (Standing.WAITING, True)
    assert strict.index.by_email[RAVI].status is DeveloperStatus.INACTIVE
    assert strict.portal.registration.next_step(linked) is None
    assert {row.actor.name for row in strict.rows(Action.DEVELOPER_DEACTIVATE)} == {"system"}
    assert [row[:2] for row in strict.trail()] == [
        ("account.names", "intent"),
        ("account.names", "done"),
        ("developer.register", "intent"),
        ("developer.register", "done"),
        ("developer.deactivate", "intent"),
        ("developer.deactivate", "done"),
        ("developer.link", "intent"),
        ("developer.link", "done"),
    ]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [DOWN, LOST])
def test_nobody_makes_apps_before_apigee_has_confirmed_that_they_are_inactive(
    strict: House, ravi: Account, error: Exception, after: bool
) -> None:
    strict.apigee.fail("developers.set_status", error, after=after)  # type: ignore[arg-type] # both are errors of the portal
    left = register(strict, ravi)
    assert (left.standing, left.is_developer) == (Standing.SETTING_UP, False)
    assert strict.portal.registration.next_step(left) is Step.REGISTER
    strict.asked()
    strict.work()
    done = now_of(strict, ravi)
    assert (done.standing, done.is_developer) == (Standing.WAITING, True)
    assert strict.apigee.by_email[RAVI].status is DeveloperStatus.INACTIVE
    assert "developers.create" not in strict.asked()


@pytest.mark.parametrize("operation", ["developers.create", "developers.set_status"])
@pytest.mark.parametrize("after", [False, True])
def test_a_process_that_dies_at_any_step_leaves_the_rest_to_the_job(
    strict: House, ravi: Account, operation: str, after: bool
) -> None:
    strict.apigee.fail(operation, SystemExit("killed"), after=after)  # type: ignore[arg-type] # what ends a process
    with pytest.raises(SystemExit):
        register(strict, ravi)
    left = now_of(strict, ravi)
    assert (left.standing, left.is_developer) == (Standing.SETTING_UP, False)
    strict.work()
    assert now_of(strict, ravi).standing is Standing.SETTING_UP  # the request may still be at work
    strict.clock.pass_by(61)
    strict.work()
    assert now_of(strict, ravi).standing is Standing.WAITING
    assert strict.apigee.by_email[RAVI].status is DeveloperStatus.INACTIVE
    assert list(strict.apigee.by_email) == [RAVI]


def test_who_is_being_set_up_is_not_linked_by_signing_in_again(
    strict: House, ravi: Account
) -> None:
    strict.apigee.fail("developers.set_status", DOWN)
    left = register(strict, ravi)
    strict.fill_index()
    assert strict.portal.registration.link_existing(left, ACTOR) is None
    second = strict.sign_up(RAVI, subject="second")
    assert strict.portal.registration.link_existing(second, ACTOR) is None
    assert not now_of(strict, second).is_developer


def test_when_the_log_refuses_the_deactivation_nobody_is_let_in(
    strict: House, ravi: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise NotRecorded

    with monkeypatch.context() as broken:
        broken.setattr(type(strict.portal.registration.set_up), "_inactive", full)
        with pytest.raises(NotRecorded):
            register(strict, ravi)
    left = now_of(strict, ravi)
    assert (left.standing, left.is_developer) == (Standing.SETTING_UP, False)
    strict.clock.pass_by(61)
    strict.work()
    assert now_of(strict, ravi).standing is Standing.WAITING


def test_a_developer_who_was_there_before_is_linked_as_they_are(
    strict: House, ravi: Account
) -> None:
    strict.apigee.add_developer(RAVI)
    linked = register(strict, ravi)
    assert (linked.standing, linked.is_developer) == (Standing.NOTHING, True)
    assert strict.apigee.by_email[RAVI].is_active


def test_approving_activates_and_lets_in(strict: House, ravi: Account) -> None:
    register(strict, ravi)
    office = strict.portal.registration.office
    assert [item.account_id for item in office.undecided()] == [ravi.account_id]
    view = office.approve(ADA, public_id(strict))
    assert view.is_active
    assert strict.apigee.by_email[RAVI].is_active
    done = now_of(strict, ravi)
    assert done.standing is Standing.NOTHING
    assert done.generation == 1
    assert not office.undecided()
    assert strict.phases(Action.REGISTRATION_APPROVE) == ["done"]
    assert strict.phases(Action.DEVELOPER_ACTIVATE) == ["intent", "done"]
    with pytest.raises(Conflict):
        office.approve(ADA, public_id(strict))


def test_activating_by_the_button_approves_as_well(strict: House, ravi: Account) -> None:
    register(strict, ravi)
    strict.portal.developers.set_status(ADA, public_id(strict), DeveloperStatus.ACTIVE)
    assert now_of(strict, ravi).standing is Standing.NOTHING
    assert strict.phases(Action.REGISTRATION_APPROVE) == ["done"]


def test_nobody_approves_their_own_registration(strict: House, ravi: Account) -> None:
    register(strict, ravi)
    strict.asked()
    own = Actor(ravi.account_id, ravi.name)
    with pytest.raises(NotAllowed, match="Another administrator can"):
        strict.portal.registration.office.approve(own, public_id(strict))
    assert now_of(strict, ravi).standing is Standing.WAITING
    assert strict.asked() == []
    assert strict.phases(Action.DEVELOPER_ACTIVATE) == ["failed"]


def test_an_approval_that_apigee_did_not_take_is_none(strict: House, ravi: Account) -> None:
    register(strict, ravi)
    strict.apigee.fail("developers.set_status", DOWN)
    with pytest.raises(type(DOWN)):
        strict.portal.registration.office.approve(ADA, public_id(strict))
    assert now_of(strict, ravi).standing is Standing.WAITING


def test_who_is_refused_reads_why_and_makes_no_app(strict: House, ravi: Account) -> None:
    waiting = register(strict, ravi)
    office = strict.portal.registration.office
    office.refuse(ADA, waiting, " Ask your team lead first. ")
    left = now_of(strict, ravi)
    assert left.standing is Standing.REFUSED
    assert office.reason(left) == "Ask your team lead first."
    assert strict.portal.registration.next_step(left) is Step.REGISTER
    assert not strict.apigee.by_email[RAVI].is_active
    assert register(strict, left).standing is Standing.REFUSED
    assert strict.phases(Action.REGISTRATION_REFUSE) == ["intent", "done"]
    with pytest.raises(Conflict):
        office.refuse(ADA, left, "Again.")
    office.approve(ADA, public_id(strict))
    assert now_of(strict, ravi).standing is Standing.NOTHING


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x00b", "\u202eno"])
def test_a_refusal_needs_a_reason_that_can_be_read(
    strict: House, ravi: Account, reason: str
) -> None:
    waiting = register(strict, ravi)
    with pytest.raises(InvalidInput):
        strict.portal.registration.office.refuse(ADA, waiting, reason)
    assert now_of(strict, ravi).standing is Standing.WAITING


def test_who_waits_is_found_by_their_address(strict: House, ravi: Account) -> None:
    waiting = register(strict, ravi)
    office = strict.portal.registration.office
    assert office.by_email(RAVI) == waiting
    with pytest.raises(NotFound):
        office.by_email("stranger@example.com")


def test_inactive_first_needs_no_decision() -> None:
    house = build(registration=RegistrationRules(inactive_first=True))
    linked = register(house, house.sign_up(RAVI))
    assert (linked.standing, linked.is_developer) == (Standing.NOTHING, True)
    assert not house.apigee.by_email[RAVI].is_active


def test_by_the_hand_of_an_administrator_nobody_is_linked_by_themselves() -> None:
    house = build(registration=RegistrationRules(existing=Existing.ADMINISTRATOR))
    house.apigee.add_developer(RAVI)
    house.fill_index()
    account = house.sign_up(RAVI)
    assert house.portal.registration.link_existing(account, ACTOR) is None
    left = register(house, account)
    assert (left.standing, left.is_developer) == (Standing.BY_HAND, False)
    assert len(house.apigee.by_email) == 1
    assert house.portal.registration.next_step(left) is Step.REGISTER
    again = house.portal.registration.resume(left, ACTOR)
    assert again.standing is Standing.BY_HAND
    linked = house.accounts.link(account.account_id, house.apigee.by_email[RAVI])
    assert linked.standing is Standing.NOTHING


def test_who_waits_for_a_link_can_be_refused() -> None:
    house = build(registration=RegistrationRules(existing=Existing.ADMINISTRATOR))
    house.apigee.add_developer(RAVI)
    left = register(house, house.sign_up(RAVI), FORM)
    house.portal.registration.office.refuse(ADA, left, "That is not you.")
    assert house.portal.registration.office.reason(left) == "That is not you."
    assert house.apigee.by_email[RAVI].is_active
