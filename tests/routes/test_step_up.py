"""A fresh sign-in before a dangerous action: asked for, proven, and used once."""

import base64
import secrets
import zlib
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from app.domain.errors import OutcomeUnknown, SignInFailed, Upstream, UpstreamKind
from app.services.provider_port import LogoutNotice
from app.web import extensions
from tests.fakes.identity import HOST
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.desk import Desk
from tests.routes.house import House

ALL = {"actions": ["all"]}
AGAIN = "/sign-in/again"
CONFIRMATION = "/sign-in/confirmation"


@pytest.fixture
def house(build: Build) -> House:
    return build(step_up=ALL)


def sign_in_again(browser: Browser) -> Answer:
    """Go to the provider, sign in there, come back."""
    there = browser.get(AGAIN)
    assert there.status == 303
    asked = parse_qs(urlsplit(there.location).query)
    assert asked["wish"] == ["fresh"]
    return browser.finish_sign_in(asked["state"][0])


def confirm(browser: Browser, action: str, **more: str) -> Answer:
    """Press the button of the page that asks once more."""
    return browser.submit(CONFIRMATION, more, action=action, shows_keys=True)


def reveal(desk: Desk) -> Answer:
    return desk.dana.post(desk.path("reveal"), {"value": "secret"}, shows_keys=True)


def test_nobody_is_asked_unless_the_operator_wants_it(build: Build) -> None:
    house = build()
    house.developer("dana")
    desk = Desk(house, house.signed_in("dana"))
    assert reveal(desk).status == 200


def test_only_the_actions_that_are_named_are_protected(build: Build) -> None:
    house = build(step_up={"actions": ["app.delete"]})
    house.developer("dana")
    desk = Desk(house, house.signed_in("dana"))
    assert reveal(desk).status == 200
    assert desk.dana.post("/apps/trip/deletion").location == AGAIN


def test_a_dangerous_action_is_done_after_a_fresh_sign_in_and_one_more_press(
    house: House, desk: Desk
) -> None:
    asked = reveal(desk)
    assert (asked.status, asked.location, asked.calls) == (303, AGAIN, 0)
    back = sign_in_again(desk.dana)
    assert (back.status, back.location) == (303, CONFIRMATION)
    page = desk.dana.follow(back)
    assert page.page.heading == "Show the secret?"
    assert "App trip" in page.text
    assert page.calls == 2  # nothing was listed before: the app, and in parallel its developer
    assert f"•••• {house.apigee.by_key_id[desk.key_id].ending}" in page.text
    shown = confirm(desk.dana, desk.path("reveal"))
    assert shown.status == 200
    pair = house.apigee.by_key_id[desk.key_id]
    assert pair.consumer_secret.reveal() in shown.body
    assert pair.consumer_key.reveal() not in shown.body
    assert house.told()[-4:] == [
        "sign_in done",
        "sign_in.fresh done",
        "key.reveal intent",
        "key.reveal done",
    ]


def test_the_sign_in_is_good_for_one_press(desk: Desk) -> None:
    """Abuse case 31."""
    reveal(desk)
    sign_in_again(desk.dana)
    assert confirm(desk.dana, desk.path("reveal")).status == 200
    assert reveal(desk).location == AGAIN
    # What was asked for is asked for anew, too.
    assert desk.dana.get(CONFIRMATION).page.heading == "Show the secret?"


def test_a_mistyped_address_is_told_before_anybody_is_sent_to_sign_in(desk: Desk) -> None:
    wrong = desk.dana.submit("/account/deletion", {"confirm_name": "dana@example"})
    assert wrong.status == 422
    assert "dana@example.com" in wrong.page.text_of("confirm_name-error")
    assert desk.dana.get(AGAIN).location == "/"
    right = desk.dana.submit("/account/deletion", {"confirm_name": "dana@example.com"})
    assert right.location == AGAIN
    sign_in_again(desk.dana)
    done = confirm(desk.dana, "/account/deletion")
    assert done.location.startswith("https://idp.example/end?")
    assert desk.dana.get("/account").status == 302


def test_after_it_was_done_nothing_waits_any_more(desk: Desk) -> None:
    reveal(desk)
    sign_in_again(desk.dana)
    confirm(desk.dana, desk.path("reveal"))
    for path in (AGAIN, CONFIRMATION):
        assert desk.dana.get(path).location == "/"


