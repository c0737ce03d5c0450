"""What was made or changed a moment ago, and for how long that is remembered."""

from app.apigee.paths import path
from app.apigee.recent import Recent, Replaced

TRIP = path("developers/{d}/apps/{a}", d="dana@example.com", a="trip")


class HandTimer:
    """A monotonic clock that a test moves."""

    seconds = 50.0

    def __call__(self) -> float:
        return self.seconds


def test_an_object_is_recent_for_ten_seconds_with_everything_below_it() -> None:
    timer = HandTimer()
    recent = Recent(timer)
    assert not recent.covers(TRIP)
    recent.made(TRIP)
    assert recent.covers(TRIP)
    assert recent.covers(path("developers/{d}/apps/trip/keys/{k}", d="dana@example.com", k="k"))
    assert not recent.covers(path("developers/{d}/apps/trip-2", d="dana@example.com"))
    assert not recent.covers(path("developers/{d}/apps", d="dana@example.com"))
    timer.seconds += 10
    assert not recent.covers(TRIP)


def test_what_is_over_is_forgotten_and_what_is_deleted_is_not_recent() -> None:
    timer = HandTimer()
    recent = Recent(timer)
    recent.made(path("developers/{d}", d="old@example.com"))
    timer.seconds += 10
    recent.made(TRIP)
    assert len(recent._until) == 1
    recent.gone(TRIP)
    assert not recent.covers(TRIP)


def test_a_revision_is_an_old_one_for_ten_seconds_after_our_change() -> None:
    timer = HandTimer()
    replaced = Replaced(timer)
    replaced.note(TRIP, "a", "b")
    assert replaced.knows(TRIP, "a")
    assert not replaced.knows(TRIP, "b")
    assert not replaced.knows(path("developers/{d}", d="dana@example.com"), "a")
    timer.seconds += 10
    assert not replaced.knows(TRIP, "a")


def test_a_revision_that_came_back_is_no_old_one() -> None:
    replaced = Replaced(HandTimer())
    replaced.note(TRIP, "a", "b")
    replaced.note(TRIP, "b", "a")
    assert replaced.knows(TRIP, "b")
    assert not replaced.knows(TRIP, "a")


def test_what_is_deleted_leaves_no_old_revisions() -> None:
    replaced = Replaced(HandTimer())
    for deleted in (TRIP, path("developers/{d}", d="dana@example.com")):
        replaced.note(TRIP, "a", "b")
        replaced.forget(path("developers/{d}", d="dana@example.co"))
        assert replaced.knows(TRIP, "a")
        replaced.forget(deleted)
        assert not replaced.knows(TRIP, "a")


def test_a_change_without_effect_makes_nothing_old() -> None:
    replaced = Replaced(HandTimer())
    replaced.note(TRIP, "a", "a")
    assert not replaced.knows(TRIP, "a")
