"""The security page says what the code does, and names only what there is."""

import ast
import re
from pathlib import Path

from app.apigee.breaker import ENOUGH_CALLS, MOST_SILENT, OPEN_SECONDS, WINDOW_SECONDS
from app.apigee.client import RETRIES
from app.apigee.exchange import Limits
from app.configuration.apigee import Apigee
from app.identity.assertion import SECONDS as ASSERTION_SECONDS
from app.identity.provider import FINISH_SECONDS
from app.identity.upkeep import CONFIRM_SECONDS
from app.identity.wire import EXCHANGE_SECONDS
from app.notify.smtp import PAUSE
from app.notify.smtp import SECONDS as MAIL_SECONDS
from app.store.engine import BUSY_MILLISECONDS
from app.web.shared_cache import QUIET_SECONDS, REDIS_SECONDS
from tests.architecture.sources import modules, syntax
from tests.routes.house import House
from tests.routes.matrix import OPERATIONS, ROUTES
from tools.security_tables import PAGE, tables, written

ROOT = Path(__file__).parents[2]
# What a Python program opens connections with; the database's driver is SQLAlchemy's.
OPENERS = {
    *("requests", "urllib3", "urllib.request", "http.client", "socket", "ssl", "redis"),
    *("smtplib", "ftplib", "asyncio", "httpx", "subprocess", "psycopg", "sqlite3"),
}
LISTED = (
    *("app/apigee/", "app/content/compiling/", "app/content/diagrams/", "app/identity/"),
    *("app/content/local_file.py", "app/content/shelf.py", "app/notify/", "app/store/"),
    "app/tryit/",
    "app/web/shared_cache.py",
)
SSO = ROOT / "docs" / "sso.md"
NAMED = re.compile(r"`((?:app|tests|tools|docs|demo|static|templates)/[\w./]+)(?:::(\w+))?`")


def test_its_tables_are_those_of_the_code(house: House) -> None:
    """Run ``python -m tools.security_tables`` after a change of routes, rights or roles."""
    page = PAGE.read_text(encoding="utf-8")
    assert written(page, tables(house.flask)) == page


def test_every_operation_that_a_route_may_cause_is_explained_and_no_other() -> None:
    assert set(OPERATIONS) == {
        call for route in ROUTES.values() for call in route.calls | route.also
    }


def test_every_file_and_test_that_it_names_is_there() -> None:
    for page in (PAGE, SSO, ROOT / "SECURITY.md"):
        for file, test in NAMED.findall(page.read_text(encoding="utf-8")):
            assert (ROOT / file).exists(), (page.name, file)
            source = (ROOT / file).read_text(encoding="utf-8") if test else ""
            assert not test or f"def {test}(" in source, (page.name, file, test)


def imported(file: Path) -> set[str]:
    """Return the modules that a file imports, with the packages above them."""
    found: set[str] = set()
    for node in ast.walk(syntax(file)):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
        found |= {name.split(".")[0] for name in names} | set(names)
    return found


def test_nothing_opens_a_connection_that_the_page_does_not_list() -> None:
    opening = {
        file.relative_to(ROOT).as_posix() for file in modules("app") if imported(file) & OPENERS
    }
    assert {name for name in opening if not name.startswith(LISTED)} == set()
    assert "app/apigee/exchange.py" in opening
    listed = section("Outgoing connections")
    assert all(f"`{where.rstrip('/')}`" in listed for where in LISTED)


def test_the_time_outs_of_outgoing_connections_are_those_of_the_code() -> None:
    listed = section("Outgoing connections")
    limits = Limits()
    assert Apigee.model_fields["deadline_seconds"].default == limits.total
    assert f"for a page, {limits.total:g} s" in listed
    assert Limits.within(8) == Limits(total=8, connect=1, read=3)
    assert f"tried up to {RETRIES + 1} times" in listed
    assert f"after {MOST_SILENT} silent calls" in listed
    assert f"half of {ENOUGH_CALLS} in {WINDOW_SECONDS:g} s" in listed
    assert f"asked for {OPEN_SECONDS:g} s" in listed
    assert f"{EXCHANGE_SECONDS:g} s for an exchange; {FINISH_SECONDS:g} s for a callback" in listed
    assert f"{CONFIRM_SECONDS:g} s for asking again" in listed
    assert f"| {ASSERTION_SECONDS:g} s | keys are believed" in listed
    assert f"a lock: {BUSY_MILLISECONDS // 1000} s" in listed
    assert f"| {MAIL_SECONDS:g} s for each step | left alone for {PAUSE.seconds} s" in listed
    assert f"| {REDIS_SECONDS:g} s | left alone for {QUIET_SECONDS:g} s" in listed


def section(title: str) -> str:
    """Return what the page says below a heading."""
    return PAGE.read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
