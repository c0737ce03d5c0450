"""Reads are repeated within the deadline; writes never are."""

from collections.abc import Callable

import pytest

from app.domain.apps import NewApp
from app.domain.developers import DeveloperStatus
from app.domain.errors import OutcomeUnknown, PortalError, Upstream, UpstreamKind
from tests.unit.apigee.speaking import DEVELOPER, Speaker
from tests.unit.apigee.upstream import Reply, cut, edge_error, named, raw, reply, reset
from tests.unit.apigee.upstream import Upstream as Server

GOOD = reply(200, DEVELOPER)


@pytest.mark.parametrize(
    "bad",
    named(a=reply(502, {}), b=reply(503, {}), c=reply(504, {}), reset=reset),
)
def test_a_read_is_tried_three_times(server: Server, speaker: Speaker, bad: Reply) -> None:
    server.answer(bad, bad, GOOD)
    assert speaker.apigee().developers.get("dana@example.com").is_active
    assert len(server.seen) == 3
    assert len(speaker.slept) == 2
    assert 0 <= speaker.slept[0] <= 0.2
    assert 0 <= speaker.slept[1] <= 0.4


def test_a_read_is_not_tried_a_fourth_time(server: Server, speaker: Speaker) -> None:
    server.answer(reply(503, {}))
    with pytest.raises(Upstream) as failed:
        speaker.apigee().developers.get("dana@example.com")
    assert (len(server.seen), failed.value.kind) == (3, UpstreamKind.FAILED)


@pytest.mark.parametrize("status", [400, 404, 409, 500, 501])
def test_an_answer_that_stays_the_same_is_not_asked_for_again(
    server: Server, speaker: Speaker, status: int
) -> None:
    server.answer(edge_error(status, "some.code"))
    with pytest.raises(PortalError):
        speaker.apigee().developers.get("dana@example.com")
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_the_named_seconds_are_waited_if_they_fit(
    server: Server, speaker: Speaker, status: int
) -> None:
    server.answer(reply(status, {}, headers={"Retry-After": "0"}), GOOD)
    assert speaker.apigee().developers.get("dana@example.com").is_active
    assert len(speaker.slept) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_seconds_beyond_the_deadline_are_not_waited(
    server: Server, speaker: Speaker, status: int
) -> None:
    server.answer(reply(status, {}, headers={"Retry-After": "5"}), GOOD)
    with pytest.raises(Upstream):
        speaker.apigee().developers.get("dana@example.com")
    assert (len(server.seen), speaker.slept) == (1, [])


def test_a_busy_apigee_that_names_no_time_is_left_alone(server: Server, speaker: Speaker) -> None:
    server.answer(reply(429, {}), GOOD)
    with pytest.raises(Upstream) as busy:
        speaker.apigee().developers.get("dana@example.com")
    assert (len(server.seen), busy.value.retry_after) == (1, None)


@pytest.mark.parametrize(
    "bad",
    named(
        reset=reset,
        failed=reply(503, {}),
        cut=cut(raw(201, b'{"name": "trip"}'), after=60),
        redirect=reply(302, "", headers={"Location": "/login"}),
        late=reply(408, "<html>"),
    ),
)
def test_a_write_is_sent_once(server: Server, speaker: Speaker, bad: Reply) -> None:
    apigee = speaker.apigee()
    writes: list[Callable[[], object]] = [
        lambda: apigee.apps.create("dana@example.com", NewApp("trip", "Trip", ())),
        lambda: apigee.apps.delete("dana@example.com", "trip"),
        lambda: apigee.developers.set_status("dana@example.com", DeveloperStatus.INACTIVE),
    ]
    server.answer(bad)
    for write in writes:
        server.seen.clear()
        with pytest.raises(OutcomeUnknown):
            write()
        assert len([each for each in server.seen if each.method != "GET"]) == 1
