"""``python -m bench.reading ADDRESS``: every page of Apigee's developers, read and nothing else.

What a synchronization cannot be faster than. The bearer token comes by standard input.
"""

import json
import subprocess
import sys
import time

import requests

from demo.plan import ROOT
from emulator.running import LocalApigee

PAGE = 1000


def read(local: LocalApigee) -> float:
    """Let a process read the list to its end; return how many seconds that took."""
    address = f"{local.url}/organizations/{local.organization}/developers"
    done = subprocess.run(
        (sys.executable, "-m", "bench.reading", address),
        cwd=ROOT,
        input=local.bearer(),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def main(address: str, token: str) -> None:
    """Follow the pages over one connection, each parsed as JSON."""
    begun, start = time.perf_counter(), ""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        while True:
            query = {"expand": "true", "count": str(PAGE)} | ({"startKey": start} if start else {})
            answer = session.get(address, params=query, timeout=60)
            answer.raise_for_status()
            found = json.loads(answer.content)["developer"]
            if len(found) < PAGE:
                break
            start = found[-1]["email"]
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.read())
