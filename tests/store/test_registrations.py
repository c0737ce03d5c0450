"""Registrations under way, invitations and accepted terms: the fake and both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.errors import AlreadyExists
from app.domain.people import Account
from app.domain.registrations import (
    Decision,
    Invitation,
    RegistrationRequest,
    Standing,
)
from app.store.registrations import RegistrationStore
from tests.store.conftest import NOON, ORGANIZATION, Stores, developer, identity

UNDECIDED = frozenset({Standing.WAITING, Standing.BY_HAND})


def asked(account: Account, **changes: object) -> RegistrationRequest:
    new = RegistrationRequest(
        account.account_id, f"request-{account.account_id}", account.email, "Dana", "Smith", "dana"
    )
    return replace(new, **changes)  # type: ignore[arg-type] # fields of the request


@pytest.fixture
def dana(stores: Stores) -> Account:
    return stores.accounts.signed_in(identity(), NOON)


def test_what_was_asked_for_is_kept_and_the_account_says_so(stores: Stores, dana: Account) -> None:
    assert dana.standing is Standing.NOTHING
    request = asked(dana, attributes={"company": "Acme"})
    assert stores.registrations.begin(request, NOON) == request
    assert stores.registrations.get(dana.account_id) == request
    assert stores.accounts.get(dana.account_id).standing is Standing.SETTING_UP
    assert stores.registrations.holder("DANA@example.com") == dana.account_id


def test_what_apigee_has_is_not_kept_twice(stores: Stores, dana: Account) -> None:
    request = asked(dana, attributes={"company": "Acme"})
    stores.registrations.begin(request, NOON)
    stores.registrations.settle(dana.account_id)
    stores.registrations.settle(4711)
    nothing = {"first_name": "", "last_name": "", "user_name": "", "attributes": {}}
    assert stores.registrations.get(dana.account_id) == replace(request, **nothing)  # type: ignore[arg-type] # fields of the request
    assert stores.registrations.holder(dana.email) == dana.account_id


def test_asking_again_takes_the_new_words_and_keeps_the_first_number(
    stores: Stores, dana: Account
) -> None:
    stores.registrations.begin(asked(dana), NOON)
    again = stores.registrations.begin(asked(dana, request_id="second", last_name="Jones"), NOON)
    assert (again.request_id, again.last_name) == (asked(dana).request_id, "Jones")


def test_an_address_is_asked_with_by_one_account_whatever_its_letters(
    stores: Stores, dana: Account
) -> None:
    stores.registrations.begin(asked(dana), NOON)
    other = stores.accounts.signed_in(identity("second", email="Dana@Example.com"), NOON)
    with pytest.raises(AlreadyExists):
        stores.registrations.begin(asked(other), NOON)
    assert stores.accounts.get(other.account_id).standing is Standing.NOTHING
    assert stores.registrations.get(other.account_id) is None


def test_what_was_released_is_gone_with_its_reason_and_the_address_free(
    stores: Stores, dana: Account
) -> None:
    stores.registrations.begin(asked(dana), NOON)
    stores.registrations.release(dana.account_id, "Apigee does not accept this name.")
    assert stores.registrations.get(dana.account_id) is None
    assert stores.registrations.reason(dana.account_id) == "Apigee does not accept this name."
    assert stores.accounts.get(dana.account_id).standing is Standing.NOTHING
    other = stores.accounts.signed_in(identity("second", email="dana@example.com"), NOON)
    assert stores.registrations.begin(asked(other), NOON).email == "dana@example.com"
    with pytest.raises(AlreadyExists):
        stores.registrations.begin(asked(dana), NOON)


def test_who_asks_after_a_release_keeps_the_number(stores: Stores, dana: Account) -> None:
    stores.registrations.begin(asked(dana), NOON)
    stores.registrations.release(dana.account_id, "No.")
    again = stores.registrations.begin(asked(dana, request_id="second"), NOON)
    assert again.request_id == asked(dana).request_id
    assert stores.registrations.reason(dana.account_id) == ""


def test_a_link_ends_a_registration_or_lets_it_wait(stores: Stores, dana: Account) -> None:
    stores.registrations.begin(asked(dana), NOON)
    waiting = stores.accounts.link(dana.account_id, developer(), Standing.WAITING)
    assert waiting.standing is Standing.WAITING
    assert list(stores.registrations.standing(UNDECIDED)) == [waiting]
    assert stores.accounts.link(dana.account_id, developer()).standing is Standing.NOTHING
    assert not stores.registrations.standing(UNDECIDED)


def test_a_sign_in_changes_nothing_of_a_registration(stores: Stores, dana: Account) -> None:
    stores.registrations.begin(asked(dana), NOON)
    assert stores.accounts.signed_in(identity(), NOON).standing is Standing.SETTING_UP


def test_a_decision_is_kept_with_its_reason(stores: Stores, dana: Account) -> None:
    stores.registrations.begin(asked(dana), NOON)
    no = Decision(Standing.REFUSED, "Ada", NOON, "Nobody knows you.")
    stores.registrations.decide(dana.account_id, no)
    assert stores.registrations.reason(dana.account_id) == "Nobody knows you."
    assert stores.accounts.get(dana.account_id).standing is Standing.REFUSED


def test_who_waits_is_listed_in_the_order_of_asking(stores: Stores, dana: Account) -> None:
    eve = stores.accounts.signed_in(identity("eve"), NOON)
    ravi = stores.accounts.signed_in(identity("ravi"), NOON)
    for hours, who in enumerate((ravi, dana, eve)):
        stores.registrations.begin(asked(who), NOON + timedelta(hours=hours))
    stores.registrations.stand(ravi.account_id, Standing.BY_HAND)
    stores.registrations.stand(dana.account_id, Standing.WAITING)
    found = [item.account_id for item in stores.registrations.standing(UNDECIDED)]
    assert found == [ravi.account_id, dana.account_id]
    assert stores.registrations.count(UNDECIDED) == 2
    assert stores.registrations.count({Standing.SETTING_UP}) == 1
    assert stores.registrations.count({Standing.REFUSED}) == 0


def test_an_invitation_is_for_an_address_in_any_letters(stores: Stores) -> None:
    first = Invitation("New.Person@example.com", "Ada", NOON)
    assert stores.registrations.invite(first)
    assert not stores.registrations.invite(replace(first, email="new.person@example.com"))
    assert stores.registrations.is_invited("NEW.PERSON@EXAMPLE.COM")
    assert not stores.registrations.is_invited("person@example.com")
    stores.registrations.invitation_used("new.person@example.com", NOON)
    stores.registrations.invitation_used("stranger@example.com", NOON)
    assert list(stores.registrations.invitations()) == [replace(first, used_at=NOON)]


def test_an_invitation_is_withdrawn_in_any_letters_and_once(stores: Stores) -> None:
    for email in ("Ben@example.com", "ada@example.com", "cleo@example.com"):
        stores.registrations.invite(Invitation(email, "Ada", NOON))
    assert stores.registrations.withdraw("CLEO@example.com")
    assert not stores.registrations.withdraw("cleo@example.com")
    assert not stores.registrations.is_invited("cleo@example.com")
    listed = [item.email for item in stores.registrations.invitations()]
    assert listed == ["ada@example.com", "Ben@example.com"]
    assert [item.email for item in stores.registrations.invitations(most=1)] == listed[:1]
    after = stores.registrations.invitations("ADA@example.com", 5)
    assert [item.email for item in after] == listed[1:]


def test_every_version_of_the_terms_stays_on_record(stores: Stores, dana: Account) -> None:
    later = NOON + timedelta(days=30)
    stores.registrations.accept_terms(dana.account_id, "1", NOON)
    stores.registrations.accept_terms(dana.account_id, "2", later)
    stores.registrations.accept_terms(dana.account_id, "2", later + timedelta(days=1))
    eve = stores.accounts.signed_in(identity("eve"), NOON)
    stores.registrations.accept_terms(eve.account_id, "1", NOON)
    assert stores.accounts.get(dana.account_id).terms_version == "2"
    own = list(stores.registrations.acceptances(dana.account_id))
    assert [(item.version, item.at, item.subject) for item in own] == [
        ("1", NOON, "dana"),
        ("2", later, "dana"),
    ]
    assert [item.version for item in stores.registrations.acceptances()] == ["1", "1", "2"]


def test_what_was_accepted_outlives_the_account(
    session: sessionmaker[Session], sql: Stores
) -> None:
    dana = sql.accounts.signed_in(identity(), NOON)
    sql.registrations.begin(asked(dana), NOON)
    sql.registrations.accept_terms(dana.account_id, "1", NOON)
    with session.begin() as current:
        current.execute(text("DELETE FROM accounts"))
    [left] = sql.registrations.acceptances()
    assert (left.account_id, left.version, left.email) == (dana.account_id, "1", "")
    assert sql.registrations.get(dana.account_id) is None


def test_another_organization_knows_nothing_of_it(
    session: sessionmaker[Session], sql: Stores
) -> None:
    dana = sql.accounts.signed_in(identity(), NOON)
    sql.registrations.begin(asked(dana), NOON)
    sql.registrations.invite(Invitation("new@example.com", "Ada", NOON))
    elsewhere = RegistrationStore(session, f"not-{ORGANIZATION}")
    assert elsewhere.get(dana.account_id) is None
    assert elsewhere.holder(dana.email) is None
    assert not elsewhere.is_invited("new@example.com")
    assert not elsewhere.withdraw("new@example.com")
    assert sql.registrations.is_invited("new@example.com")
