"""Who is let in: invitations, domains, further questions, terms, and one account per address."""

from dataclasses import replace

import pytest

from app.domain.audit import Action
from app.domain.errors import InvalidInput, NotAllowed
from app.domain.people import Account
from app.domain.registrations import Existing, ExtraField, Policy, Standing
from app.services.registration import Step
from app.services.registration_rules import (
    EXISTS,
    NOT_INVITED,
    NOT_LINKABLE,
    NOT_VERIFIED,
    WRONG_DOMAIN,
    RegistrationRules,
)
from tests.unit.services.house import ACTOR, DANA, DOWN, House, build, identity
from tests.unit.services.registering import FORM, RAVI, register

INVITED = RegistrationRules(policy=Policy.INVITED, domains=frozenset({"staff.example.com"}))
TEAM = ExtraField("team", "Team", required=True, choices=("Maps", "Payments"))
CENTER = ExtraField("cost-center", "Cost center", "Four digits.", pattern="[0-9]{4}", longest=4)


def invited() -> House:
    return build(registration=INVITED)


# --- By invitation ----------------------------------------------------------------------------


def test_only_the_invited_register() -> None:
    house = invited()
    office = house.portal.registration.office
    assert office.invite(ACTOR, " Ravi@Example.com ")
    assert not office.invite(ACTOR, RAVI)
    stranger, ravi = house.sign_up("mallory@example.com"), house.sign_up(RAVI)
    with pytest.raises(NotAllowed, match=NOT_INVITED[:30]):
        register(house, stranger)
    assert (house.asked(), house.portal.registration.obstacle(ravi)) == ([], None)
    assert register(house, ravi).is_developer
    [invitation] = office.invitations()
    assert (invitation.email, invitation.by) == ("Ravi@Example.com", ACTOR.name)
    assert invitation.used_at == house.clock.now()
    assert house.phases(Action.DEVELOPER_INVITE) == ["intent", "done"] * 2


def test_a_listed_domain_needs_no_invitation_and_no_other_one_is_it() -> None:
    house = invited()
    assert register(house, house.sign_up("ana@STAFF.example.com")).is_developer
    for email in ("ana@evil.staff.example.com", "staff.example.com@evil.example"):
        assert house.portal.registration.obstacle(house.sign_up(email)) == NOT_INVITED


@pytest.mark.parametrize("domain", ["straße.example.com", "\u212aelvin.example.com"])
def test_a_domain_of_other_letters_is_not_the_listed_one(domain: str) -> None:
    listed = frozenset({"strasse.example.com", "kelvin.example.com"})
    house = build(registration=RegistrationRules(domains=listed))
    ana = house.sign_up(f"ana@{domain}", subject="ana")
    assert house.portal.registration.obstacle(ana) == WRONG_DOMAIN
    rules = replace(INVITED, domains=listed)
    assert rules.needs_invitation(ana.email)


@pytest.mark.parametrize("existing", [Existing.ADMINISTRATOR, Existing.REFUSE])
def test_without_an_invitation_nobody_is_linked_in_passing(existing: Existing) -> None:
    house = build(registration=replace(INVITED, existing=existing))
    house.apigee.add_developer(RAVI)
    house.fill_index()
    ravi = house.sign_up(RAVI)
    assert house.portal.registration.link_existing(ravi, ACTOR) is None
    assert house.portal.registration.obstacle(ravi) == NOT_INVITED


@pytest.mark.parametrize("terms", ["", "2"], ids=["in passing", "by the form"])
def test_who_is_a_developer_already_needs_no_invitation(terms: str) -> None:
    house = build(registration=replace(INVITED, terms_version=terms))
    house.apigee.add_developer(RAVI)
    house.fill_index()
    ravi = house.portal.sign_in.complete(identity(RAVI), ACTOR)
    assert house.portal.registration.obstacle(ravi) is None
    linked = register(house, ravi, replace(FORM, accepted=terms)) if terms else ravi
    assert linked.developer_email == RAVI
    assert house.phases(Action.DEVELOPER_REGISTER) == []


@pytest.mark.parametrize("by_job", [False, True], ids=["at once", "by the job"])
def test_who_was_a_developer_once_is_not_made_one_without_an_invitation(*, by_job: bool) -> None:
    house = build(registration=replace(INVITED, terms_version="2"))
    house.apigee.add_developer(RAVI)
    house.fill_index()
    house.apigee.by_email.clear()
    ravi, form = house.sign_up(RAVI), replace(FORM, accepted="2")
    if by_job:
        house.apigee.fail("developers.get", DOWN)
        assert register(house, ravi, form).standing is Standing.SETTING_UP
        house.work()
    else:
        with pytest.raises(NotAllowed, match=NOT_INVITED[:30]):
            register(house, ravi, form)
    assert house.accounts.get(ravi.account_id).standing is Standing.NOTHING
    assert house.apigee.by_email == {}


