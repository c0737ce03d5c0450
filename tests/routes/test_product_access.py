"""One rule in every place: who may not see a product finds no trace of it, and cannot have it.

The places are the application's own routes, so that one which is added later is walked, too.
"""

import re
from collections.abc import Iterator

import pytest
from flask import url_for
from werkzeug.routing import Rule

from app.domain.products import ApiProduct
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House

ROLES: dict[str, frozenset[str]] = {
    "developer": frozenset(),
    "support": frozenset({"support"}),
    "product_owner": frozenset({"product_owner"}),
    "administrator": frozenset({"administrator"}),
}
EVERYBODY = frozenset({"anonymous", *ROLES})
# Product on Apigee: its access attribute, and who sees it by the settings of `house`.
SEEN = {
    "open": ("public", EVERYBODY),
    "members": ("private", EVERYBODY - {"anonymous"}),
    "inside": ("internal", frozenset({"administrator"})),
    "mistyped": ("pubic", frozenset[str]()),
    "maps-new": ("internal", frozenset({"support", "administrator"})),
    "maps-old": ("public", frozenset[str]()),
    "not-for-owners": ("private", EVERYBODY - {"anonymous", "product_owner"}),
}
CASES = [(name, who) for name in SEEN for who in sorted(EVERYBODY)]
HIDDEN = [(name, who) for name, who in CASES if who not in SEEN[name][1]]
# Ends the sign-in, or leads away from the portal: neither has anything to do with products.
NO_PLACES = {
    *("auth.sign_out", "auth.sign_in", "auth.callback", "static"),
    *("backchannel.logout", "own_sessions.end", "own_sessions.end_all"),
}
MISSING = "no-such-product"


@pytest.fixture
def house(build: Build) -> House:
    house = build(
        access={"private": ["developer"]},
        product_access={
            "partners": {"products": ["maps-*"], "roles": ["support"]},
            "withdrawn": {"products": ["maps-old"], "roles": ["*"], "effect": "deny"},
            "owners": {"products": ["not-*"], "roles": ["product_owner"], "effect": "deny"},
        },
    )
    house.apigee.by_product.clear()
    for name, (access, _seen) in SEEN.items():
        house.apigee.put_product(ApiProduct(name, title(name), access=access))
    return house


def title(name: str) -> str:
    """Return a display name that appears nowhere else."""
    return f"Title-of-{name}"


def visitor(house: House, who: str) -> Browser:
    """Return the browser of somebody with that role who has an app with one product."""
    if who == "anonymous":
        return house.browser()
    house.developer("dana")
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("open"))
    return house.signed_in("dana", roles=ROLES[who])


def places(house: House, method: str, product: str) -> Iterator[str]:
    """Return the address of every route with that method, about this product where it can be."""
    app = house.apigee.by_app.get(("dana@example.com", "trip"))
    values = {
        "key_id": app.keys[0].key_id if app else "0" * 16,
        "developer": house.public_id() if app else "0" * 16,
        "number": 1,
        "account": 1,
        "bulk": 1,
        "organization": "demo",
        "slug": "weather",
        "operation": "today",
        "kind": "json",
        "schema": "City",
        "address": "guides/first",
        "page": "guides/first",
        "file": "guides/map.svg",
        "app_id": app.app_id if app else "0" * 36,
    }
    for rule in house.flask.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint not in NO_PLACES:
            yield address(house, rule, {**values, "name": name_in(rule, product)})


def name_in(rule: Rule, product: str) -> str:
    return product if rule.endpoint.startswith("products.") else "trip"


def address(house: House, rule: Rule, values: dict[str, object]) -> str:
    known = {name: values[name] for name in rule.arguments}
    with house.flask.test_request_context():
        return url_for(rule.endpoint, **known)  # type: ignore[arg-type] # the values of any route


def held(house: House) -> set[str]:
    """Return every product on any key."""
    apps = house.apigee.by_app.values()
    return {item.name for app in apps for key in app.keys for item in key.products}


