"""The measurements of the developer index ask a real PostgreSQL and judge what they find."""

import logging

import pytest

from app.domain.documentation import MISTAKES
from bench.developers import QUESTIONS, developer_rows
from bench.organization import PAGES
from bench.quiet import warnings_told
from tests.store.databases import PostgresServer


def test_every_question_and_page_is_measured_and_judged(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with warnings_told():
        rows = developer_rows(postgres, 2_000)
    assert capsys.readouterr().err == ""
    names = [row.name for row in rows]
    versus = "2,000 rows against 1,000"
    assert names[: len(QUESTIONS)] == [f"{name}: {versus}" for name in QUESTIONS]
    assert names[-len(PAGES) :] == [f"page {path}: {versus}" for path in PAGES]
    [growth] = [row for row in rows if "memory growth" in row.name]
    assert growth.verdict == "met"
    assert all(row.means for row in rows)
    for row in rows:
        assert min(row.ratios) >= 0


def test_of_the_portal_s_log_only_a_warning_is_told_and_no_mistake_of_the_content(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with warnings_told():
        logging.getLogger(MISTAKES).warning("a page names an API that is not there")
        logging.getLogger("app.access").info("request")
        logging.getLogger("app.apigee.client").warning("Apigee does not answer")
    logging.getLogger("app.apigee.client").warning("afterwards")
    assert capsys.readouterr().err == "Apigee does not answer\n"
