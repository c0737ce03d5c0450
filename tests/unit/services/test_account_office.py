"""Accounts in the administrator's hand."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from app.domain.audit import SYSTEM, Action, Actor
from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, NotPossible
from app.domain.people import ADMINISTRATOR, SUPPORT, Account
from app.services.account_office import AccountOffice
from tests.unit.services.house import DANA, House, build, identity
from tests.unit.services.registering import FORM, RAVI


@pytest.fixture
def ada(house: House) -> Account:
    return house.sign_up("ada@example.com", roles=frozenset({ADMINISTRATOR}))


@pytest.fixture
def dana(house: House) -> Account:
    account = house.accounts.of_developer(DANA)
    assert account is not None
    return account


def office(house: House) -> AccountOffice:
    return house.portal.accounts.office


def actor(account: Account) -> Actor:
    return Actor(account.account_id, account.name)


def test_blocking_keeps_somebody_out_and_touches_no_key(
    house: House, ada: Account, dana: Account
) -> None:
    house.asked()
    assert office(house).block(actor(ada), dana.account_id).blocked
    assert house.accounts.get(dana.account_id).blocked
    assert house.asked() == []
    assert house.apigee.by_email[DANA].is_active
    assert house.phases(Action.ACCOUNT_BLOCK) == ["intent", "done"]
    assert not office(house).unblock(actor(ada), dana.account_id).blocked
    assert house.phases(Action.ACCOUNT_UNBLOCK) == ["intent", "done"]


def test_the_last_administrator_who_can_sign_in_is_not_blocked(
    house: House, ada: Account, dana: Account
) -> None:
    with pytest.raises(NotPossible, match="last administrator"):
        office(house).block(SYSTEM, ada.account_id)
    office(house).grant(SYSTEM, dana.account_id, ADMINISTRATOR)
    assert office(house).block(SYSTEM, ada.account_id).blocked
    with pytest.raises(NotPossible, match="last administrator"):
        office(house).block(SYSTEM, dana.account_id)
    assert not house.accounts.get(dana.account_id).blocked


def test_two_administrators_who_block_each_other_at_once_are_not_both_out(
    house: House, ada: Account, dana: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(house).grant(SYSTEM, dana.account_id, ADMINISTRATOR)
    people = [(ada, dana), (dana, ada)]
    together, book = Barrier(2, timeout=0.5), type(office(house).book)
    block = book.block

    def waits(self: object, account_id: int, *, blocked: bool) -> Account:
        with suppress(BrokenBarrierError):
            together.wait()
        return block(self, account_id, blocked=blocked)  # type: ignore[arg-type] # its own self

    def press(pair: tuple[Account, Account]) -> bool:
        try:
            return office(house).block(actor(pair[0]), pair[1].account_id).blocked
        except (NotAllowed, Conflict):
            return False

    monkeypatch.setattr(book, "block", waits)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, people)) == [False, True]
    assert [house.accounts.get(one.account_id).blocked for one, _ in people].count(True) == 1


def test_nobody_blocks_themselves(house: House, ada: Account) -> None:
    with pytest.raises(NotAllowed, match="cannot block yourself"):
        office(house).block(actor(ada), ada.account_id)
    assert not house.accounts.get(ada.account_id).blocked
    assert house.phases(Action.ACCOUNT_BLOCK) == ["failed"]


def test_a_role_is_granted_and_taken_with_both_on_record(
    house: House, ada: Account, dana: Account
) -> None:
    assert office(house).grant(actor(ada), dana.account_id, SUPPORT).roles == {SUPPORT}
    assert office(house).grant(actor(ada), dana.account_id, ADMINISTRATOR).roles == {
        SUPPORT,
        ADMINISTRATOR,
    }
    assert office(house).revoke(actor(ada), dana.account_id, SUPPORT).roles == {ADMINISTRATOR}
    told = [(row.phase.value, row.detail) for row in house.rows(Action.ACCOUNT_GRANT)]
    assert told == [
        (phase, f"{role}; granted: {change}; from the provider: no role")
        for role, change in (
            ("support", "no role to support"),
            ("administrator", "support to administrator, support"),
        )
        for phase in ("intent", "done")
    ]
    last = house.rows(Action.ACCOUNT_REVOKE)[-1]
    assert (last.target, last.detail) == (
        DANA,
        "support; granted: administrator, support to administrator; from the provider: no role",
    )


@pytest.mark.parametrize("role", [ADMINISTRATOR, SUPPORT])
def test_nobody_grants_themselves_a_role(house: House, ada: Account, role: str) -> None:
    with pytest.raises(NotAllowed, match="cannot grant a role to yourself"):
        office(house).grant(actor(ada), ada.account_id, role)
    assert house.accounts.get(ada.account_id).granted_roles == frozenset()
    assert house.phases(Action.ACCOUNT_GRANT) == ["failed"]


def test_what_the_provider_gives_is_told_apart_on_record(house: House, ada: Account) -> None:
    office(house).grant(SYSTEM, ada.account_id, ADMINISTRATOR)
    told = "granted: no role to administrator; from the provider: administrator"
    assert house.rows(Action.ACCOUNT_GRANT)[-1].detail == f"administrator; {told}"


@pytest.mark.parametrize("role", ["developer", "emperor"])
def test_only_roles_that_exist_are_granted(
    house: House, ada: Account, dana: Account, role: str
) -> None:
    with pytest.raises(InvalidInput, match="administrator, product_owner, support"):
        office(house).grant(actor(ada), dana.account_id, role)
    assert house.rows(Action.ACCOUNT_GRANT) == []


def test_a_role_of_the_provider_cannot_be_taken_away_here(house: House, ada: Account) -> None:
    with pytest.raises(InvalidInput, match="was not granted here"):
        office(house).revoke(SYSTEM, ada.account_id, ADMINISTRATOR)


def test_nobody_takes_their_own_last_right_as_an_administrator(house: House) -> None:
    boss = house.sign_up("boss@example.com")
    office(house).grant(SYSTEM, boss.account_id, ADMINISTRATOR)
    with pytest.raises(NotAllowed, match="your own last right"):
        office(house).revoke(actor(boss), boss.account_id, ADMINISTRATOR)
    house.sign_up("boss@example.com", roles=frozenset({ADMINISTRATOR}))
    after = office(house).revoke(actor(boss), boss.account_id, ADMINISTRATOR)
    assert after.roles == {ADMINISTRATOR}


def test_nobody_changes_rights_that_they_do_not_have(house: House, ada: Account) -> None:
    sam = house.sign_up("sam@example.com", roles=frozenset({SUPPORT}))
    with pytest.raises(NotAllowed, match="rights that you do not have"):
        office(house).grant(actor(sam), sam.account_id, ADMINISTRATOR)
    with pytest.raises(NotAllowed, match="rights that you do not have"):
        office(house).block(actor(sam), ada.account_id)
    with pytest.raises(NotAllowed, match="rights that you do not have"):
        office(house).unlink(actor(sam), ada.account_id)
    assert house.accounts.get(sam.account_id).roles == {SUPPORT}
    assert house.audit.entries[-1].phase.value == "failed"


def test_an_account_is_linked_by_hand_to_the_developer_of_an_address(
    house: House, ada: Account
) -> None:
    ravi = house.sign_up(RAVI, first_name="", last_name="")
    developer = house.apigee.add_developer("r.rao@example.com")
    house.asked()
    linked = office(house).link(actor(ada), ravi.account_id, " R.Rao@example.com ")
    assert linked.developer_id == developer.developer_id
    assert house.asked() == ["developers.get", "developers.get"]
    row = house.rows(Action.DEVELOPER_LINK)[-1]
    assert (row.target, row.on_behalf_of) == ("r.rao@example.com", RAVI)
    assert office(house).get(ravi.account_id).developer is not None


@pytest.mark.parametrize("email", ["nobody@example.com", "", "..", "a/../b@example.com"])
def test_a_link_to_nobody_is_told_at_its_field(house: House, ada: Account, email: str) -> None:
    ravi = house.sign_up(RAVI)
    with pytest.raises(InvalidInput) as refused:
        office(house).link(actor(ada), ravi.account_id, email)
    assert "no developer with exactly" in refused.value.fields["email"]


def test_nobody_links_or_unlinks_their_own_account(house: House, ada: Account) -> None:
    """Whoever may change accounts would read the secrets of any developer else."""
    house.apigee.add_developer(RAVI)
    with pytest.raises(NotAllowed, match="your own account"):
        office(house).link(actor(ada), ada.account_id, RAVI)
    assert not house.accounts.get(ada.account_id).is_developer
    office(house).link(SYSTEM, ada.account_id, RAVI)
    with pytest.raises(NotAllowed, match="your own account"):
        office(house).unlink(actor(ada), ada.account_id)
    assert house.accounts.get(ada.account_id).developer_email == RAVI
    assert house.phases(Action.DEVELOPER_LINK) == ["failed", "intent", "done"]
    assert house.phases(Action.DEVELOPER_UNLINK) == ["failed"]


def test_the_developer_of_somebody_else_is_not_taken(house: House, ada: Account) -> None:
    ravi = house.sign_up(RAVI)
    with pytest.raises(InvalidInput, match="Another account is this developer"):
        office(house).link(actor(ada), ravi.account_id, DANA)
    assert house.phases(Action.DEVELOPER_LINK) == ["intent", "failed"]


def test_who_is_linked_is_unlinked_first(house: House, ada: Account, dana: Account) -> None:
    house.apigee.add_developer(RAVI)
    with pytest.raises(NotPossible, match="Unlink it first"):
        office(house).link(actor(ada), dana.account_id, RAVI)
    off = office(house).unlink(actor(ada), dana.account_id)
    assert not off.is_developer
    assert house.apigee.by_email[DANA].is_active
    assert office(house).link(actor(ada), dana.account_id, RAVI).developer_email == RAVI
    with pytest.raises(NotPossible, match="not linked"):
        office(house).unlink(actor(ada), house.sign_up("x@example.com").account_id)


def test_the_next_sign_in_does_not_undo_what_an_administrator_unlinked(
    house: House, ada: Account, dana: Account
) -> None:
    house.fill_index()
    office(house).unlink(actor(ada), dana.account_id)
    again = house.portal.sign_in.complete(identity(DANA), actor(dana))
    assert not again.is_developer
    assert house.portal.registration.obstacle(again) is not None


def test_what_was_unlinked_is_not_linked_by_signing_in_as_another_subject(
    house: House, ada: Account, dana: Account
) -> None:
    house.fill_index()
    office(house).unlink(actor(ada), dana.account_id)
    facts = {"subject": "dana-2", "issuer": "https://other.example"}
    second = house.portal.sign_in.complete(identity(DANA.title(), **facts), actor(dana))
    assert not second.is_developer
    with pytest.raises(NotAllowed, match="cannot be connected automatically"):
        house.portal.registration.register(second, actor(second), FORM)
    assert not house.accounts.get(second.account_id).is_developer
    assert office(house).link(actor(ada), second.account_id, DANA).is_developer


def test_two_developers_who_differ_in_case_only_are_both_offered() -> None:
    house = build(flavor="edge")
    for email in ("Ravi@example.com", RAVI):
        house.apigee.add_developer(email)
    house.fill_index()
    ravi = house.sign_up(RAVI)
    view = office(house).get(ravi.account_id)
    assert [row.email for row in view.candidates] == ["Ravi@example.com", RAVI]
    linked = office(house).link(SYSTEM, ravi.account_id, "Ravi@example.com")
    assert linked.developer_email == "Ravi@example.com"
    assert office(house).get(ravi.account_id).candidates == ()


def test_an_unknown_account_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        office(house).block(SYSTEM, 4711)
    with pytest.raises(NotFound):
        office(house).get(4711)


def test_a_look_alike_letter_links_nobody_to_another_developer(house: House, ada: Account) -> None:
    house.apigee.add_developer("kim@example.com", "Kim", "Lee")
    ravi = house.sign_up(RAVI)
    with pytest.raises(InvalidInput):
        office(house).link(actor(ada), ravi.account_id, "\u212aim@example.com")
    assert not house.accounts.get(ravi.account_id).is_developer
