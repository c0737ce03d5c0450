"""Lists of the developer index: sorted by four facts either way, filtered, counted and paged."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest

from app.domain.apps import REQUEST_ID
from app.domain.attributes import Attribute
from app.domain.developers import DeveloperStatus
from app.services.developer_port import DeveloperOrder, DeveloperSearch
from app.services.ports import DeveloperIndex
from tests.store.conftest import NOON, Stores, developer, identity

PEOPLE = (
    developer("zoe@example.com", first_name="Anna", created_at=NOON, user_name="z"),
    developer("Ben@example.com", first_name="Zora", created_at=None, user_name="b"),
    developer("carl@example.com", first_name="Mia", created_at=NOON - timedelta(days=2)),
    developer("dora@example.com", first_name="Mia", created_at=NOON - timedelta(days=2)),
)
LONG = "x" * 5_000


def found(index: DeveloperIndex, **asked: object) -> list[str]:
    query = DeveloperSearch(**asked)  # type: ignore[arg-type] # a test's own shorthand
    return [row.email.partition("@")[0] for row in index.search(query).rows]


def with_sign_ins(stores: Stores) -> Stores:
    """Zoe signed in at noon, Carl an hour before; the others never did."""
    stores.developers.save(PEOPLE, NOON)
    for person, at in (("zoe", NOON), ("carl", NOON - timedelta(hours=1))):
        account = stores.accounts.signed_in(identity(person), at)
        stores.accounts.link(account.account_id, developer(f"{person}@example.com"))
    return stores


@pytest.mark.parametrize(
    ("order", "emails"),
    [
        (DeveloperOrder.NAME, ["zoe", "carl", "dora", "Ben"]),
        (DeveloperOrder.EMAIL, ["Ben", "carl", "dora", "zoe"]),
        (DeveloperOrder.REGISTERED, ["Ben", "carl", "dora", "zoe"]),
        (DeveloperOrder.SIGNED_IN, ["Ben", "dora", "carl", "zoe"]),
    ],
)
def test_a_list_is_sorted_up_and_down_and_paged_both_ways(
    stores: Stores, order: DeveloperOrder, emails: list[str]
) -> None:
    index = with_sign_ins(stores).developers
    assert found(index, order=order) == emails
    assert found(index, order=order, descending=True) == emails[::-1]
    for descending in (False, True):
        query = DeveloperSearch(order=order, descending=descending, size=1)
        expected = emails[::-1] if descending else emails
        assert names_of(there(index, query)) == expected
        assert names_of(back(index, query)) == expected[::-1]
        assert [row.email for row in index.every(query)] == [
            f"{name}@example.com" for name in expected
        ]


def there(index: DeveloperIndex, query: DeveloperSearch) -> list[list[str]]:
    page = index.search(query)
    pages = [[row.email for row in page.rows]]
    while page.next_after:
        page = index.search(replace(query, after=page.next_after))
        pages.append([row.email for row in page.rows])
    return pages


def back(index: DeveloperIndex, query: DeveloperSearch) -> list[list[str]]:
    page = index.search(query)
    while page.next_after:
        page = index.search(replace(query, after=page.next_after))
    pages = [[row.email for row in page.rows]]
    while page.previous_before:
        page = index.search(replace(query, before=page.previous_before))
        pages.append([row.email for row in page.rows])
    return pages


def names_of(pages: list[list[str]]) -> list[str]:
    return [email.partition("@")[0] for email in chain(*pages)]


def test_going_back_to_the_beginning_shows_a_full_first_page(stores: Stores) -> None:
    stores.developers.save([developer(f"d{number}@example.com") for number in range(5)], NOON)
    rows = stores.developers.search(DeveloperSearch()).rows
    page = stores.developers.search(DeveloperSearch(before=rows[2].public_id, size=3))
    assert [row.email for row in page.rows] == [row.email for row in rows[:3]]
    assert page.previous_before is None
    assert page.next_after == rows[2].public_id


@pytest.mark.parametrize("before", ["", "nonsense", "\x00"])
def test_a_bad_cursor_backwards_shows_the_first_page(stores: Stores, before: str) -> None:
    stores.developers.save(PEOPLE, NOON)
    page = stores.developers.search(DeveloperSearch(before=before, size=2))
    assert [row.email for row in page.rows] == ["zoe@example.com", "carl@example.com"]
    assert page.previous_before is None
    assert page.next_after == page.rows[-1].public_id


def test_who_never_signed_in_is_found(stores: Stores) -> None:
    index = with_sign_ins(stores).developers
    assert found(index, never_signed_in=True) == ["dora", "Ben"]
    assert found(index, never_signed_in=True, words="mia") == ["dora"]


def test_a_count_ends_where_it_is_told_to(stores: Stores) -> None:
    stores.developers.save([developer(f"d{number}@example.com") for number in range(12)], NOON)
    assert stores.developers.count(DeveloperSearch(size=2), 1_000) == 12
    assert stores.developers.count(DeveloperSearch(), 10) == 10
    assert stores.developers.count(DeveloperSearch(words="d1"), 10) == 3
    assert stores.developers.count(DeveloperSearch(words="nobody"), 10) == 0


def test_everybody_is_read_in_batches_without_a_gap(stores: Stores) -> None:
    many = [developer(f"d{number:04}@example.com") for number in range(2_001)]
    stores.developers.save(many, NOON)
    query = DeveloperSearch(words="dana", order=DeveloperOrder.REGISTERED, descending=True)
    read = [row.email for row in stores.developers.every(query)]
    assert read == [item.email for item in many[::-1]]


@pytest.mark.parametrize(
    ("attribute", "emails"),
    [
        ("tier=gold", ["ana"]),
        (" tier = gold ", ["ana"]),
        ("tier", ["ana", "ben"]),
        ("tier=Gold", ["ben"]),
        ("tier=gol", []),
        ("tie", []),
        ("note=a=b", ["ben"]),
        ("empty=", ["ben"]),
        ("long=" + LONG, ["ana"]),
        ("long=" + LONG[:-1], []),
        ("mark\x00", ["ben"]),
        (REQUEST_ID, []),
        ("%", []),
    ],
)
def test_developers_are_found_by_an_attribute(
    stores: Stores, attribute: str, emails: list[str]
) -> None:
    gold = (Attribute("tier", "gold"), Attribute("long", LONG), Attribute(REQUEST_ID, "r"))
    other = (
        *(Attribute("tier", "Gold"), Attribute("tier", "gold"), Attribute("note", "a=b")),
        *(Attribute("empty", ""), Attribute("mark\x00", "\ud800")),
    )
    people = [
        developer("ana@example.com", attributes=gold),
        developer("ben@example.com", attributes=other),
        developer("cleo@example.com"),
    ]
    assert stores.developers.save(people, NOON) == 3
    assert stores.developers.save(people, NOON) == 0
    assert found(stores.developers, attribute=attribute) == emails


def test_an_old_attribute_finds_nobody_any_more(stores: Stores) -> None:
    gold = developer(attributes=(Attribute("tier", "gold"),), apps_count=2)
    stores.developers.save([gold], NOON)
    row = stores.developers.search(DeveloperSearch()).rows[0]
    assert (row.attributes, row.apps_count) == (gold.attributes, 2)
    plain = replace(gold, attributes=(), apps_count=None)
    assert stores.developers.save([plain], NOON) == 1
    assert found(stores.developers, attribute="tier") == []
    row = stores.developers.get(row.public_id)
    assert (row.attributes, row.apps_count) == ((), None)


def test_another_number_of_apps_is_a_difference(stores: Stores) -> None:
    stores.developers.save([developer(apps_count=1)], NOON)
    assert stores.developers.save([developer(apps_count=2)], NOON) == 1


def test_a_status_and_an_attribute_narrow_together(stores: Stores) -> None:
    gold, off = (Attribute("tier", "gold"),), DeveloperStatus.INACTIVE
    people = [
        developer("ana@example.com", attributes=gold),
        developer("ben@example.com", attributes=gold, status=off),
        developer("cleo@example.com", status=off),
    ]
    stores.developers.save(people, NOON)
    assert found(stores.developers, attribute="tier=gold", status=off) == ["ben"]


def test_the_last_sign_in_follows_the_link(stores: Stores) -> None:
    stores.developers.save([developer(), developer("eve@example.com")], NOON)
    dana = stores.accounts.signed_in(identity(), NOON)
    stores.accounts.link(dana.account_id, developer())
    later = NOON + timedelta(hours=3)
    stores.accounts.signed_in(identity(), later)
    assert sign_ins(stores) == {"dana@example.com": later, "eve@example.com": None}
    stores.accounts.link(dana.account_id, developer("eve@example.com"))
    assert sign_ins(stores) == {"dana@example.com": None, "eve@example.com": later}
    stores.book.unlink(dana.account_id)
    assert sign_ins(stores) == {"dana@example.com": None, "eve@example.com": None}


def test_a_deleted_account_leaves_no_sign_in_behind(stores: Stores) -> None:
    stores.developers.save([developer()], NOON)
    dana = stores.accounts.signed_in(identity(), NOON)
    stores.accounts.link(dana.account_id, developer())
    stores.book.delete(dana.account_id)
    assert sign_ins(stores) == {"dana@example.com": None}


def test_a_row_that_comes_after_the_link_has_the_sign_in(stores: Stores) -> None:
    dana = stores.accounts.signed_in(identity(), NOON)
    stores.accounts.link(dana.account_id, developer())
    stores.developers.save([developer(), developer("eve@example.com")], NOON)
    assert sign_ins(stores) == {"dana@example.com": NOON, "eve@example.com": None}


def sign_ins(stores: Stores) -> dict[str, object]:
    rows = stores.developers.search(DeveloperSearch()).rows
    for row in rows:
        assert stores.developers.get(row.public_id) == row
    return {row.email: row.last_sign_in_at for row in rows}


@pytest.mark.parametrize(
    ("known", "made", "counted"),
    [
        (0, 1, 1),
        (2, -1, 1),
        (0, -1, 0),
        (99, 1, 100),
        (100, -1, 100),
        (100, 1, 100),
        (None, 1, None),
    ],
)
def test_an_app_that_is_made_or_deleted_here_is_counted_before_the_next_synchronization(
    stores: Stores, known: int | None, made: int, counted: int | None
) -> None:
    other = developer("eve@example.com", apps_count=5)
    stores.developers.save([developer(apps_count=known), other], NOON)
    stores.accounts.developer_changed("dana@example.com", made)
    stores.accounts.developer_changed("dana@example.com")
    found = {row.email: row.apps_count for row in stores.developers.search(DeveloperSearch()).rows}
    assert found == {"dana@example.com": counted, "eve@example.com": 5}
    assert stores.developers.save([developer(apps_count=counted)], NOON) == 0
