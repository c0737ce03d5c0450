"""What the calls of one request have in common: who makes them, and how long they may take."""

import math
from threading import get_ident

from app.domain.outgoing import Outgoing
from app.services.meter import Meter
from app.services.parallel import Pool
from app.upstream import _surroundings


def test_all_calls_of_a_request_are_of_one_caller_and_share_its_time() -> None:
    meter = Meter()
    around = _surroundings(Outgoing(), meter, 8.0)
    meter.start()
    first, second = Pool(1)(around.caller, around.caller)
    assert first == second
    assert 7 < around.seconds_left() <= 8
    meter.hurry(1)
    assert 0 < around.seconds_left() <= 1
    meter.hurry(60)
    assert around.seconds_left() <= 8


def test_a_call_outside_of_any_request_is_of_its_thread_and_has_no_other_end() -> None:
    around = _surroundings(Outgoing(), Meter(), 8.0)
    assert around.caller() == get_ident()
    assert around.seconds_left() == math.inf
