"""A generated organization: computed when asked, changed like any other, the same every time."""

import random
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import emulator
from emulator.__main__ import main
from emulator.layers import Order
from emulator.model import Flavor
from emulator.population import Plan, Population, Texts
from emulator.seed import generated
from emulator.seed_rules import SeedError
from tests.emulator.conftest import NEW_DEVELOPER, SEED, Client, Json, Start
from tests.emulator.test_state import process

MANY = 20_000


@pytest.fixture
def many(start: Start, flavor: Flavor) -> Client:
    """Twenty thousand developers, every second one with three apps."""
    return start(flavor=flavor, seed=generated(developers=MANY, apps=3, every=2))


def emails(client: Client, **query: str | int) -> list[str]:
    body = client.json("/developers", **query)
    listed = body if isinstance(body, list) else body.get("developer", [])
    return [each if isinstance(each, str) else each["email"] for each in listed]


def pages(client: Client) -> Iterator[list[str]]:
    """Every page of developers' e-mails, without the first of the next one twice."""
    page = emails(client)
    while page:
        yield page
        page = emails(client, startKey=page[-1])[1:]


def first_app(client: Client) -> Json:
    [app, *_] = client.json("/apps", expand="true", includeCred="true", rows=2)["app"]
    return app


def test_walking_the_pages_meets_every_developer_once_and_in_order(many: Client) -> None:
    walked = [email for page in pages(many) for email in page]
    assert len(walked) == MANY
    assert walked == sorted(set(walked))


def test_a_generated_developer_is_found_by_email_and_by_id(many: Client) -> None:
    email = emails(many, count=700)[-1]
    dev = many.json(f"/developers/{email}")
    assert dev["email"] == email
    assert dev["userName"] == email.partition("@")[0]
    assert many.json(f"/developers/{dev['developerId']}") == dev
    assert many.get(f"/developers/x{email}").status_code == 404


def test_a_generated_key_opens_the_gateway_and_leads_to_its_app(x: Client, start: Start) -> None:
    many = start(seed=generated(developers=MANY, apps=3, every=2))
    app = first_app(many)
    [credential] = app["credentials"]
    key = credential["consumerKey"]
    assert many.gateway(**{"x-apikey": key}).status_code == 200
    assert x.gateway(**{"x-apikey": key}).status_code == 401
    assert many.json("/apps", filter=f"consumerKey={key}", expand="true")["app"] == [
        {name: value for name, value in app.items() if name != "credentials"}
    ]
    assert many.json(f"/apps/{app['appId']}") == app
    owner = many.json(f"/developers/{app['developerId']}")
    assert app["name"] in owner["apps"]
    assert emails(many, app=app["name"]) == [owner["email"]]


def test_generated_entities_change_like_any_other(many: Client) -> None:
    before, gone, renamed = emails(many, count=3)
    assert many.call("POST", f"/developers/{before}?action=inactive").status_code == 204
    assert many.json(f"/developers/{before}")["status"] == "inactive"
    assert many.call("DELETE", f"/developers/{gone}").json()["email"] == gone
    assert many.get(f"/developers/{gone}").status_code == 404
    body = {**NEW_DEVELOPER, "email": renamed}
    assert many.call("POST", "/developers", body).status_code == 409
    assert many.call("PUT", f"/developers/{renamed}", body).json()["firstName"] == "New"
    again = {**NEW_DEVELOPER, "email": gone}
    assert emails(many, count=2) == [before, renamed]
    assert many.call("POST", "/developers", again).status_code == 201
    assert emails(many, count=3) == [before, gone, renamed]
    assert many.json(f"/developers/{gone}")["firstName"] == "New"
    assert many.get(f"/developers/{gone}/apps").json() in ({}, [])


def test_the_keys_of_a_deleted_generated_developer_are_gone(many: Client) -> None:
    app = first_app(many)
    key = app["credentials"][0]["consumerKey"]
    owner = app["developerId"]
    assert len(many.json(f"/developers/{owner}")["apps"]) == 3
    many.call("DELETE", f"/developers/{owner}")
    assert many.gateway(**{"x-apikey": key}).status_code == 401
    assert many.get(f"/apps/{app['appId']}").status_code == 404
    assert first_app(many)["appId"] > app["appId"]


def test_a_key_taken_off_a_generated_app_is_unknown(many: Client) -> None:
    app = first_app(many)
    key = app["credentials"][0]["consumerKey"]
    path = f"/developers/{app['developerId']}/apps/{app['name']}"
    assert many.call("DELETE", f"{path}/keys/{key}").status_code == 200
    assert many.gateway(**{"x-apikey": key}).status_code == 401
    assert many.call("DELETE", path).status_code == 200
    names = many.json(f"/developers/{app['developerId']}")["apps"]
    assert app["name"] not in names
    assert len(names) == 2


