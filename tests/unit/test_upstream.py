"""What the calls of one request have in common: who makes them, and how long they may take."""

import math
from datetime import UTC, datetime
from threading import get_ident

import pytest

from app.apigee.breaker import MOST_SILENT, OPEN_SECONDS
from app.apigee.lanes import Kind, Lane
from app.configuration.apigee import Apigee
from app.domain.errors import Upstream, UpstreamKind
from app.domain.outgoing import Outgoing
from app.metrics.prometheus import PrometheusFigures
from app.services.figures.port import UNCOUNTED, Moment
from app.services.meter import Meter
from app.services.parallel import Pool
from app.upstream import LaneWatch, _surroundings
from tests.figures import Read

CHOSEN = Apigee(
    organization="demo",
    endpoint="http://localhost:1/v1",
    auth="metadata",
    deadline_seconds=8,
)
NOTHING = Moment(datetime(2026, 3, 1, tzinfo=UTC), None, None)


def test_all_calls_of_a_request_are_of_one_caller_and_share_its_time() -> None:
    meter = Meter()
    around = _surroundings(Outgoing(), meter, CHOSEN, UNCOUNTED)
    meter.start()
    first, second = Pool(1)(around.caller, around.caller)
    assert first == second
    assert 7 < around.seconds_left() <= 8
    meter.hurry(1)
    assert 0 < around.seconds_left() <= 1
    meter.hurry(60)
    assert around.seconds_left() <= 8


def test_a_call_outside_of_any_request_is_of_its_thread_and_has_no_other_end() -> None:
    around = _surroundings(Outgoing(), Meter(), CHOSEN, UNCOUNTED)
    assert around.caller() == get_ident()
    assert around.seconds_left() == math.inf


def test_what_happens_in_lanes_is_counted_with_the_organization() -> None:
    figures = PrometheusFigures(("1", "3.11", "x"))
    now = [0.0]
    lane = Lane(Kind.READS, 1, lambda: now[0], LaneWatch(figures, "demo"))
    where = {"organization": "demo", "lane": "reads"}

    def told(name: str, **more: str) -> float:
        return Read(figures.told(NOTHING)).value(f"portal_apigee_{name}", **where, **more)

    with lane.place(1):
        assert told("lane_requests") == 1
        now[0] += 1
        with pytest.raises(Upstream), lane.place(2):
            pass
    assert (told("lane_requests"), told("lane_refusals_total")) == (0, 1)
    for _ in range(MOST_SILENT):
        lane.breaker.settle(lane.breaker.admit(), UpstreamKind.TIMEOUT)
    assert (told("breaker_open"), told("breaker_changes_total", state="open")) == (1, 1)
    now[0] += OPEN_SECONDS
    probe = lane.breaker.admit()
    assert told("breaker_open") == 1
    lane.breaker.settle(probe, None)
    assert (told("breaker_open"), told("breaker_changes_total", state="closed")) == (0, 1)


def test_every_exchange_is_counted_by_operation_and_status() -> None:
    figures = PrometheusFigures(("1", "3.11", "x"))
    around = _surroundings(Outgoing(), Meter(), CHOSEN, figures)
    around.observe("list apps", 200, 0.2)
    around.observe("list apps", 0, 8.0)
    read = Read(figures.told(NOTHING))
    name, call = "portal_apigee_request_duration_seconds_count", {"operation": "list apps"}
    assert read.value(name, organization="demo", status="200", **call) == 1
    assert read.value(name, organization="demo", status="0", **call) == 1
