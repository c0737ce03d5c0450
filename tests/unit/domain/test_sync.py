"""What differs between the portal and Apigee, where it goes, and which addresses are meant."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.attributes import Attribute
from app.domain.developers import Developer, DeveloperStatus
from app.domain.errors import InvalidInput
from app.domain.sync import (
    Choices,
    Difference,
    Direction,
    Filter,
    Known,
    LinkedAccount,
    Taken,
    differences,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACTIVE, INACTIVE = DeveloperStatus.ACTIVE, DeveloperStatus.INACTIVE
DANA = Developer("dana@example.com", "id-1", "Dana", "Reyes", "dana", ACTIVE)


def known(developer: Developer = DANA, own_name: str = "", *, edited: bool = True) -> Known:
    """Return Dana's row; with ``own_name`` she wrote her first name in the portal."""
    account = LinkedAccount(7, DANA.email, own_name, "Reyes", names_edited=edited)
    return Known(1, "0" * 16, NOON, developer, account if own_name else None)


def only(found: tuple[Difference, ...]) -> Difference:
    [one] = found
    return one


@pytest.mark.parametrize("direction", Direction)
def test_the_same_on_both_sides_is_no_difference(direction: Direction) -> None:
    assert differences(known(), DANA, direction) == ()
    assert differences(known(own_name="Dana"), DANA, direction) == ()


@pytest.mark.parametrize("direction", Direction)
def test_what_the_portal_has_copies_of_only_is_taken_from_apigee_whatever_the_direction(
    direction: Direction,
) -> None:
    there = replace(
        DANA, user_name="dee", developer_id="id-2", attributes=(Attribute("team", "blue"),)
    )
    here = replace(DANA, attributes=(Attribute("team", "red"), Attribute("desk", "4")))
    found = differences(known(here), there, direction)
    assert {item.taken for item in found} == {Taken.TO_PORTAL}
    assert [(item.field, item.here, item.there) for item in found] == [
        ("user_name", "dana", "dee"),
        ("developer_id", "id-1", "id-2"),
        ("attribute team", "red", "blue"),
        ("attribute desk", "4", ""),
    ]


@pytest.mark.parametrize("own_name", ["", "Dana"], ids=["without an account", "by the provider"])
def test_a_name_goes_as_chosen_also_where_nobody_wrote_one_here(own_name: str) -> None:
    there, here = replace(DANA, first_name="Diana"), known(own_name=own_name, edited=False)
    one = only(differences(here, there, Direction.TO_PORTAL))
    assert one == Difference("first_name", "Dana", "Diana", Taken.TO_PORTAL)
    assert only(differences(here, there, Direction.TO_APIGEE)).taken is Taken.TO_APIGEE


def test_no_name_of_apigee_is_emptied() -> None:
    here = known(replace(DANA, last_name=""))
    one = only(differences(here, DANA, Direction.TO_APIGEE))
    assert one == Difference("last_name", "", "Reyes", Taken.TO_PORTAL)


def test_a_name_that_was_changed_on_both_sides_goes_as_chosen() -> None:
    there, here = replace(DANA, first_name="Diana"), known(own_name="Danni")
    one = only(differences(here, there, Direction.TO_PORTAL))
    assert one == Difference("first_name", "Danni", "Diana", Taken.TO_PORTAL)
    assert only(differences(here, there, Direction.TO_APIGEE)).taken is Taken.TO_APIGEE


def test_a_name_that_was_changed_here_alone_is_never_undone() -> None:
    here = known(own_name="Danni")
    assert only(differences(here, DANA, Direction.TO_PORTAL)).taken is Taken.LEFT
    assert only(differences(here, DANA, Direction.TO_APIGEE)).taken is Taken.TO_APIGEE


@pytest.mark.parametrize("direction", Direction)
def test_who_is_inactive_on_apigee_becomes_inactive_here(direction: Direction) -> None:
    one = only(differences(known(), replace(DANA, status=INACTIVE), direction))
    assert one == Difference("status", "active", "inactive", Taken.TO_PORTAL)


def test_who_is_inactive_here_is_not_activated_by_apigee() -> None:
    here = known(replace(DANA, status=INACTIVE))
    assert only(differences(here, DANA, Direction.TO_PORTAL)).taken is Taken.LEFT
    assert only(differences(here, DANA, Direction.TO_APIGEE)).taken is Taken.TO_APIGEE


@pytest.mark.parametrize(
    ("pattern", "email", "is_meant"),
    [
        ("", "dana@example.com", True),
        ("  ", "dana@example.com", True),
        ("*@example.com", "Dana@Example.COM", True),
        ("*@example.com", "dana@example.com.evil.test", False),
        ("dan?@*", "dana@example.com", True),
        ("dan?@*", "dan@example.com", False),
        ("[dr]ana@*", "dana@example.com", False),
        ("[dr]ana@*", "[dr]ana@example.com", True),
        (".*", "dana@example.com", False),
        ("(a+)+$", "(a+)+$", True),
    ],
)
def test_a_filter_knows_stars_and_question_marks_and_nothing_else(
    pattern: str, email: str, is_meant: bool
) -> None:
    assert Filter(pattern).means(email) is is_meant


@pytest.mark.parametrize("pattern", ["*" * 6, "a" * 101])
def test_a_filter_that_could_take_long_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Choices(only=pattern).checked()
    assert set(refused.value.fields) == {"only"}
