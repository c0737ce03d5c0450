"""Putting an emulator together, and running one in a thread: `emulator.run(...)`."""

import contextlib
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypedDict, Unpack

from emulator.auth import BasicGate, BearerGate, EdgeGate, Gate, Tokens
from emulator.calls import Site
from emulator.control import Control
from emulator.credentials import DEFAULT_EMAIL, ensure_service_account
from emulator.edge_login import TOKEN, EdgeLogin, EdgeSignIn
from emulator.faults import Faults
from emulator.gateway import Gateway
from emulator.journal import Journal
from emulator.limits import EntityLimits, Limits
from emulator.management import Management
from emulator.metadata_server import MetadataServer
from emulator.model import Flavor
from emulator.past_calls import PastCall, record_past_calls
from emulator.seed import Seed, entities_of, plan_of, read_seed
from emulator.seed_rules import organization_of
from emulator.server import Server
from emulator.service import Door, Observer, Service
from emulator.statefile import StateFile
from emulator.store import Store
from emulator.switches import Switches
from emulator.token_endpoint import PATH as TOKEN_PATH
from emulator.token_endpoint import TokenEndpoint
from emulator.traffic_file import TrafficFile
from emulator.wire_edge import EdgeWire
from emulator.wire_x import XWire

DEFAULT_USERS = {"ops@example.com": "demo"}
# Told of every exchange of every emulator started in this process; test suites add to it.
EVERYWHERE: list[Observer] = []


@dataclass(frozen=True, kw_only=True)
class Options:
    """How an emulator is started; port 0 means a free one, `clock` gives seconds since 1970.

    `permissions` are those granted to every caller: on X names of Google's, on Edge verbs with
    paths of a role such as `GET /developers`. None grants all.
    """

    flavor: Flavor = "x"
    org: str = "demo"
    host: str = "127.0.0.1"
    port: int = 0
    seed: Path | str | Seed | None = None
    state: Path | None = None
    journal: Path | None = None
    service_account: Path | None = None
    users: Mapping[str, str] = field(default_factory=lambda: DEFAULT_USERS)
    edge: EdgeSignIn = field(default_factory=EdgeSignIn)
    permissions: Collection[str] | None = None
    limits: Limits = field(default_factory=Limits)
    switches: Switches = field(default_factory=Switches)
    observers: Sequence[Observer] = ()
    clock: Callable[[], float] = time.time


class Settings(TypedDict, total=False):
    """The same as keyword arguments of `run`."""

    flavor: Flavor
    org: str
    host: str
    port: int
    seed: Path | str | Seed | None
    state: Path | None
    journal: Path | None
    service_account: Path | None
    users: Mapping[str, str]
    edge: EdgeSignIn
    permissions: Collection[str] | None
    limits: Limits
    switches: Switches
    observers: Sequence[Observer]
    clock: Callable[[], float]


