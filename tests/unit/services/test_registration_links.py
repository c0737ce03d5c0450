"""Registering where a developer of that address is there already."""

from dataclasses import replace

import pytest

from app.domain.audit import Action
from app.domain.errors import AlreadyExists, NotAllowed
from app.domain.people import Account
from app.domain.registrations import Standing
from app.services.registration_rules import EXISTS, NOT_LINKABLE, RegistrationRules
from tests.unit.services.house import ACTOR, DANA, House, build
from tests.unit.services.registering import RAVI, refusing, register


def test_a_developer_of_the_index_is_linked_with_one_call(house: House, ravi: Account) -> None:
    developer = house.apigee.add_developer(RAVI, "Old", "Name")
    house.fill_index()
    house.asked()
    assert register(house, ravi).developer_id == developer.developer_id
    assert house.asked() == ["developers.get"]
    assert house.apigee.by_email[RAVI] == developer
    assert house.rows(Action.DEVELOPER_REGISTER) == []


def test_a_developer_whom_the_index_does_not_know_is_linked(house: House, ravi: Account) -> None:
    developer = house.apigee.add_developer(RAVI, "Old", "Name")
    assert register(house, ravi).developer_id == developer.developer_id
    assert house.asked() == ["developers.create", "developers.get"]
    assert house.apigee.by_email[RAVI] == developer
    assert house.phases(Action.DEVELOPER_REGISTER) == ["intent", "failed"]


def test_an_address_in_other_letters_is_the_same_developer_on_x(house: House) -> None:
    developer = house.apigee.add_developer(RAVI)
    account = house.sign_up("Ravi@Example.com", subject="ravi")
    linked = register(house, account)
    assert (linked.developer_email, linked.developer_id) == (RAVI, developer.developer_id)


def test_on_edge_the_exact_address_is_kept() -> None:
    house = build(flavor="edge")
    developer = house.apigee.add_developer("Ravi@Example.com")
    house.fill_index()
    linked = register(house, house.sign_up(RAVI))
    assert linked.developer_email == "Ravi@Example.com"
    assert linked.developer_id == developer.developer_id


def test_two_developers_who_differ_in_case_only_are_for_an_administrator() -> None:
    house = build(flavor="edge")
    house.apigee.add_developer("Ravi@Example.com")
    house.apigee.add_developer(RAVI)
    house.fill_index()
    house.asked()
    account = house.sign_up(RAVI)
    assert house.portal.registration.link_existing(account, ACTOR) is None
    left = register(house, account)
    assert (left.standing, left.is_developer) == (Standing.BY_HAND, False)
    assert house.phases(Action.REGISTRATION_BY_HAND) == ["done"]
    assert house.asked() == ["developers.get", "developers.get"]
    assert len(house.apigee.by_email) == 2


def test_a_row_of_somebody_who_left_apigee_stops_nobody(house: House, ravi: Account) -> None:
    house.apigee.add_developer(RAVI)
    house.fill_index()
    del house.apigee.by_email[RAVI]
    house.asked()
    assert house.portal.registration.link_existing(ravi, ACTOR) is None
    assert register(house, ravi).is_developer
    assert house.asked() == ["developers.get", "developers.get", "developers.create"]


def test_a_second_account_is_never_the_same_developer(house: House) -> None:
    house.fill_index()
    house.asked()
    other = house.sign_up(DANA, subject="another-dana")
    assert house.portal.registration.obstacle(other) == NOT_LINKABLE
    with pytest.raises(NotAllowed, match=NOT_LINKABLE[:30]):
        register(house, other)
    assert house.portal.registration.link_existing(other, ACTOR) is None
    assert not house.accounts.get(other.account_id).is_developer
    assert house.asked() == []
    assert house.trail() == [("developer.register", "failed", other.email)]


def test_of_two_accounts_at_the_same_time_one_is_the_developer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.fill_index()
    other = house.sign_up(DANA, subject="another-dana")
    monkeypatch.setattr(house.accounts, "of_developer", lambda _email: None)
    with pytest.raises(NotAllowed, match=NOT_LINKABLE[:30]):
        register(house, other)
    assert not house.accounts.get(other.account_id).is_developer
    assert house.phases(Action.DEVELOPER_LINK) == ["intent", "failed"]


def test_who_refuses_links_makes_nobody_a_second_time() -> None:
    house, account = refusing()
    house.apigee.add_developer(RAVI, "Old", "Name")
    for known in (False, True):
        if known:
            house.fill_index()
        with pytest.raises(NotAllowed, match=EXISTS[:30]):
            register(house, account)
    assert house.portal.registration.link_existing(account, ACTOR) is None
    assert len(house.apigee.by_email) == 1
    assert not house.accounts.get(account.account_id).is_developer


def test_who_refuses_links_still_registers_new_people() -> None:
    house, account = refusing()
    assert register(house, account).is_developer
    assert house.asked() == ["developers.create"]


def test_a_double_click_is_no_stranger_where_links_are_refused() -> None:
    house, account = refusing()
    assert register(house, account) == register(house, account)


def test_another_developer_of_the_same_names_is_a_stranger_where_links_are_refused() -> None:
    house, account = refusing()
    house.apigee.add_developer(RAVI, "Ravi", "Patel")
    house.apigee.put_developer(replace(house.apigee.by_email[RAVI], user_name="ravi"))
    with pytest.raises(NotAllowed):
        register(house, account)


def test_a_developer_who_exists_and_is_not_found_is_for_an_administrator(
    house: House, ravi: Account
) -> None:
    house.apigee.fail("developers.create", AlreadyExists("Taken."))
    with pytest.raises(NotAllowed, match=NOT_LINKABLE[:30]):
        register(house, ravi)


def test_a_known_developer_is_linked_in_passing(house: House, ravi: Account) -> None:
    developer = house.apigee.add_developer(RAVI)
    house.fill_index()
    house.asked()
    linked = house.portal.registration.link_existing(ravi, ACTOR)
    assert linked is not None
    assert linked.developer_id == developer.developer_id
    assert house.asked() == ["developers.get"]


def test_nobody_is_asked_about_people_whom_the_index_does_not_know(
    house: House, ravi: Account
) -> None:
    assert house.portal.registration.link_existing(ravi, ACTOR) is None
    assert house.asked() == []


def test_with_terms_to_accept_nothing_happens_in_passing() -> None:
    house = build(registration=RegistrationRules(terms_version="2026-01"))
    house.apigee.add_developer(RAVI)
    house.fill_index()
    assert house.portal.registration.link_existing(house.sign_up(RAVI), ACTOR) is None


@pytest.mark.parametrize("is_known", [True, False])
def test_a_look_alike_letter_makes_nobody_another_developer(is_known: bool) -> None:
    house = build(registration=RegistrationRules(lower_case=True))
    kim = house.apigee.add_developer("kim@example.com", "Kim", "Lee")
    if is_known:
        house.fill_index()
    other = house.sign_up("\u212aIM@example.com", subject="not-kim")
    assert house.portal.registration.link_existing(other, ACTOR) is None
    assert register(house, other).developer_id not in {"", kim.developer_id}
    assert house.accounts.get(other.account_id).developer_email == "\u212aim@example.com"
