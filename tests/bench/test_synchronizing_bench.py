"""The bench of the synchronization, with a small crowd."""

import pytest

from bench.synchronizing import synchronizing_rows
from tests.store.databases import PostgresServer


def test_the_bench_synchronizes_twice_and_judges_it(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = synchronizing_rows(postgres, 2_100)
    assert capsys.readouterr().err == ""
    told = " ".join(row.made_of for row in rows)
    for words in ("3 calls for 2,100 developers", "0 of 2,100 in", "MB more than for 1,000"):
        assert words in told
    assert {row.verdict for row in rows} == {"met", "no target"}
    assert all(row.means for row in rows)