def test_an_invitation_is_worth_nothing_to_an_address_that_is_not_verified() -> None:
    house = invited()
    house.portal.registration.office.invite(ACTOR, RAVI)
    eve = house.sign_up(RAVI, subject="eve", email_verified=False)
    assert house.portal.registration.obstacle(eve) == NOT_VERIFIED


TWO = "a@x.example.com,b@y.example.com"


@pytest.mark.parametrize(
    "email", ["", "ravi", "@example.com", "ravi@", "a b@example.com", "a@b", TWO]
)
def test_an_invitation_is_for_one_address(house: House, email: str) -> None:
    with pytest.raises(InvalidInput):
        house.portal.registration.office.invite(ACTOR, email)
    assert house.trail() == []


# --- Further questions ------------------------------------------------------------------------


def test_answers_become_attributes_and_nothing_else_does() -> None:
    house = build(registration=RegistrationRules(fields=(TEAM, CENTER)))
    answers = {"team": " Maps ", "cost-center": "", "status": "active", "portal_request_id": "x"}
    register(house, house.sign_up(RAVI), replace(FORM, attributes=answers))
    kept = {item.name: item.value for item in house.apigee.by_email[RAVI].attributes}
    number = kept.pop("portal_request_id")
    assert (kept, number != "x") == ({"team": "Maps"}, True)


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, {"attributes[team]"}),
        ({"team": "Sales"}, {"attributes[team]"}),
        ({"team": "Maps", "cost-center": "12a4"}, {"attributes[cost-center]"}),
        ({"team": "Maps", "cost-center": "12345"}, {"attributes[cost-center]"}),
        (
            {"team": "a\x00b", "cost-center": "\u202e12"},
            {"attributes[team]", "attributes[cost-center]"},
        ),
    ],
)
def test_a_wrong_answer_is_told_at_its_question(answers: dict[str, str], wrong: set[str]) -> None:
    house = build(registration=RegistrationRules(fields=(TEAM, CENTER)))
    with pytest.raises(InvalidInput) as told:
        register(house, house.sign_up(RAVI), replace(FORM, attributes=answers))
    assert set(told.value.fields) == wrong
    assert house.asked() == []


def test_answers_wait_for_apigee_like_the_rest() -> None:
    house = build(registration=RegistrationRules(fields=(TEAM,)))
    house.apigee.fail("developers.create", DOWN)
    register(house, house.sign_up(RAVI), replace(FORM, attributes={"team": "Maps"}))
    house.work()
    kept = {item.name: item.value for item in house.apigee.by_email[RAVI].attributes}
    assert kept["team"] == "Maps"


# --- Names ------------------------------------------------------------------------------------


def test_names_that_the_person_wrote_stay_at_the_next_sign_in() -> None:
    house = build()
    register(house, house.sign_up(RAVI))
    again = house.portal.sign_in.complete(identity(RAVI), ACTOR)
    assert (again.name, again.names_edited) == ("Ravi Patel", True)
    house.work()
    assert house.apigee.by_email[RAVI].last_name == "Patel"
    assert house.phases(Action.ACCOUNT_NAMES) == ["intent", "done"]


def test_the_providers_names_are_registered_where_they_count() -> None:
    house = build(registration=RegistrationRules(own_names=False))
    register(house, house.sign_up(RAVI))
    assert house.apigee.by_email[RAVI].last_name == "Reyes"
    nameless = house.sign_up("mia@example.com", first_name="", last_name="")
    register(house, nameless, replace(FORM, first_name="Mia"))
    assert house.apigee.by_email["mia@example.com"].name == "Mia Patel"


def test_names_of_the_provider_that_are_kept_are_no_change() -> None:
    house = build()
    register(house, house.sign_up(RAVI), replace(FORM, last_name="Reyes"))
    assert house.phases(Action.ACCOUNT_NAMES) == []


# --- Terms ------------------------------------------------------------------------------------


def test_a_new_version_of_the_terms_asks_again_before_my_apps() -> None:
    rules = RegistrationRules(terms_version="1")
    house = build(registration=rules)
    linked = register(house, house.sign_up(RAVI), replace(FORM, accepted="1"))
    registration = house.portal.registration
    assert registration.next_step(linked) is None
    newer = replace(registration, rules=replace(rules, terms_version="2"))
    assert newer.next_step(linked) is Step.TERMS
    with pytest.raises(InvalidInput):
        newer.accept_terms(linked, ACTOR, "1")
    newer.accept_terms(linked, ACTOR, "2")
    again = house.accounts.get(linked.account_id)
    assert newer.next_step(again) is None
    versions = [item.version for item in registration.office.acceptances(ACTOR)]
    assert versions == ["1", "2"]
    assert house.phases(Action.TERMS_ACCEPT) == ["done", "done"]
    assert house.phases(Action.TERMS_EXPORT) == ["done"]


def test_who_was_linked_without_terms_is_asked_before_my_apps() -> None:
    house = build(registration=RegistrationRules(terms_version="1"))
    assert house.portal.registration.next_step(house.account_of()) is Step.TERMS


