"""What is kept for a kind of reader is made anew when anything that it is made of was."""

from collections.abc import Callable

from app.services.kept import KINDS, Kept


def counted() -> tuple[Callable[[], int], list[int]]:
    """Return what makes the next number, and all that were made."""
    made: list[int] = []

    def make() -> int:
        made.append(len(made) + 1)
        return made[-1]

    return make, made


def test_the_same_sources_give_what_was_made_from_them() -> None:
    kept, (make, made) = Kept[int](), counted()
    sources = [object(), object()]

    assert kept.get("visitors", sources, make) == 1
    assert kept.get("visitors", [*sources], make) == 1
    assert made == [1]


def test_a_source_that_was_read_anew_counts_even_if_it_says_the_same() -> None:
    kept, (make, _) = Kept[int](), counted()
    before, after = ["a page"], ["a page"]

    assert kept.get("visitors", [before], make) == 1
    assert kept.get("visitors", [after], make) == 2


def test_each_kind_of_reader_has_its_own() -> None:
    kept, (make, _) = Kept[int](), counted()
    sources = [object()]

    assert kept.get(frozenset({"partner"}), sources, make) == 1
    assert kept.get(frozenset(), sources, make) == 2
    assert kept.get(frozenset({"partner"}), sources, make) == 1


def test_nothing_is_kept_of_more_kinds_than_there_is_room_for() -> None:
    kept, (make, _) = Kept[int](), counted()
    sources = [object()]
    for kind in range(KINDS + 1):
        kept.get(kind, sources, make)

    assert kept.get(0, sources, make) == KINDS + 2


def test_what_is_not_there_is_kept_as_well() -> None:
    kept, asked = Kept[int | None](), list[str]()
    sources = [object()]
    for _ in range(2):
        assert kept.get("visitors", sources, lambda: asked.append("")) is None

    assert asked == [""]
