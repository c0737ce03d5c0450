"""A wheel that is built from this checkout and installed elsewhere, and what its command starts."""

import os
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from app.starting import NEVER
from demo.plan import ROOT
from tests.scenario.programs import wait_for

SECONDS = 300
# The third file is the socket, and it is said for which process that is meant.
ACTIVATED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""


def built(folder: Path, target: str = "wheel", source: Path = ROOT) -> Path:
    """Build a wheel or an sdist with what is installed here; nothing is asked of the network."""
    run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder), folder=source)
    [file] = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return file


def run(*words: str, folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a program to its end; return what it printed, or fail with all of it."""
    ended = subprocess.run(  # noqa: S603 - our own words
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert ended.returncode == 0, f"{' '.join(words)}\n{ended.stdout}"
    return ended.stdout


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel, and an empty folder to work in."""

    venv: Path
    folder: Path

    @property
    def python(self) -> str:
        return str(self.venv / "bin" / "python")

    @property
    def command(self) -> str:
        return str(self.venv / "bin" / "portal")

    def told(self, *words: str, **settings: str) -> str:
        """Return what a command of the portal prints."""
        return run(self.command, *words, folder=self.folder, environment=alone(settings))

    def refused(self, *words: str, **settings: str) -> str:
        """Return what a command says that refuses the settings."""
        ended = subprocess.run(  # noqa: S603 - the portal's own command
            (self.command, *words),
            cwd=self.folder,
            env=alone(settings),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert ended.returncode == NEVER, ended.stderr
        return ended.stderr

    @contextmanager
    def serving(
        self, listener: socket.socket, *words: str, **settings: str
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """Let ``portal serve`` answer at the socket; what it says goes to ``serve.log``."""
        where = ("--bind", f"fd://{listener.fileno()}")
        command = (self.command, "serve", *where, *words)
        with self._running(command, listener, settings) as process:
            yield process

    @contextmanager
    def activated(
        self, listener: socket.socket, *words: str, **settings: str
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """Start it as systemd does with a socket unit."""
        given = (sys.executable, "-c", ACTIVATED, str(listener.fileno()))
        command = (*given, self.command, "serve", *words)
        with self._running(command, listener, settings) as process:
            yield process

    @contextmanager
    def _running(
        self, command: Sequence[str], listener: socket.socket, settings: Mapping[str, str]
    ) -> Iterator["subprocess.Popen[bytes]"]:
        with (
            (self.folder / "serve.log").open("wb") as log,
            subprocess.Popen(  # noqa: S603 - the portal's own command
                command,
                cwd=self.folder,
                env=alone(settings),
                stdout=log,
                stderr=log,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            ) as process,
        ):
            try:
                wait_for(f"http://localhost:{listener.getsockname()[1]}/livez")
                yield process
            finally:
                with suppress(ProcessLookupError):  # the group, with whatever it has forked
                    os.killpg(process.pid, signal.SIGKILL)

    def said(self) -> str:
        """Return what the server has written so far."""
        return (self.folder / "serve.log").read_text(encoding="utf-8")


def alone(settings: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without anything of this checkout or of the person who tests."""
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    return {**kept, "PATH": "/usr/bin:/bin", **settings}


def environment_of(folder: Path) -> Path:
    """Make an empty virtual environment without even pip."""
    run(sys.executable, "-m", "venv", "--without-pip", str(folder), folder=folder.parent)
    return folder


def lend(venv: Path) -> None:
    """Let an environment see the packages of this one, in the place of its own."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = venv / "lib" / version / "site-packages"
    (site / "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")


def install(venv: Path, *words: str) -> None:
    """Let this environment's pip install something in another one."""
    pip = (sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python"), "install")
    run(*pip, "--quiet", "--disable-pip-version-check", *words, folder=venv)


def answer(address: str, **headers: str) -> requests.Response:
    """Ask once; connections are not kept, so that the server may end them."""
    sent = {"Connection": "close", **headers}
    return requests.get(address, headers=sent, timeout=30, allow_redirects=False)
