"""A real nginx in front of the portal, with TLS, under a path of its host."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SECONDS = 10.0
MISSING = (
    "nginx is not installed, and these tests are about a real one. "
    "Install it (Debian: apt-get install nginx-light; macOS: brew install nginx) and run again."
)
CONFIGURATION = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/server.pem;
        ssl_certificate_key {folder}/server.pem;
        location / {{ return 418; }}
        location /portal/ {{
            proxy_pass http://127.0.0.1:{portal}{slash};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }}
    }}
}}
"""


def executable() -> str:
    """Return where nginx is; fails with what to do where it is not."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.fail(MISSING)
    return found


@contextmanager
def run_nginx(folder: Path, *, keeps_path: bool) -> Iterator[Callable[[int], str]]:
    """Yield what starts nginx for a portal on a port and returns the address that people use."""
    program, running = executable(), list[subprocess.Popen[bytes]]()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    def start(portal: int) -> str:
        text = CONFIGURATION.format(
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            port=port,
            portal=portal,
            slash="" if keeps_path else "/",
        )
        file = folder / "nginx.conf"
        file.write_text(text, encoding="utf-8")
        command = [program, "-p", str(folder), "-c", str(file)]
        running.append(subprocess.Popen(command))  # noqa: S603 - our own configuration
        _wait_for(port, running[0])
        return f"https://localhost:{port}/portal"

    try:
        yield start
    finally:
        for process in running:
            process.terminate()
            process.wait(SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nginx did not start: what it printed says why")