# --- One account for one developer ------------------------------------------------------------


def takeover(house: House, second: Account) -> None:
    """Try everything that could make a second account the developer."""
    registration = house.portal.registration
    assert registration.obstacle(second) == NOT_LINKABLE
    assert registration.link_existing(second, ACTOR) is None
    with pytest.raises(NotAllowed, match=NOT_LINKABLE[:30]):
        register(house, second)
    assert not house.accounts.get(second.account_id).is_developer


@pytest.mark.parametrize("email", [DANA, "Dana@Example.com", "DANA@EXAMPLE.COM"])
@pytest.mark.parametrize("issuer", ["https://id.example", "https://other.example"])
@pytest.mark.parametrize("existing", [Existing.LINK, Existing.ADMINISTRATOR])
def test_a_second_person_with_the_same_address_takes_nothing_over(
    email: str, issuer: str, existing: Existing
) -> None:
    """Abuse case 29: the same e-mail address from a second provider or a second subject."""
    house = build(registration=RegistrationRules(existing=existing))
    dana = house.account_of()
    house.fill_index()
    takeover(house, house.sign_up(email, subject="second", issuer=issuer))
    assert house.accounts.of_developer(DANA) == dana


def test_an_address_under_way_is_taken_too() -> None:
    """Abuse case 29: the second one comes while the first is still being set up."""
    house = build()
    house.apigee.fail("developers.create", DOWN)
    register(house, house.sign_up(RAVI))
    takeover(house, house.sign_up("RAVI@example.com", subject="second"))
    house.work()
    assert [item.subject for item in house.accounts.by_id.values() if item.is_developer] == ["ravi"]


def test_another_address_at_the_provider_moves_no_link(house: House) -> None:
    """Abuse case 29: the address is changed at the provider to a colleague's."""
    house.apigee.add_developer(RAVI)
    house.fill_index()
    dana = house.sign_up(DANA)
    for verified in (True, False):
        moved = house.portal.sign_in.complete(
            identity(RAVI, subject=dana.subject, email_verified=verified), ACTOR
        )
        assert (moved.email, moved.developer_email) == (RAVI, DANA)
    assert house.accounts.of_developer(RAVI) is None


def test_an_unverified_address_learns_nothing_about_who_exists() -> None:
    """Abuse case 29, and nobody can ask the form which addresses Apigee has."""
    answers = []
    for exists in (True, False):
        house = build()
        if exists:
            house.apigee.add_developer(RAVI)
            house.fill_index()
            house.asked()
        eve = house.sign_up(RAVI, subject="eve", email_verified=False)
        with pytest.raises(NotAllowed) as refused:
            register(house, eve)
        answers.append((refused.value.message, house.asked(), house.accounts.get(eve.account_id)))
    assert answers[0] == answers[1]


# --- Letters of an address --------------------------------------------------------------------


def test_on_x_the_address_is_written_in_small_letters_once() -> None:
    """Abuse case 29: on X, which knows small letters only."""
    house = build()
    linked = register(house, house.sign_up("Ravi.Patel@Example.COM", subject="ravi"))
    assert linked.developer_email == "ravi.patel@example.com"
    assert list(house.apigee.by_email) == ["ravi.patel@example.com"]
    again = house.sign_up("RAVI.PATEL@example.com", subject="ravi")
    assert again.developer_email == "ravi.patel@example.com"


def test_on_edge_a_new_developer_has_the_letters_of_the_sign_in() -> None:
    house = build(flavor="edge")
    linked = register(house, house.sign_up("Ravi.Patel@Example.COM", subject="ravi"))
    assert linked.developer_email == "Ravi.Patel@Example.COM"
    assert house.asked() == ["developers.get", "developers.create"]


def test_on_edge_small_letters_are_found_although_the_index_does_not_know_them() -> None:
    house = build(flavor="edge")
    house.apigee.add_developer(RAVI)
    linked = register(house, house.sign_up("Ravi@Example.com", subject="ravi"))
    assert (linked.developer_email, len(house.apigee.by_email)) == (RAVI, 1)


@pytest.mark.parametrize("known", ["Ravi@Example.com", RAVI])
def test_on_edge_two_in_other_letters_are_by_hand_although_the_index_knows_one(known: str) -> None:
    house = build(flavor="edge")
    house.apigee.add_developer(known)
    house.fill_index()
    house.apigee.add_developer("Ravi@Example.com")
    house.apigee.add_developer(RAVI)
    left = register(house, house.sign_up("Ravi@Example.com", subject="ravi"))
    assert (left.standing, left.is_developer) == (Standing.BY_HAND, False)


def test_who_refuses_existing_ones_says_so_in_a_clear_text() -> None:
    house = build(registration=RegistrationRules(existing=Existing.REFUSE))
    house.apigee.add_developer(RAVI)
    with pytest.raises(NotAllowed, match="does not connect existing ones"):
        register(house, house.sign_up(RAVI))
    assert "already" in EXISTS
