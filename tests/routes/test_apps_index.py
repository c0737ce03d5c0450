"""My Apps: the list."""

from dataclasses import replace

from app.domain.app_list import ROWS_PER_PAGE
from app.domain.attributes import Attribute
from app.domain.developers import DeveloperStatus
from app.domain.errors import Upstream, UpstreamKind
from app.domain.keys import ApprovalStatus
from tests.routes.client import Answer, Browser
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


def test_what_changed_elsewhere_is_seen_within_half_a_minute(house: House, dana: Browser) -> None:
    dana.get("/apps")
    house.clock.advance(24)
    assert dana.get("/apps").calls == 0
    house.clock.advance(1)
    assert dana.get("/apps").calls == 2


def test_after_half_a_minute_the_list_costs_three_calls_at_the_same_time(
    house: House, dana: Browser
) -> None:
    """The third one is for the catalogue, which everybody shares."""
    apps(house, "trip-planner")
    dana.get("/products")
    dana.get("/apps")
    house.clock.advance(30)
    house.apigee.calls.clear()
    assert dana.get("/apps").calls == 3
    assert sorted(house.apigee.calls) == ["apps.page", "developers.get", "products.all"]
    house.developer("bob")
    bob = house.signed_in("bob")
    assert bob.get("/apps").calls == 2


def test_products_are_named_as_people_know_them_on_the_second_page_of_a_fresh_process(
    house: House, dana: Browser
) -> None:
    apps(house, "trip-planner")
    first = dana.get("/apps")
    assert "weather-free" in first.text
    assert first.calls == 2
    house.finish_what_was_started()
    second = dana.get("/apps")
    assert "Weather (free)" in second.text
    assert second.calls == 0


def test_the_catalogue_is_read_beside_lists_once_at_a_time_and_only_until_it_is_known(
    house: House, dana: Browser
) -> None:
    for _ in range(3):
        dana.get("/apps")
    assert len(house.started) == 1
    house.apigee.fail("products.all", DOWN)
    house.finish_what_was_started()
    dana.get("/apps")
    assert len(house.started) == 1
    house.finish_what_was_started()
    dana.get("/apps")
    assert house.started == []


def test_the_first_apps_are_shown_and_the_rest_loads_row_by_row(
    house: House, dana: Browser
) -> None:
    many(house, 130)
    answer = dana.get("/apps")
    assert answer.calls == 2
    rows, calls = shown(answer), 0
    assert len(rows) == ROWS_PER_PAGE
    while more := next(
        (link for link in answer.page.links if "page=" in link or "start=" in link), None
    ):
        answer = dana.get(more, with_htmx=True)
        assert answer.page.all("section") == []
        assert shown(dana.get(more)) == shown(answer)
        rows, calls = rows + shown(answer), calls + answer.calls
    assert rows == [f"app-{number:04}" for number in range(130)]
    assert calls == 1  # a list of Apigee holds a hundred apps


def test_later_rows_are_refreshed_with_the_whole_list(house: House, dana: Browser) -> None:
    many(house, 60)
    later = dana.get("/apps?page=2")
    refresh = next(link for link in later.page.links if "refresh=1" in link)
    part = dana.get(refresh, with_htmx=True)
    assert part.page.all("section", id="apps")
    assert shown(part)[0] == "app-0000"
    assert dana.get("/apps?page=2&refresh=1", with_htmx=True).page.all("section", id="apps")


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
    assert "Blocked: your account is inactive" in answer.text


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


def shown(answer: Answer) -> list[str]:
    """Return the internal names of the rows, in their order."""
    links = answer.page.all("a", class_="row-link")
    return [link.get("href", "").removeprefix("/apps/") for link in links]


def many(house: House, count: int) -> None:
    apps(house, *(f"app-{number:04}" for number in range(count)))


def test_a_list_is_sorted_by_links_both_ways(house: House, dana: Browser) -> None:
    apps(house, "billing", "zebra", "trip-planner")
    first = dana.get("/apps?sort=name")
    assert shown(first) == ["billing", "trip-planner", "zebra"]
    heads = {item.get("aria-sort") for item in first.page.all("th", scope="col")}
    assert heads == {"ascending", "none", None}
    assert "/apps?sort=-name" in first.page.links
    assert shown(dana.get("/apps?sort=-name")) == ["zebra", "trip-planner", "billing"]


def test_a_filter_keeps_the_order_and_says_what_it_holds(house: House, dana: Browser) -> None:
    apps(house, "billing", "zebra")
    house.apigee.add_app("dana@example.com", "pay", house.apigee.new_key("payments"))
    house.apigee.add_app("dana@example.com", "empty")
    page = dana.get("/apps?product=weather-free&sort=-name")
    assert shown(page) == ["zebra", "billing"]
    form = page.page.form("/apps", "get")
    assert dict(form.values) == {
        "q": [""],
        "status": [""],
        "product": ["weather-free"],
        "sort": ["-name"],
    }
    assert shown(dana.get("/apps?status=no_products")) == ["empty"]
    part = dana.get("/apps?status=no_products", with_htmx=True)
    assert shown(part) == ["empty"]
    assert part.page.all("form") == []


def test_a_filter_that_nothing_passes_says_so_and_can_be_left(house: House, dana: Browser) -> None:
    apps(house, "billing")
    answer = dana.get("/apps?status=waiting&product=gone")
    assert "No app matches" in answer.text
    assert answer.page.form("/apps", "get").values["product"] == ["gone"]
    assert "None of your apps has a product named “gone”." in answer.text
    assert "gone (none of your apps)" in answer.text
    assert "/apps" in answer.page.links


