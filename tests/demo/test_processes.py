"""Starting and stopping several processes as one."""

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from demo.processes import Processes, ProcessFailed, Program

SERVER = (
    "import http.server as h; h.test(h.SimpleHTTPRequestHandler, port={port}, bind='127.0.0.1')"
)


def program(folder: Path, source: str, *, port: int = 0) -> Program:
    return Program("A test's program", (sys.executable, "-c", source), folder / "log", port)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(autouse=True)
def _leave_no_handlers() -> object:
    kept = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for each, handler in kept.items():
        signal.signal(each, handler)


def test_a_server_is_waited_for_and_stopped_in_the_end(tmp_path: Path) -> None:
    port = free_port()
    with Processes() as processes:
        processes.start(program(tmp_path, SERVER.format(port=port), port=port))
        processes.wait_until_ready()
        assert answers(port)
    assert not answers(port)


def test_a_program_that_listens_nowhere_is_not_waited_for_but_watched(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    source = (
        f"import time, pathlib\nwhile not pathlib.Path({str(gone)!r}).exists(): time.sleep(0.05)"
    )
    with Processes() as processes:
        processes.start(program(tmp_path, source))
        processes.wait_until_ready()
        gone.touch()
        with pytest.raises(ProcessFailed, match="has ended"):
            processes.wait()


def test_what_a_program_started_stops_with_it(tmp_path: Path) -> None:
    port = free_port()
    server = SERVER.format(port=port)
    source = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {server!r}])"
    with Processes() as processes:
        processes.start(program(tmp_path, source, port=port))
        processes.wait_until_ready()
    # The grandchild has been told too, but nobody waits for it.
    until = time.monotonic() + 60
    while answers(port) and time.monotonic() < until:
        time.sleep(0.05)
    assert not answers(port)


def test_a_program_that_ends_by_itself_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with Processes() as processes:
        processes.start(program(tmp_path, "print('the disk is full')", port=free_port()))
        with pytest.raises(ProcessFailed, match=r"has ended(.|\n)*the disk is full"):
            processes.wait_until_ready()


def test_a_command_that_fails_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with Processes() as processes, pytest.raises(ProcessFailed, match=r"failed(.|\n)*no such"):
        processes.run(program(tmp_path, "import sys; sys.exit('no such table')"))


def test_a_command_that_works_leaves_nothing_to_wait_for(tmp_path: Path) -> None:
    with Processes() as processes:
        processes.run(program(tmp_path, "print('done')"))
        processes.wait_until_ready()
    assert (tmp_path / "log").read_text() == "done\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_waiting_without_a_failure(
    tmp_path: Path, number: signal.Signals
) -> None:
    with Processes() as processes:
        processes.start(program(tmp_path, "import time; time.sleep(60)"))
        timer = threading.Timer(0.3, os.kill, (os.getpid(), number))
        timer.start()
        began = time.monotonic()
        processes.wait()
        timer.join()
        assert processes.asked_to_stop
    assert time.monotonic() - began < 40
