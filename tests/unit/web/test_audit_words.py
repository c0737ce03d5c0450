"""Rows of the audit log in words, whatever names the code has for things."""

import pytest

from app.web.audit_words import detail_words, target_words


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("OutcomeUnknown failed", "The answer was lost: the other side failed"),
        ("Upstream busy", "Not done: the other side was busy"),
        ("Conflict", "Changed by somebody else in the meantime"),
        ("first_name, last_name", "first name, last name"),
        ("apply to_portal", "apply from Apigee to the portal"),
        ("attribute my_first_name added", "attribute my_first_name added"),
        ("Conflict of interest", "Conflict of interest"),
        ("", ""),
    ],
)
def test_details_are_said_in_words(kept: str, shown: str) -> None:
    assert detail_words(kept) == shown


@pytest.mark.parametrize(
    ("target", "kind", "count", "shown"),
    [
        (
            "checkout / 4333512233445566 / invoices",
            "access",
            1,
            "checkout, key 43335122…, invoices",
        ),
        ("checkout / 4333512233445566", "key", 1, "checkout, key 43335122…"),
        ("a / b", "app", 1, "a / b"),
        ("", "page", 5, "Several"),
        ("", "", 1, "Not known"),
    ],
)
def test_objects_are_said_in_words(target: str, kind: str, count: int, shown: str) -> None:
    assert target_words(target, kind, count) == shown
