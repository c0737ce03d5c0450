"""Lost rights are noticed while somebody is signed in, and nobody waits for it needlessly."""

from dataclasses import replace

import pytest

from app.domain.errors import SignInFailed, Upstream, UpstreamKind
from app.domain.people import Identity
from app.services.provider_port import NOTHING, Holding
from tests.fakes.identity import HOST
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.desk import Desk
from tests.routes.house import House

MINUTE = 60
ADMINISTRATOR = frozenset({"administrator"})
DOWN = Upstream(UpstreamKind.TIMEOUT, "The sign-in service did not answer in time.")


@pytest.fixture
def ada(house: House) -> Browser:
    """Ada, an administrator, whose provider gave a refresh token."""
    house.provider.holding = Holding("refresh-0")
    return house.administrator()


def says(house: House, *roles: str) -> None:
    """Let the provider say that the person has these roles by now."""
    house.provider.now_is = Identity("demo", HOST, "ada", roles=frozenset(roles))


def refresh_tokens(house: House) -> list[str]:
    return [standing.holding.refresh_token for standing in house.provider.asked]


def test_the_provider_is_asked_every_ten_minutes_with_the_newest_token(
    house: House, ada: Browser
) -> None:
    for _ in range(4):
        house.clock.advance(5 * MINUTE)
        assert ada.get("/admin/developers").status == 200
        assert ada.get("/account").status == 200
    assert refresh_tokens(house) == ["refresh-0", "refresh-1"]
    assert house.provider.asked[0].subject == "ada"
    assert house.provider.asked[0].id_token == "id-token-of-ada"


def test_files_and_signing_out_never_wait_for_it(house: House, ada: Browser) -> None:
    house.clock.advance(11 * MINUTE)
    for path in ("/static/js/portal.js", "/livez", "/signed-out", "/no-such-page"):
        ada.get(path)
    ada.post("/sign-out")
    assert house.provider.asked == []


def test_somebody_the_provider_does_not_want_any_more_is_signed_out(
    house: House, ada: Browser
) -> None:
    cookie = ada.cookie()
    house.clock.advance(11 * MINUTE)
    house.provider.answer = SignInFailed("refresh_refused")
    answer = ada.get("/admin/developers")
    assert (answer.status, "/sign-in" in answer.location) == (302, True)
    assert ada.cookie() == ""
    last = house.trail()[-1]
    assert (last.action.value, last.actor.name, last.detail) == (
        *("session.refused", "ada@example.com"),
        "refresh_refused",
    )
    thief = house.browser()
    thief.flask.set_cookie("portal_session", cookie)
    assert thief.get("/account").status == 302


def test_what_is_sent_after_losing_the_session_changes_nothing(house: House, dana: Browser) -> None:
    house.provider.holding = Holding("refresh-0")
    browser = house.signed_in("dana")
    house.clock.advance(11 * MINUTE)
    house.provider.answer = SignInFailed("refresh_refused")
    fields = {"display_name": "x", "products": "weather-free", "request_id": "r1"}
    assert browser.post("/apps/new", fields).status == 302
    assert house.apigee.calls.count("apps.create") == 0
    assert dana.get("/account").status == 200


def test_a_role_that_was_taken_away_is_gone_with_the_same_page(house: House, ada: Browser) -> None:
    says(house)
    assert ada.get("/admin/developers").status == 200
    house.clock.advance(11 * MINUTE)
    assert ada.get("/admin/developers").status == 403
    assert ada.get("/account").status == 200
    changed = [row.detail for row in house.trail() if row.action.value == "account.roles"]
    assert changed == ["no role to administrator", "administrator to no role"]


def test_a_role_that_was_given_counts_at_once(house: House) -> None:
    house.provider.holding = Holding("refresh-0")
    ada = house.signed_in("ada")
    assert ada.get("/admin/developers").status == 403
    says(house, "support")
    house.clock.advance(11 * MINUTE)
    assert ada.get("/admin/developers").status == 200
    assert ada.get("/admin/audit").status == 200


def test_who_is_given_a_role_falls_under_its_limits(house: House) -> None:
    house.provider.holding = Holding("refresh-0")
    ada = house.signed_in("ada")
    says(house, "administrator")
    house.clock.advance(11 * MINUTE)
    assert ada.get("/admin/developers").status == 200
    house.clock.advance(31 * MINUTE)
    assert ada.get("/admin/developers").status == 302


def test_without_an_answer_the_session_goes_on_and_its_role_ends_after_two_intervals(
    house: House, ada: Browser
) -> None:
    house.provider.answer = DOWN
    house.clock.advance(11 * MINUTE)
    assert ada.get("/admin/developers").status == 200
    house.clock.advance(9 * MINUTE)
    answer = ada.get("/admin/developers")
    assert answer.status == 403
    assert "your roles cannot be confirmed right now" in answer.text
    assert ada.get("/admin/developers", with_htmx=True).status == 403
    assert "Until it does, you can do here what every developer can." in ada.get("/account").text
    assert "access.refused failed" not in house.told()
    house.provider.answer = None
    house.clock.advance(2 * MINUTE)
    assert ada.get("/admin/developers").status == 200
    assert "cannot be confirmed" not in ada.get("/account").text


def test_a_developer_without_a_role_hears_nothing_of_it(house: House) -> None:
    house.provider.holding = Holding("refresh-0")
    dana = house.signed_in("dana")
    house.provider.answer = DOWN
    house.clock.advance(25 * MINUTE)
    page = dana.get("/account")
    assert page.status == 200
    assert "cannot be confirmed" not in page.text


