"""One app: its page, its key on request, its deletion, and what others see of it."""

from dataclasses import replace

import pytest

from app.domain.apps import DISPLAY_NAME
from app.domain.attributes import Attribute
from app.domain.errors import Upstream, UpstreamKind
from tests.routes.client import Browser
from tests.routes.house import House

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")


@pytest.fixture
def key_id(house: House, dana: Browser) -> str:
    """Dana's app ``trip-planner`` with one key, and Bob's ``secret-plan``."""
    del dana
    house.developer("bob")
    house.apigee.add_app("bob@example.com", "secret-plan", house.apigee.new_key("weather-free"))
    own = house.apigee.new_key("weather-free")
    house.apigee.add_app("dana@example.com", "trip-planner", own)
    house.apigee.calls.clear()
    return own.key_id


def bobs_key(house: House) -> str:
    return house.apigee.by_app["bob@example.com", "secret-plan"].keys[0].key_id


def test_the_page_shows_the_key_by_its_ending_only(
    house: House, dana: Browser, key_id: str
) -> None:
    answer = dana.get("/apps/trip-planner")
    ending = house.apigee.by_key_id[key_id].ending
    assert answer.status == 200
    assert f"•••• {ending}" in answer.page.text_of(f"key-{key_id}-value")
    assert answer.page.text_of(f"secret-{key_id}-value") == "••••••••"
    assert "x-apikey: YOUR_API_KEY" in answer.page.text_of("curl-1")


def test_the_page_costs_one_call_and_one_beside_it(
    house: House, dana: Browser, key_id: str
) -> None:
    assert key_id
    house.clock.advance(60)
    assert [dana.get("/apps/trip-planner").calls for _ in range(3)] == [2, 2, 1]


def test_the_page_says_so_when_apigee_is_down(house: House, dana: Browser, key_id: str) -> None:
    assert key_id
    house.apigee.fail("*", DOWN)
    house.apigee.fail("*", DOWN)
    answer = dana.get("/apps/trip-planner")
    assert answer.status == 503
    assert "Apigee does not answer right now." in answer.text


@pytest.mark.parametrize("value", ["key", "secret"])
def test_one_value_is_shown_on_request_with_its_rows_in_the_audit_log(
    house: House, dana: Browser, key_id: str, value: str
) -> None:
    path = f"/apps/trip-planner/keys/{key_id}/reveal"
    answer = dana.post(path, {"value": value}, with_htmx=True, shows_keys=True)
    pair = house.apigee.by_key_id[key_id]
    shown, kept = pair.consumer_key.reveal(), pair.consumer_secret.reveal()
    if value == "secret":
        shown, kept = kept, shown
    assert answer.page.text_of(f"{value}-{key_id}-value") == shown
    assert kept not in answer.body
    assert answer.calls == 1
    assert house.told()[-2:] == ["key.reveal intent", "key.reveal done"]
    assert house.trail()[-1].target == f"trip-planner / {key_id}"


@pytest.mark.parametrize("values", [["both"], [""], ["Secret"], ["key", "secret"]])
def test_what_is_neither_the_key_nor_the_secret_cannot_be_shown(
    house: House, dana: Browser, key_id: str, values: list[str]
) -> None:
    before = house.told()
    answer = dana.post(f"/apps/trip-planner/keys/{key_id}/reveal", {"value": values})
    assert answer.status == 400
    assert '"value" is "key" or "secret"' in answer.text
    assert answer.calls == 0
    assert house.told() == before


