"""Starts apigeecli on another address than Apigee's; runs in that client's own environment.

The client knows its addresses as constants only, read when its modules are imported, so they are
changed before. Every connection is noted, and refused where it leaves this machine.
"""

import importlib
import os
import sys
from pathlib import Path
from typing import Any

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def guard(event: str, details: tuple[Any, ...]) -> None:
    """Look at what is about to be looked up or connected to; an audit hook."""
    if event == "socket.getaddrinfo":
        host, port = details[:2]
    elif event == "socket.connect":
        host, port = details[1][:2]
    else:
        return
    with Path(os.environ["CONNECTIONS"]).open("a", encoding="utf-8") as file:
        file.write(f"{host}:{port}\n")
    if host not in LOOPBACK:
        raise ConnectionRefusedError(f"a connection to {host}")


def main() -> None:
    """Run the command line given by the arguments."""
    sys.addaudithook(guard)
    root = os.environ["LOCAL_APIGEE"]
    apigee = importlib.import_module("apigee")
    apigee.__dict__["APIGEE_ADMIN_API_URL"] = root
    apigee.__dict__["APIGEE_OAUTH_URL"] = f"{root}/oauth/token"
    apigee.__dict__["APIGEE_ZONENAME_OAUTH_URL"] = f"{root}/oauth/token"
    sys.exit(importlib.import_module("apigee.__main__").main())


if __name__ == "__main__":
    main()