def test_changes_of_a_generated_organization_survive_a_restart(
    start: Start, flavor: Flavor, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    first = start(flavor=flavor, state=state, seed=generated(developers=MANY, apps=1))
    gone, taken = emails(first, count=2)
    for email in (gone, taken):
        first.call("DELETE", f"/developers/{email}")
    first.call("POST", "/developers", {**NEW_DEVELOPER, "email": taken})
    for _ in range(2):
        first.local.stop()
        first = start(flavor=flavor, state=state, seed=None)
        assert emails(first, count=1) == [taken]
        assert first.json(f"/developers/{taken}")["userName"] == "new"
        assert len([email for page in pages(first) for email in page]) == MANY - 1
    assert state.stat().st_size < 10_000


def test_an_edge_developer_and_a_namesake_of_the_old_address_both_survive(
    start: Start, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    first = start(flavor="edge", state=state, seed=generated(developers=100))
    [email] = emails(first, count=1)
    moved = {**NEW_DEVELOPER, "email": "aa@example.com"}
    assert first.call("PUT", f"/developers/{email}", moved).status_code == 200
    assert first.call("POST", "/developers", {**NEW_DEVELOPER, "email": email}).status_code == 201
    # The one who moved is now the last that was changed.
    assert first.call("POST", "/developers/aa@example.com?action=inactive").status_code == 204
    first.local.stop()
    # The first restart folds the log into the snapshot, which the second one reads.
    start(flavor="edge", state=state, seed=None).local.stop()
    second = start(flavor="edge", state=state, seed=None)
    assert emails(second, count=2) == ["aa@example.com", email]
    ids = [second.json(f"/developers/{each}")["developerId"] for each in ("aa@example.com", email)]
    assert len(set(ids)) == 2


def test_a_reset_brings_the_generated_developers_back(many: Client) -> None:
    [email] = emails(many, count=1)
    many.call("DELETE", f"/developers/{email}")
    many.local.reset()
    assert emails(many, count=1) == [email]


def test_a_seed_may_have_its_own_people_beside_the_generated_ones(start: Start) -> None:
    seed = {**SEED, **generated(developers=MANY, apps=1)}
    client = start(seed=seed)
    assert client.json("/developers/dana@example.com")["apps"] == ["trips"]
    assert len([email for page in pages(client) for email in page]) == MANY + 2
    [email] = list(emails(client, count=1))
    taken = {"email": email, "firstName": "A", "lastName": "B"}
    with pytest.raises(SeedError, match="a generated developer has that email"):
        start(seed={**generated(developers=MANY), "developers": [taken]})


@pytest.mark.parametrize("size", [1, 3, 1000, 2500, 2501, MANY, 1_000_000])
def test_every_text_leads_back_to_its_number_and_ascends(size: int) -> None:
    population = Population(Plan(developers=size, apps=2))
    spots = sorted({0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size)))
    for texts in (population.emails, population.developer_ids, population.app_ids):
        assert [texts.number(texts[spot]) for spot in spots] == spots
        made = [texts[spot] for spot in spots]
        assert made == sorted(set(made))
    for texts in (population.keys, population.app_names):
        assert [texts.number(texts[spot]) for spot in spots] == spots


@pytest.mark.usefixtures("garbage_goes_at_once")
def test_a_million_developers_take_no_memory_and_no_time_to_begin() -> None:
    tracemalloc.start()
    try:
        with emulator.run(seed=generated(developers=1_000_000, apps=3)) as local:
            client = Client(local)
            assert len(emails(client, startKey=emails(client, count=1)[0])) == 1000
            client.session.close()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40_000_000


def even() -> Texts:
    """The texts 000, 002, 004… to 198."""

    def guess(text: str) -> int | None:
        return int(text) // 2 if text.isdigit() else None

    return Texts(100, lambda number: f"{number * 2:03d}", guess)


def check(order: Order, expected: Sequence[str], choose: random.Random) -> None:
    assert len(order) == len(expected)
    assert list(order) == expected
    for _ in range(5):
        start = choose.randrange(len(expected) + 1)
        assert order[start : start + 9] == expected[start : start + 9]
        if start < len(expected):
            assert order[start] == expected[start]
    assert order[-1] == expected[-1]


def test_an_order_of_two_layers_is_the_order_of_a_plain_list() -> None:
    choose = random.Random(7)  # noqa: S311 - a repeatable shuffle, no secret
    order, plain = Order(even()), {even()[number] for number in range(100)}
    for _ in range(400):
        text = f"{choose.randrange(210):03d}"
        if text in plain:
            plain.discard(text)
            order.discard(text)
        else:
            plain.add(text)
            order.add(text)
        check(order, sorted(plain), choose)
    with pytest.raises(IndexError):
        order[len(plain)]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"developers": -1}, "developers is a number from 0"),
        ({"developers": 5, "every": 0}, "every is a number from 1"),
        ({"developers": "5"}, "developers is a whole number"),
        ({"people": 5}, "generate: unknown people"),
        (5, "an object is expected"),
    ],
)
def test_a_plan_that_cannot_work_is_refused(start: Start, numbers: object, said: str) -> None:
    with pytest.raises(SeedError, match=said):
        start(seed={"generate": numbers})


