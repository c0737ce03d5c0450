"""Deleting an account: by a job, step by step, as often as it takes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.audit import SYSTEM, Action, Actor
from app.domain.developers import DeveloperStatus
from app.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossible, Upstream
from app.domain.jobs import JobKind
from app.domain.people import ADMINISTRATOR, Account
from app.domain.policy import AccountPolicy, Deletion
from app.domain.registrations import Existing, Policy
from app.services.account_deletion import AccountDeletion
from app.services.account_office import AccountOffice
from app.services.registration_rules import RegistrationRules
from tests.unit.services.house import DANA, DOWN, House, build, identity
from tests.unit.services.registering import RAVI, register


def house_that(deletion: Deletion) -> tuple[House, Account]:
    """Return a house with Dana, who has an app with a key."""
    house = build(own_accounts=AccountPolicy(deletion=deletion))
    account = house.account_of(DANA)
    house.apigee.add_app(DANA, "trip", house.apigee.new_key("weather-free"))
    house.fill_index()
    house.asked()
    return house, account


def actor(account: Account) -> Actor:
    return Actor(account.account_id, account.name)


def begin(house: House, account: Account, typed: str = DANA) -> AccountDeletion:
    deletion = house.portal.accounts.deletion
    deletion.begin(account, actor(account), typed)
    return deletion


def test_by_default_the_developer_is_deactivated_and_nothing_of_apigee_deleted() -> None:
    house, dana = house_that(Deletion.DEACTIVATE)
    begin(house, dana, " DANA@example.com ")
    assert house.asked() == []
    house.work()
    assert not house.apigee.by_email[DANA].is_active
    assert (DANA, "trip") in house.apigee.by_app
    with pytest.raises(NotFound):
        house.accounts.get(dana.account_id)
    assert house.index.by_folded_email(DANA)[0].is_active is False
    told = [(row[0], row[1]) for row in house.trail()]
    assert told == [
        ("account.deletion", "intent"),
        ("account.deletion", "done"),
        ("developer.deactivate", "intent"),
        ("developer.deactivate", "done"),
        ("account.delete", "intent"),
        ("account.delete", "done"),
    ]
    assert house.audit.entries[0].target == DANA
    assert house.audit.entries[2].actor == SYSTEM


def test_full_deletion_takes_apps_and_keys_and_forgets_the_names() -> None:
    house, dana = house_that(Deletion.DELETE)
    begin(house, dana)
    house.work()
    assert DANA not in house.apigee.by_email
    assert (DANA, "trip") not in house.apigee.by_app
    assert house.index.by_folded_email(DANA) == ()
    assert len(house.audit.entries) == 6
    told = " ".join(f"{row.actor.name} {row.target}" for row in house.audit.entries)
    assert DANA not in told
    assert dana.name not in told


def signed_out(house: House, account: Account) -> Account:
    """Return the account as it is now, but for when its sessions were ended."""
    return replace(house.accounts.get(account.account_id), signed_out_at=None)


def test_a_deletion_goes_on_where_it_was_stopped() -> None:
    house, dana = house_that(Deletion.DELETE)
    deletion = begin(house, dana)
    [job] = house.jobs.held.values()
    house.apigee.fail("developers.delete", DOWN)
    with pytest.raises(Upstream):
        deletion.run(job)
    assert signed_out(house, dana) == dana
    for _ in range(2):
        deletion.run(job)
    assert house.apigee.by_email == {}
    assert house.phases(Action.DEVELOPER_DELETE) == ["intent", "failed", "intent", "done"]
    assert DANA not in " ".join(row.target for row in house.audit.entries)


def test_the_names_are_forgotten_though_apigee_deleted_the_developer_before() -> None:
    house, dana = house_that(Deletion.DELETE)
    begin(house, dana)
    house.apigee.by_email.clear()
    house.work()
    assert DANA not in " ".join(row.target for row in house.audit.entries)


def test_an_account_without_a_developer_asks_apigee_for_nothing() -> None:
    house, _dana = house_that(Deletion.DELETE)
    ravi = house.sign_up("ravi@example.com")
    begin(house, ravi, "ravi@example.com")
    house.work()
    assert house.asked() == []
    assert DANA in house.apigee.by_email


@pytest.mark.parametrize("typed", ["", "yes", "ravi@example.com"])
def test_nothing_is_deleted_without_the_address(typed: str) -> None:
    house, dana = house_that(Deletion.DEACTIVATE)
    with pytest.raises(InvalidInput) as refused:
        begin(house, dana, typed)
    assert "confirm_name" in refused.value.fields
    assert house.jobs.held == {}
    assert house.audit.entries == []


def test_a_deletion_is_asked_for_once() -> None:
    house, dana = house_that(Deletion.DEACTIVATE)
    begin(house, dana)
    with pytest.raises(NotPossible, match="being deleted already"):
        begin(house, dana)
    kinds = [job.kind for job in house.jobs.held.values()]
    assert kinds == [JobKind.DELETE_ACCOUNT]


def test_who_is_being_set_up_waits_for_that() -> None:
    """Else a developer could be left active on Apigee whom an administrator has yet to approve."""
    house = build(registration=RegistrationRules(policy=Policy.APPROVAL))
    house.apigee.fail("developers.set_status", DOWN)
    ravi = register(house, house.sign_up(RAVI))
    with pytest.raises(NotPossible, match="is being set up"):
        begin(house, ravi, RAVI)
    house.work()
    office = house.portal.registration.office
    office.approve(SYSTEM, house.index.by_email[RAVI].public_id)
    begin(house, house.accounts.get(ravi.account_id), RAVI)
    house.work()
    assert not house.apigee.by_email[RAVI].is_active
    assert ravi.account_id not in house.accounts.by_id


def test_the_operator_can_rule_it_out() -> None:
    house, dana = house_that(Deletion.OFF)
    with pytest.raises(NotAllowed, match="not deleted here"):
        begin(house, dana)


def test_a_granted_administrator_is_released_first() -> None:
    house, dana = house_that(Deletion.DEACTIVATE)
    house.portal.accounts.office.grant(SYSTEM, dana.account_id, ADMINISTRATOR)
    with pytest.raises(NotAllowed, match="Ask another administrator"):
        begin(house, house.accounts.get(dana.account_id))


def test_what_stops_is_listed_and_must_be_known_where_it_is_deleted() -> None:
    house, dana = house_that(Deletion.DELETE)
    deletion = house.portal.accounts.deletion
    [app] = deletion.concerned(dana) or ()
    assert (app.name, len(app.keys)) == ("trip", 1)
    house.apigee.fail("apps.page", DOWN)
    with pytest.raises(Upstream):
        deletion.concerned(dana)
    house, dana = house_that(Deletion.DEACTIVATE)
    house.apigee.fail("apps.page", DOWN)
    assert house.portal.accounts.deletion.concerned(dana) is None


def test_who_signs_in_after_a_deactivation_is_the_same_inactive_developer() -> None:
    house, dana = house_that(Deletion.DEACTIVATE)
    begin(house, dana)
    house.work()
    again = house.portal.sign_in.complete(identity(DANA), Actor(None, "anonymous"))
    assert again.account_id != dana.account_id
    assert again.developer_id == dana.developer_id
    assert not house.portal.statuses.is_active(again.owner)


def told(house: House) -> list[str]:
    return [row.target for row in house.audit.entries]


def test_an_unverified_address_makes_nobody_else_forgotten() -> None:
    house, dana = house_that(Deletion.DELETE)
    house.portal.accounts.office.block(SYSTEM, dana.account_id)
    house.accounts.by_id.pop(dana.account_id)
    eve = house.sign_up(DANA, subject="eve", email_verified=False)
    begin(house, eve)
    house.work()
    assert eve.account_id not in house.accounts.by_id
    assert DANA in told(house)


def test_an_address_that_two_accounts_have_is_not_forgotten() -> None:
    house, dana = house_that(Deletion.DELETE)
    house.portal.accounts.office.block(SYSTEM, dana.account_id)
    eve = house.sign_up(DANA, subject="eve")
    begin(house, eve)
    house.work()
    assert eve.account_id not in house.accounts.by_id
    assert DANA in told(house)


@pytest.mark.parametrize("subject", ["dana", DANA])
def test_a_subject_of_another_issuer_makes_nobody_else_forgotten(subject: str) -> None:
    house = build(own_accounts=AccountPolicy(deletion=Deletion.DELETE))
    dana = house.sign_up("", subject="dana")
    house.portal.accounts.office.block(SYSTEM, dana.account_id)
    house.portal.accounts.office.block(SYSTEM, house.account_of(DANA).account_id)
    other = house.sign_up("", issuer="https://other.example", subject=subject)
    begin(house, other, other.name or subject)
    house.work()
    assert other.account_id not in house.accounts.by_id
    assert {"dana", DANA} <= set(told(house))


def test_a_subject_that_nobody_else_has_is_forgotten() -> None:
    house = build(own_accounts=AccountPolicy(deletion=Deletion.DELETE))
    nameless = house.sign_up("", subject="4711")
    begin(house, nameless, nameless.name)
    house.work()
    assert "4711" not in told(house)


@pytest.mark.parametrize("deletion", [Deletion.DEACTIVATE, Deletion.DELETE])
def test_who_was_unlinked_by_hand_does_not_get_rid_of_that(deletion: Deletion) -> None:
    house, dana = house_that(deletion)
    off = house.portal.accounts.office.unlink(SYSTEM, dana.account_id)
    with pytest.raises(NotAllowed, match="took your account off"):
        begin(house, off)
    assert house.jobs.held == {}


def test_who_waits_or_was_refused_does_not_begin_anew() -> None:
    house = build(registration=RegistrationRules(policy=Policy.APPROVAL))
    waiting = register(house, house.sign_up(RAVI))
    with pytest.raises(NotAllowed, match="waits for an administrator"):
        begin(house, waiting, RAVI)
    house.portal.registration.office.refuse(SYSTEM, waiting, "You left the company.")
    with pytest.raises(NotAllowed, match="refused your registration"):
        begin(house, house.accounts.get(waiting.account_id), RAVI)


def test_who_waits_to_be_linked_by_hand_does_not_begin_anew() -> None:
    house = build(registration=RegistrationRules(existing=Existing.ADMINISTRATOR))
    house.apigee.add_developer(RAVI)
    with pytest.raises(NotAllowed, match="waits for an administrator"):
        begin(house, register(house, house.sign_up(RAVI)), RAVI)


@pytest.mark.parametrize("deletion", [Deletion.DEACTIVATE, Deletion.DELETE])
def test_who_was_deactivated_does_not_come_back_active_as_a_new_developer(
    deletion: Deletion,
) -> None:
    house, dana = house_that(deletion)
    row = house.index.by_email[DANA]
    house.portal.developers.set_status(SYSTEM, row.public_id, DeveloperStatus.INACTIVE)
    with pytest.raises(NotAllowed, match="is inactive"):
        begin(house, dana)


@pytest.mark.parametrize("deletion", [Deletion.DEACTIVATE, Deletion.DELETE])
def test_the_job_asks_apigee_whether_the_developer_is_still_active(deletion: Deletion) -> None:
    house, dana = house_that(deletion)
    begin(house, dana)
    house.apigee.developers.set_status(DANA, DeveloperStatus.INACTIVE)
    house.work()
    assert DANA in house.apigee.by_email
    assert signed_out(house, dana) == dana
    assert house.phases(Action.ACCOUNT_DELETE) == ["failed"]
    assert house.rows(Action.DEVELOPER_DELETE) == []


def stopped(house: House, dana: Account, monkeypatch: pytest.MonkeyPatch) -> AccountDeletion:
    """Let the job stop between the developer and the account, as when the process is ended."""
    deletion = begin(house, dana)
    [job] = house.jobs.held.values()
    with monkeypatch.context() as broken:
        broken.delattr(house.accounts.__class__, "delete")
        with pytest.raises(AttributeError):
            deletion.run(job)
    return deletion


def test_what_the_job_itself_deactivated_does_not_stop_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house, dana = house_that(Deletion.DEACTIVATE)
    deletion = stopped(house, dana, monkeypatch)
    assert not house.apigee.by_email[DANA].is_active
    [job] = house.jobs.held.values()
    deletion.run(job)
    assert dana.account_id not in house.accounts.by_id


def test_what_the_job_tried_in_vain_and_an_administrator_did_stops_it() -> None:
    house, dana = house_that(Deletion.DEACTIVATE)
    deletion = begin(house, dana)
    [job] = house.jobs.held.values()
    house.apigee.fail("developers.set_status", DOWN)
    with pytest.raises(Upstream):
        deletion.run(job)
    row = house.index.by_email[DANA]
    house.portal.developers.set_status(SYSTEM, row.public_id, DeveloperStatus.INACTIVE)
    deletion.run(job)
    assert signed_out(house, dana).account_id == dana.account_id
    assert house.phases(Action.ACCOUNT_DELETE)[-1] == "failed"


def _unlinked(office: AccountOffice, number: int) -> None:
    office.unlink(SYSTEM, number)


def _blocked(office: AccountOffice, number: int) -> None:
    office.block(SYSTEM, number)


@pytest.mark.parametrize("decide", [_unlinked, _blocked])
@pytest.mark.parametrize("deletion", [Deletion.DEACTIVATE, Deletion.DELETE])
def test_what_is_decided_while_the_job_waits_stands(
    deletion: Deletion, decide: Callable[[AccountOffice, int], None]
) -> None:
    house, dana = house_that(deletion)
    begin(house, dana)
    decide(house.portal.accounts.office, dana.account_id)
    left = house.accounts.get(dana.account_id)
    house.work()
    assert signed_out(house, dana) == replace(left, signed_out_at=None)
    assert house.apigee.by_email[DANA].is_active
    assert house.jobs.about(f"account {dana.account_id}") in ((), [])
    assert house.phases(Action.ACCOUNT_DELETE) == ["failed"]
