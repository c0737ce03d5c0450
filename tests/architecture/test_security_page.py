"""The security page says what the code does, and names only what there is."""

import re
from pathlib import Path

from tests.routes.house import House
from tests.routes.matrix import OPERATIONS, ROUTES
from tools.security_tables import PAGE, tables, written

ROOT = Path(__file__).parents[2]
SSO = ROOT / "docs" / "sso.md"
NAMED = re.compile(r"`((?:app|tests|tools|docs|demo|static|templates)/[\w./]+)(?:::(\w+))?`")


def test_its_tables_are_those_of_the_code(house: House) -> None:
    """Run ``python -m tools.security_tables`` after a change of routes, rights or roles."""
    page = PAGE.read_text(encoding="utf-8")
    assert written(page, tables(house.flask)) == page


def test_every_operation_that_a_route_may_cause_is_explained_and_no_other() -> None:
    assert set(OPERATIONS) == {call for route in ROUTES.values() for call in route.calls}


def test_every_file_and_test_that_it_names_is_there() -> None:
    for page in (PAGE, SSO, ROOT / "SECURITY.md"):
        for file, test in NAMED.findall(page.read_text(encoding="utf-8")):
            assert (ROOT / file).exists(), (page.name, file)
            source = (ROOT / file).read_text(encoding="utf-8") if test else ""
            assert not test or f"def {test}(" in source, (page.name, file, test)
