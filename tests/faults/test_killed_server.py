"""Processes of `portal serve` are killed while people create apps and replace keys."""

import os
import signal
from contextlib import ExitStack

from emulator.faults import fault
from tests.faults.bad_day import (
    WORKERS,
    gather,
    listening,
    more,
    nothing_is_doubled_or_lost,
    served,
    workers_of,
)
from tests.faults.workshop import Workshop, until

SLOW = fault("slow", method="POST", path="/v1/", times=0, delay_milliseconds=150)


def kill_the_workers(master: int) -> None:
    """Kill both of them with what they have in hand, and wait until there are two others."""
    killed = workers_of(master)
    for each in killed:
        os.kill(each, signal.SIGKILL)
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
            kill_the_workers(process.pid)
            more(crowd, 3)
            process.kill()
            process.wait()
            # Started again, as systemd or a container's engine does; nothing else is mended.
            serving.enter_context(served(site, listener))
            more(crowd, 3)
        site.local.faults.clear()
        crowd.come_back()
        nothing_is_doubled_or_lost(crowd)
    assert not [form for form in crowd.forms if "500" in form.answers]