def test_the_sign_in_is_good_for_this_action_on_this_thing_only(house: House, desk: Desk) -> None:
    other = desk.add(house.apigee.new_key("payments"))
    reveal(desk)
    sign_in_again(desk.dana)
    assert desk.dana.post(desk.path("reveal", other.key_id), {"value": "key"}).location == AGAIN
    assert desk.dana.post(desk.path("deletion"), {"sure": "yes"}).location == AGAIN
    assert reveal(desk).status == 200


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("?do=grant&role=administrator", {"do": "grant", "role": "support"}, 400),
        ("?role=administrator", {"do": "grant", "role": "support"}, 400),
        ("?do=grant&role=administrator", {}, 422),
    ],
)
def test_the_address_cannot_turn_what_was_signed_in_for_into_something_else(
    house: House, path: str, fields: dict[str, str], status: int
) -> None:
    house.signed_in("eve")
    ada, number = house.administrator(), house.account_number("eve@example.com")
    roles = f"/admin/accounts/{number}/roles"
    assert ada.post(roles, fields).location == AGAIN
    sign_in_again(ada)
    assert ada.post(f"{roles}{path}", fields).status == status
    assert "role.grant done" not in house.told()


def test_what_waits_is_in_nobodys_database(house: House, desk: Desk) -> None:
    def kept() -> str:
        with house.context(), extensions.db.engine.connect() as connection:
            tables = ("sign_in_sessions", "step_up_grants")
            rows = [connection.execute(text(f"SELECT * FROM {name}")).all() for name in tables]  # noqa: S608 - our own tables
        return str(rows)

    desk.dana.post("/apps/trip/deletion", {"confirm_name": "trip"})
    desk.dana.get(AGAIN)
    assert "trip" not in kept()
    sign_in_again(desk.dana)
    assert "trip" not in kept()
    assert desk.dana.get(CONFIRMATION).page.form("/apps/trip/deletion").values["confirm_name"]


def test_the_sign_in_is_good_for_five_minutes(house: House, desk: Desk) -> None:
    """Abuse case 31."""
    reveal(desk)
    sign_in_again(desk.dana)
    house.clock.advance(5 * 60)
    assert reveal(desk).location == AGAIN


def test_the_sign_in_is_good_in_its_own_session_only(house: House, desk: Desk) -> None:
    elsewhere = house.signed_in("dana")
    reveal(desk)
    sign_in_again(desk.dana)
    assert elsewhere.post(desk.path("reveal"), {"value": "key"}).location == AGAIN
    again = house.signed_in("dana")
    assert again.get(CONFIRMATION).location == "/"


def test_the_session_gets_a_new_id_and_forms_of_other_windows_go_on_working(
    house: House, desk: Desk
) -> None:
    before = desk.dana.cookie()
    reveal(desk)
    sign_in_again(desk.dana)
    assert desk.dana.cookie() not in {"", before}
    assert desk.dana.post("/account/names").status == 422
    stale = house.browser()
    stale.flask.set_cookie("portal_session", before, domain="localhost")
    assert stale.get("/account").status == 302


def test_what_was_typed_comes_back_and_an_error_costs_no_further_sign_in(
    house: House, desk: Desk
) -> None:
    desk.dana.post("/apps/trip/deletion", {"confirm_name": "trap"})
    sign_in_again(desk.dana)
    wrong = confirm(desk.dana, "/apps/trip/deletion")
    assert wrong.status == 422
    assert wrong.page.form("/apps/trip/deletion").values["confirm_name"] == ["trap"]
    assert desk.dana.post("/apps/trip/deletion", {"confirm_name": "trip"}).status == 303
    assert ("dana@example.com", "trip") not in house.apigee.by_app


