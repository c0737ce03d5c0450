"""What somebody downloads about themselves, and what they must not find in it."""

from app.domain.audit import SYSTEM, Action, Actor
from app.domain.people import Account
from tests.unit.services.house import DANA, DOWN, House

ADA = Actor(77, "Ada Admin", "request-9", "198.51.100.9")


def dana(house: House) -> Account:
    account = house.accounts.of_developer(DANA)
    assert account is not None
    return account


def test_it_holds_what_they_did_and_what_was_done_to_them(house: House) -> None:
    account = dana(house)
    own = Actor(account.account_id, account.name)
    house.apigee.add_app(DANA, "trip", house.apigee.new_key("weather-free"))
    house.portal.accounts.own.rename(account, own, "Dee", "Novak")
    house.portal.accounts.office.block(SYSTEM, account.account_id)
    house.portal.registration.requests.accept_terms(account.account_id, "3", house.clock.now())
    data = house.portal.accounts.own.data(house.accounts.get(account.account_id), own)
    actions = {row.action for row in data.rows}
    assert {Action.ACCOUNT_NAMES, Action.DEVELOPER_UPDATE, Action.ACCOUNT_BLOCK} <= actions
    assert Action.ACCOUNT_DATA in actions
    assert [item.version for item in data.accepted] == ["3"]
    assert [app.name for app in data.apps or ()] == ["trip"]
    assert data.record.account.name == "Dee Novak"
    numbers = [row.number for row in data.rows]
    assert numbers == sorted(set(numbers))


def test_an_unproven_address_opens_nobody_elses_rows(house: House) -> None:
    account = dana(house)
    house.portal.accounts.office.block(SYSTEM, account.account_id)
    for facts in ({"email_verified": False}, {"email_verified": True}):
        eve = house.sign_up(DANA, subject="eve", **facts)
        data = house.portal.accounts.own.data(eve, Actor(eve.account_id, eve.name))
        assert {row.actor.account_id for row in data.rows} == {eve.account_id}


def test_what_was_done_to_an_account_is_told_though_its_address_has_another_one(
    house: House,
) -> None:
    ravi = house.sign_up("ravi@example.com")
    eve = house.sign_up("ravi@example.com", subject="eve", email_verified=False)
    office = house.portal.accounts.office
    for account in (ravi, eve):
        office.grant(SYSTEM, account.account_id, "support")
        office.block(SYSTEM, account.account_id)
        own = Actor(account.account_id, account.name)
        rows = house.portal.accounts.own.data(account, own).rows
        assert {row.target_account_id for row in rows} == {account.account_id}
        assert {Action.ACCOUNT_GRANT, Action.ACCOUNT_BLOCK} <= {row.action for row in rows}


def test_what_was_done_to_an_earlier_account_of_the_address_is_not_told(house: House) -> None:
    before = house.sign_up("ravi@example.com")
    house.portal.accounts.office.block(SYSTEM, before.account_id)
    house.accounts.delete(before.account_id)
    ravi = house.sign_up("ravi@example.com", subject="the next ravi")
    own = Actor(ravi.account_id, ravi.name)
    rows = house.portal.accounts.own.data(ravi, own).rows
    assert {row.action for row in rows} == {Action.ACCOUNT_DATA}


def test_it_comes_without_the_apps_while_apigee_is_down(house: House) -> None:
    account = dana(house)
    house.apigee.fail("apps.page", DOWN)
    assert house.portal.accounts.own.data(account, ADA).apps is None
    ravi = house.sign_up("ravi@example.com")
    assert house.portal.accounts.own.data(ravi, ADA).apps == ()