class LocalApigee:
    """A running emulator: its addresses, credentials, journal and controls."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.organization = options.org
        self._seed = _seed(options.seed)
        self.site = _site(options, self._seed)
        self.faults = Faults(options.clock)
        self.tokens = Tokens(options.clock)
        self._endpoint = TokenEndpoint(self.tokens, options.clock)
        self._state = StateFile(options.state) if options.state else None
        self._traffic_file = _traffic_file(options.state)
        with contextlib.ExitStack() as opened:
            self._open(opened)
            # Nothing failed: what was opened stays open until `close`.
            self._opened = opened.pop_all()

    def _open(self, opened: contextlib.ExitStack) -> None:
        self.journal = Journal(self.options.journal)
        opened.callback(self.journal.close)
        if self._state:
            opened.callback(self._state.close)
        if self._traffic_file:
            opened.callback(self._traffic_file.close)
        self._load()
        self.service = self._service()
        self.server = Server(self.options.host, self.options.port, self.service.answer)
        opened.callback(self.server.server_close)
        self._endpoint.audiences = self._token_addresses()
        account = self.options.service_account
        if account:
            self._endpoint.register(ensure_service_account(account, self.token_uri))

    @property
    def root(self) -> str:
        """The address without a path; the gateway is below it, at `/proxy/…`."""
        host = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        return f"http://{host}:{self.server.port}"

    @property
    def url(self) -> str:
        """The endpoint of the management API, with its `/v1`."""
        return f"{self.root}/v1"

    @property
    def token_uri(self) -> str:
        return f"{self.root}{TOKEN_PATH}"

    @property
    def login_uri(self) -> str:
        """Edge: where people and machine users get their tokens."""
        return f"{self.root}{self.options.edge.prefix}{TOKEN}"

    @property
    def basic(self) -> tuple[str, str]:
        """An Edge user's e-mail and password."""
        return next(iter(self.options.users.items()))

    def bearer(self) -> str:
        """A fresh access token for X."""
        return self.tokens.issue(DEFAULT_EMAIL)

    @cached_property
    def service_account_file(self) -> Path:
        """A service-account file this emulator knows, made when first asked for."""
        if self.options.service_account:
            return self.options.service_account
        folder = self._opened.enter_context(tempfile.TemporaryDirectory())
        path = Path(folder) / "service-account.json"
        self._endpoint.register(ensure_service_account(path, self.token_uri))
        return path

    def reset(self) -> None:
        """Put everything back to the seed; the journal and the faults are emptied too."""
        with self.site.store.lock:
            self._fill()
        self._forget_traffic()
        self.service.gateway.forget()
        self.journal.clear()
        self.faults.clear()

    def record_calls(self, calls: Sequence[PastCall]) -> None:
        """Count calls of the past as if the gateway had answered them. Raises ValueError."""
        record_past_calls(self.site, calls)

    def serve(self) -> None:
        """Answer until `stop` is called from another thread."""
        self.server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """End the server, which must be serving, and close the files."""
        self.server.stop()
        self.close()

    def close(self) -> None:
        """Close the files and the socket of a server that does not serve (any more)."""
        self._opened.close()

    def _load(self) -> None:
        if self._state and self._state.load(self.site.store):
            self._state.start(self.site.store)
            if self._traffic_file:
                self._traffic_file.load(self.site.traffic)
        else:
            self._fill()
        if self._traffic_file:
            self._traffic_file.start(self.site.traffic)

    def _fill(self) -> None:
        self.site.store.replace_all(entities_of(self._seed, self.site), plan_of(self._seed))
        if self._state:
            self._state.start(self.site.store)

    def _forget_traffic(self) -> None:
        with self.site.traffic.lock:
            self.site.traffic.clear()
            if self._traffic_file:
                self._traffic_file.start(self.site.traffic)

    def _service(self) -> Service:
        gate, doors = self._entrance()
        return Service(
            site=self.site,
            management=Management(self.site, gate),
            gateway=Gateway(self.site),
            doors=doors,
            control=Control(self.journal, self.faults, self.reset, self.record_calls),
            journal=self.journal,
            faults=self.faults,
            observers=(*EVERYWHERE, *self.options.observers),
        )

    def _entrance(self) -> tuple[Gate, Sequence[Door]]:
        """Who is let into the management API, and where callers get what they need for it."""
        options, tokens = self.options, self.tokens
        if options.flavor == "x":
            machine = MetadataServer(tokens, DEFAULT_EMAIL, options.org)
            return BearerGate(tokens), (self._endpoint, machine)
        login = EdgeLogin(options.users, options.edge, tokens, options.switches, options.clock)
        allowed = options.edge.basic and not options.edge.saml
        basic = BasicGate(options.users, options.switches) if allowed else None
        return EdgeGate(tokens, basic), (login,)

    def _token_addresses(self) -> Sequence[str]:
        hosts = ("127.0.0.1", "localhost", "[::1]")
        return [f"http://{host}:{self.server.port}{TOKEN_PATH}" for host in hosts]


@contextmanager
def run(**settings: Unpack[Settings]) -> Iterator[LocalApigee]:
    """Start an emulator in a thread, give it, and stop it; takes the fields of `Options`."""
    local = LocalApigee(Options(**settings))
    thread = threading.Thread(target=local.serve, name="local-apigee")
    thread.start()
    try:
        yield local
    finally:
        local.stop()
        thread.join()


def _traffic_file(state: Path | None) -> TrafficFile | None:
    return TrafficFile(state.with_name(f"{state.name}.traffic")) if state else None


def _seed(given: Path | str | Seed | None) -> Seed:
    if isinstance(given, Path | str):
        return read_seed(Path(given))
    return given or {}


def _site(options: Options, seed: Seed) -> Site:
    organization = organization_of(options.org, seed)
    store = Store(
        options.clock,
        deletion=options.switches.deletion_seconds,
        lag=options.switches.replica_lag_seconds,
    )
    store.guard = EntityLimits(options.limits, options.switches, options.flavor, store)
    granted = options.permissions
    return Site(
        organization=organization,
        flavor=options.flavor,
        wire=XWire() if options.flavor == "x" else EdgeWire(),
        store=store,
        switches=options.switches,
        limits=options.limits,
        permissions=None if granted is None else frozenset(granted),
        clock=options.clock,
    )