def body(answer: Answer) -> str:
    """Return what differs between two answers of the same kind."""
    return re.sub(r"[0-9a-f]{32}|value=\"[^\"]{40,}\"", "", answer.lasting)


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_list_search_and_page_agree_for_every_role(house: House, who: str) -> None:
    browser = visitor(house, who)
    everything = browser.get("/products").body
    for name, (_access, seen) in SEEN.items():
        sees = who in seen
        page = browser.get(f"/products/{name}")
        found = browser.get(f"/products?q={name}", with_htmx=True).body
        assert (page.status == 200, title(name) in everything) == (sees, sees), name
        assert (title(name) in found) == sees, name


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_a_hidden_product_answers_word_for_word_like_a_missing_one(house: House, who: str) -> None:
    """Abuse case 28."""
    browser = visitor(house, who)
    missing = browser.get(f"/products/{MISSING}")
    for name in (name for name, case in HIDDEN if case == who):
        hidden = browser.get(f"/products/{name}")
        assert (hidden.status, body(hidden)) == (404, body(missing))


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_no_page_of_the_portal_names_a_hidden_product(house: House, who: str) -> None:
    """Abuse case 28."""
    browser = visitor(house, who)
    hidden = [name for name, case in HIDDEN if case == who]
    asked = "&".join(f"products={name}" for name in hidden)
    for path in {path for name in hidden for path in places(house, "GET", name)}:
        for query in ("", f"?q={hidden[0]}&{asked}"):
            shown = browser.get(f"{path}{query}").body
            assert [name for name in hidden if title(name) in shown] == [], path


@pytest.mark.parametrize("who", sorted(ROLES))
def test_no_form_of_the_portal_gives_a_hidden_product(house: House, who: str) -> None:
    """Abuse case 28."""
    browser = visitor(house, who)
    hidden = [name for name, case in HIDDEN if case == who]
    for count, name in enumerate(hidden):
        for number, path in enumerate(places(house, "POST", name)):
            fields: dict[str, str | list[str]] = {
                "products": ["open", name],
                "product": name,
                "do": "",
                "display_name": f"App {count}",
                "request_id": f"r{count}x{number}",
            }
            browser.post(path, fields, shows_keys=True)
            if path.endswith("/products"):
                browser.post(path, {**fields, "do": "again"}, shows_keys=True)
    assert hidden
    assert held(house) == {"open"}


@pytest.mark.parametrize("name", ["members", "not-for-owners"])
def test_every_form_gives_what_may_be_seen(house: House, name: str) -> None:
    browser = visitor(house, "developer")
    key_id = house.apigee.by_app["dana@example.com", "trip"].keys[0].key_id
    forms = ("/apps/new", "/apps/trip/keys/new", f"/apps/trip/keys/{key_id}/products")
    for count, path in enumerate(forms):
        assert title(name) in browser.get(f"{path}?products={name}").text, path
        sent: dict[str, str | list[str]] = {"products": ["open", name], "display_name": "One more"}
        answer = browser.post(path, {**sent, "request_id": f"r{count}"}, shows_keys=True)
        assert answer.status in {200, 303}, path
    given = [key for app in house.apigee.by_app.values() for key in app.keys]
    assert len(given) == 3
    assert all({item.name for item in key.products} == {"open", name} for key in given)


def test_a_hidden_product_that_a_key_holds_keeps_its_title(house: House) -> None:
    house.developer("dana")
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("inside"))
    dana = house.signed_in("dana")
    dana.get("/products")
    assert title("inside") in dana.get("/apps").text
    assert title("inside") in dana.get("/apps/trip").text
    assert dana.get("/products/inside").status == 404


def test_what_can_be_chosen_in_the_list_tells_nothing_of_hidden_products(build: Build) -> None:
    house = build(access={"public": ["administrator"]})
    house.apigee.put_product(
        ApiProduct("weather-free", "Weather (free)", environments=("lab", "prod"))
    )
    page = house.browser().get("/products?environment=lab&api=weather")
    assert "No products for you yet" in page.text
    assert "Weather" not in page.body
    assert "lab" in house.administrator().get("/products").body