def test_while_apigee_is_away_the_sign_in_stays_good(house: House, desk: Desk) -> None:
    reveal(desk)
    sign_in_again(desk.dana)
    house.apigee.fail("*", Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer."))
    assert reveal(desk).status == 503
    assert reveal(desk).status == 200


def test_when_the_outcome_is_not_known_the_sign_in_is_used(house: House, desk: Desk) -> None:
    desk.dana.post("/apps/trip/deletion", {"confirm_name": "trip"})
    sign_in_again(desk.dana)
    lost = OutcomeUnknown(UpstreamKind.TIMEOUT, "Whether the app was deleted is not known.")
    house.apigee.fail("apps.delete", lost)
    assert confirm(desk.dana, "/apps/trip/deletion").status == 503
    assert desk.dana.post("/apps/trip/deletion", {"confirm_name": "trip"}).location == AGAIN


def test_a_part_of_a_page_is_left_for_the_provider_as_a_whole(desk: Desk) -> None:
    answer = desk.dana.post(
        desk.path("reveal"),
        {"value": "key"},
        with_htmx=True,
        HX_Current_URL="http://localhost:8000/apps/trip?q=1",
    )
    assert (answer.status, answer.header("HX-Redirect")) == (401, AGAIN)
    sign_in_again(desk.dana)
    page = desk.dana.get(CONFIRMATION).page
    assert "/apps/trip?q=1" in page.links
    assert page.form(desk.path("reveal")).values["value"] == ["key"]


@pytest.mark.parametrize(
    "before", ["https://evil.example/apps/trip", "//evil.example", "/no/such/page", ""]
)
def test_the_way_back_is_a_page_of_ours(desk: Desk, before: str) -> None:
    desk.dana.post(desk.path("reveal"), {"value": "key"}, Referer=before)
    sign_in_again(desk.dana)
    links = desk.dana.get(CONFIRMATION).page.links
    assert not [link for link in links if "evil" in link]


@pytest.mark.parametrize("length", [250, 2000])
def test_what_is_too_long_to_be_kept_is_filled_in_again_without_another_sign_in(
    desk: Desk, length: int
) -> None:
    noise = "".join(chr(0x4E00 + number * 7) for number in range(length))
    fields = {"confirm_name": "trip", "more": noise}
    answer = desk.dana.post("/apps/trip/deletion", fields, Referer="/apps/trip/deletion")
    assert answer.location == AGAIN
    assert len(answer.header("Set-Cookie")) < 1000
    sign_in_again(desk.dana)
    page = desk.dana.get(CONFIRMATION).page
    assert page.heading == "Fill in the form once more"
    assert "/apps/trip/deletion" in page.links
    assert desk.dana.post("/apps/trip/deletion", {"confirm_name": "trip"}).status == 303


@pytest.mark.parametrize("reason", ["auth_time_old", "acr", "nonce"])
def test_a_sign_in_that_is_not_proven_to_be_fresh_changes_nothing(
    house: House, desk: Desk, reason: str
) -> None:
    reveal(desk)
    before = desk.dana.cookie()
    house.provider.problem = SignInFailed(reason)
    answer = sign_in_again(desk.dana)
    assert answer.status == 403
    assert answer.page.heading == "Not confirmed"
    assert AGAIN in answer.page.links
    assert (desk.dana.cookie(), desk.dana.get("/account").status) == (before, 200)
    assert house.trail()[-1].detail == reason
    house.provider.problem = None
    assert reveal(desk).location == AGAIN


def test_somebody_else_who_signs_in_gets_neither_the_session_nor_the_action(
    house: House, desk: Desk
) -> None:
    reveal(desk)
    house.provider.will_sign_in("ravi")
    assert sign_in_again(desk.dana).status == 403
    assert house.trail()[-1].detail == "another_person"
    assert "dana@example.com" in desk.dana.get("/account").text
    assert "You are still signed in as dana@example.com." in sign_in_again(desk.dana).text
    known = house.provider.person
    assert known is not None
    house.provider.person = replace(known, subject="dana", issuer="https://other.example")
    assert sign_in_again(desk.dana).status == 403
    assert reveal(desk).location == AGAIN


def test_when_the_provider_ends_the_session_the_page_says_who_should_confirm(
    house: House, desk: Desk
) -> None:
    reveal(desk)
    state = parse_qs(urlsplit(desk.dana.get(AGAIN).location).query)["state"][0]
    until = house.clock.now().replace(hour=13)
    house.provider.notices["token"] = LogoutNotice(HOST, "dana", "", "t1", until)
    form = {"logout_token": "token"}
    told = house.browser().open("/auth/demo/backchannel-logout", "POST", data=form)
    assert told.status == 200
    house.provider.will_sign_in("ravi")
    answer = desk.dana.finish_sign_in(state)
    assert (answer.status, answer.page.heading) == (403, "Not confirmed")
    assert "the session of dana@example.com has ended" in answer.text
    assert "/sign-in?account=another&provider=demo" in answer.page.links
    assert house.trail()[-1].action.value == "sign_in.refused"
    assert desk.dana.get("/account").status == 302
    # Without that very state nobody is told whose browser it was.
    for other in ("", "made-up"):
        assert desk.dana.finish_sign_in(other).status == 400
    assert house.browser().finish_sign_in(state).status == 400


def test_the_return_counts_once(desk: Desk) -> None:
    """Abuse case 31."""
    reveal(desk)
    state = parse_qs(urlsplit(desk.dana.get(AGAIN).location).query)["state"][0]
    assert desk.dana.finish_sign_in(state).status == 303
    assert reveal(desk).status == 200
    assert desk.dana.finish_sign_in(state).status == 400
    assert reveal(desk).location == AGAIN


def test_a_usual_sign_in_grants_nothing(desk: Desk) -> None:
    reveal(desk)
    desk.dana.post("/sign-out")
    desk.dana.sign_in("dana")
    assert desk.dana.get(CONFIRMATION).page.heading == "Show the secret?"
    assert reveal(desk).location == AGAIN


def test_what_waits_in_a_browser_is_of_no_use_to_who_signs_in_there_next(
    house: House, desk: Desk
) -> None:
    reveal(desk)
    desk.dana.submit("/account", action="/sign-out")
    desk.dana.sign_in("ravi")
    assert desk.dana.get(AGAIN).location == "/"
    assert desk.dana.get(CONFIRMATION).location == "/"
    assert house.told().count("sign_in.fresh done") == 0


def test_a_cookie_that_was_made_up_means_nothing(desk: Desk) -> None:
    for value in ("x", "e30.aaaa.bbbb", ""):
        desk.dana.flask.set_cookie("portal_asked", value, domain="localhost")
        assert desk.dana.get(CONFIRMATION).location == "/"


def test_while_the_provider_is_down_the_person_is_told_and_nothing_is_done(
    house: House, desk: Desk
) -> None:
    reveal(desk)
    house.provider.outage = Upstream(UpstreamKind.TIMEOUT, "The sign-in does not answer.")
    assert desk.dana.get(AGAIN).status == 503
    house.provider.outage = None
    assert sign_in_again(desk.dana).status == 303


def test_who_may_not_do_it_at_all_is_not_asked_to_sign_in(house: House) -> None:
    house.developer("dana")
    dana = house.signed_in("dana")
    public_id = house.public_id()
    answer = dana.post(f"/admin/developers/{public_id}/status", {"status": "inactive"})
    assert answer.status == 403


def test_an_administrators_action_is_protected_as_well(house: House) -> None:
    house.developer("dana")
    ada = house.administrator()
    path = f"/admin/developers/{house.public_id()}/status"
    assert ada.post(path, {"status": "inactive"}).location == AGAIN
    assert house.apigee.calls == []
    sign_in_again(ada)
    assert confirm(ada, path).status == 303
    assert "developer.deactivate done" in house.told()


def test_without_a_session_there_is_nothing_to_confirm(anonymous: Browser) -> None:
    for path in (AGAIN, CONFIRMATION):
        assert anonymous.get(path).status == 302


def test_an_account_is_changed_only_as_it_was_confirmed(house: House) -> None:
    house.signed_in("eve")
    ada = house.administrator()
    with house.context():
        eve = house.portal.accounts.office.book.of_email("eve@example.com")[0].account_id
    path = f"/admin/accounts/{eve}/roles"
    wanted = {"do": "grant", "role": "support"}
    assert ada.post(path, wanted).location == AGAIN
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == "Grant the role?"
    for told in (f"account {eve}", "E-mail address eve@example.com", "Role Support"):
        assert told in page.text
    assert ada.post(path, {**wanted, "role": "administrator"}).location == AGAIN
    assert ada.post(path, {**wanted, "do": "revoke"}).location == AGAIN
    assert ada.post(path, wanted).status == 303
    with house.context():
        assert house.portal.accounts.office.get(eve).account.roles == {"support"}


def test_what_was_too_long_to_be_kept_is_still_good_for_what_was_confirmed_only(
    build: Build,
) -> None:
    house = build(step_up=ALL, registration={"policy": "approval"})
    ravi, ada = house.signed_in("ravi"), house.administrator()
    names = {"first_name": "Ravi", "last_name": "Rao", "user_name": "ravi"}
    assert ravi.submit("/register", names).status == 303
    with house.context():
        number = house.portal.accounts.office.book.of_email("ravi@example.com")[0].account_id
    path = f"/admin/accounts/{number}/registration"
    refused = {"decision": "refuse", "reason": secrets.token_hex(4000)}
    assert ada.post(path, refused).location == AGAIN
    assert "too long to be kept" in ada.follow(sign_in_again(ada)).text
    assert ada.post(path, {"decision": "approve"}).location == AGAIN
    assert ada.post(path, {"decision": "refuse", "reason": "Ask Ben."}).status == 303


def test_the_page_says_which_keys_stop_with_an_app(house: House, desk: Desk) -> None:
    other = desk.add(house.apigee.new_key("payments"))
    desk.dana.post("/apps/trip/deletion", {"confirm_name": "trip"})
    page = desk.dana.follow(sign_in_again(desk.dana))
    assert page.page.heading == "Delete the app?"
    for key_id in (desk.key_id, other.key_id):
        assert f"•••• {house.apigee.by_key_id[key_id].ending}" in page.text
    assert "Key that stops" in page.text


ROTATIONS = (
    ({"overlap": "3d"}, "Replace the key?", "The old key works for 3 days"),
    ({"overlap": "now"}, "Replace the key?", "The old key works no longer"),
    ({"do": "extend", "overlap": "1h"}, "Let the old key work longer?", "works for 1 hour"),
    ({"do": "stop", "overlap": "1h"}, "Stop the old key now?", "fail within about 3 minutes"),
    ({"do": "cancel"}, "Cancel the replacement?", "The old key stays on"),
)


@pytest.mark.parametrize(("sent", "title", "text"), ROTATIONS)
def test_the_page_says_what_becomes_of_the_old_key_and_the_sign_in_is_good_for_that(
    house: House, desk: Desk, sent: dict[str, str], title: str, text: str
) -> None:
    path = desk.path("rotation")
    assert desk.dana.post(path, sent).location == AGAIN
    page = desk.dana.follow(sign_in_again(desk.dana))
    assert page.page.heading == title
    assert text in page.text
    assert f"•••• {house.apigee.by_key_id[desk.key_id].ending}" in page.text
    for others in (one for one, *_ in ROTATIONS if one != sent):
        assert desk.dana.post(path, others).location == AGAIN


def test_a_sign_in_to_see_the_key_does_not_show_the_secret(desk: Desk) -> None:
    desk.dana.post(desk.path("reveal"), {"value": "key"})
    assert desk.dana.follow(sign_in_again(desk.dana)).page.heading == "Show the key?"
    assert reveal(desk).location == AGAIN


def test_what_is_known_is_said_while_apigee_is_away(house: House, desk: Desk) -> None:
    reveal(desk)
    sign_in_again(desk.dana)
    house.apigee.fail("*", Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer."))
    page = desk.dana.get(CONFIRMATION)
    assert (page.status, page.page.heading) == (200, "Show the secret?")
    assert "App trip" in page.text


ACCOUNT: tuple[tuple[str, dict[str, str], str, str], ...] = (
    ("sign-in", {"sign_in": "blocked"}, "Block sign-in?", "cannot sign in"),
    ("sign-in", {"sign_in": "allowed"}, "Allow sign-in?", "can sign in again"),
    ("roles", {"do": "revoke", "role": "support"}, "Take away the role?", "Role Support"),
    (
        *("link", {"email": "ravi@example.com"}),
        *("Link the account to this developer?", "Developer ravi@example.com"),
    ),
    ("unlinking", {}, "Unlink the developer?", "The keys go on working"),
    ("registration", {"decision": "approve"}, "Approve the registration?", "is activated"),
    (
        *("registration", {"decision": "refuse", "reason": "Ask Ben."}),
        *("Refuse the registration?", "Reason Ask Ben."),
    ),
)


@pytest.mark.parametrize(("what", "sent", "title", "text"), ACCOUNT)
def test_the_page_says_whom_a_change_is_about_and_what_follows(
    house: House, what: str, sent: dict[str, str], title: str, text: str
) -> None:
    house.signed_in("eve", first_name="Eve", last_name="Doe", email_verified=False)
    ada, number = house.administrator(), house.account_number("eve@example.com")
    path = f"/admin/accounts/{number}/{what}"
    assert ada.post(path, sent).location == AGAIN
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == title
    for told in (f"Eve Doe, account {number}", "eve@example.com (not verified)", text):
        assert told in page.text


@pytest.mark.parametrize(
    ("what", "sent", "title"),
    [
        ("status", {"status": "inactive"}, "Deactivate the developer?"),
        ("status", {"status": "active"}, "Activate the developer?"),
        ("registration", {"decision": "approve"}, "Approve the registration?"),
    ],
)
def test_the_page_says_which_developer_a_status_is_about(
    house: House, what: str, sent: dict[str, str], title: str
) -> None:
    house.developer("dana")
    ada = house.administrator()
    ada.post(f"/admin/developers/{house.public_id()}/{what}", sent)
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == title
    assert "Developer Dana Reyes E-mail address dana@example.com" in page.text
    assert page.calls == 0


def test_a_new_app_and_a_new_key_are_shown_after_a_fresh_sign_in_only(
    house: House, desk: Desk
) -> None:
    forms: tuple[tuple[str, dict[str, str]], ...] = (
        ("/apps/new", {"display_name": "Boat", "request_id": "r1"}),
        ("/apps/trip/keys/new", {"label": "Backup", "request_id": "r2"}),
    )
    for path, typed in forms:
        fields = {"products": "weather-free", **typed}
        before = len(house.apigee.by_key_id)
        asked = desk.dana.post(path, fields)
        assert (asked.location, asked.calls) == (AGAIN, 0)
        page = desk.dana.follow(sign_in_again(desk.dana))
        assert page.page.heading in {"Create the app?", "Add the key?"}
        assert "Boat" in page.text or "Label Backup" in page.text
        assert len(house.apigee.by_key_id) == before
        assert confirm(desk.dana, path).status == 200
        assert len(house.apigee.by_key_id) == before + 1
        assert desk.dana.post(path, fields).location == AGAIN


def test_a_secret_to_compare_waits_nowhere_and_is_typed_once_more(house: House, desk: Desk) -> None:
    secret = house.apigee.by_key_id[desk.key_id].consumer_secret.reveal()
    asked = desk.dana.post(desk.path("comparison"), {"secret": secret})
    assert asked.location == AGAIN
    cookies = [text.split("=", 1)[1] for text in asked.response.headers.getlist("Set-Cookie")]
    kept = [part for text in cookies for part in readable(text)]
    assert any(desk.key_id in part for part in kept)
    assert not any(secret in part for part in kept)
    page = desk.dana.follow(sign_in_again(desk.dana))
    assert page.page.heading == "Fill in the form once more"
    assert "Compare a secret?" in page.text
    assert "a secret that was typed is not kept" in page.text
    assert "It matches" in desk.dana.submit(desk.path("comparison"), {"secret": secret}).text
    assert desk.dana.submit(desk.path("comparison"), {"secret": secret}).location == AGAIN


def test_the_own_data_are_downloaded_after_a_fresh_sign_in(house: House, desk: Desk) -> None:
    assert desk.dana.post("/account/data").location == AGAIN
    assert "account.data done" not in house.told()
    page = desk.dana.follow(sign_in_again(desk.dana))
    assert page.page.heading == "Download what is kept about you?"
    assert '"dana@example.com"' in confirm(desk.dana, "/account/data").body
    assert desk.dana.post("/account/data").location == AGAIN


def test_developers_are_taken_out_after_a_fresh_sign_in_for_just_these(house: House) -> None:
    house.developer("dana")
    ada, file = house.administrator(), "/admin/developers/export.csv"
    assert ada.get(f"{file}?kind=developers&q=dana").location == AGAIN
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == "Download developers?"
    assert "Search dana" in page.text
    form = page.page.form(file, "get")
    assert form.values == {"kind": ["developers"], "q": ["dana"]}
    assert ada.get(f"{file}?kind=developers").location == AGAIN
    assert ada.get(f"{file}?q=dana&kind=developers").status == 200
    assert ada.get(f"{file}?q=dana&kind=developers").location == AGAIN


def test_a_synchronization_is_applied_after_a_fresh_sign_in(house: House) -> None:
    house.developer("dana")
    house.apigee.add_developer("new@example.com")
    ada = house.administrator()
    ada.post("/admin/sync", {"direction": "to_apigee", "only": "*@example.com"})
    house.work()
    path = "/admin/sync/1/application"
    assert ada.post(path).location == AGAIN
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == "Apply the synchronization?"
    assert "Apigee gets the portal's names" in page.text
    assert "Only these addresses *@example.com" in page.text
    assert confirm(ada, path).location == "/admin/sync/2"


def readable(cookie: str) -> list[str]:
    """Return a signed cookie as it is and as what it holds, packed or not."""
    body = cookie.partition(";")[0].strip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    with suppress(zlib.error):
        raw = zlib.decompress(raw)
    return [cookie, raw.decode(errors="replace")]
