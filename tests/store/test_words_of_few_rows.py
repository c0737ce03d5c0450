"""A word looked for in rows that another word leaves: told from the row as from the index."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import sessionmaker

from app.services.developer_port import DeveloperFilter
from app.store.developer_search import DEVELOPERS, Together, matching
from app.store.developers import DeveloperStore
from app.store.words import search_words, typed_words
from tests.store.conftest import NOON, ORGANIZATION, developer

NAMES = (
    *(
        "Ana",
        "O'Neil-Smith",
        "José",
        "per\x01son",
        "\uff26\uff35\uff2c\uff2c",
        "a_b",
        "two words",
        "tab\tword",
    ),
    *("Straße", "İstanbul", "12ab34", "", "x.y@z.com", "a@b@Cee.org", "100%_sure", "Ab" * 150),
)


def test_a_row_says_what_the_index_of_words_says(postgres_engine: Engine) -> None:
    crowd = [
        developer(f"p{number}@Team.example.com", last_name=name, user_name="rare")
        for number, name in enumerate(NAMES)
    ]
    DeveloperStore(sessionmaker(postgres_engine), ORGANIZATION).save(crowd, NOON)
    words = {
        each.email: search_words((each.email, each.first_name, each.last_name, each.user_name))
        for each in crowd
    }
    every = set[str]().union(*words.values())
    typed = {word[:length] for word in every for length in (1, 2, 3, 5, len(word))}
    own = select(DEVELOPERS.c.email)
    with postgres_engine.connect() as connection:
        for text in sorted(typed | {"zzz", "nna", "erson", "om"}):
            if typed_words(text) != (text,):
                continue
            asked = DeveloperFilter(f"rare {text}")
            found = own.where(
                *matching(ORGANIZATION, asked, Together(("rare",), on_postgresql=True))
            )
            expected = {
                email for email, own_ in words.items() if any(w.startswith(text) for w in own_)
            }
            assert set(connection.scalars(found)) == expected, text
