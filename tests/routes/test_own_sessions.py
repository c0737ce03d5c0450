"""Where somebody is signed in: shown to them, and ended by them."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.people import ADMINISTRATOR
from app.services.provider_port import NOTHING, Holding
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def on_firefox(house: House, login: str = "dana") -> Browser:
    """Return a browser that signed in with a name of its own."""
    house.provider.will_sign_in(login)
    browser = house.browser()
    state = browser.begin_sign_in()
    headers = {"User-Agent": FIREFOX}
    done = browser.open(f"/auth/demo/callback?state={state}&code=c0de", headers=headers)
    assert done.status == 303
    browser.token = browser.read_token()
    return browser


def ends(answer: Answer) -> list[str]:
    """Return where the forms that end one session post to, in the page's order."""
    actions = (form.action for form in answer.page.forms)
    return [action for action in actions if action.startswith("/account/sessions/")][:-1]


def test_the_account_page_lists_the_sessions_the_newest_first(house: House, dana: Browser) -> None:
    house.clock.advance(120)
    on_firefox(house)
    page = dana.get("/account")
    assert "2 sessions" in page.text
    newest, oldest = page.page.all("article", **{"class": "key"})
    assert "Firefox on Linux" in "".join(newest.itertext())
    assert "This session" not in "".join(newest.itertext())
    assert "This session" in "".join(oldest.itertext())
    assert "127.0.0.1" in "".join(oldest.itertext())


def test_what_is_listed_opens_nothing(house: House, dana: Browser) -> None:
    page = dana.get("/account")
    assert dana.cookie() not in page.body
    [end] = ends(page)
    thief = house.browser()
    thief.flask.set_cookie("portal_session", end.split("/")[3])
    assert thief.get("/account").status == 302


def test_a_person_ends_another_session_of_theirs(house: House, dana: Browser) -> None:
    house.clock.advance(120)
    other = on_firefox(house)
    theirs, _own = ends(dana.get("/account"))
    answer = dana.submit("/account", action=theirs)
    assert (answer.status, answer.location) == (303, "/account")
    assert "The session has ended." in dana.follow(answer).text
    assert other.get("/account").status == 302
    assert other.get("/account", with_htmx=True).status == 401
    assert house.told()[-2:] == ["session.end intent", "session.end done"]


def test_ending_this_session_is_signing_out(house: House, dana: Browser) -> None:
    [own] = ends(dana.get("/account"))
    answer = dana.submit("/account", action=own)
    assert answer.location.startswith("https://idp.example/end?")
    assert dana.get("/account").status == 302
    assert house.told()[-1] == "sign_out done"


def test_a_session_of_somebody_else_is_not_found(house: House, dana: Browser) -> None:
    [hers] = ends(dana.get("/account"))
    ravi = house.signed_in("ravi")
    assert ravi.post(hers).status == 404
    assert ravi.post("/account/sessions/nothing/ending").status == 404
    assert dana.get("/account").status == 200
    assert house.told()[-1] == "session.end failed"


def test_signing_out_everywhere_ends_every_session_of_the_person(
    house: House, dana: Browser
) -> None:
    """Abuse case 4."""
    other, bystander = on_firefox(house), house.signed_in("ravi")
    answer = dana.submit("/account", action="/account/sessions/ending")
    assert answer.location.startswith("https://idp.example/end?")
    assert answer.header("Clear-Site-Data") == '"cache", "storage"'
    assert dana.get("/account").status == 302
    assert other.get("/account").status == 302
    assert bystander.get("/account").status == 200
    assert house.told()[-2:] == ["session.end_all intent", "session.end_all done"]


BOTH = {"refresh-of-dana", "refresh-of-another"}


@pytest.mark.parametrize("how", ["one", "everywhere", "by an administrator", "blocked"])
def test_what_ended_sessions_held_is_given_back_when_nobody_waits(house: House, how: str) -> None:
    house.developer("dana")
    house.provider.holding = Holding("refresh-of-dana")
    dana, number = house.signed_in("dana"), house.account_number("dana@example.com")
    house.provider.holding = Holding("refresh-of-another")
    house.clock.advance(60)
    other, ravi = house.signed_in("dana"), house.signed_in("ravi")
    house.provider.holding = NOTHING
    ada = house.administrator()
    match how:
        case "one":
            other.submit("/account", action=ends(other.get("/account"))[1])
        case "everywhere":
            other.submit("/account", action="/account/sessions/ending")
            assert house.provider.given_back.pop() == Holding("refresh-of-another")
        case "by an administrator":
            ada.post(f"/admin/accounts/{number}/sessions")
        case _:
            ada.post(f"/admin/accounts/{number}/sign-in", {"sign_in": "blocked"})
    assert house.provider.given_back == []
    assert dana.get("/account").status == 302
    house.finish_what_was_started()
    expected = {"refresh-of-dana"} if how in {"one", "everywhere"} else BOTH
    assert {held.refresh_token for held in house.provider.given_back} == expected
    assert ravi.get("/account").status == 200


def test_who_holds_a_role_signs_in_again_sooner(house: House, dana: Browser) -> None:
    ada = house.administrator()
    house.clock.advance(31 * 60)
    assert ada.get("/account").status == 302
    assert dana.get("/account").status == 200


def test_a_role_never_lengthens_a_session(build: Build) -> None:
    house = build(sessions={"idle_minutes": 5})
    ada = house.administrator()
    house.clock.advance(6 * 60)
    assert ada.get("/account").status == 302
    limits = house.portal.session_office.rules.limits_for({ADMINISTRATOR})
    assert limits.idle.total_seconds() == 300


