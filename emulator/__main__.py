"""`python -m emulator`: a local Apigee until it is told to stop."""

import argparse
import ipaddress
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from emulator.recording import recorder
from emulator.running import LocalApigee, Options
from emulator.seed import Seed, plan_of
from emulator.switch_file import read_switches, table


def main(arguments: Sequence[str] | None = None, stop: threading.Event | None = None) -> int:
    """Serve until SIGINT, SIGTERM or `stop`; 2 when the settings cannot work."""
    parsed = _parser().parse_args(arguments)
    if parsed.list_switches:
        sys.stdout.write(table())
        return 0
    try:
        local = LocalApigee(_options(parsed))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"emulator: {error}\n")
        return 2
    server = threading.Thread(target=local.serve)
    stop = stop or threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    server.start()
    sys.stdout.write(f"Local Apigee ({local.options.flavor}) on {local.url}\n")
    sys.stdout.flush()
    stop.wait()
    local.stop()
    server.join()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="emulator", description=__doc__)
    parser.add_argument("--flavor", choices=("x", "edge"), default="x")
    parser.add_argument("--org", default="demo", help="the one organisation's name")
    parser.add_argument("--host", type=_loopback, default="127.0.0.1", help="loopback only")
    parser.add_argument("--port", type=_port, default=8001, help="0 takes a free one")
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument("--seed", type=Path, help="JSON; used while there is no state yet")
    seeds.add_argument(
        "--generate",
        dest="seed",
        type=_generated,
        metavar="developers=N,apps=N,every=N,products=N",
        help="made-up developers instead of a seed; so many apps for each every-th",
    )
    parser.add_argument("--switches", type=Path, help="TOML: answers to Apigee's open questions")
    parser.add_argument("--list-switches", action="store_true", help="print them and end")
    parser.add_argument("--state", type=Path, help="kept here, and read at the next start")
    parser.add_argument("--journal", type=Path, help="every request as a line of JSON")
    parser.add_argument(
        "--service-account", type=Path, help="who may fetch tokens (X); made if missing"
    )
    return parser


def _options(parsed: argparse.Namespace) -> Options:
    given = {name: value for name, value in vars(parsed).items() if name != "list_switches"}
    if parsed.switches:
        given["switches"] = read_switches(parsed.switches)
    else:
        del given["switches"]
    return Options(**given, observers=recorder())


def _generated(text: str) -> Seed:
    numbers = {}
    for each in text.split(","):
        name, _, digits = each.partition("=")
        if not digits.isascii() or not digits.isdigit():
            raise argparse.ArgumentTypeError(f"{each}: a name and a number are expected")
        numbers[name.strip()] = int(digits)
    seed = {"generate": numbers}
    try:
        plan_of(seed)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return seed


def _port(text: str) -> int:
    port = int(text)
    if port not in range(65536):
        raise argparse.ArgumentTypeError("a number from 0 to 65535 is expected")
    return port


def _loopback(host: str) -> str:
    if host == "localhost":
        return "127.0.0.1"
    if not ipaddress.ip_address(host).is_loopback:
        raise argparse.ArgumentTypeError("the emulator serves this machine only")
    return host


if __name__ == "__main__":
    sys.exit(main())
