"""What an app says about itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.apps import DISPLAY_NAME, NOTES, REQUEST_ID, AppPage, DeveloperApp
from app.domain.attributes import Attribute, value_of
from app.domain.keys import ApprovalStatus, Key, KeyProduct

MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)


def key(key_id: str, seconds: float | None, *products: str) -> Key:
    """Return a key that was issued so many seconds after the app was made."""
    held = tuple(KeyProduct(name, ApprovalStatus.APPROVED) for name in products)
    issued = None if seconds is None else MADE + timedelta(seconds=seconds)
    return Key(key_id, "abcd", ApprovalStatus.APPROVED, held, issued_at=issued)


def app(*keys: Key, created_at: datetime | None = MADE) -> DeveloperApp:
    return DeveloperApp(
        *("id", "trip-planner", "dev", ApprovalStatus.APPROVED), keys=keys, created_at=created_at
    )


def test_an_app_is_called_what_people_called_it() -> None:
    values = {DISPLAY_NAME: "Trip", NOTES: "Plans trips", REQUEST_ID: "r1"}
    given = tuple(Attribute(name, value) for name, value in values.items())
    named = replace(app(), attributes=given)
    assert (named.display_name, named.description, named.request_id) == (
        "Trip",
        "Plans trips",
        "r1",
    )


def test_an_app_made_elsewhere_has_its_internal_name_only() -> None:
    assert (app().display_name, app().description, app().request_id) == ("trip-planner", "", None)


def test_the_first_of_two_attributes_of_a_name_counts() -> None:
    attributes = (Attribute("a", "1"), Attribute("a", "2"))
    assert value_of(attributes, "a") == "1"
    assert value_of(attributes, "b") is None


def test_every_product_of_every_key_is_listed_once() -> None:
    assert app(key("k", 0, "b", "a"), key("l", 0, "a", "c")).products == ("b", "a", "c")
    page = AppPage((app(key("k", 0, "b")), app(), app(key("l", 0, "a", "b"))))
    assert page.products == ("b", "a")


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        ((), None),
        ((key("only", 0.2),), "only"),
        ((key("added", 900), key("made", 1)), "made"),
        ((key("made", 1), key("added", 900)), "made"),
        ((key("added", 900), key("made", 0), key("undated", None)), "made"),
        ((key("newer", 1), key("older", 1)), "older"),
        ((key("rotated", 900),), None),
        ((key("undated", None), key("undated too", None)), "undated too"),
    ],
)
def test_the_key_made_with_the_app_is_its_oldest_of_that_moment(
    keys: tuple[Key, ...], first: str | None
) -> None:
    found = app(*keys).first_key
    assert (found.key_id if found else None) == first


def test_an_app_without_a_date_has_its_oldest_key_first() -> None:
    found = app(key("added", 900), key("made", 800), created_at=None).first_key
    assert found is not None
    assert found.key_id == "made"
