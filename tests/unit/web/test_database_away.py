"""Which errors say that the database cannot be used, and which are mistakes of the portal's."""

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection

from app.web.database_away import reason


class Told(Exception):
    """What psycopg raises, as far as it matters."""

    def __init__(self, words: str, sqlstate: str) -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.mark.parametrize("sqlstate", ["42P01", "42703", "42501"])
def test_tables_that_are_not_there_or_somebody_elses_are_told_in_one_line(sqlstate: str) -> None:
    told = Told("permission denied for table jobs\nLINE 1: SELECT", sqlstate)
    assert reason(ProgrammingError("SELECT", {}, told)) == "permission denied for table jobs"


def test_a_database_that_is_away_or_has_no_connection_left_is_told() -> None:
    away = OperationalError("", {}, Exception("connection refused"))
    assert reason(away) == "connection refused"
    assert reason(OperationalError("", {}, Exception(""))) == "OperationalError"
    assert reason(NoConnection("QueuePool limit reached")) == "QueuePool limit reached"


@pytest.mark.parametrize(
    "mistake",
    [
        ProgrammingError("SELEC", {}, Told("syntax error", "42601")),
        IntegrityError("INSERT", {}, Told("twice", "23505")),
        ValueError("no"),
    ],
    ids=["syntax", "integrity", "ours"],
)
def test_a_mistake_of_the_portal_keeps_its_trace(mistake: Exception) -> None:
    assert not reason(mistake)
