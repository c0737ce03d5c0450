"""The menus lead where the guards let people in, and nowhere else."""

import pytest
from sqlalchemy import Engine, event, text

from app.domain.people import Permission
from app.web import extensions
from app.web.access import ADMIN_PAGES
from tests.architecture.test_guards import GUARDS
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

OWN = {right.value.replace("_", "-"): {"permissions": [right.value]} for right in Permission}
WHO = {
    "anonymous": None,
    "developer": frozenset[str](),
    **{role: frozenset({role}) for role in ("product_owner", "support", "administrator", *OWN)},
}


@pytest.fixture
def house(build: Build) -> House:
    """A portal with a role for each right, besides the built-in ones."""
    return build(roles=OWN)


def browser_of(house: House, who: str) -> Browser:
    roles = WHO[who]
    return house.browser() if roles is None else house.signed_in("dana", roles=roles)


def addresses(house: House) -> dict[str, str]:
    """Return the addresses of the administration's pages by their endpoints."""
    rules = {rule.endpoint: rule.rule for rule in house.flask.url_map.iter_rules()}
    return {endpoint: rules[endpoint] for endpoint in ADMIN_PAGES}


@pytest.mark.parametrize("who", list(WHO))
def test_the_menus_show_what_the_guards_open(house: House, who: str) -> None:
    browser = browser_of(house, who)
    pages = addresses(house)
    opened = {path for path in pages.values() if browser.get(path).status == 200}
    start = browser.get("/products").page.links
    assert {path for path in start if path.startswith("/admin")} == set(
        [path for path in pages.values() if path in opened][:1]
    )
    for path in opened:
        side = {link for link in browser.get(path).page.links if link in pages.values()}
        assert side == opened


@pytest.mark.parametrize("who", list(WHO))
def test_administration_begins_with_the_first_page_that_opens(house: House, who: str) -> None:
    answer = browser_of(house, who).get("/admin")
    rights = house.portal.roles.permissions_of(WHO[who] or ())
    opened = [path for endpoint, path in addresses(house).items() if GUARDS[endpoint] in rights]
    if WHO[who] is None:
        assert answer.location.startswith("/sign-in")
    elif not opened:
        assert answer.status == 403
        [refused] = [row for row in house.trail() if row.action.value == "access.refused"]
        assert refused.target == "administration"
    else:
        assert answer.location == opened[0]


def test_who_may_only_export_developers_gets_to_the_export(house: House) -> None:
    answer = browser_of(house, "export-developers").get("/admin")
    assert (answer.status, answer.location) == (303, "/admin/developers/export")


def test_every_page_of_the_side_is_where_the_administration_may_begin(house: House) -> None:
    page = house.administrator().get("/admin/developers").page
    side = next(nav for nav in page.all("nav") if nav.get("aria-label") == "Administration")
    assert [link.get("href") for link in side.iter("a")] == list(addresses(house).values())


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/admin/developers", "Developers"),
        ("/admin/jobs", "Jobs"),
        ("/admin/sync", "Synchronize"),
        ("/admin/audit", "Audit log"),
        ("/admin/audit/export", "Audit log"),
    ],
)
def test_the_menus_say_where_in_the_administration_one_is(
    ada: Browser, path: str, current: str
) -> None:
    links = ada.get(path).page.all("a")
    marked = [link for link in links if link.get("aria-current") == "page"]
    assert {"".join(link.itertext()).strip() for link in marked} == {"Admin", current}


def registering(house: House, *logins: str) -> None:
    """Let these people register, who then wait for a decision."""
    for login in logins:
        fields = {"first_name": login, "last_name": "Rao", "user_name": login}
        assert house.signed_in(login).submit("/register", fields).status == 303


def counts(browser: Browser, path: str) -> list[tuple[str | None, str]]:
    links = browser.get(path).page.all("a", **{"class": "count"})
    return [(link.get("href"), "".join(link.itertext())) for link in links]


def test_who_decides_sees_how_many_registrations_wait_and_nobody_else_does(build: Build) -> None:
    house = build(roles=OWN, registration={"policy": "approval"})
    ada = house.administrator()
    assert counts(ada, "/admin/developers") == []
    registering(house, "ravi", "zoe")
    for path in ("/admin/developers", "/admin/accounts", "/admin/audit", "/admin/jobs"):
        [(link, text)] = counts(ada, path)
        assert (link, text.split()[0]) == ("/admin/accounts?state=waiting", "2")
    assert len(ada.get("/admin/accounts?state=waiting").page.all("a", **{"class": "row-link"})) == 2
    assert counts(browser_of(house, "support"), "/admin/developers") == []


def statements(browser: Browser, path: str) -> list[str]:
    """Return what the database is asked for a page."""
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return asked


def test_the_number_costs_one_statement_and_none_of_who_does_not_decide(build: Build) -> None:
    house = build(roles=OWN, registration={"policy": "approval"})
    ada, sam = house.administrator(), browser_of(house, "support")
    registering(house, "ravi")
    for browser, expected in ((ada, 1), (sam, 0)):
        counted = [one for one in statements(browser, "/admin/jobs") if "count(*)" in one]
        assert len(counted) == expected
        assert browser.get("/admin/jobs").calls == 0
    outside = statements(ada, "/products")
    assert [one for one in outside if "count(*)" in one] == []


def test_the_waiting_are_counted_in_an_index(build: Build) -> None:
    house = build()
    with house.context(), extensions.db.engine.connect() as connection:
        plan = connection.execute(
            text("EXPLAIN QUERY PLAN SELECT count(*) FROM accounts WHERE standing IN ('a', 'b')")
        )
        told = " ".join(str(row) for row in plan)
    assert "ix_accounts_standing" in told
