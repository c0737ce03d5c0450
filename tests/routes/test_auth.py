"""Signing in and out."""

import time
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

import itsdangerous
import pytest

from app.domain.audit import Action
from app.domain.errors import SignInFailed, Upstream, UpstreamKind
from tests.fakes.identity import FakeProvider
from tests.fakes.store import FakeAccounts, FakeSignInSessions
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

EVIL = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "/%0d%0aLocation: https://evil.example",
    "https:evil.example",
    "https://evil.example/",
    " //evil.example",
    "%20//evil.example",
    "javascript:alert(1)",
    "/%2f%2fevil.example",
    "%2f%2fevil.example",
    "/%5cevil.example",
    "/%252f%252fevil.example",
    "http://localhost:8000@evil.example",
    "/sign-out",
    "/sign-in",
    "/static/js/portal.js",
    "/livez",
    "/no/such/page",
    "/apps?" + "x" * 300,
]


def test_signing_in_leads_to_the_provider_with_the_public_address(
    house: House, anonymous: Browser
) -> None:
    answer = anonymous.get("/sign-in")
    assert answer.status == 303
    assert answer.location.startswith("https://idp.example/authorize?")
    assert house.provider.redirects == ["http://localhost:8000/auth/demo/callback"]


def test_coming_back_opens_a_session_and_leads_on(house: House, anonymous: Browser) -> None:
    house.developer("dana")
    house.provider.will_sign_in("dana")
    answer = anonymous.finish_sign_in(anonymous.begin_sign_in("/apps?q=trip"))
    assert (answer.status, answer.location) == (303, "/apps?q=trip")
    assert answer.calls == 1
    assert anonymous.get("/apps").status == 200
    assert house.told() == ["sign_in done", "developer.link intent", "developer.link done"]


def test_who_was_here_before_signs_in_without_asking_apigee(house: House) -> None:
    house.developer("dana")
    house.signed_in("dana")
    again = house.browser()
    house.provider.will_sign_in("dana")
    assert again.finish_sign_in(again.begin_sign_in()).calls == 0


def test_roles_that_the_provider_gives_and_takes_at_a_sign_in_are_on_record(house: House) -> None:
    for roles in (("administrator",), ("administrator",), ("support", "product_owner"), ()):
        house.signed_in("ada", roles=frozenset(roles))
    noted = [entry for entry in house.trail() if entry.action is Action.ACCOUNT_ROLES]
    assert [(entry.target, entry.detail) for entry in noted] == [
        ("ada@example.com", "no role to administrator"),
        ("ada@example.com", "administrator to product_owner, support"),
        ("ada@example.com", "product_owner, support to no role"),
    ]