def test_signing_out_comes_back_with_the_providers_word(dana: Browser) -> None:
    answer = dana.submit("/account", action="/sign-out")
    assert answer.header("Clear-Site-Data") == '"cache", "storage"'
    state = answer.location.partition("state=")[2]
    assert len(state) > 20
    back = dana.get(f"/signed-out?state={state}")
    assert "your company sign-in have ended" in back.text
    assert "your company sign-in" not in dana.get(f"/signed-out?state={state}").text


def test_a_state_that_is_not_ours_proves_nothing(house: House, dana: Browser) -> None:
    for query in ("", "?state=", "?state=made-up", "?state=é"):
        dana.submit("/account", action="/sign-out")
        text = dana.get(f"/signed-out{query}").text
        assert "may still be open" in text
        assert "have ended" not in text
        dana.sign_in("dana")
    assert "may still be open" not in house.browser().get("/signed-out?state=x").text


def test_an_administrator_ends_the_sessions_of_a_developer(
    house: House, dana: Browser, ada: Browser
) -> None:
    other, ravi = on_firefox(house), house.signed_in("ravi")
    path = f"/admin/developers/{house.public_id()}"
    answer = ada.submit(path, action=f"{path}/sessions")
    assert (answer.status, answer.location) == (303, path)
    page = ada.follow(answer)
    assert "Ended 2 sessions." in page.text
    assert f"{path}/sessions" not in page.body
    for browser in (dana, other):
        assert browser.get("/account").status == 302
    assert ravi.get("/account").status == 200
    rows = house.trail()[-2:]
    assert [(row.action.value, row.actor.name, row.target) for row in rows] == [
        ("session.end_all", "ada@example.com", "dana@example.com")
    ] * 2


def test_support_sees_the_sessions_and_cannot_end_them(house: House, dana: Browser) -> None:
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    path = f"/admin/developers/{house.public_id()}"
    page = sam.get(path)
    assert "Sessions 1" in page.text
    assert f"{path}/sessions" not in page.body
    assert sam.post(f"{path}/sessions").status == 403
    assert dana.get("/account").status == 200


def test_a_developer_who_never_signed_in_has_no_sessions(house: House, ada: Browser) -> None:
    house.developer("ravi")
    path = f"/admin/developers/{house.public_id('ravi@example.com')}/sessions"
    assert ada.post(path).status == 404


def asked_of(answer: Answer) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.location).query)


def comes_back(browser: Browser, state: str, house: House, ago: float | None) -> Answer:
    """Return from the provider, which says that the person signed in there so long ago."""
    at = None if ago is None else house.clock.now() - timedelta(seconds=ago)
    house.provider.will_sign_in("dana", authenticated_at=at)
    return browser.finish_sign_in(state)


@pytest.mark.parametrize("how", ["everywhere", "by an administrator", "blocked"])
@pytest.mark.parametrize("told", [True, False], ids=["with auth_time", "without"])
def test_after_it_an_open_session_of_the_provider_signs_nobody_in(
    house: House, how: str, told: bool
) -> None:
    """Abuse case 4."""
    dana, ada = house.signed_in("dana"), house.administrator()
    number = house.account_number("dana@example.com")
    match how:
        case "everywhere":
            dana.submit("/account", action="/account/sessions/ending")
        case "by an administrator":
            ada.post(f"/admin/accounts/{number}/sessions")
        case _:
            for wanted in ("blocked", "allowed"):
                ada.post(f"/admin/accounts/{number}/sign-in", {"sign_in": wanted})
    house.clock.advance(600)
    thief = house.browser()
    first = comes_back(thief, thief.begin_sign_in("/apps"), house, 5000 if told else None)
    assert asked_of(first)["wish"] == ["anew"]
    assert (thief.cookie(), thief.get("/account").status) == ("", 302)
    state = asked_of(first)["state"][0]
    if told:
        assert comes_back(thief, state, house, 5010).status == 400
        assert house.trail()[-1].detail == "auth_time_old"
        assert thief.get("/account").status == 302
        state = asked_of(comes_back(thief, thief.begin_sign_in("/apps"), house, 5020))["state"][0]
    assert comes_back(thief, state, house, 0 if told else None).location == "/apps"
    assert thief.get("/account").status == 200


def test_who_signed_in_at_the_provider_since_is_not_asked_again(
    house: House, dana: Browser
) -> None:
    dana.submit("/account", action="/account/sessions/ending")
    house.clock.advance(3600)
    other = house.browser()
    assert comes_back(other, other.begin_sign_in(), house, 1800).location == "/"
    house.clock.advance(90_000)
    silent = house.browser()
    assert comes_back(silent, silent.begin_sign_in(), house, None).location == "/"
    assert "wish" in asked_of(comes_back(*_again(house), house, 100_000))


def _again(house: House) -> tuple[Browser, str]:
    browser = house.browser()
    return browser, browser.begin_sign_in()


def test_the_browser_in_which_it_was_done_is_asked_once_only(house: House, dana: Browser) -> None:
    dana.submit("/account", action="/account/sessions/ending")
    begun = asked_of(dana.get("/sign-in?next=/apps"))
    assert begun["wish"] == ["anew"]
    assert comes_back(dana, begun["state"][0], house, None).location == "/apps"
    dana.token = dana.read_token()
    dana.post("/sign-out")
    assert "wish" not in asked_of(dana.get("/sign-in"))


def test_ending_one_session_asks_nobody_anew(house: House, dana: Browser) -> None:
    house.clock.advance(120)
    on_firefox(house)
    theirs, _own = ends(dana.get("/account"))
    dana.submit("/account", action=theirs)
    assert comes_back(*_again(house), house, 5000).location == "/"
