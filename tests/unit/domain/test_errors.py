"""What errors carry, and the clock they are dated by."""

from datetime import timedelta

from app.domain.clock import SystemClock
from app.domain.errors import (
    InvalidInput,
    OutcomeUnknown,
    SignInFailed,
    TooMany,
    Upstream,
    UpstreamKind,
)


def test_an_error_says_what_a_person_may_read() -> None:
    assert str(TooMany("Too many.", 7)) == "Too many."
    assert (TooMany("Too many.", 7).retry_after, TooMany("Too many.").retry_after) == (7, None)
    assert InvalidInput({"a": "Wrong."}).message == "Wrong."
    several = InvalidInput({"a": "Wrong.", "b": "Wrong, too."})
    assert several.message == "Some fields need another value."


def test_the_fields_of_invalid_input_are_a_copy() -> None:
    fields = {"a": "Wrong."}
    error = InvalidInput(fields)
    fields.clear()
    assert error.fields == {"a": "Wrong."}


def test_a_refused_sign_in_never_shows_its_reason() -> None:
    error = SignInFailed("nonce_mismatch")
    assert error.reason == "nonce_mismatch"
    assert "nonce" not in str(error)


def test_an_unknown_outcome_is_a_failure_of_the_other_side() -> None:
    error = OutcomeUnknown(UpstreamKind.TIMEOUT, "Lost.", retry_after=3, code="a.b")
    assert isinstance(error, Upstream)
    assert (error.kind, error.retry_after, error.code) == ("timeout", 3, "a.b")


def test_the_machines_clock_is_in_utc() -> None:
    clock = SystemClock()
    first = clock.now()
    assert first.utcoffset() == timedelta(0)
    assert clock.now() >= first