def test_signing_in_stands_while_apigee_is_down(house: House) -> None:
    house.developer("dana")
    house.apigee.fail("*", Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer."))
    assert house.signed_in("dana").get("/account").status == 200


def test_who_is_signed_in_already_is_led_on(dana: Browser) -> None:
    assert dana.get("/sign-in?next=/products").location == "/products"


def test_a_part_of_a_page_is_sent_to_the_provider_as_a_whole(anonymous: Browser) -> None:
    answer = anonymous.get("/sign-in", with_htmx=True)
    assert answer.status == 204
    assert answer.header("HX-Redirect").startswith("https://idp.example/authorize?")


def test_several_providers_are_offered_on_a_page(build: Build) -> None:
    corp = FakeProvider("corp", "Corporate sign-in")
    house = build(lambda ports: replace(ports, providers={**ports.providers, "corp": corp}))
    browser = house.browser()
    page = browser.get("/sign-in?next=/apps").page
    offered = [item.get("value") for item in page.all("button", name="provider")]
    assert offered == ["demo", "corp"]
    answer = browser.get("/sign-in?next=/apps&provider=corp")
    assert answer.status == 303
    assert corp.redirects == ["http://localhost:8000/auth/corp/callback"]
    # What was begun with one provider cannot be finished with another one.
    state = parse_qs(urlsplit(answer.location).query)["state"][0]
    house.provider.will_sign_in("dana")
    assert house.browser().get(f"/auth/demo/callback?state={state}").status == 400


def test_a_domain_is_a_hint_at_the_provider_that_speaks_for_it(build: Build) -> None:
    corp = FakeProvider("corp", "Corporate sign-in")
    corp.domains = ("corp.example",)
    house = build(lambda ports: replace(ports, providers={**ports.providers, "corp": corp}))
    assert house.browser().get("/sign-in?domain=corp.example").status == 303
    assert corp.redirects == ["http://localhost:8000/auth/corp/callback"]
    for unknown in ("", "other.example", "%00"):
        assert house.browser().get(f"/sign-in?domain={unknown}").status == 200


def test_an_account_is_created_where_the_provider_does_that(
    house: House, anonymous: Browser
) -> None:
    assert "/sign-up" not in anonymous.get("/").page.links
    assert anonymous.get("/sign-up?next=/apps").location == "/sign-in?next=/apps"
    house.provider.has_sign_up = True
    assert "/sign-up" in anonymous.get("/").page.links
    answer = anonymous.get("/sign-up?next=/apps")
    asked = parse_qs(urlsplit(answer.location).query)
    assert asked["wish"] == ["sign_up"]
    house.provider.will_sign_in("nina")
    assert anonymous.finish_sign_in(asked["state"][0]).location == "/apps"
    assert "/sign-up" not in anonymous.get("/").page.links


def test_an_account_is_created_at_an_address_of_its_own_without_a_sign_in_that_waits(
    house: House, anonymous: Browser
) -> None:
    house.provider.has_sign_up = True
    house.provider.sign_up_url = "https://idp.example/register"
    assert anonymous.get("/sign-up").location == "https://idp.example/register"
    assert anonymous.cookie("portal_sign_in") == ""


def test_of_several_providers_those_are_offered_that_create_accounts(build: Build) -> None:
    others = {name: FakeProvider(name, name.title()) for name in ("corp", "partner", "guests")}
    house = build(lambda ports: replace(ports, providers={**ports.providers, **others}))
    others["partner"].has_sign_up = others["guests"].has_sign_up = True
    page = house.browser().get("/sign-up?next=/apps").page
    links = [link for link in page.links if link.startswith("/sign-up?")]
    assert links == [f"/sign-up?provider={name}&next=/apps" for name in ("partner", "guests")]
    others["partner"].has_sign_up = False
    house.browser().get("/sign-up")
    assert len(others["guests"].redirects) == 1


def test_passwords_are_changed_where_they_are(house: House) -> None:
    person = house.signed_in("dana")
    assert "Password and security" not in person.get("/account").text
    house.provider.account_url = "https://idp.example/me"
    assert "https://idp.example/me" in person.get("/account").page.links


def test_who_has_too_many_groups_is_told_once(house: House) -> None:
    house.provider.has_too_many_groups = True
    person = house.browser()
    house.provider.will_sign_in("ada")
    person.finish_sign_in(person.begin_sign_in())
    assert "more groups than your company's sign-in can list" in person.get("/").text
    assert "more groups" not in person.get("/").text


@pytest.mark.parametrize("path", ["/sign-in?provider=nobody", "/auth/nobody/callback?state=x"])
def test_an_unknown_provider_is_not_found(anonymous: Browser, path: str) -> None:
    answer = anonymous.get(path)
    assert answer.status == 404
    assert "There is no such way to sign in." in answer.text


@pytest.mark.parametrize("following", EVIL)
def test_signing_in_never_leads_to_another_site(house: House, following: str) -> None:
    """Abuse case 11."""
    house.provider.will_sign_in("dana")
    browser = house.browser()
    answer = browser.finish_sign_in(browser.begin_sign_in(quote(following)))
    assert (answer.status, answer.location) == (303, "/")
    assert browser.get(f"/sign-in?next={quote(following)}").location == "/"


@pytest.mark.parametrize("around", [item for item in EVIL if not item.startswith(("/apps", "%"))])
def test_a_page_around_that_is_no_page_of_ours_leads_nowhere_else(
    anonymous: Browser, around: str
) -> None:
    headers = {"HX-Current-URL": around.replace("\t", "%09")}
    answer = anonymous.open("/account", with_htmx=True, headers=headers)
    assert answer.status == 401
    assert "evil" not in answer.header("HX-Redirect")


def test_whoever_was_refused_is_offered_another_account(house: House, anonymous: Browser) -> None:
    house.provider.problem = SignInFailed("email_domain")
    answer = anonymous.finish_sign_in(anonymous.begin_sign_in())
    assert answer.status == 400
    assert "may not sign in here" in answer.text
    [other] = [link for link in answer.page.links if "account=another" in link]
    assert "wish=other" in anonymous.get(other).location
    assert "wish=" not in anonymous.get("/sign-in?account=mine").location
    house.provider.problem = None
    house.provider.will_sign_in("dana")
    state = parse_qs(urlsplit(anonymous.get(other).location).query)["state"][0]
    assert anonymous.finish_sign_in(state).status == 303


def callback(browser: Browser, query: str) -> int:
    answer = browser.get(f"/auth/demo/callback?{query}")
    if answer.status == 400:
        assert answer.page.heading == "Sign-in did not work"
        assert "/sign-in" in answer.page.links
    assert browser.get("/account").status == 302
    return answer.status


def test_a_callback_that_nobody_began_is_refused_and_recorded(
    house: House, anonymous: Browser
) -> None:
    """Abuse case 12."""
    house.provider.will_sign_in("dana")
    for query in ("", "state=", "state=made-up&code=x", "code=x", "error=access_denied"):
        assert callback(anonymous, query) == 400
        assert anonymous.cookie("portal_sign_in") == ""
    assert house.told() == ["sign_in.refused failed"]
    assert house.trail()[0].detail == "state_mismatch"
    house.clock.advance(61)
    house.flask.test_cli_runner().invoke(args=["jobs", "work", "--once"])
    assert [entry.count for entry in house.trail()] == [1, 4]


def test_a_state_of_another_browser_is_refused(house: House, anonymous: Browser) -> None:
    """Abuse case 12."""
    house.provider.will_sign_in("mallory")
    state = house.browser().begin_sign_in()
    assert callback(anonymous, f"state={state}&code=x") == 400
    anonymous.begin_sign_in()
    assert callback(anonymous, f"state={state}&code=x") == 400


@pytest.mark.parametrize("name", ["state", "code", "iss", "error", "more"])
def test_a_parameter_that_is_there_twice_means_nothing(
    house: House, anonymous: Browser, name: str
) -> None:
    house.provider.will_sign_in("dana")
    state = anonymous.begin_sign_in()
    query = {"state": state, "code": "x", name: state}
    twice = "&".join(f"{key}={value}" for key, value in [*query.items(), (name, query[name])])
    assert callback(anonymous, twice) == 400
    assert house.trail()[-1].detail == "parameter_twice"
    assert callback(anonymous, f"state={state}&code=x") == 400


def test_a_state_works_once(house: House, anonymous: Browser) -> None:
    """Abuse case 12."""
    house.provider.will_sign_in("dana")
    house.provider.problem = SignInFailed("bad_nonce")
    state = anonymous.begin_sign_in()
    assert callback(anonymous, f"state={state}&code=x") == 400
    house.provider.problem = None
    assert callback(anonymous, f"state={state}&code=x") == 400
    assert [entry.detail for entry in house.trail()] == ["bad_nonce", "state_mismatch"]


def test_a_finished_sign_in_cannot_be_finished_again(house: House, anonymous: Browser) -> None:
    """Abuse case 12."""
    house.provider.will_sign_in("dana")
    state = anonymous.begin_sign_in()
    assert anonymous.finish_sign_in(state).status == 303
    before = anonymous.cookie()
    assert anonymous.finish_sign_in(state).status == 400
    assert anonymous.cookie() == before
    assert anonymous.get("/account").status == 200


def test_a_second_window_that_began_to_sign_in_is_led_on(house: House, anonymous: Browser) -> None:
    house.provider.will_sign_in("dana")
    first, second = anonymous.begin_sign_in("/apps"), anonymous.begin_sign_in("/products")
    assert anonymous.finish_sign_in(first).location == "/apps"
    session = anonymous.cookie()
    house.provider.will_sign_in("mallory")
    answer = anonymous.finish_sign_in(second)
    assert (answer.status, answer.location) == (303, "/products")
    assert anonymous.cookie() == session
    assert "dana@example.com" in anonymous.get("/account").text
    assert house.told().count("sign_in done") == 1
    assert anonymous.finish_sign_in(second).status == 400


def test_a_sign_in_that_took_too_long_is_refused(
    house: House, anonymous: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Abuse case 12."""
    house.provider.will_sign_in("dana")
    state = anonymous.begin_sign_in()
    later = int(time.time()) + 601
    monkeypatch.setattr(itsdangerous.TimestampSigner, "get_timestamp", lambda _signer: later)
    assert callback(anonymous, f"state={state}&code=x") == 400


def test_the_callback_is_never_posted(anonymous: Browser) -> None:
    """Abuse case 12."""
    answer = anonymous.post("/auth/demo/callback", {"state": "x"})
    assert answer.status == 405
    assert "GET" in answer.header("Allow")


def test_a_blocked_person_is_refused(build: Build) -> None:
    accounts = FakeAccounts()
    sessions = FakeSignInSessions(accounts)
    house = build(
        lambda ports: replace(
            ports, store=replace(ports.store, accounts=accounts, book=accounts, sessions=sessions)
        )
    )
    dana = house.signed_in("dana")
    accounts.block(1)
    assert dana.get("/account").status == 302
    assert dana.finish_sign_in(dana.begin_sign_in()).status == 400
    assert house.trail()[-1].detail == "blocked"


def test_a_provider_that_is_down_is_told_as_unavailable(house: House, anonymous: Browser) -> None:
    down = Upstream(UpstreamKind.UNREACHABLE, "The sign-in does not answer.")
    house.provider.outage = down
    answer = anonymous.get("/sign-in")
    assert answer.status == 503
    assert "The sign-in does not answer." in answer.text
    house.provider.outage = None
    house.provider.problem = down
    assert anonymous.finish_sign_in(anonymous.begin_sign_in()).status == 503


def test_signing_out_ends_the_session_here_and_then_at_the_provider(
    house: House, dana: Browser
) -> None:
    answer = dana.submit("/account", action="/sign-out")
    assert answer.status == 303
    there = urlsplit(answer.location)
    assert there.netloc == "idp.example"
    back = parse_qs(there.query)["post_logout_redirect_uri"]
    assert back == ["http://localhost:8000/signed-out"]
    assert dana.cookie() == ""
    assert dana.get("/account").status == 302
    assert house.told()[-1] == "sign_out done"


def test_signing_out_works_while_the_provider_is_down(house: House, dana: Browser) -> None:
    house.provider.is_down = True
    answer = dana.submit("/account", action="/sign-out")
    assert answer.location == "/signed-out?open=1"
    assert "Your company sign-in may still be open" in dana.follow(answer).text
    assert "may still be open" not in dana.get("/signed-out").text


def test_signing_out_after_the_session_has_ended_signs_nobody_in(
    house: House, dana: Browser
) -> None:
    house.clock.advance(61 * 60)
    answer = dana.post("/sign-out")
    assert (answer.status, answer.location) == (303, "/signed-out")
    assert dana.follow(answer).page.heading == "You are signed out"


def test_signing_out_is_never_a_link(dana: Browser) -> None:
    assert dana.get("/sign-out").status == 405
    assert dana.get("/account").status == 200
