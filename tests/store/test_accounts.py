"""Accounts: one per (issuer, subject), at most one per developer."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.developers import Developer
from app.domain.errors import AlreadyExists, NotFound
from app.store.accounts import AccountStore
from tests.store.conftest import NOON, Stores, developer, identity


def test_the_first_sign_in_makes_an_account_and_the_second_finds_it(stores: Stores) -> None:
    first = stores.accounts.signed_in(identity(roles=frozenset({"support"})), NOON)
    again = stores.accounts.signed_in(identity(), NOON + timedelta(hours=1))
    assert (first.email, first.name, first.user_name) == ("dana@example.com", "Dana Smith", "dana")
    assert first.roles == {"support"}
    assert again.account_id == first.account_id
    assert stores.accounts.get(first.account_id) == again
    assert stores.accounts.of_subject(again.issuer, again.subject) == again
    assert stores.accounts.of_subject(again.subject, again.issuer) is None


def test_a_sign_in_takes_over_email_and_roles_and_forgets_the_old_ones(stores: Stores) -> None:
    old = identity(roles=frozenset({"administrator", "support"}))
    stores.accounts.signed_in(old, NOON)
    new = replace(old, email="D@example.org", email_verified=False, roles=frozenset({"support"}))
    account = stores.accounts.signed_in(new, NOON)
    assert (account.email, account.email_verified) == ("D@example.org", False)
    assert account.roles == {"support"}


def test_a_provider_that_falls_silent_does_not_empty_the_names(stores: Stores) -> None:
    stores.accounts.signed_in(identity(), NOON)
    silent = identity(first_name="", last_name="Jones", user_name="")
    account = stores.accounts.signed_in(silent, NOON)
    assert (account.name, account.user_name) == ("Dana Jones", "dana")


def test_names_that_the_person_edited_stay(session: sessionmaker[Session], sql: Stores) -> None:
    sql.accounts.signed_in(identity(), NOON)
    with session.begin() as current:
        current.execute(text("UPDATE accounts SET names_edited = true, first_name = 'D.'"))
    assert sql.accounts.signed_in(identity(), NOON).name == "D. Smith"


def test_the_same_subject_of_another_issuer_is_another_person(stores: Stores) -> None:
    here = stores.accounts.signed_in(identity(), NOON)
    there = stores.accounts.signed_in(identity(issuer="https://other.example.com"), NOON)
    assert here.account_id != there.account_id


def test_two_sign_ins_at_the_same_time_make_one_account(
    session: sessionmaker[Session], sql: Stores
) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: sql.accounts.signed_in(identity(), NOON), range(12)))
    assert len({account.account_id for account in made}) == 1
    with session() as current:
        assert current.scalar(text("SELECT count(*) FROM accounts")) == 1


def test_an_unknown_account_is_not_found(stores: Stores) -> None:
    with pytest.raises(NotFound):
        stores.accounts.get(4711)
    with pytest.raises(NotFound):
        stores.accounts.link(4711, developer())


def test_a_link_makes_the_account_a_developer(stores: Stores) -> None:
    account = stores.accounts.signed_in(identity(), NOON)
    assert not account.is_developer
    linked = stores.accounts.link(account.account_id, developer())
    assert linked == stores.accounts.get(account.account_id)
    assert (linked.owner.email, linked.owner.developer_id) == (
        "dana@example.com",
        "id-of-dana@example.com",
    )


def test_a_link_survives_the_next_sign_in(stores: Stores) -> None:
    account = stores.accounts.signed_in(identity(), NOON)
    linked = stores.accounts.link(account.account_id, developer())
    assert stores.accounts.signed_in(identity(), NOON) == linked


def test_linking_the_same_developer_again_changes_nothing(stores: Stores) -> None:
    account = stores.accounts.signed_in(identity(), NOON)
    linked = stores.accounts.link(account.account_id, developer())
    assert stores.accounts.link(account.account_id, developer()) == linked


@pytest.mark.parametrize(
    "taken",
    [
        developer(),
        developer(developer_id="another"),
        developer("another@example.com", developer_id="id-of-dana@example.com"),
    ],
    ids=["both", "by e-mail", "by id"],
)
def test_a_developer_belongs_to_one_account_only(stores: Stores, taken: Developer) -> None:
    dana = stores.accounts.signed_in(identity(), NOON)
    eve = stores.accounts.signed_in(identity("eve"), NOON)
    stores.accounts.link(dana.account_id, developer())
    with pytest.raises(AlreadyExists):
        stores.accounts.link(eve.account_id, taken)
    assert stores.accounts.get(eve.account_id) == eve


def test_a_change_counts_for_the_linked_account_only(stores: Stores) -> None:
    dana = stores.accounts.signed_in(identity(), NOON)
    eve = stores.accounts.signed_in(identity("eve"), NOON)
    stores.accounts.link(dana.account_id, developer())
    stores.accounts.link(eve.account_id, developer("eve@example.com"))
    stores.accounts.developer_changed("dana@example.com")
    stores.accounts.developer_changed("dana@example.com")
    stores.accounts.developer_changed("Eve@example.com")
    assert stores.accounts.get(dana.account_id).owner.generation == 2
    assert stores.accounts.get(eve.account_id).owner.generation == 0


def test_a_link_follows_its_developer_to_another_address(stores: Stores) -> None:
    dana = stores.accounts.signed_in(identity(), NOON)
    eve = stores.accounts.signed_in(identity("eve"), NOON)
    stores.accounts.link(dana.account_id, developer())
    stores.accounts.link(eve.account_id, developer("eve@example.com"))
    stores.accounts.developer_moved(replace(developer(), email="novak@example.com"))
    moved = stores.accounts.get(dana.account_id)
    assert (moved.developer_email, moved.generation) == ("novak@example.com", 1)
    assert moved.developer_id == developer().developer_id
    assert stores.accounts.get(eve.account_id).developer_email == "eve@example.com"
    with pytest.raises(AlreadyExists):
        stores.accounts.developer_moved(replace(developer(), email="eve@example.com"))
    stores.accounts.developer_moved(developer("stranger@example.com"))
    assert stores.accounts.get(dana.account_id) == moved


def test_no_change_is_lost_when_two_processes_count_at_once(sql: Stores) -> None:
    account = sql.accounts.signed_in(identity(), NOON)
    sql.accounts.link(account.account_id, developer())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sql.accounts.developer_changed("dana@example.com"), range(20)))
    assert sql.accounts.get(account.account_id).generation == 20


def test_a_link_to_another_organization_counts_for_nothing_here(
    session: sessionmaker[Session], sql: Stores
) -> None:
    account = sql.accounts.signed_in(identity(), NOON)
    sql.accounts.link(account.account_id, developer())
    elsewhere = AccountStore(session, "another")
    assert not elsewhere.get(account.account_id).is_developer
    elsewhere.developer_changed("dana@example.com")
    assert sql.accounts.get(account.account_id).generation == 0


def test_what_postgresql_cannot_store_does_not_stop_a_sign_in(sql: Stores) -> None:
    odd = identity(first_name="Da\x00na", last_name="\ud800")
    assert sql.accounts.signed_in(odd, NOON).name == "Da\ufffdna \ufffd"
