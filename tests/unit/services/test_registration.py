"""Becoming a developer: once, by the operator's rules, with a clear word when it cannot be."""

from dataclasses import replace

import pytest

from app.domain.audit import Action
from app.domain.developers import DeveloperStatus
from app.domain.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    NotRecorded,
)
from app.domain.people import Account
from app.domain.registrations import Existing, Standing
from app.services.registration_rules import (
    EXISTS,
    NO_ADDRESS,
    NOT_VERIFIED,
    UNFIT,
    WRONG_DOMAIN,
    RegistrationRules,
)
from tests.unit.services.house import ACTOR, DANA, DOWN, LOST, House, build
from tests.unit.services.registering import FORM, RAVI, refusing, register

# --- A new developer --------------------------------------------------------------------------


def test_registering_creates_an_active_developer_with_one_call(house: House, ravi: Account) -> None:
    linked = register(house, ravi)
    developer = house.apigee.by_email[RAVI]
    assert house.asked() == ["developers.create"]
    assert (developer.first_name, developer.last_name) == ("Ravi", "Patel")
    assert (developer.user_name, developer.status) == ("ravi", DeveloperStatus.ACTIVE)
    assert linked.owner.developer_id == developer.developer_id
    assert house.accounts.get(ravi.account_id) == linked
    assert house.index.by_email[RAVI].developer_id == developer.developer_id


def test_the_trail_has_both_steps(house: House, ravi: Account) -> None:
    register(house, ravi)
    assert house.trail() == [
        ("account.names", "intent", RAVI),
        ("account.names", "done", RAVI),
        ("developer.register", "intent", RAVI),
        ("developer.register", "done", RAVI),
        ("developer.link", "intent", RAVI),
        ("developer.link", "done", RAVI),
    ]


def test_when_the_log_refuses_nobody_is_created(house: House, ravi: Account) -> None:
    house.audit.error = OSError("The disk is full.")
    with pytest.raises(NotRecorded):
        register(house, ravi)
    assert (house.asked(), RAVI in house.apigee.by_email) == ([], False)


def test_who_is_a_developer_already_stays_the_same(house: House, ravi: Account) -> None:
    linked = register(house, ravi)
    house.asked()
    assert register(house, linked) == linked
    assert house.asked() == []


def test_the_same_form_twice_makes_one_developer(house: House, ravi: Account) -> None:
    assert register(house, ravi) == register(house, ravi)
    assert len(house.apigee.by_email) == 2


@pytest.mark.parametrize("field", ["first_name", "last_name", "user_name"])
@pytest.mark.parametrize("value", ["", "  ", "x" * 256, "a\x00b", "\u202e"])
def test_every_name_is_needed_and_can_be_seen(
    house: House, ravi: Account, field: str, value: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        register(house, ravi, replace(FORM, **{field: value}))  # type: ignore[arg-type] # a name of the form
    assert set(wrong.value.fields) == {field}
    assert (house.asked(), house.trail()) == ([], [])


def test_what_apigee_finds_wrong_is_told(house: House, ravi: Account) -> None:
    house.apigee.fail("developers.create", InvalidInput({"email": "Apigee does not accept it."}))
    with pytest.raises(InvalidInput):
        register(house, ravi)
    assert not house.accounts.get(ravi.account_id).is_developer


def test_while_apigee_is_down_a_job_goes_on_with_the_registration(
    house: House, ravi: Account
) -> None:
    house.apigee.fail("developers.create", DOWN)
    begun = register(house, ravi)
    assert (begun.standing, begun.is_developer) == (Standing.SETTING_UP, False)
    assert house.phases(Action.DEVELOPER_REGISTER) == ["intent", "failed"]
    about = {row.target_account_id for row in house.rows(Action.DEVELOPER_REGISTER)}
    assert about == {ravi.account_id}
    house.work()
    assert house.accounts.get(ravi.account_id).is_developer
    assert list(house.apigee.by_email) == [DANA, RAVI]


# --- Who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"email": ""}, NO_ADDRESS),
        ({"email": RAVI, "email_verified": False}, NOT_VERIFIED),
        ({"email": "../ravi@example.com"}, UNFIT),
        ({"email": "ravi@example.com, dana@example.com"}, UNFIT),
        ({"email": f"{'r' * 250}@example.com"}, UNFIT),
        ({"email": "ravi@example.org"}, WRONG_DOMAIN),
        ({"email": "example.com@evil.example"}, WRONG_DOMAIN),
        ({"email": "ravi@sub.example.com"}, WRONG_DOMAIN),
    ],
)
def test_who_cannot_register_is_told_why(facts: dict[str, object], reason: str) -> None:
    house = build(registration=RegistrationRules(domains=frozenset({"example.com"})))
    account = house.sign_up(**{"subject": "ravi", **facts})  # type: ignore[arg-type] # fields of Identity
    assert house.portal.registration.obstacle(account) == reason
    with pytest.raises(NotAllowed, match=reason[:20]):
        register(house, account)
    assert house.portal.registration.link_existing(account, ACTOR) is None
    assert house.asked() == []
    assert house.trail() == [("developer.register", "failed", account.email)]


