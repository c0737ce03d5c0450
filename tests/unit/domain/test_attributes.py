"""Custom attributes: which are shown, and under which label."""

from app.domain.attributes import Attribute, labeled


def test_only_labeled_attributes_are_shown_in_the_order_of_the_labels() -> None:
    held = (
        Attribute("access", "private"),
        Attribute("team", "Rates"),
        Attribute("sla", "99.9 %"),
        Attribute("empty", ""),
    )
    labels = {"sla": "Availability", "team": "Owner", "empty": "Empty", "absent": "Absent"}
    assert labeled(held, labels) == (
        Attribute("Availability", "99.9 %"),
        Attribute("Owner", "Rates"),
    )
    assert labeled(held, {}) == ()
