"""The settings of apps: what cannot be, and in which words it is refused."""

import pytest

from tests.unit.starting import Refusal


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"PORTAL_APPS__CALLBACK_SCHEMES": '["javascript"]'}, "'javascript': this scheme has"),
        ({"PORTAL_APPS__CALLBACK_SCHEMES": '["https"]'}, "'https': this scheme has"),
        ({"PORTAL_APPS__CALLBACK_SCHEMES": '["my app://"]'}, "without ://"),
        ({"PORTAL_APPS__ATTRIBUTES": '{"DisplayName": "x"}'}, "'DisplayName': use other names"),
        ({"PORTAL_APPS__ATTRIBUTES": '{"a b": "x"}'}, "'a b': use other names"),
        ({"PORTAL_APPS__EDITABLE_ATTRIBUTES": '["tier"]'}, "names tier, which is not in"),
        (
            {
                "PORTAL_APPS__ONE_PRODUCT": "true",
                "PORTAL_APPS__DEFAULT_PRODUCTS": '["a", "b"]',
            },
            "one_product does not fit several default_products",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_named(
    refusal: Refusal, changes: dict[str, str], told: str
) -> None:
    assert told in refusal(changes)
