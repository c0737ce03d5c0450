"""The bench of the synchronization, with a small crowd."""

import pytest

from bench.synchronizing import main


def test_the_bench_synchronizes_twice_and_judges_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--developers", "2100"]) == 0
    table = capsys.readouterr().out
    for words in ("3 calls for 2,100 developers", "0 of 2,100 in", "MB against"):
        assert words in table
    assert table.count("met") == 4
