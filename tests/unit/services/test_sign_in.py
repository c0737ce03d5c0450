"""From a proven identity to an account."""

import logging

import pytest

from app.domain.audit import Action, Actor
from app.domain.errors import SignInFailed
from app.domain.people import Account
from app.domain.registrations import Standing
from tests.unit.services.house import DANA, DOWN, House, identity

NOBODY = Actor(None, "anonymous", "request-1", "192.0.2.7")
RAVI = "ravi@example.com"


def sign_in(house: House, email: str = RAVI, **facts: object) -> Account:
    return house.portal.sign_in.complete(identity(email, **facts), NOBODY)


def test_a_first_sign_in_makes_an_account_without_asking_apigee(house: House) -> None:
    account = sign_in(house, roles=frozenset({"support"}))
    assert house.accounts.get(account.account_id) == account
    assert (account.email, account.roles) == (RAVI, frozenset({"support"}))
    assert not account.is_developer
    assert house.asked() == []
    given, row = house.audit.entries
    assert (given.action, given.detail) == (Action.ACCOUNT_ROLES, "no role to support")
    assert (row.action, row.phase, row.target) == (Action.SIGN_IN, "done", RAVI)
    assert row.actor == Actor(account.account_id, "Ravi Reyes", "request-1", "192.0.2.7")


def test_a_known_developer_signs_in_without_asking_apigee(house: House) -> None:
    assert sign_in(house, DANA) == house.accounts.of_developer(DANA)
    assert house.asked() == []


def test_the_same_person_has_one_account(house: House) -> None:
    assert sign_in(house).account_id == sign_in(house, email_verified=False).account_id


def test_somebody_without_an_address_signs_in_too(house: House) -> None:
    sign_in(house, "", subject="ravi")
    assert house.audit.entries[-1].target == "ravi"


def test_a_developer_of_the_index_is_linked_at_sign_in(house: House) -> None:
    developer = house.apigee.add_developer(RAVI)
    house.fill_index()
    house.asked()
    account = sign_in(house)
    assert account.developer_id == developer.developer_id
    assert house.asked() == ["developers.get"]
    assert [row[0] for row in house.trail()] == ["sign_in", "developer.link", "developer.link"]
    assert house.audit.entries[-1].actor.account_id == account.account_id


def test_an_unverified_address_links_nobody(house: House) -> None:
    house.fill_index()
    eve = sign_in(house, DANA, subject="eve", email_verified=False)
    assert not eve.is_developer
    assert house.rows(Action.DEVELOPER_LINK) == []


@pytest.mark.parametrize("by_job", [True, False], ids=["job", "next sign-in"])
def test_while_apigee_is_down_a_job_makes_the_link_or_the_next_sign_in(
    house: House, by_job: bool, caplog: pytest.LogCaptureFixture
) -> None:
    house.apigee.add_developer(RAVI)
    house.fill_index()
    house.apigee.fail("developers.get", DOWN)
    with caplog.at_level(logging.WARNING):
        account = sign_in(house)
    assert (account.is_developer, account.standing) == (False, Standing.SETTING_UP)
    assert house.accounts.get(account.account_id) == account
    assert "unreachable" in caplog.text
    assert RAVI not in caplog.text
    if by_job:
        house.work()
    linked = house.accounts.get(account.account_id) if by_job else sign_in(house)
    assert (linked.developer_email, linked.standing) == (RAVI, Standing.NOTHING)
    house.clock.pass_by(61)
    house.work()
    assert house.accounts.get(account.account_id).owner.developer_id == linked.developer_id


def test_a_second_account_signs_in_without_the_developer(house: House) -> None:
    house.fill_index()
    house.asked()
    assert not sign_in(house, DANA, subject="another-dana").is_developer
    assert house.asked() == []


def test_a_link_that_is_refused_stops_no_sign_in(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.fill_index()
    monkeypatch.setattr(house.accounts, "of_developer", lambda _email: None)
    with caplog.at_level(logging.WARNING):
        assert not sign_in(house, DANA, subject="another-dana").is_developer
    assert "NotAllowed" in caplog.text


def test_roles_that_change_at_the_provider_are_on_the_record(house: House) -> None:
    sign_in(house, roles=frozenset({"support"}))
    sign_in(house, roles=frozenset({"support"}))
    sign_in(house, roles=frozenset({"administrator"}))
    sign_in(house)
    told = [(row.detail, row.actor.name) for row in house.rows(Action.ACCOUNT_ROLES)]
    assert [words for words, _who in told] == [
        "no role to support",
        "support to administrator",
        "administrator to no role",
    ]
    assert {who for _words, who in told} == {"Ravi Reyes"}


def test_who_is_blocked_is_refused_and_it_is_on_the_record(house: House) -> None:
    account = sign_in(house)
    house.accounts.block(account.account_id)
    house.audit.entries.clear()
    with pytest.raises(SignInFailed) as refused:
        sign_in(house)
    assert refused.value.reason == "blocked"
    house.portal.sign_in.refused(NOBODY, refused.value)
    (row,) = house.audit.entries
    assert (row.target, row.target_account_id) == (RAVI, account.account_id)
    assert (row.action, row.phase, row.detail) == (Action.SIGN_IN_REFUSED, "failed", "blocked")
    assert row.actor.account_id == account.account_id
    assert house.asked() == []


def test_the_account_of_who_is_blocked_stays_as_it_was(house: House) -> None:
    blocked = house.accounts.block(sign_in(house).account_id)
    before = house.accounts.record(blocked.account_id)
    house.clock.pass_by(60)
    with pytest.raises(SignInFailed):
        sign_in(house, first_name="Boss", email_verified=False, roles=frozenset({"administrator"}))
    assert house.accounts.record(blocked.account_id) == before


def test_who_is_blocked_while_they_sign_in_is_not_let_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.accounts.block(sign_in(house).account_id)
    monkeypatch.setattr(house.accounts, "of_identity", lambda _identity: None)
    with pytest.raises(SignInFailed) as refused:
        sign_in(house)
    assert refused.value.reason == "blocked"


def test_a_refusal_by_the_provider_is_recorded_by_its_reason(house: House) -> None:
    house.portal.sign_in.refused(NOBODY, SignInFailed("nonce_mismatch"))
    (row,) = house.audit.entries
    assert (row.action, row.actor, row.detail) == (
        Action.SIGN_IN_REFUSED,
        NOBODY,
        "nonce_mismatch",
    )


def test_signing_out_is_recorded(house: House) -> None:
    dana = house.accounts.of_developer(DANA)
    house.portal.sign_in.signed_out(Actor(1, "Dana Reyes"), dana)
    assert house.trail() == [("sign_out", "done", DANA)]
    assert house.audit.entries[0].target_account_id == (dana and dana.account_id)


def test_signing_out_twice_is_recorded_of_nobody(house: House) -> None:
    house.portal.sign_in.signed_out(NOBODY, None)
    assert house.trail() == [("sign_out", "done", "")]
