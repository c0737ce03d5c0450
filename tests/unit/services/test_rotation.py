"""Rotation: the new key at once, the old one turned off when it was said, and nothing lost."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.audit import Action
from app.domain.errors import Conflict, NotFound, OutcomeUnknown, Upstream, UpstreamKind
from app.domain.jobs import Job, JobKind, JobState
from app.domain.keys import ApprovalStatus, KeyProduct
from app.domain.notes import Author, Note, NoteKind
from app.domain.policy import KeyPolicy
from app.domain.rotation import Asked, Overlap, Rotated
from app.jobs.worker import Handler, Worker
from app.services.key_addition import AskedKey
from tests.unit.services.house import ACTOR, DANA, LOST, NO_ROLES
from tests.unit.services.key_desk import APPROVED, REVOKED, Desk

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee cannot be reached.")


class RotationDesk(Desk):
    """A desk with a worker that ends rotations."""

    def __post_init__(self) -> None:
        super().__post_init__()
        handler = Handler(self.retirement.run)
        self.worker = Worker(self.jobs, dict.fromkeys(JobKind, handler), "one")

    def start(
        self, overlap: Overlap = Overlap.DAY, request_id: str = "r1", days: int | None = None
    ) -> Rotated:
        asked = Asked("trip", self.key_id, overlap, request_id, days)
        return self.rotation.start(self.owner, ACTOR, NO_ROLES, asked)

    def old_is(self) -> ApprovalStatus:
        return self.statuses()[self.key_id]

    def job(self) -> Job:
        (job,) = self.jobs.held.values()
        return job

    def turned_off(self) -> Note:
        """Return what was noted of the key that was turned off."""
        notes = self.notes.of_app(self.app().app_id)
        (note,) = (note for note in notes if note.kind is NoteKind.TURNED_OFF)
        return note

    def lives(self, **length: float) -> None:
        """Let the old key be half through a life of this length."""
        life, app = timedelta(**length), self.app()
        made = self.house.clock.now() - life / 2
        (key,) = app.keys
        old = replace(key, issued_at=made, expires_at=made + life)
        self.house.apigee.put_app(DANA, replace(app, keys=(old,)))

    def new_ends_in(self, rotated: Rotated) -> timedelta | None:
        ends = self.key(rotated.pair.key_id).expires_at
        return None if ends is None else ends - self.house.clock.now()

    def let_pass(self, length: timedelta) -> None:
        self.house.clock.pass_by(length.total_seconds())
        while self.worker.run_one():
            pass


@pytest.fixture
def desk() -> RotationDesk:
    return RotationDesk()


def test_both_keys_work_until_the_moment_and_then_the_new_one_alone(desk: RotationDesk) -> None:
    rotated = desk.start()
    new_id = rotated.pair.key_id
    assert rotated.retires_at == desk.house.clock.now() + timedelta(days=1)
    assert desk.statuses() == {desk.key_id: APPROVED, new_id: APPROVED}
    desk.let_pass(timedelta(hours=23))
    assert desk.old_is() is APPROVED
    desk.let_pass(timedelta(hours=1))
    assert desk.statuses() == {desk.key_id: REVOKED, new_id: APPROVED}
    assert desk.job().state is JobState.DONE
    note = desk.turned_off()
    assert (note.kind, note.author, note.other) == (NoteKind.TURNED_OFF, Author.SYSTEM, new_id)
    assert desk.house.phases(Action.KEY_ROTATE) == ["intent", "done"]
    (_, done) = desk.house.rows(Action.KEY_RETIRE)
    assert (done.actor.name, done.on_behalf_of) == ("system", DANA)


def test_no_secret_and_no_name_is_in_a_job(desk: RotationDesk) -> None:
    pair = desk.start().pair
    facts = str(desk.job())
    assert pair.consumer_key.reveal() not in facts
    assert pair.consumer_secret.reveal() not in facts
    assert "trip" not in facts
    assert DANA not in facts


def test_a_leaked_key_is_turned_off_with_the_request(desk: RotationDesk) -> None:
    desk.start(Overlap.NONE)
    assert desk.old_is() is REVOKED
    desk.let_pass(timedelta(seconds=1))
    assert desk.job().state is JobState.DONE
    assert desk.house.phases(Action.KEY_RETIRE) == ["intent", "done"]


def test_a_leaked_key_that_cannot_be_turned_off_at_once_is_soon(desk: RotationDesk) -> None:
    desk.house.apigee.fail("keys.set_status", DOWN)
    desk.start(Overlap.NONE)
    assert desk.old_is() is APPROVED
    desk.let_pass(timedelta(seconds=1))
    assert desk.old_is() is REVOKED


def test_the_same_request_again_shows_the_same_key(desk: RotationDesk) -> None:
    first = desk.start()
    again = desk.start()
    assert again.pair == first.pair
    assert len(desk.statuses()) == 2
    with pytest.raises(Conflict):
        desk.start(request_id="r2")
    assert len(desk.statuses()) == 2


def test_a_new_key_lives_as_long_as_the_old_one_did(desk: RotationDesk) -> None:
    desk.lives(days=90, hours=1)
    assert desk.new_ends_in(desk.start()) == timedelta(days=90, hours=1)


def test_a_key_without_an_end_is_followed_by_one_without(desk: RotationDesk) -> None:
    assert desk.new_ends_in(desk.start()) is None


@pytest.mark.parametrize(("asked", "days"), [(None, 30), (7, 7), (400, 30)])
def test_the_life_of_a_new_key_keeps_to_the_policy(asked: int | None, days: int) -> None:
    desk = RotationDesk(policy=KeyPolicy(longest_days=30))
    desk.lives(days=90)
    assert desk.new_ends_in(desk.start(days=asked)) == timedelta(days=days)


def test_a_key_that_does_not_say_when_it_was_made_lends_what_is_left(desk: RotationDesk) -> None:
    desk.lives(days=90)
    app = desk.app()
    unknown = replace(app.keys[0], issued_at=None)
    desk.house.apigee.put_app(DANA, replace(app, keys=(unknown,)))
    assert desk.new_ends_in(desk.start()) == timedelta(days=45)


def test_the_same_request_shows_the_same_key_where_apigee_chooses_it(desk: RotationDesk) -> None:
    desk.lives(days=90)
    desk.house.apigee.keys.chooses = True
    first = desk.start()
    desk.addition.add(desk.owner, ACTOR, NO_ROLES, "trip", AskedKey(("weather-free",), "k1"))
    assert desk.start().pair == first.pair
    assert len(desk.statuses()) == 3
    desk.let_pass(timedelta(days=1))
    assert desk.old_is() is REVOKED
    assert desk.turned_off().other == first.pair.key_id


def test_apigee_away_makes_it_late_and_not_lost(desk: RotationDesk) -> None:
    desk.start(Overlap.HOUR)
    for _ in range(3):
        desk.house.apigee.fail("organization_apps.get", DOWN)
    desk.let_pass(timedelta(hours=1))
    assert (desk.job().error, desk.job().attempts) == ("Apigee cannot be reached.", 1)
    assert desk.job().due_at < desk.job().run_at
    desk.let_pass(timedelta(hours=1))
    desk.let_pass(timedelta(hours=1))
    desk.let_pass(timedelta(hours=1))
    assert desk.old_is() is REVOKED
    assert desk.job().state is JobState.DONE


def test_a_new_key_that_was_never_made_leaves_the_old_one(desk: RotationDesk) -> None:
    desk.house.apigee.fail("keys.create", LOST)
    with pytest.raises(OutcomeUnknown):
        desk.start(Overlap.HOUR)
    desk.let_pass(timedelta(hours=2))
    assert desk.statuses() == {desk.key_id: APPROVED}
    assert desk.job().state is JobState.DONE


def test_a_refused_rotation_leaves_no_job(desk: RotationDesk) -> None:
    desk.house.apigee.fail("keys.create", DOWN)
    with pytest.raises(Upstream):
        desk.start()
    assert desk.job().state is JobState.CANCELED
    assert desk.start(request_id="r2").pair.key_id in desk.statuses()


def test_an_answer_that_was_lost_still_ends_the_old_key(desk: RotationDesk) -> None:
    desk.house.apigee.fail("keys.add_products", LOST, after=True)
    with pytest.raises(OutcomeUnknown):
        desk.start(Overlap.HOUR)
    desk.let_pass(timedelta(hours=1))
    assert desk.old_is() is REVOKED
    assert list(desk.statuses().values()).count(APPROVED) == 1


def test_a_job_that_comes_too_early_waits_for_the_new_key(desk: RotationDesk) -> None:
    desk.start(Overlap.NONE)
    app = desk.house.apigee.by_app[DANA, "trip"]
    old = replace(app.keys[1], status=APPROVED)
    desk.house.apigee.put_app(DANA, replace(app, keys=(old,)))
    desk.let_pass(timedelta(seconds=1))
    assert desk.job().state is JobState.WAITING
    assert desk.job().error == "The new key is still being made."
    desk.house.apigee.put_app(DANA, app)
    desk.let_pass(timedelta(minutes=1))
    assert desk.job().state is JobState.DONE


def test_the_old_key_stays_while_the_new_one_waits_for_approval(desk: RotationDesk) -> None:
    apigee = desk.house.apigee
    pending = KeyProduct("weather-free", ApprovalStatus.PENDING)
    new_id = desk.start(Overlap.HOUR).pair.key_id
    app = apigee.by_app[DANA, "trip"]
    waiting = replace(app.keys[0], products=(pending,))
    apigee.put_app(DANA, replace(app, keys=(waiting, app.keys[1])))
    desk.let_pass(timedelta(hours=1))
    assert desk.old_is() is APPROVED
    assert "weather-free waits for approval" in desk.job().error
    apigee.keys.set_product_status(DANA, "trip", new_id, "weather-free", APPROVED)
    desk.let_pass(timedelta(minutes=10))
    assert desk.old_is() is REVOKED


@pytest.mark.parametrize("change", ["deleted", "revoked", "app gone", "developer gone"])
def test_what_is_gone_or_off_stays_so(desk: RotationDesk, change: str) -> None:
    desk.start(Overlap.HOUR)
    apigee = desk.house.apigee
    if change == "deleted":
        apigee.keys.delete(DANA, "trip", desk.key_id)
    elif change == "revoked":
        apigee.keys.set_status(DANA, "trip", desk.key_id, REVOKED)
    elif change == "app gone":
        apigee.apps.delete(DANA, "trip")
    else:
        apigee.developers.delete(DANA)
    desk.let_pass(timedelta(hours=1))
    assert desk.job().state is JobState.DONE
    assert desk.house.rows(Action.KEY_RETIRE) == []


def test_the_moment_can_be_moved(desk: RotationDesk) -> None:
    desk.start(Overlap.HOUR)
    asked = Asked("trip", desk.key_id, Overlap.WEEK, "")
    until = desk.rotation.extend(desk.house.owner(), ACTOR, asked)
    assert until == desk.house.clock.now() + timedelta(days=7)
    desk.let_pass(timedelta(days=6))
    assert desk.old_is() is APPROVED
    desk.let_pass(timedelta(days=1))
    assert desk.old_is() is REVOKED


def test_a_canceled_rotation_keeps_both_keys(desk: RotationDesk) -> None:
    desk.start(Overlap.HOUR)
    desk.rotation.cancel(desk.house.owner(), ACTOR, "trip", desk.key_id)
    desk.let_pass(timedelta(days=1))
    assert list(desk.statuses().values()) == [APPROVED, APPROVED]


def test_the_old_key_can_be_stopped_at_once(desk: RotationDesk) -> None:
    desk.start(Overlap.WEEK)
    desk.rotation.stop_now(desk.house.owner(), ACTOR, "trip", desk.key_id)
    assert desk.old_is() is REVOKED
    assert desk.job().state is JobState.CANCELED
    note = desk.turned_off()
    assert (note.author, note.account_id) == (Author.OWNER, ACTOR.account_id)


def test_only_what_waits_is_moved_canceled_or_stopped(desk: RotationDesk) -> None:
    owner = desk.house.owner()
    with pytest.raises(Conflict):
        desk.rotation.cancel(owner, ACTOR, "trip", desk.key_id)
    with pytest.raises(Conflict):
        desk.rotation.stop_now(owner, ACTOR, "trip", desk.key_id)
    with pytest.raises(Conflict):
        desk.rotation.extend(owner, ACTOR, Asked("trip", desk.key_id, Overlap.DAY, ""))
    assert desk.old_is() is APPROVED


def test_a_key_that_is_off_or_over_is_not_replaced(desk: RotationDesk) -> None:
    apigee = desk.house.apigee
    apigee.keys.set_status(DANA, "trip", desk.key_id, REVOKED)
    with pytest.raises(Conflict):
        desk.start()
    apigee.keys.set_status(DANA, "trip", desk.key_id, APPROVED)
    app = apigee.by_app[DANA, "trip"]
    ended: datetime = desk.house.clock.now()
    apigee.put_app(DANA, replace(app, keys=(replace(app.keys[0], expires_at=ended),)))
    with pytest.raises(Conflict):
        desk.start()
    assert desk.jobs.held == {}


def test_a_refused_or_hidden_product_is_not_carried_over(desk: RotationDesk) -> None:
    apigee = desk.house.apigee
    apigee.add_product("maps")
    apigee.keys.add_products(DANA, "trip", desk.key_id, ("maps", "ledger"))
    apigee.keys.set_product_status(DANA, "trip", desk.key_id, "maps", REVOKED)
    rotated = desk.start()
    assert rotated.left_out == ("maps", "ledger")
    (new,) = (key for key in apigee.by_app[DANA, "trip"].keys if key.key_id == rotated.pair.key_id)
    assert [item.name for item in new.products] == ["weather-free"]


def test_a_key_with_nothing_to_carry_over_is_not_replaced(desk: RotationDesk) -> None:
    apigee = desk.house.apigee
    apigee.keys.set_product_status(DANA, "trip", desk.key_id, "weather-free", REVOKED)
    with pytest.raises(Conflict):
        desk.start()
    assert len(desk.statuses()) == 1


def test_somebody_elses_key_is_not_found(desk: RotationDesk) -> None:
    desk.house.account_of("ines@example.com")
    asked = Asked("trip", desk.key_id, Overlap.DAY, "r1")
    with pytest.raises(NotFound):
        desk.rotation.start(desk.house.owner("ines@example.com"), ACTOR, NO_ROLES, asked)


def test_the_owner_is_told_by_mail_once_the_old_key_is_off(desk: RotationDesk) -> None:
    house = desk.house
    ending = desk.key(desk.key_id).ending
    desk.changes.label(desk.owner, ACTOR, "trip", desk.key_id, "Production")
    desk.start()
    house.work()
    assert house.mail.told() == []
    desk.let_pass(Overlap.DAY.length)
    house.work()
    assert house.mail.told() == [("key_retired for dana@example.com", DANA)]
    [message] = house.mail.server.taken
    assert {"key: Production", f"ending: {ending}"} < set(message.words.text.splitlines())
    desk.retirement.run(desk.job())
    house.work()
    assert len(house.mail.server.taken) == 1
