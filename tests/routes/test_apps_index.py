"""My Apps: the list."""

from app.domain.developers import DeveloperStatus
from app.domain.errors import Upstream, UpstreamKind
from tests.routes.client import Browser
from tests.routes.house import House

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")


def apps(house: House, *names: str, email: str = "dana@example.com") -> None:
    """Give a developer apps with one key each."""
    for name in names:
        house.apigee.add_app(email, name, house.apigee.new_key("weather-free"))


def take_down(house: House) -> None:
    """Let every call to Apigee fail from now on."""
    for _ in range(50):
        house.apigee.fail("*", DOWN)


def test_the_list_shows_the_persons_own_apps_only(house: House) -> None:
    house.developer("dana")
    house.developer("bob")
    apps(house, "trip-planner")
    apps(house, "secret-plan", email="bob@example.com")
    answer = house.signed_in("dana").get("/apps")
    assert answer.status == 200
    assert "trip-planner" in answer.text
    assert "secret-plan" not in answer.text


def test_the_list_costs_one_call_and_one_beside_it_cold_and_none_warm(
    house: House, dana: Browser
) -> None:
    apps(house, "trip-planner")
    house.apigee.calls.clear()
    cold = dana.get("/apps")
    assert cold.calls == 2
    assert sorted(house.apigee.calls) == ["apps.page", "developers.get"]
    assert dana.get("/apps").calls == 0


def test_an_empty_list_costs_no_more(dana: Browser) -> None:
    answer = dana.get("/apps")
    assert "No apps yet" in answer.text
    assert answer.calls == 2


def test_only_the_status_is_read_again_after_half_a_minute(house: House, dana: Browser) -> None:
    dana.get("/apps")
    house.clock.advance(31)
    assert dana.get("/apps").calls == 1
    house.clock.advance(61)
    assert dana.get("/apps").calls == 2


def test_products_are_named_as_people_know_them_once_the_catalogue_is_known(
    house: House, dana: Browser
) -> None:
    apps(house, "trip-planner")
    assert "weather-free" in dana.get("/apps").text
    dana.get("/products")
    assert "Weather (free)" in dana.get("/apps").text


def test_the_first_hundred_apps_are_shown_and_the_rest_loads(house: House, dana: Browser) -> None:
    apps(house, *(f"app-{number:03}" for number in range(101)))
    first = dana.get("/apps")
    assert first.calls == 2
    assert "app-099" in first.text
    assert "app-100" not in first.text
    more = next(link for link in first.page.links if "start=" in link)
    rest = dana.get(more, with_htmx=True)
    assert rest.calls == 1
    assert "app-100" in rest.text
    assert "app-099" not in rest.text
    assert "app-100" in dana.get(more).text


def test_refresh_reads_again(house: House, dana: Browser) -> None:
    dana.get("/apps")
    apps(house, "trip-planner")
    assert "trip-planner" not in dana.get("/apps").text
    assert "trip-planner" in dana.get("/apps?refresh=1").text
    assert "trip-planner" in dana.get("/apps").text


def test_a_search_keeps_to_what_matches(house: House, dana: Browser) -> None:
    apps(house, "trip-planner", "billing")
    answer = dana.get("/apps?q=trip", with_htmx=True)
    assert answer.page.by_id("apps") is not None
    assert "trip-planner" in answer.text
    assert "billing" not in answer.text
    assert "No app matches" in dana.get("/apps?q=nothing").text


def test_a_search_finds_apps_by_their_products(house: House, dana: Browser) -> None:
    apps(house, "trip-planner")
    assert "trip-planner" in dana.get("/apps?q=weather+(free)").text


def test_a_search_stands_while_the_catalogue_cannot_be_read(house: House, dana: Browser) -> None:
    apps(house, "trip-planner")
    dana.get("/apps")
    take_down(house)
    answer = dana.get("/apps?q=trip")
    assert answer.status == 200
    assert "trip-planner" in answer.text


def test_the_list_is_shown_with_its_time_while_apigee_is_down(house: House, dana: Browser) -> None:
    apps(house, "trip-planner")
    dana.get("/apps")
    house.clock.advance(120)
    take_down(house)
    answer = dana.get("/apps")
    assert answer.status == 200
    assert "This is what was known at 1 Mar 2026, 12:00 UTC" in answer.text
    assert "trip-planner" in answer.text


def test_refresh_shows_what_is_known_while_apigee_is_down(house: House, dana: Browser) -> None:
    apps(house, "trip-planner")
    dana.get("/apps")
    take_down(house)
    answer = dana.get("/apps?refresh=1", with_htmx=True)
    assert "trip-planner" in answer.text
    assert "Apigee does not answer right now" in answer.text


def test_a_list_that_was_never_read_says_so_while_apigee_is_down(
    house: House, dana: Browser
) -> None:
    take_down(house)
    answer = dana.get("/apps")
    assert answer.status == 200
    assert "Your apps cannot be read right now" in answer.text


def test_an_inactive_developer_sees_why_no_key_works(house: House) -> None:
    house.developer("ines", DeveloperStatus.INACTIVE)
    apps(house, "trip-planner", email="ines@example.com")
    answer = house.signed_in("ines").get("/apps")
    assert "Your developer account is inactive" in answer.text
    assert "Blocked: account inactive" in answer.text


def test_a_change_by_an_administrator_is_seen_at_once(house: House, dana: Browser) -> None:
    apps(house, "trip-planner")
    assert "Your developer account is inactive" not in dana.get("/apps").text
    ada = house.administrator()
    ada.post(f"/admin/developers/{house.public_id()}/status", {"status": "inactive"})
    assert "Your developer account is inactive" in dana.get("/apps").text


def test_who_is_not_signed_in_is_sent_to_the_sign_in_and_back(anonymous: Browser) -> None:
    answer = anonymous.get("/apps?q=trip")
    assert (answer.status, answer.location) == (302, "/sign-in?next=/apps?q%3Dtrip")


def test_a_part_of_the_list_sends_the_whole_page_to_the_sign_in(anonymous: Browser) -> None:
    answer = anonymous.get(
        "/apps?q=trip", with_htmx=True, HX_Current_URL="http://localhost:8000/apps"
    )
    assert (answer.status, answer.header("HX-Redirect")) == (401, "/sign-in?next=/apps")
    assert answer.body == ""


def test_who_is_no_developer_registers_first(house: House) -> None:
    ravi = house.signed_in("ravi")
    answer = ravi.get("/apps")
    assert (answer.status, answer.location) == (303, "/register?next=/apps")
    partial = ravi.get("/apps?q=x", with_htmx=True)
    assert (partial.status, partial.body) == (204, "")
    assert partial.header("HX-Redirect") == "/register?next=/apps?q%3Dx"
