"""Processes of `portal serve` are killed while people create apps and replace keys."""

import os
import signal
from contextlib import ExitStack

from emulator.faults import fault
from tests.faults.bad_day import (
    WORKERS,
    Crowd,
    consumer_keys,
    gather,
    listening,
    more,
    nothing_is_doubled_or_lost,
    served,
    workers_of,
)
from tests.faults.workshop import Workshop, until

HANGING = fault("hang", method="POST", path="/v1/")
SLOW = fault("slow", method="POST", path="/v1/", times=0, delay_milliseconds=150)


def kill_the_workers(site: Workshop, master: int) -> None:
    """Kill both, one of which waits for Apigee's answer, and wait until there are two others."""
    site.local.faults.clear()
    site.local.faults.add(HANGING)
    until(lambda: site.local.faults.listed() == [])
    killed = workers_of(master)
    for each in killed:
        os.kill(each, signal.SIGKILL)
    site.local.faults.add(SLOW)
    until(lambda: len({*workers_of(master)} - {*killed}) == WORKERS)


def test_nothing_is_doubled_or_lost_when_workers_and_the_master_are_killed(site: Workshop) -> None:
    """Abuse case 39."""
    crowd = gather(site)
    site.local.faults.add(SLOW)
    with listening(site) as listener, ExitStack() as serving:
        process = serving.enter_context(served(site, listener))
        crowd.open_forms()
        with crowd.at_work():
            more(crowd, 3)
            kill_the_workers(site, process.pid)
            more(crowd, 3)
            process.kill()
            process.wait()
            # Started again, as systemd or a container's engine does; nothing else is mended.
            serving.enter_context(served(site, listener))
            more(crowd, 3)
        site.local.faults.clear()
        crowd.come_back()
        nothing_is_doubled_or_lost(crowd)
    assert any(len(form.answers) > 1 for form in crowd.forms)
    assert not [form for form in crowd.forms if "500" in form.answers]
    retired(crowd)


def retired(crowd: Crowd) -> None:
    """Let every overlap end: an app has one key, the one that its owner was shown."""
    crowd.shop.make_due()
    crowd.shop.work_once()
    for form in crowd.forms:
        [key] = consumer_keys(crowd.apps(form.owner.email)[form.app])
        assert crowd.shop.call(key) == 200
        assert not form.is_done or key in form.page
