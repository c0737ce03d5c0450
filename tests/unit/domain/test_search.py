"""What is looked for: the words of a query, what they find, and how it is marked."""

import pytest

from app.domain.search import LONGEST_QUERY, key_of, query_of
from app.domain.search_words import EXCERPT, MOST_WORDS, Piece, indexed

WORDS = {
    "Rotate a KEY": "rotate a key",
    "getPetById": "getpetbyid get pet by id",
    "HTTPServer": "httpserver http server",
    "OAuth2Token": "oauth2token o auth2 token",
    "list_pets-by.name": "list pets by name",
    "/v1/pets/{id}": "v1 pets id",
    "sha256 of v2": "sha256 of v2",
    "Zürich, Éclair, naïve": "zurich eclair naive",
    "Zu\u0308rich": "zurich",
    "Straße ﬁnden": "strasse finden",
    "日本 Токио": "日本 токио",
    "a\0b\tc": "a b c",
    '"x" OR (NEAR y*) -- ; DROP': "x or near y drop",
    "😀 … — *": "",
    "": "",
}
FOUND = [
    ("pet", "All pets", True),
    ("PETS all", "All pets", True),
    ("pets dog", "All pets", False),
    ("ets", "All pets", False),
    ("getPet", "getPetById", True),
    ("getpetby", "getPetById", True),
    ("pet", "getPetById", True),
    ("GitHub", "the github repository", True),
    ("GitHub", "a hub for git", True),
    ("listPets", "listpets", True),
    ("zurich", "Zürich", True),
    ("Zürich", "Zurich", True),
    ("/v1/pets/{id}", "GET /v1/pets/{petId}", True),
    ("/v2/pets/{petId}", "GET /v1/pets/{petId}", False),
    ("/v1/pets/{petId}", "GET /v1/pets/{petId}", True),
]


@pytest.mark.parametrize(("text", "words"), WORDS.items())
def test_a_text_is_kept_as_its_words(text: str, words: str) -> None:
    assert indexed(text) == words


@pytest.mark.parametrize(("query", "text", "is_found"), FOUND)
def test_every_word_must_begin_one_of_the_text(query: str, text: str, is_found: bool) -> None:
    assert query_of(query).finds([text]) is is_found


def test_words_may_stand_in_several_texts() -> None:
    assert query_of("pets weather").finds(["All pets", "Weather"])


def test_a_long_query_is_cut_and_so_are_its_words() -> None:
    query = query_of("x " * 10_000)
    assert len(query.text) <= LONGEST_QUERY
    assert len(query.words) == 1
    many = query_of(" ".join(f"a{number}" for number in range(60)))
    assert len(many.words) == MOST_WORDS
    assert [word.whole for word in query_of("y" * 10_000).words] == ["y" * 64]


def marked(query: str, text: str) -> str:
    pieces = query_of(query).marked(text)
    return "".join(f"[{piece.text}]" if piece.is_found else piece.text for piece in pieces)


MARKED = [
    ("pet", "All Pets of a petshop", "All [Pets] of a [petshop]"),
    ("pet", "getPetById", "get[Pet]ById"),
    ("zurich", "In Zürich.", "In [Zürich]."),
    ("zurich", "In Zu\u0308rich.", "In [Zu\u0308rich]."),
    ("b", "<b>bold</b>", "<[b]>[bold]</[b]>"),
    ("id pets", "/v1/pets/{id}", "/v1/[pets]/{[id]}"),
    ("nothing", "All pets", "All pets"),
    ("😀", "All 😀", "All 😀"),
    ("a", "", ""),
]


@pytest.mark.parametrize(("query", "text", "shown"), MARKED)
def test_the_words_are_marked_and_the_text_stays_as_it_was(
    query: str, text: str, shown: str
) -> None:
    assert marked(query, text) == shown
    assert "".join(piece.text for piece in query_of(query).marked(text)) == text


def test_an_excerpt_is_the_part_with_the_word_in_it() -> None:
    text = "before " * 100 + "the needle " + "after " * 100
    pieces = query_of("needle").excerpt(text)
    assert Piece("needle", is_found=True) in pieces
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("… before ")
    assert shown.endswith(" …")
    assert len(shown) <= EXCERPT + 4


def test_an_excerpt_without_the_word_is_the_beginning() -> None:
    assert query_of("needle").excerpt("All of it.") == (Piece("All of it."),)
    assert query_of("needle").excerpt("  ") == ()


def test_an_excerpt_of_one_endless_word_is_cut() -> None:
    assert sum(len(piece.text) for piece in query_of("y").excerpt("x" * 100_000)) <= EXCERPT + 4


def test_names_that_differ_in_signs_only_have_one_key() -> None:
    assert key_of("Get a pet!") == query_of("get A PET").key == "get a pet"
    assert key_of("repos/get") == key_of("repos-get") != key_of("repos get all")