@pytest.mark.parametrize("value", ["key", "secret"])
@pytest.mark.parametrize("is_listed", [True, False])
def test_without_javascript_the_value_comes_on_a_page_that_says_whose_it_is(
    house: House, dana: Browser, key_id: str, value: str, *, is_listed: bool
) -> None:
    app = house.apigee.by_app["dana@example.com", "trip-planner"]
    titled = (Attribute(DISPLAY_NAME, "Trip planner"),)
    house.apigee.put_app("dana@example.com", replace(app, attributes=titled))
    if is_listed:
        dana.get("/apps")
    action = f"/apps/trip-planner/keys/{key_id}/reveal"
    answer = dana.submit("/apps/trip-planner", {"value": value}, action=action, shows_keys=True)
    pair = house.apigee.by_key_id[key_id]
    held = {"key": pair.consumer_key, "secret": pair.consumer_secret}
    named = {"key": "API key", "secret": "Secret"}
    assert answer.page.heading == f"{named[value]} of Trip planner"
    assert f"Key 1, ending in {pair.ending}." in answer.text
    assert "trip-planner" not in answer.text
    assert held[value].reveal() in answer.text
    assert answer.calls == (1 if is_listed else 3)


def test_a_key_is_never_shown_by_opening_an_address(dana: Browser, key_id: str) -> None:
    """Abuse case 24."""
    answer = dana.get(f"/apps/trip-planner/keys/{key_id}/reveal")
    assert answer.status == 405
    assert set(answer.header("Allow").split(", ")) == {"OPTIONS", "POST"}


def test_a_key_is_not_shown_while_apigee_is_down(house: House, dana: Browser, key_id: str) -> None:
    """Abuse case 20."""
    house.apigee.fail("keys.pair", DOWN)
    path = f"/apps/trip-planner/keys/{key_id}/reveal"
    answer = dana.post(path, {"value": "key"}, with_htmx=True)
    assert answer.status == 503
    assert answer.toasts == ["Apigee does not answer right now."]
    assert house.told()[-1] == "key.reveal failed"


def test_an_app_is_deleted_when_its_name_was_typed(
    house: House, dana: Browser, key_id: str
) -> None:
    assert key_id
    answer = dana.submit("/apps/trip-planner/deletion", {"confirm_name": " trip-planner "})
    assert (answer.status, answer.location) == (303, "/apps")
    after = dana.follow(answer)
    assert "The app is deleted." in after.text
    assert after.page.all("a", href="/apps/trip-planner") == []
    assert house.told()[-2:] == ["app.delete intent", "app.delete done"]
    assert "is deleted" not in dana.get("/apps").text


def test_a_wrong_name_deletes_nothing_and_is_told_at_its_field(
    house: House, dana: Browser, key_id: str
) -> None:
    assert key_id
    answer = dana.submit("/apps/trip-planner/deletion", {"confirm_name": "trip"})
    assert answer.status == 422
    assert "The name does not match" in answer.page.text_of("confirm_name-error")
    assert ("dana@example.com", "trip-planner") in house.apigee.by_app


def test_a_deletion_by_htmx_says_so_in_a_toast_of_the_next_page(dana: Browser, key_id: str) -> None:
    assert key_id
    path = "/apps/trip-planner/deletion"
    answer = dana.post(path, {"confirm_name": "trip-planner"}, with_htmx=True)
    assert (answer.status, answer.header("HX-Redirect"), answer.body) == (204, "/apps", "")
    part = dana.get("/apps", with_htmx=True)
    assert part.toasts == ["The app is deleted."]
    assert dana.get("/apps", with_htmx=True).toasts == []


def requests_for(app: str, key: str) -> list[tuple[str, str, dict[str, str]]]:
    return [
        ("GET", f"/apps/{app}", {}),
        ("GET", f"/apps/{app}/deletion", {}),
        ("POST", f"/apps/{app}/deletion", {"confirm_name": app}),
        ("POST", f"/apps/{app}/keys/{key}/reveal", {"value": "key"}),
    ]


@pytest.mark.parametrize("with_htmx", [False, True])
@pytest.mark.parametrize("number", range(4))
def test_somebody_elses_app_answers_like_a_missing_one(
    house: House, dana: Browser, key_id: str, number: int, with_htmx: bool
) -> None:
    assert key_id

    def ask(app: str, key: str) -> tuple[int, str]:
        method, path, data = requests_for(app, key)[number]
        sent = {"csrf_token": dana.token, **data} if method == "POST" else None
        answer = dana.open(path, method, with_htmx=with_htmx, data=sent)
        return answer.status, answer.lasting

    before = dict(house.apigee.by_app)
    theirs = ask("secret-plan", bobs_key(house))
    missing = ask("no-such-app", "0" * 16)
    assert theirs == missing
    assert theirs[0] == 404
    assert house.apigee.by_app == before