def test_the_command_generates() -> None:
    with process("--generate", "developers=1000000,apps=3") as (_, url):
        assert url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("text", ["developers", "developers=x", "people=3", "every=0"])
def test_the_command_names_what_it_cannot_generate(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--generate", text])
    assert text.partition("=")[0] in capsys.readouterr().err


def matching(client: Client, **query: str | int) -> list[str]:
    """The ids of all apps a filter lets through, by pages."""
    found: list[str] = []
    while True:
        start = {"startKey": found[-1]} if found else {}
        body = client.json("/apps", **query, **start)
        rows = body if isinstance(body, list) else body.get("app", [])
        page = [each if isinstance(each, str) else each["appId"] for each in rows]
        fresh = page[1:] if found else page
        if not fresh:
            return found
        found += fresh


def test_filters_find_generated_and_changed_apps_as_a_look_at_each_would(
    start: Start, flavor: Flavor
) -> None:
    client = start(flavor=flavor, seed={**SEED, **generated(developers=1003, apps=3, every=2)})
    listed = client.json("/apps", expand="true", includeCred="true", rows=40)["app"]
    for number, app in enumerate(each for each in listed if each["name"] != "trips"):
        path = f"/developers/{app['developerId']}/apps/{app['name']}"
        key = app["credentials"][0]["consumerKey"]
        if number % 4 == 0:
            client.call("DELETE", path)
        elif number % 4 == 1:
            client.call("POST", f"{path}?action=revoke")
        elif number % 4 == 2:
            client.call("POST", f"{path}/keys/{key}", {"apiProducts": ["payments"]})
    store = client.local.site.store
    every = [store.apps[key] for key in store.app_ids]
    for name in ("generated-0001", "generated-0003", "payments", "none"):
        holds = [
            each.app_id
            for each in every
            if any(held.name == name for key in each.credentials for held in key.products)
        ]
        assert matching(client, apiProduct=name) == holds
    for status in ("approved", "revoked"):
        wanted = [each.app_id for each in every if each.status == status]
        assert matching(client, status=status) == wanted
    pending = [
        each.app_id
        for each in every
        if any(held.status == "pending" for key in each.credentials for held in key.products)
    ]
    assert 5 < len(pending) == len(matching(client, keyStatus="pending"))


def test_an_app_is_found_by_its_name_whoever_has_it(start: Start) -> None:
    many = start(seed=generated(developers=MANY, apps=3, every=2))
    app = first_app(many)
    [other] = emails(many, count=1)
    if many.json(f"/developers/{other}")["developerId"] == app["developerId"]:
        other = emails(many, count=5)[-1]
    mine = many.call("POST", f"/developers/{other}/apps", {"name": app["name"]}).json()
    found = many.json("/apps", filter=f"appName={app['name']}")["app"]
    assert {each["appId"] for each in found} == {app["appId"], mine["appId"]}
    many.call("POST", f"/developers/{app['developerId']}/apps/{app['name']}?action=revoke")
    assert many.json("/apps", filter=f"appName={app['name']}")["app"] == found
    assert len(emails(many, app=app["name"])) == 2
    many.call("DELETE", f"/developers/{app['developerId']}")
    assert emails(many, app=app["name"]) == [other]


def test_a_filter_does_not_look_at_a_million_apps(start: Start) -> None:
    many = start(seed=generated(developers=1_000_000, apps=3))
    assert many.json("/apps", status="revoked") == {}
    body = many.json("/apps", apiProduct="generated-0002", pageSize=10)
    assert (len(body["app"]), body["totalSize"]) == (10, 1_000_000)
