"""The measurements of the developer index ask a real PostgreSQL and judge what they find."""

import pytest

from bench.developers import QUESTIONS, main


def test_every_question_is_measured_and_judged(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--rows", "2000"])
    said = capsys.readouterr().out
    assert "2,000 rows saved in" in said
    for name in QUESTIONS:
        assert f"{name}: a hundred times the rows" in said
    assert "CSV: first byte against a second" in said
    # A batch of a thousand is more than the twenty rows that it is compared with.
    assert said.rstrip().endswith("MISSED")
