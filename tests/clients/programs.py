"""Running other people's programs: a home of their own, nothing of ours, nowhere but loopback."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.node import find_node
from tools.other_clients import FOLDER, MODULES, PYTHON

HERE = Path(__file__).resolve().parent
NODE = ("--import", str(HERE / "guard.mjs"))
SECONDS = 60


@dataclass(frozen=True)
class Outcome:
    """How a program ended: its exit status and what it printed."""

    status: int
    said: str
    complained: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.said)


@dataclass(frozen=True)
class Room:
    """Where a program runs: its home and the note of what it connected to."""

    home: Path
    root: str

    @property
    def connections(self) -> set[str]:
        """The addresses a program connected to, as `host:port`."""
        note = self.home / "connections"
        return set(note.read_text(encoding="utf-8").split()) if note.exists() else set()

    @property
    def environment(self) -> Mapping[str, str]:
        """All the environment it gets: no credentials and no proxies of this machine."""
        return {
            "PATH": os.defpath,
            "HOME": str(self.home),
            "CONNECTIONS": str(self.home / "connections"),
            "CLIENTS": str(FOLDER),
            "LOCAL_APIGEE": self.root,
            "LC_ALL": "C.UTF-8",
        }

    def run(self, *command: str) -> Outcome:
        """Run a program to its end."""
        done = subprocess.run(  # noqa: S603 - a locked client with made-up arguments
            command,
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def apigeecli(self, *words: str) -> Outcome:
        """Run a command of apigeecli."""
        return self.run(str(PYTHON), str(HERE / "apigeecli_start.py"), *words)

    def apigeetool(self, *words: str) -> Outcome:
        """Run a command of apigeetool."""
        start = MODULES / "apigeetool" / "lib" / "cli.js"
        return self.run(str(find_node()), *NODE, str(start), *words)

    @contextmanager
    def library(self, driver: str) -> Iterator["Library"]:
        """Start a driver of ours, which calls a JavaScript library as it is told."""
        with subprocess.Popen(  # noqa: S603 - our own driver of a locked client
            [str(find_node()), *NODE, str(HERE / driver)],
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield Library(process)
            finally:
                process.kill()


class Failed(Exception):
    """A call that the client says has failed; `result` is what Apigee answered."""

    def __init__(self, message: str, result: Any) -> None:
        super().__init__(message)
        self.result = result


class Library:
    """A JavaScript library at work: `call("developers.create", email=…)`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def call(self, name: str, /, **options: Any) -> Any:
        """Make one call and give what it resolved to; raises `Failed`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"call": name, "options": options}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer = json.loads(line or '{"error": "the program ended"}')
        if "error" in answer:
            raise Failed(answer["error"], answer.get("result"))
        return answer.get("result")
