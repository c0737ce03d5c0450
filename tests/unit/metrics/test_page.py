"""The page about figures says what the code counts."""

from tools.metrics_table import PAGE, written


def test_its_table_is_that_of_the_code() -> None:
    """Run ``python -m tools.metrics_table`` after a change of the catalogue."""
    page = PAGE.read_text(encoding="utf-8")
    assert written(page) == page
