"""The measurements of the developer index ask a real PostgreSQL and judge what they find."""

from bench.developers import QUESTIONS, developer_rows
from bench.organization import PAGES
from tests.store.databases import PostgresServer


def test_every_question_and_page_is_measured_and_judged(postgres: PostgresServer) -> None:
    rows = developer_rows(postgres, 2_000)
    names = [row.name for row in rows]
    versus = "2,000 rows against 1,000"
    assert names[: len(QUESTIONS)] == [f"{name}: {versus}" for name in QUESTIONS]
    assert names[-len(PAGES) :] == [f"page {path}: {versus}" for path in PAGES]
    [growth] = [row for row in rows if "memory growth" in row.name]
    assert growth.verdict == "met"
    assert all(row.means for row in rows)
    for row in rows:
        assert min(row.ratios) >= 0
