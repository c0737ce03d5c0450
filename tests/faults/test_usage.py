"""Analytics that hang hold one place of their own and no page that does not need them."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from emulator.faults import fault
from tests.faults.conftest import Build
from tests.routes.client import Answer, Browser

USAGE = "/apps/trip-planner/usage"
# Two of them ask for the same figures, of which one reading is enough.
RANGES = ("7d", "7d", "30d", "90d")
AT_ONCE = 7.5  # seconds, of the eight for which the one waits


def opened(browser: Browser, span: str) -> tuple[float, Answer]:
    """Open the panel and return how many seconds that took."""
    begun = time.monotonic()
    answer = browser.get(f"{USAGE}?range={span}", with_htmx=True)
    return time.monotonic() - begun, answer


def test_while_analytics_hang_one_waits_and_everybody_else_is_told_at_once(build: Build) -> None:
    house = build("x", deadline_seconds=8)
    person, *others = [house.signed_in() for _ in RANGES] + [house.signed_in()]
    for browser in (person, *others):
        assert browser.get("/apps/trip-planner").status == 200
    house.local.faults.add(fault("hang", times=0, path="optimizedStats"))
    with ThreadPoolExecutor(len(others)) as pool:
        waiting = []
        for browser, span in zip(others, RANGES, strict=True):
            waiting.append(pool.submit(partial(opened, browser, span)))
            time.sleep(0.3)
        begun = time.monotonic()
        assert person.get("/apps/trip-planner").status == 200
        assert time.monotonic() - begun < AT_ONCE
        answers = sorted((each.result() for each in waiting), key=lambda pair: pair[0])
    assert all(answer.status == 200 for _seconds, answer in answers)
    *told, (longest, waited) = answers
    assert longest < 20
    assert "cannot be read right now" in waited.text
    for seconds, answer in told:
        assert seconds < AT_ONCE, seconds
        assert "Apigee is counting for somebody else" in answer.text