def test_a_provider_that_is_down_is_asked_once_a_minute(house: House, ada: Browser) -> None:
    house.provider.answer = DOWN
    house.clock.advance(11 * MINUTE)
    for _ in range(5):
        ada.get("/account")
    assert len(house.provider.asked) == 1
    house.clock.advance(61)
    ada.get("/account")
    assert refresh_tokens(house) == ["refresh-0", "refresh-0"]


def test_a_token_that_came_before_the_answer_was_lost_is_kept(house: House, ada: Browser) -> None:
    house.provider.is_whole = False
    house.clock.advance(11 * MINUTE)
    ada.get("/account")
    house.clock.advance(61)
    ada.get("/account")
    assert refresh_tokens(house) == ["refresh-0", "refresh-1"]
    assert house.provider.asked[1].holding == Holding("refresh-1")


def test_parts_alone_ask_as_often_as_pages(house: House, ada: Browser) -> None:
    for _ in range(4):
        house.clock.advance(5 * MINUTE)
        assert ada.get("/admin/developers", with_htmx=True).status == 200
    assert refresh_tokens(house) == ["refresh-0", "refresh-1"]


def test_who_asks_for_parts_only_is_signed_out_as_well(house: House) -> None:
    house.provider.holding = Holding("refresh-0")
    dana = house.signed_in("dana")
    house.clock.advance(11 * MINUTE)
    house.provider.answer = SignInFailed("refresh_refused")
    answer = dana.get("/account", with_htmx=True)
    assert (answer.status, "/sign-in" in answer.header("HX-Redirect")) == (401, True)
    assert dana.get("/account").status == 302


def test_a_form_that_is_sent_as_a_part_changes_nothing_after_losing_the_session(
    house: House, desk: Desk
) -> None:
    house.provider.holding = Holding("refresh-0")
    browser = house.signed_in("dana")
    house.clock.advance(11 * MINUTE)
    house.provider.answer = SignInFailed("refresh_refused")
    shown = browser.post(desk.path("reveal"), {"value": "secret"}, with_htmx=True)
    assert shown.status == 401
    assert "key.reveal" not in " ".join(house.told())


def test_a_role_that_was_taken_away_is_gone_with_the_same_part(house: House, ada: Browser) -> None:
    says(house)
    house.clock.advance(11 * MINUTE)
    assert ada.get("/admin/developers", with_htmx=True).status == 403


def test_while_one_request_asks_the_others_go_on(house: House, ada: Browser) -> None:
    house.clock.advance(25 * MINUTE)
    with house.context():
        sessions, office = house.portal.sessions, house.portal.session_office
        stored = sessions.load(ada.cookie(), house.clock.now())
        assert stored is not None
        lease = house.clock.now().replace(second=30)
        assert office.confirmations.checks.claim(stored, lease)
    assert ada.get("/admin/developers").status == 200
    assert house.provider.asked == []
    house.clock.advance(31)
    assert ada.get("/admin/developers").status == 200
    assert len(house.provider.asked) == 1


def test_a_role_ends_when_the_access_token_has_ended_and_nothing_is_left_to_ask_with(
    house: House,
) -> None:
    until = house.clock.now().replace(minute=15)
    house.provider.holding = Holding(access_token="access", access_until=until)
    ada = house.administrator()
    for status in (200, 200, 403, 403):
        house.clock.advance(11 * MINUTE)
        assert ada.get("/admin/developers").status == status
    assert len(house.provider.asked) == 1
    assert "sign out and sign in again" in ada.get("/account").text
    ada.submit("/account", action="/sign-out")
    assert house.provider.given_back == [NOTHING]
    house.provider.holding = Holding("refresh-0")
    assert house.administrator().get("/admin/developers").status == 200


def test_a_developer_is_not_disturbed_when_the_access_token_ends(house: House) -> None:
    until = house.clock.now().replace(minute=15)
    house.provider.holding = Holding(access_token="access", access_until=until)
    dana = house.signed_in("dana")
    for _ in range(4):
        house.clock.advance(11 * MINUTE)
        page = dana.get("/account")
        assert page.status == 200
        assert "cannot be confirmed" not in page.text


def test_who_brought_no_token_is_asked_about_at_the_next_sign_in(house: House) -> None:
    house.provider.holding = NOTHING
    ada = house.administrator()
    for _ in range(4):
        house.clock.advance(25 * MINUTE)
        assert ada.get("/admin/developers").status == 200
    assert house.provider.asked == []


def test_a_session_of_a_provider_that_is_no_longer_configured_ends(
    house: House, ada: Browser
) -> None:
    confirmations = house.portal.session_office.confirmations
    gone = replace(confirmations, providers={})
    object.__setattr__(house.portal.session_office, "confirmations", gone)
    house.clock.advance(11 * MINUTE)
    assert ada.get("/account").status == 302
    assert house.trail()[-1].detail == "provider_gone"


def test_asking_can_be_turned_off(build: Build) -> None:
    house = build(sessions={"check_minutes": 0})
    house.provider.holding = Holding("refresh-0")
    ada = house.administrator()
    for _ in range(3):
        house.clock.advance(25 * MINUTE)
        assert ada.get("/admin/developers").status == 200
    assert house.provider.asked == []


def test_signing_out_gives_the_refresh_token_back(house: House, ada: Browser) -> None:
    house.clock.advance(11 * MINUTE)
    ada.get("/account")
    ada.submit("/account", action="/sign-out")
    assert house.provider.given_back == [Holding("refresh-1")]
