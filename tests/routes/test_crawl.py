"""Following every link: nothing is broken, nothing changes, nobody else is seen."""

from collections import deque
from dataclasses import astuple
from urllib.parse import urljoin

from app.domain.jobs import JobKind, NewJob
from tests.routes.client import Browser
from tests.routes.house import House


def crawl(browser: Browser) -> dict[str, int]:
    """Open every page that links lead to from the home page; return each one's status."""
    seen: dict[str, int] = {}
    waiting = deque(["/"])
    while waiting:
        path = waiting.popleft().partition("#")[0]
        if not path.startswith("/") or path in seen or path.startswith("/sign-in"):
            continue
        answer = browser.get(path)
        seen[path] = answer.status
        if answer.status == 200 and answer.response.mimetype == "text/html":
            waiting.extend(urljoin(path, link) for link in answer.page.links)
        elif answer.location:
            waiting.append(answer.location)
    return seen


def test_no_link_is_broken_and_none_changes_anything(house: House) -> None:
    """Abuse case 14."""
    house.developer("ada")
    for number in range(3):
        house.apigee.add_app("ada@example.com", f"app-{number}", house.apigee.new_key("payments"))
    house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now()))
    with house.context():
        house.portal.sync.run()
    ada = house.administrator()
    apps, people, rows = dict(house.apigee.by_app), dict(house.apigee.by_email), len(house.trail())
    seen = crawl(ada)
    assert {
        "/",
        "/apps",
        "/apps/new",
        "/docs/guides/first",
        "/products",
        "/account",
        "/admin/audit",
        "/admin/jobs",
        "/admin/sync",
        "/admin/sync/1",
    } <= set(seen)
    assert len(seen) > 15
    assert set(seen.values()) <= {200, 303}
    assert (house.apigee.by_app, house.apigee.by_email) == (apps, people)
    assert len(house.trail()) == rows
    writes = {"apps.create", "apps.delete", "developers.create", "developers.set_status"}
    assert writes & set(house.apigee.calls) == set()
    assert "keys.pair" not in house.apigee.calls


def test_a_visitors_links_all_work(house: House) -> None:
    seen = crawl(house.browser())
    assert seen["/products/payments"] == 200
    assert set(seen.values()) <= {200, 302}


def test_the_pages_of_two_people_are_their_own(house: House) -> None:
    """Abuse case 1."""
    for login in ("dana", "bob"):
        house.developer(login)
        house.apigee.add_app(f"{login}@example.com", f"app-of-{login}")
    dana, bob = house.signed_in("dana"), house.signed_in("bob")
    for browser, own, other in ((dana, "dana", "bob"), (bob, "bob", "dana")):
        for path in ("/apps", "/account", "/"):
            assert f"{other}@example.com" not in browser.get(path).body
        assert f"app-of-{own}" in browser.get("/apps").body
        assert f"app-of-{other}" not in browser.get("/apps").body
    assert {astuple(entry.actor)[1] for entry in house.trail()} == {
        "dana@example.com",
        "bob@example.com",
    }
