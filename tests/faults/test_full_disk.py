"""The disk of the log is full, and that of the audit stream: people notice nothing."""

import os
import signal
from pathlib import Path

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

FULL = Path("/dev/full")


def test_a_disk_that_is_full_for_the_log_and_the_audit_stream_stops_nobody(site: Workshop) -> None:
    crowd = gather(site)
    settings = {"PORTAL_AUDIT__STREAM": str(FULL)}
    with listening(site) as listener, served(site, listener, settings, FULL) as process:
        crowd.open_forms()
        with crowd.at_work():
            more(crowd, 6)
            killed, _ = workers_of(process.pid)
            os.kill(killed, signal.SIGTERM)
            until(lambda: len({*workers_of(process.pid)} - {killed}) == WORKERS)
            more(crowd, 6)
        nothing_is_doubled_or_lost(crowd)
    assert {status for form in crowd.forms for status in form.answers} == {"200"}
    assert not [read for read in crowd.read if not read.endswith(" 200")]
    asked = site.rows("SELECT target FROM audit WHERE action = 'app.create' AND phase = 'done'")
    assert len(asked) == sum(form.path == "/apps/new" for form in crowd.forms)
