"""The developer index: searched by word prefixes, paged by key, saved in batches."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.developers import DeveloperStatus
from app.domain.errors import NotFound
from app.services.developer_port import DeveloperSearch, IndexedDeveloper
from app.services.ports import DeveloperIndex
from app.store.developers import DeveloperStore
from tests.store.conftest import NOON, Stores, developer, identity

PEOPLE = (
    developer("dana.smith@example.com", first_name="Dana", last_name="Smith-Jones"),
    developer("jose@example.org", first_name="José", last_name="Núñez", user_name="elJefe"),
    developer("JOSE@example.org", first_name="", last_name="", user_name="j_100%"),
    developer(
        "ines@sub.example.com",
        first_name="Ines",
        last_name="Müller",
        user_name="im",
        status=DeveloperStatus.INACTIVE,
    ),
)


def found(index: DeveloperIndex, words: str = "", **more: object) -> list[str]:
    query = DeveloperSearch(words=words, **more)  # type: ignore[arg-type] # a test's own shorthand
    return [row.email for row in index.search(query).rows]


def test_the_list_is_sorted_by_folded_name_and_email(stores: Stores) -> None:
    stores.developers.save(PEOPLE, NOON)
    assert found(stores.developers) == [
        "dana.smith@example.com",
        "ines@sub.example.com",
        "jose@example.org",
        "JOSE@example.org",
    ]


@pytest.mark.parametrize(
    ("words", "emails"),
    [
        ("dan", ["dana.smith@example.com"]),
        ("DANA", ["dana.smith@example.com"]),
        ("jon", ["dana.smith@example.com"]),
        ("smith-j", ["dana.smith@example.com"]),
        ("jones dana", ["dana.smith@example.com"]),
        ("jose", ["jose@example.org", "JOSE@example.org"]),
        ("josé nunez", ["jose@example.org"]),
        ("eljefe", ["jose@example.org"]),
        ("jose@example.o", ["jose@example.org", "JOSE@example.org"]),
        ("@sub.example", ["ines@sub.example.com"]),
        ("sub.ex", ["ines@sub.example.com"]),
        ("MÜLL", ["ines@sub.example.com"]),
        ("j_100", ["JOSE@example.org"]),
        ("100%", []),
        ("ana", []),
        ("dana muller", []),
        ("%", []),
        ("_", []),
        ("d%", []),
        ("d_na", []),
        ("' OR 1=1 --", []),
        ("\\", []),
    ],
)
def test_every_typed_word_begins_a_word_of_the_developer(
    stores: Stores, words: str, emails: list[str]
) -> None:
    stores.developers.save(PEOPLE, NOON)
    assert found(stores.developers, words) == emails


@pytest.mark.parametrize("words", ["", "  ", "@", "\x00", "\ud800", "\u0301"])
def test_words_that_say_nothing_find_everybody(stores: Stores, words: str) -> None:
    stores.developers.save(PEOPLE, NOON)
    assert len(found(stores.developers, words)) == 4


def test_a_thousand_typed_words_are_no_burden(stores: Stores) -> None:
    stores.developers.save(PEOPLE, NOON)
    assert found(stores.developers, "dana " * 1_000) == ["dana.smith@example.com"]
    many = " ".join(f"word{number}" for number in range(1_000))
    assert found(stores.developers, many) == []


def test_the_search_can_be_narrowed_to_a_status(stores: Stores) -> None:
    stores.developers.save(PEOPLE, NOON)
    inactive = found(stores.developers, status=DeveloperStatus.INACTIVE)
    assert inactive == ["ines@sub.example.com"]
    assert found(stores.developers, "example", status=DeveloperStatus.ACTIVE) == [
        "dana.smith@example.com",
        "jose@example.org",
        "JOSE@example.org",
    ]


def page_by_page(index: DeveloperIndex, query: DeveloperSearch) -> list[list[str]]:
    pages: list[list[str]] = []
    while True:
        page = index.search(query)
        pages.append([row.email for row in page.rows])
        if page.next_after is None:
            return pages
        query = replace(query, after=page.next_after)


def test_pages_show_everybody_once(stores: Stores) -> None:
    everybody = [developer(f"d{number:02}@example.com") for number in range(7)]
    stores.developers.save(everybody, NOON)
    pages = page_by_page(stores.developers, DeveloperSearch(words="dana", size=3))
    assert [len(page) for page in pages] == [3, 3, 1]
    assert list(chain(*pages)) == [item.email for item in everybody]
    assert len(page_by_page(stores.developers, DeveloperSearch(size=7))) == 1


@pytest.mark.parametrize("after", ["", "nonsense", "' OR 1=1", "\x00", "0" * 16])
def test_a_bad_cursor_shows_the_first_page(stores: Stores, after: str) -> None:
    stores.developers.save(PEOPLE, NOON)
    assert len(found(stores.developers, after=after)) == 4


@pytest.mark.parametrize("size", [0, -1])
def test_a_page_has_at_least_one_row(stores: Stores, size: int) -> None:
    stores.developers.save(PEOPLE, NOON)
    assert len(found(stores.developers, size=size)) == 1


def test_a_page_has_at_most_200_rows(stores: Stores) -> None:
    stores.developers.save([developer(f"d{number}@example.com") for number in range(201)], NOON)
    assert len(found(stores.developers, size=10_000)) == 200


def test_a_cursor_holds_no_personal_data(stores: Stores) -> None:
    stores.developers.save(PEOPLE, NOON)
    page = stores.developers.search(DeveloperSearch(size=1))
    assert page.next_after == page.rows[0].public_id
    assert len(page.next_after) == 16
    assert int(page.next_after, 16)


def test_a_row_is_found_by_its_public_id(stores: Stores) -> None:
    stores.developers.save(PEOPLE, NOON)
    row = stores.developers.search(DeveloperSearch(words="ines")).rows[0]
    assert stores.developers.get(row.public_id) == row
    assert row == IndexedDeveloper(
        public_id=row.public_id,
        email="ines@sub.example.com",
        developer_id="id-of-ines@sub.example.com",
        first_name="Ines",
        last_name="Müller",
        user_name="im",
        status=DeveloperStatus.INACTIVE,
        created_at=NOON,
        synced_at=NOON,
    )


def test_an_unknown_public_id_is_not_found(stores: Stores) -> None:
    stores.developers.save(PEOPLE, NOON)
    for unknown in ("", "0" * 16, "dana.smith@example.com"):
        with pytest.raises(NotFound):
            stores.developers.get(unknown)


def test_rows_are_found_by_an_address_in_another_case(stores: Stores) -> None:
    stores.developers.save(PEOPLE, NOON)
    rows = stores.developers.by_folded_email("Jose@Example.org")
    assert [row.email for row in rows] == ["JOSE@example.org", "jose@example.org"]
    assert not stores.developers.by_folded_email("nobody@example.org")
    assert not stores.developers.by_folded_email("%")


def test_a_look_alike_letter_does_not_make_the_same_address(stores: Stores) -> None:
    stores.developers.save([developer("kim@example.com"), developer("straße@example.com")], NOON)
    assert not stores.developers.by_folded_email("\u212aim@example.com")
    assert not stores.developers.by_folded_email("strasse@example.com")


def test_saving_tells_how_many_differed(stores: Stores) -> None:
    assert stores.developers.save([], NOON) == 0
    assert stores.developers.save(PEOPLE, NOON) == 4
    assert stores.developers.save(PEOPLE, NOON) == 0
    changed = [replace(PEOPLE[0], status=DeveloperStatus.INACTIVE), *PEOPLE[1:], developer()]
    assert stores.developers.save(changed, NOON) == 2


def test_saving_again_keeps_the_public_id_and_notes_the_time(stores: Stores) -> None:
    stores.developers.save(PEOPLE, NOON)
    before = stores.developers.search(DeveloperSearch(words="dana")).rows[0]
    later = NOON + timedelta(hours=1)
    renamed = replace(PEOPLE[0], first_name="Diana", developer_id="made-again")
    stores.developers.save([renamed, *PEOPLE[1:]], later)
    after = stores.developers.get(before.public_id)
    expected = replace(before, first_name="Diana", developer_id="made-again", synced_at=later)
    assert after == expected
    assert {row.synced_at for row in stores.developers.search(DeveloperSearch()).rows} == {later}


def test_an_old_name_finds_nobody_any_more(stores: Stores) -> None:
    stores.developers.save(PEOPLE, NOON)
    stores.developers.save([replace(PEOPLE[0], first_name="Wilma", last_name="Stone")], NOON)
    assert found(stores.developers, "jones") == []
    assert found(stores.developers, "stone wilma") == ["dana.smith@example.com"]


def test_of_the_same_address_twice_the_later_one_counts(stores: Stores) -> None:
    twice = [developer(first_name="Old"), developer(first_name="New")]
    assert stores.developers.save(twice, NOON) == 1
    assert found(stores.developers, "new") == ["dana@example.com"]


def test_the_last_sign_in_of_the_linked_person_is_shown(stores: Stores) -> None:
    stores.developers.save([developer(), developer("eve@example.com")], NOON)
    dana = stores.accounts.signed_in(identity(), NOON)
    stores.accounts.signed_in(identity("eve"), NOON)
    stores.accounts.link(dana.account_id, developer())
    shown = {r.email: r.last_sign_in_at for r in stores.developers.search(DeveloperSearch()).rows}
    assert shown == {"dana@example.com": NOON, "eve@example.com": None}


def test_organizations_do_not_see_each_other(session: sessionmaker[Session], sql: Stores) -> None:
    elsewhere = DeveloperStore(session, "another")
    sql.developers.save(PEOPLE, NOON)
    row = sql.developers.search(DeveloperSearch(words="dana")).rows[0]
    assert elsewhere.search(DeveloperSearch(words="dana")).rows == ()
    assert not elsewhere.by_folded_email("jose@example.org")
    with pytest.raises(NotFound):
        elsewhere.get(row.public_id)
    assert elsewhere.save(PEOPLE, NOON) == 4
    assert sql.developers.get(row.public_id) == row


def test_every_text_sorts_by_code_point_on_postgresql(postgres_engine: Engine) -> None:
    others = text(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name <> 'alembic_version' "
        "AND data_type IN ('text', 'character varying') "
        "AND coalesce(collation_name, '') <> 'C'"
    )
    with postgres_engine.connect() as connection:
        assert connection.execute(others).all() == []


def test_a_developer_who_moved_is_found_by_the_new_address_under_the_same_id(
    stores: Stores,
) -> None:
    old = developer("dana@example.com")
    stores.developers.save((old,), NOON)
    [before] = stores.developers.by_folded_email(old.email)
    moved = replace(old, email="novak@example.org")
    stores.developers.move(old.email, moved, NOON)
    assert stores.developers.get(before.public_id).email == moved.email
    assert found(stores.developers, "novak@") == [moved.email]
    assert found(stores.developers, "dana@ex") == []
    stores.developers.move(old.email, moved, NOON)
    assert stores.developers.get(before.public_id).email == moved.email


def test_a_developer_who_moved_and_was_synchronized_since_has_one_row(stores: Stores) -> None:
    old = developer("dana@example.com")
    moved = replace(old, email="novak@example.org")
    stores.developers.save((old, moved), NOON)
    [before] = stores.developers.by_folded_email(old.email)
    stores.developers.move(old.email, moved, NOON)
    assert found(stores.developers) == [moved.email]
    assert stores.developers.get(before.public_id).email == moved.email
