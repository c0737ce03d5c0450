"""Accounts in hand: found by prefixes, page by page, and changed one by one."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.errors import NotFound
from app.domain.people import Account
from app.domain.registrations import Standing
from app.services.account_port import AccountSearch, Condition
from app.store.account_book import AccountBookStore
from tests.store.conftest import NOON, Stores, developer, identity
from tests.store.test_sessions import sign_in as open_session


def sign_in(stores: Stores, subject: str = "dana", **facts: object) -> Account:
    return stores.accounts.signed_in(identity(subject, **facts), NOON)


def found(stores: Stores, **query: object) -> list[str]:
    page = stores.book.search(AccountSearch(**query))  # type: ignore[arg-type] # fields of the query
    return [row.account.subject for row in page.rows]


@pytest.mark.parametrize(
    "words",
    ["dana", "DAN", "smi", "dana smith", "smith dana", "dana@ex", "d.rey", "Smíth"],
)
def test_an_account_is_found_by_the_beginnings_of_its_names(stores: Stores, words: str) -> None:
    sign_in(stores, user_name="d.reyes")
    sign_in(stores, "zoe", last_name="Jones")
    assert found(stores, words=words) == ["dana"]


def test_an_account_is_not_found_by_what_it_was_called_before(stores: Stores) -> None:
    sign_in(stores)
    sign_in(stores, last_name="Jones")
    assert found(stores, words="jones") == ["dana"]
    assert found(stores, words="smith") == []
    stores.book.rename(1, "Dana", "Brown")
    assert found(stores, words="brown") == ["dana"]


def test_who_has_no_name_is_listed_by_the_address(stores: Stores) -> None:
    sign_in(stores, "zoe")
    sign_in(stores, first_name="", last_name="", user_name="")
    assert found(stores) == ["dana", "zoe"]


def test_a_list_is_read_page_by_page_and_knows_its_end(stores: Stores) -> None:
    for number in range(5):
        sign_in(stores, f"user{number}", first_name="Same", last_name="Name")
    seen: list[str] = []
    after: int | None = None
    for expected in (2, 2, 1):
        page = stores.book.search(AccountSearch(after=after, size=2))
        assert len(page.rows) == expected
        seen += [row.account.subject for row in page.rows]
        after = page.next_after
    assert after is None
    assert seen == [f"user{number}" for number in range(5)]
    assert found(stores, after=4711) == seen


def test_lists_are_narrowed_by_role_and_condition(stores: Stores) -> None:
    dana = sign_in(stores)
    ada = sign_in(stores, "ada", roles=frozenset({"administrator"}))
    sam = sign_in(stores, "sam")
    stores.accounts.link(dana.account_id, developer())
    stores.book.grant(sam.account_id, "support", granted=True)
    stores.book.block(ada.account_id, blocked=True)
    assert found(stores, role="administrator") == ["ada"]
    assert found(stores, role="support") == ["sam"]
    assert found(stores, role="%") == []
    stores.accounts.link(sam.account_id, developer("sam@example.com"), Standing.WAITING)
    assert found(stores, condition=Condition.WAITING) == ["sam"]
    assert found(stores, condition=Condition.SETTING_UP) == []
    stores.registrations.stand(sam.account_id, Standing.SETTING_UP)
    assert found(stores, condition=Condition.SETTING_UP) == ["sam"]
    stores.registrations.stand(sam.account_id, Standing.REFUSED)
    assert found(stores, condition=Condition.REFUSED) == ["sam"]
    assert found(stores, condition=Condition.WAITING) == []
    stores.book.unlink(sam.account_id)
    assert found(stores, condition=Condition.BLOCKED) == ["ada"]
    assert found(stores, condition=Condition.NOT_LINKED) == ["ada", "sam"]
    assert found(stores, condition=Condition.NOT_LINKED, words="sa") == ["sam"]


def test_a_record_tells_the_moments(stores: Stores) -> None:
    account = sign_in(stores)
    stores.accounts.signed_in(identity(), NOON + timedelta(hours=1))
    stores.accounts.link(account.account_id, developer())
    record = stores.book.record(account.account_id)
    assert (record.created_at, record.last_sign_in_at) == (NOON, NOON + timedelta(hours=1))
    assert record.account == stores.accounts.get(account.account_id)


def test_an_account_is_found_by_its_identity_and_its_address(stores: Stores) -> None:
    account = sign_in(stores)
    other = sign_in(stores, "eve", email="DANA@example.com", email_verified=False)
    assert stores.book.of_identity(identity()) == account
    assert stores.book.of_identity(replace(identity(), issuer="https://evil.example")) is None
    assert list(stores.book.of_email("Dana@Example.com")) == [account, other]
    assert list(stores.book.of_email("nobody@example.com")) == []


def test_a_name_is_borne_by_whoever_has_it_as_address_subject_or_developer(stores: Stores) -> None:
    dana = sign_in(stores)
    ravi = sign_in(stores, "ravi", email="ravi@example.com", email_verified=False)
    namesake = sign_in(stores, "dana", issuer="https://other.example", email="")
    linked = stores.accounts.link(ravi.account_id, developer("R.Rao@Example.com"))
    assert list(stores.book.bearers("DANA@example.com")) == [dana]
    assert list(stores.book.bearers("dana")) == [dana, namesake]
    assert list(stores.book.bearers("r.rao@example.com")) == [linked]
    assert list(stores.book.bearers("RAVI@example.com")) == [linked]
    assert list(stores.book.bearers("nobody")) == []


def test_names_that_a_person_gave_stay_at_the_next_sign_in(stores: Stores) -> None:
    account = sign_in(stores)
    renamed = stores.book.rename(account.account_id, "Dee", "S.")
    assert (renamed.name, renamed.names_edited) == ("Dee S.", True)
    assert sign_in(stores).name == "Dee S."


def test_a_role_that_was_granted_here_outlives_what_the_provider_says(stores: Stores) -> None:
    account = sign_in(stores, roles=frozenset({"support"}))
    granted = stores.book.grant(account.account_id, "administrator", granted=True)
    assert granted.roles == {"support", "administrator"}
    again = sign_in(stores)
    assert again.roles == {"administrator"}
    assert again.claimed_roles == frozenset()
    stores.accounts.change_roles(account.account_id, frozenset({"administrator"}))
    taken = stores.book.grant(account.account_id, "administrator", granted=False)
    assert taken.roles == {"administrator"}
    assert taken.granted_roles == frozenset()
    assert sign_in(stores).roles == frozenset()


def test_granting_twice_is_granting_once(stores: Stores) -> None:
    account = sign_in(stores)
    for _ in range(2):
        stores.book.grant(account.account_id, "support", granted=True)
    assert stores.book.grant(account.account_id, "support", granted=False).roles == frozenset()


def test_no_grant_is_lost_when_two_are_given_at_once(sql: Stores) -> None:
    account = sign_in(sql)
    roles = [f"role{number}" for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda role: sql.book.grant(account.account_id, role, granted=True), roles))
    assert sql.accounts.get(account.account_id).granted_roles == set(roles)


def test_a_block_is_set_and_lifted(stores: Stores) -> None:
    account = sign_in(stores)
    assert stores.book.block(account.account_id, blocked=True).blocked
    assert sign_in(stores).blocked
    assert not stores.book.block(account.account_id, blocked=False).blocked


def test_an_account_that_was_unlinked_says_so_until_it_is_linked_again(stores: Stores) -> None:
    account = sign_in(stores)
    stores.accounts.link(account.account_id, developer())
    off = stores.book.unlink(account.account_id)
    assert (off.is_developer, off.is_unlinked) == (False, True)
    assert stores.accounts.of_developer("dana@example.com") is None
    assert sign_in(stores).is_unlinked
    assert not stores.accounts.link(account.account_id, developer()).is_unlinked


def test_what_was_known_before_an_account_was_unlinked_is_not_known_after(stores: Stores) -> None:
    account = sign_in(stores)
    before = stores.accounts.link(account.account_id, developer()).owner
    assert stores.book.unlink(account.account_id).generation == before.generation + 1
    after = stores.accounts.link(account.account_id, developer()).owner
    assert after.generations[0] not in before.generations


def test_another_account_of_the_developer_knows_nothing_of_the_one_before(stores: Stores) -> None:
    before = stores.accounts.link(sign_in(stores).account_id, developer()).owner
    stores.book.delete(before.account_id)
    after = stores.accounts.link(sign_in(stores).account_id, developer()).owner
    assert before.generation == after.generation
    assert not set(before.generations) & set(after.generations)


def test_a_deleted_account_takes_its_sessions_with_it(stores: Stores) -> None:
    account = sign_in(stores)
    id_text = open_session(stores)
    assert stores.book.delete(account.account_id)
    assert not stores.book.delete(account.account_id)
    assert stores.sessions.load(id_text, NOON) is None
    with pytest.raises(NotFound):
        stores.accounts.get(account.account_id)
    assert sign_in(stores).account_id > account.account_id


@pytest.mark.parametrize("what", ["record", "rename", "block", "grant", "unlink"])
def test_an_unknown_account_is_not_found(stores: Stores, what: str) -> None:
    change: Mapping[str, Callable[[], object]] = {
        "record": lambda: stores.book.record(4711),
        "rename": lambda: stores.book.rename(4711, "A", "B"),
        "block": lambda: stores.book.block(4711, blocked=True),
        "grant": lambda: stores.book.grant(4711, "support", granted=True),
        "unlink": lambda: stores.book.unlink(4711),
    }
    with pytest.raises(NotFound):
        change[what]()


def test_a_link_to_another_organization_counts_as_none(
    session: sessionmaker[Session], sql: Stores
) -> None:
    account = sign_in(sql)
    sql.accounts.link(account.account_id, developer())
    elsewhere = AccountBookStore(session, "another")
    assert not elsewhere.record(account.account_id).account.is_developer
    assert len(elsewhere.search(AccountSearch(condition=Condition.NOT_LINKED)).rows) == 1


def test_a_page_is_read_along_an_index(sqlite_engine: Engine) -> None:
    plan = "EXPLAIN QUERY PLAN SELECT * FROM accounts ORDER BY sort_name, id LIMIT 51"
    with sqlite_engine.connect() as connection:
        steps = " ".join(str(row) for row in connection.execute(text(plan)))
    assert "ix_accounts_sort_name_id" in steps
    assert "TEMP B-TREE" not in steps