def test_somebody_elses_key_is_not_shown_under_an_own_app(
    house: House, dana: Browser, key_id: str
) -> None:
    assert key_id
    path = f"/apps/trip-planner/keys/{bobs_key(house)}/reveal"
    assert dana.post(path, {"value": "key"}).status == 404
    assert house.told()[-1] == "key.reveal failed"


@pytest.mark.parametrize("number", range(4))
def test_everything_about_an_app_needs_a_sign_in(house: House, key_id: str, number: int) -> None:
    method, path, data = requests_for("trip-planner", key_id)[number]
    anonymous = house.browser()
    page = anonymous.open(path, method, data=data or None)
    assert page.status == 302
    assert page.location.startswith("/sign-in")
    part = anonymous.open(path, method, data=data or None, with_htmx=True)
    assert part.status == 401
    assert part.header("HX-Redirect").startswith("/sign-in")
    assert house.apigee.calls == []


@pytest.mark.parametrize("name", ["..", "%2e%2e", "a%2fb", "a%00b", "a%0d%0ab", "50%25%20%231"])
def test_odd_names_in_addresses_are_missing_apps(
    house: House, dana: Browser, key_id: str, name: str
) -> None:
    assert key_id
    answer = dana.get(f"/apps/{name}")
    assert answer.status in {302, 303, 400, 404}
    assert ("bob@example.com", "secret-plan") in house.apigee.by_app


def test_an_app_that_was_listed_is_shown_with_its_age_while_apigee_is_away(
    house: House, dana: Browser, key_id: str
) -> None:
    dana.get("/apps")
    house.clock.advance(300)
    house.apigee.fail("apps.get", DOWN)
    house.apigee.fail("developers.get", DOWN)
    answer = dana.get("/apps/trip-planner")
    assert answer.status == 200
    assert "This is what was known at 1 Mar 2026, 12:00 UTC, 5 minutes ago" in answer.text
    assert "Changes are not possible until Apigee answers again." in answer.text
    assert house.apigee.by_key_id[key_id].ending in answer.page.text_of(f"key-{key_id}-value")


def test_an_app_listed_before_a_change_is_known_too(house: House, dana: Browser) -> None:
    for name in ("one", "two"):
        house.apigee.add_app("dana@example.com", name, house.apigee.new_key("weather-free"))
    dana.get("/apps")
    assert dana.submit("/apps/one/deletion", {"confirm_name": "one"}).status == 303
    house.apigee.fail("apps.get", DOWN)
    assert "Apigee does not answer right now" in dana.get("/apps/two").text


def test_an_app_beyond_the_first_page_is_known_too(
    house: House, dana: Browser, key_id: str
) -> None:
    assert key_id
    house.apigee.add_app("dana@example.com", "aaa", house.apigee.new_key("weather-free"))
    house.apigee.page_size = 1
    dana.get("/apps?q=t")
    house.apigee.fail("apps.get", DOWN)
    assert dana.get("/apps/trip-planner").status == 200


def test_an_app_that_was_never_read_cannot_be_shown_while_apigee_is_away(
    house: House, dana: Browser, key_id: str
) -> None:
    assert key_id
    house.apigee.fail("apps.get", DOWN)
    assert dana.get("/apps/trip-planner").status == 503
    dana.get("/apps")
    house.apigee.fail("apps.get", DOWN)
    assert dana.get("/apps/secret-plan").status == 503


def test_an_app_that_is_gone_is_not_shown_from_memory(
    house: House, dana: Browser, key_id: str
) -> None:
    assert key_id
    dana.get("/apps")
    del house.apigee.by_app["dana@example.com", "trip-planner"]
    assert dana.get("/apps/trip-planner").status == 404