def test_domains_are_compared_without_case() -> None:
    house = build(registration=RegistrationRules(domains=frozenset({"example.com"})))
    assert house.portal.registration.obstacle(house.sign_up("Ravi@EXAMPLE.com")) is None


def test_terms_are_accepted_in_their_current_version() -> None:
    house = build(registration=RegistrationRules(terms_version="2026-01"))
    account = house.sign_up(RAVI)
    for accepted in ("", "2025-01", "on"):
        with pytest.raises(InvalidInput) as wrong:
            register(house, account, replace(FORM, accepted=accepted))
        assert set(wrong.value.fields) == {"accept_terms"}
    linked = register(house, account, replace(FORM, accepted="2026-01"))
    assert linked.terms_version == "2026-01"


# --- Lost answers -----------------------------------------------------------------------------


@pytest.mark.parametrize("links", list(Existing))
def test_a_lost_answer_to_a_registration_that_was_done_is_a_success(links: Existing) -> None:
    house = build(registration=RegistrationRules(existing=links))
    account = house.sign_up(RAVI)
    house.apigee.fail("developers.create", LOST, after=True)
    assert register(house, account).is_developer
    assert house.asked() == ["developers.create", "developers.get"]
    assert house.phases(Action.DEVELOPER_REGISTER) == ["intent", "done"]


@pytest.mark.parametrize("silent", [True, False])
def test_a_lost_answer_to_a_registration_that_is_not_seen_is_made_good_by_the_job(
    house: House, ravi: Account, silent: bool
) -> None:
    house.apigee.fail("developers.create", LOST, after=silent)
    if silent:
        house.apigee.fail("developers.get", DOWN)
    assert register(house, ravi).standing is Standing.SETTING_UP
    assert house.phases(Action.DEVELOPER_REGISTER) == ["intent", "unknown"]
    house.work()
    assert house.accounts.get(ravi.account_id).is_developer
    assert len(house.apigee.by_email) == 2


def test_a_lost_answer_beside_a_stranger_links_nobody() -> None:
    house, account = refusing()
    house.apigee.add_developer(RAVI, "Old", "Name")
    house.apigee.fail("developers.create", LOST)
    assert register(house, account).standing is Standing.SETTING_UP
    house.work()
    left = house.accounts.get(account.account_id)
    assert (left.is_developer, left.standing) == (False, Standing.NOTHING)
    assert house.portal.registration.office.reason(left) == EXISTS


def test_an_account_that_is_gone_is_not_linked(house: House, ravi: Account) -> None:
    del house.accounts.by_id[ravi.account_id]
    with pytest.raises(NotFound):
        register(house, ravi)