def test_a_wrong_place_in_the_list_is_left_out_and_a_wrong_filter_is_said(
    house: House, dana: Browser
) -> None:
    apps(house, "billing")
    for odd in ("sort=size", "page=x", "page=99999999999", "sort=-", "page=-1"):
        assert shown(dana.get(f"/apps?{odd}")) == ["billing"]
    assert dana.get("/apps?status=great").status == 422


def test_a_thousand_apps_are_paged_and_cost_a_call_per_hundred_once(
    house: House, dana: Browser
) -> None:
    many(house, 1000)
    dana.get("/products")
    cold = dana.get("/apps?sort=name")
    assert cold.calls == 1 + 10
    assert len(shown(cold)) == 25
    assert "1 to 25 of 1000 apps" in cold.text
    after = next(link for link in cold.page.links if "page=2" in link)
    second = dana.get(after)
    assert second.calls == 0
    assert shown(second)[0] == "app-0025"
    assert any("page=1" in link for link in second.page.links)
    for warm in ("/apps?status=active", "/apps?q=app-09", "/apps?sort=status", "/apps"):
        assert dana.get(warm).calls == 0


def test_a_list_from_before_a_change_is_shown_when_apigee_fell_silent_after_it(
    house: House, dana: Browser
) -> None:
    apps(house, "trip-planner", "billing")
    dana.get("/apps")
    dana.submit("/apps/billing/deletion", {"confirm_name": "billing"})
    take_down(house)
    answer = dana.get("/apps")
    assert "This is what was known at 1 Mar 2026, 12:00 UTC, just now" in answer.text
    assert "trip-planner" in answer.text


def test_the_four_empty_lists_say_four_different_things(house: House, dana: Browser) -> None:
    assert "No apps yet" in dana.get("/apps").text
    assert "No app matches" in dana.get("/apps?status=active").text
    house.apigee.by_product.clear()
    house.clock.advance(600)
    dana.get("/products")
    assert "No products for you yet" in dana.get("/apps").text
    house.developer("bob")
    bob = house.signed_in("bob")
    take_down(house)
    assert "Your apps cannot be read right now" in bob.get("/apps").text


def test_an_empty_list_says_how_old_it_is_while_apigee_is_down(house: House, dana: Browser) -> None:
    dana.get("/apps")
    house.clock.advance(120)
    take_down(house)
    answer = dana.get("/apps")
    assert "No apps yet" in answer.text
    assert "This is what was known at 1 Mar 2026, 12:00 UTC, 2 minutes ago" in answer.text


def test_an_app_called_like_a_form_of_ours_is_explained_instead_of_linked(
    house: House, dana: Browser
) -> None:
    apps(house, "new", "billing")
    answer = dana.get("/apps")
    assert shown(answer) == ["billing"]
    assert "which the portal keeps for the form of a new app" in answer.text
    own = dana.get("/products/weather-free").page
    assert "new" in own.text_of("own-apps")
    assert "/apps/new" not in own.links


def test_the_list_is_sorted_by_display_name_and_says_so(house: House, dana: Browser) -> None:
    for name, title in (("a1", "Zebra"), ("b2", "apple"), ("c3", "Mango")):
        titled(house, name, title)
    answer = dana.get("/apps")
    assert shown(answer) == ["b2", "c3", "a1"]
    assert [head.get("aria-sort") for head in answer.page.all("th", scope="col")] == [
        "ascending",
        "none",
        None,
        None,
        "none",
        "none",
    ]
    assert "/apps?sort=-name" in answer.page.links


def test_a_part_of_a_list_does_not_pretend_to_be_sorted(house: House, dana: Browser) -> None:
    many(house, 130)
    answer = dana.get("/apps")
    assert all(head.get("aria-sort") in {None, "none"} for head in answer.page.all("th"))


def test_apps_of_the_same_display_name_are_told_apart_by_the_internal_one(
    house: House, dana: Browser
) -> None:
    for name, title in (("a1", "Trip"), ("b2", "trip"), ("c3", "Mango")):
        titled(house, name, title)
    listed = dana.get("/apps").page.text_of("apps")
    assert "Internal name a1" in listed
    assert "Internal name b2" in listed
    assert "c3" not in listed
    own = dana.get("/products/weather-free").page.text_of("own-apps")
    assert "Trip a1 Key 1" in own
    assert "trip b2 Key 1" in own
    assert "c3" not in own
    assert "Internal name: c3" in dana.get("/apps/c3/deletion").text


def test_the_list_shows_an_app_as_its_page_found_it(house: House, dana: Browser) -> None:
    apps(house, "trip-planner")
    dana.get("/apps")
    held = house.apigee.by_app["dana@example.com", "trip-planner"]
    off = replace(held.keys[0], status=ApprovalStatus.REVOKED)
    house.apigee.put_app("dana@example.com", replace(held, keys=(off,)))
    assert "Turned off" not in dana.get("/apps").page.text_of("apps")
    dana.get("/apps/trip-planner")
    answer = dana.get("/apps")
    assert "Turned off" in answer.page.text_of("apps")
    assert answer.calls == 0


def titled(house: House, name: str, title: str) -> None:
    """Give Dana an app whose display name is not its internal one."""
    apps(house, name)
    held = house.apigee.by_app["dana@example.com", name]
    named = (Attribute("DisplayName", title),)
    house.apigee.put_app("dana@example.com", replace(held, attributes=named))
