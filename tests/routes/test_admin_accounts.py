"""The administrator's accounts: found, blocked, given roles, linked, and their sessions."""

import pytest

from app.domain.audit import Action
from app.domain.errors import Upstream, UpstreamKind
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House


def number(house: House, email: str = "dana@example.com") -> int:
    with house.context():
        return house.portal.accounts.office.book.of_email(email)[0].account_id


def page(house: House, email: str = "dana@example.com") -> str:
    return f"/admin/accounts/{number(house, email)}"


def support(house: House) -> Browser:
    return house.signed_in("sam", roles=frozenset({"support"}))


def rows(answer: Answer) -> list[str]:
    """Return the names in a list's rows."""
    return ["".join(link.itertext()) for link in answer.page.all("a", **{"class": "row-link"})]


@pytest.fixture
def bob(house: House) -> Browser:
    return house.signed_in("bob", first_name="Bob", last_name="Ito", roles=frozenset({"support"}))


@pytest.mark.usefixtures("dana", "bob")
def test_the_list_asks_apigee_for_nothing(house: House, ada: Browser) -> None:
    house.apigee.calls.clear()
    answer = ada.get("/admin/accounts")
    assert (answer.status, answer.calls, house.apigee.calls) == (200, 0, [])
    assert rows(answer) == ["ada@example.com", "Bob Ito", "dana@example.com"]
    assert "Support (provider)" in answer.text
    assert not any("@" in link for link in answer.page.links if not link.startswith("mailto:"))


@pytest.mark.usefixtures("dana", "bob")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ito", ["Bob Ito"]),
        ("q=DANA@", ["dana@example.com"]),
        ("q=nobody", []),
        ("role=support", ["Bob Ito"]),
        ("state=unlinked", ["ada@example.com", "Bob Ito"]),
        ("state=blocked", []),
        ("state=waiting", []),
        ("after=x", ["ada@example.com", "Bob Ito", "dana@example.com"]),
    ],
)
def test_the_list_is_searched_and_narrowed(ada: Browser, query: str, found: list[str]) -> None:
    answer = ada.get(f"/admin/accounts?{query}")
    assert rows(answer) == found
    assert ("No account matches" in answer.text) is (not found)


def test_more_than_fifty_accounts_are_paged(house: House, ada: Browser) -> None:
    for each in range(51):
        house.signed_in(f"user{each:02}")
    first = ada.get("/admin/accounts?q=user")
    following = next(link for link in first.page.links if "after=" in link)
    assert "q=user" in following
    second = ada.get(following)
    assert rows(second) == ["user50@example.com"]
    assert "First page" in second.text


def test_one_account_is_shown_whole(house: House, dana: Browser, ada: Browser) -> None:
    assert dana.get("/account").status == 200
    answer = ada.get(page(house))
    assert (answer.status, answer.calls) == (200, 0)
    for told in ("https://idp.example", "dana@example.com", "Can sign in", "1 session"):
        assert told in answer.text
    assert f"/admin/developers/{house.public_id()}" in answer.page.links
    assert ada.get("/admin/accounts/4711").status == 404


def test_blocking_ends_the_sessions_at_once_and_leaves_the_keys(
    house: House, dana: Browser, ada: Browser
) -> None:
    other = house.signed_in("dana")
    kept, shown = house.browser(), page(house)
    kept.flask.set_cookie("portal_session", other.cookie())
    answer = ada.submit(shown, {"sign_in": "blocked"}, action=f"{shown}/sign-in")
    assert (answer.status, answer.location) == (303, shown)
    after = ada.follow(answer)
    assert "is signed out everywhere and cannot sign in." in after.text
    assert "Sign-in blocked" in after.text
    for browser in (dana, other):
        assert browser.get("/account").status == 302
    assert dana.finish_sign_in(dana.begin_sign_in()).status == 400
    [row] = [row for row in house.trail() if row.action is Action.SIGN_IN_REFUSED]
    assert (row.target_account_id, row.detail) == (number(house), "blocked")
    assert house.apigee.by_email["dana@example.com"].is_active
    ada.submit(shown, {"sign_in": "allowed"}, action=f"{shown}/sign-in")
    assert kept.get("/account").status == 302
    assert house.signed_in("dana").get("/account").status == 200


def test_both_switches_are_on_the_developers_page_and_tell_the_difference(
    house: House, dana: Browser, ada: Browser
) -> None:
    assert dana.get("/account").status == 200
    developer = f"/admin/developers/{house.public_id()}"
    shown = ada.get(developer)
    assert "signing in stays possible" in shown.text
    assert "API keys go on working; to stop them, deactivate the developer." in shown.text
    answer = ada.submit(developer, {"sign_in": "blocked"}, action=f"{page(house)}/sign-in")
    assert answer.location == developer
    after = ada.follow(answer).text
    assert "Sign-in blocked" in after
    assert "is blocked from signing in, and there is no key that works." in after
    assert "signing in stays possible" not in after
    assert house.apigee.by_email["dana@example.com"].is_active


def test_the_way_back_never_leads_to_another_site(
    house: House, dana: Browser, ada: Browser
) -> None:
    assert dana.get("/account").status == 200
    path = f"{page(house)}/sign-in"
    fields = {"sign_in": "blocked", "next": "//evil.example/"}
    assert ada.post(path, fields).location == page(house)


def test_nobody_blocks_themselves_and_is_told_so(house: House, ada: Browser) -> None:
    answer = ada.post(f"{page(house, 'ada@example.com')}/sign-in", {"sign_in": "blocked"})
    assert answer.status == 403
    assert "You cannot block yourself. Another administrator can." in answer.text
    assert ada.get("/admin/accounts").status == 200


@pytest.mark.parametrize("value", ["", "deleted"])
def test_another_value_is_refused(house: House, ada: Browser, value: str) -> None:
    path = f"{page(house, 'ada@example.com')}/sign-in"
    assert ada.post(path, {"sign_in": value}).status == 422


def test_a_role_is_granted_and_counts_with_the_next_request(
    house: House, dana: Browser, ada: Browser
) -> None:
    assert dana.get("/admin/audit").status == 403
    shown = page(house)
    answer = ada.submit(shown, {"do": "grant", "role": "support"}, action=f"{shown}/roles")
    after = ada.follow(answer)
    assert "Support (granted here)" in after.text
    assert dana.get("/admin/audit").status == 200
    fields = {"do": "revoke", "role": "support"}
    assert ada.post(f"{shown}/roles", fields).status == 303
    assert dana.get("/admin/audit").status == 403
    told = [row.detail for row in house.trail() if row.action is Action.ACCOUNT_REVOKE]
    assert told == ["support; granted: support to no role; from the provider: no role"] * 2


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "grant", "role": "emperor"},
        {"do": "grant", "role": ""},
        {"do": "revoke", "role": "support"},
        {"do": "Revoke", "role": "support"},
        {"do": "", "role": "support"},
        {"role": "support"},
    ],
)
def test_a_role_that_cannot_be_given_or_taken_is_told(
    house: House, dana: Browser, ada: Browser, fields: dict[str, str]
) -> None:
    assert dana.get("/account").status == 200
    answer = ada.post(f"{page(house)}/roles", fields)
    assert answer.status == 422
    assert "role" in answer.page.text_of("roles") or "role" in answer.text
    assert dana.get("/admin/audit").status == 403


def test_granting_without_a_choice_says_what_to_choose(
    house: House, dana: Browser, ada: Browser
) -> None:
    assert dana.get("/account").status == 200
    fields = {"do": "grant", "role": ""}
    answer = ada.submit(page(house), fields, action=f"{page(house)}/roles")
    assert answer.page.text_of("role-error") == "Choose the role to grant."
    assert "product_owner" not in answer.page.text


def test_the_log_tells_the_account_apart_from_whose_address_it_gives(
    house: House, dana: Browser, ada: Browser
) -> None:
    assert dana.get("/account").status == 200
    house.signed_in("eve", email="dana@example.com", email_verified=False)
    with house.context():
        twins = house.portal.accounts.office.book.of_email("dana@example.com")
    eve = next(each.account_id for each in twins if each.subject == "eve")
    shown = f"/admin/accounts/{eve}"
    assert ada.post(f"{shown}/roles", {"do": "grant", "role": "support"}).status == 303
    row = house.trail()[-1]
    assert (row.target, row.target_account_id) == ("dana@example.com", eve)
    exported = ada.submit("/admin/audit/export", {"format": "jsonl", "target": str(eve)}).body
    assert f'"target_account_id":{eve}' in exported.replace(": ", ":")
    assert "account.grant" in exported
    assert "authn_login_success" in exported


def test_nobody_grants_themselves_a_role_and_is_told_so(house: House, ada: Browser) -> None:
    shown = page(house, "ada@example.com")
    answer = ada.post(f"{shown}/roles", {"do": "grant", "role": "administrator"})
    assert answer.status == 403
    assert "You cannot grant a role to yourself. Another administrator can." in answer.text
    assert "Role to grant" not in ada.get(shown).text


def test_nobody_takes_their_own_last_right_and_is_told_so(house: House) -> None:
    boss = house.signed_in("boss")
    run = house.flask.test_cli_runner().invoke
    assert run(args=["accounts", "grant", "boss@example.com", "administrator"]).exit_code == 0
    path = f"{page(house, 'boss@example.com')}/roles"
    answer = boss.post(path, {"do": "revoke", "role": "administrator"})
    assert answer.status == 403
    assert "This is your own last right as an administrator" in answer.text
    assert boss.get("/admin/accounts").status == 200


def test_an_account_is_linked_and_unlinked_by_hand(house: House, ada: Browser) -> None:
    house.developer("dana")
    ravi = house.signed_in("ravi")
    shown = page(house, "ravi@example.com")
    refused = ada.submit(f"{shown}/link", {"email": "nobody@example.com"})
    assert refused.status == 422
    assert "no developer with exactly this address" in refused.page.text_of("email-error")
    answer = ada.submit(f"{shown}/link", {"email": "dana@example.com"})
    assert (answer.status, answer.location, answer.calls) == (303, shown, 1)
    assert "is the developer dana@example.com now." in ada.follow(answer).text
    assert ravi.get("/apps").status == 200
    assert "differs from Apigee" in ada.get("/admin/accounts?q=ravi").text
    assert ada.get(f"{shown}/link").status == 409
    assert "keys go on working" in ada.get(f"{shown}/unlinking").text
    assert ada.submit(f"{shown}/unlinking").status == 303
    assert ravi.get("/apps").location.startswith("/register")
    assert ada.get(f"{shown}/unlinking").status == 409


def test_nobody_links_their_own_account_and_is_told_so(house: House, ada: Browser) -> None:
    house.developer("dana")
    shown = page(house, "ada@example.com")
    assert f"{shown}/link" not in ada.get(shown).page.links
    answer = ada.post(f"{shown}/link", {"email": "dana@example.com"})
    assert answer.status == 403
    assert "You cannot link or unlink your own account." in answer.text
    assert ada.get("/apps").location.startswith("/register")


def test_of_two_developers_who_differ_in_case_an_administrator_chooses(build: Build) -> None:
    house = build()
    house.apigee.flavor = "edge"
    house.apigee.add_developer("Ravi@example.com", "Ravi", "One")
    house.apigee.add_developer("ravi@example.com", "Ravi", "Two")
    house.developer("dana")
    house.signed_in("ravi")
    ada = house.administrator()
    shown = page(house, "ravi@example.com")
    assert "differ in capital letters only" in ada.get(shown).text
    offered = ada.get(f"{shown}/link")
    assert "Ravi@example.com" in offered.text
    assert ada.post(f"{shown}/link", {"email": "Ravi@example.com"}).status == 303
    account = house.account("Ravi@example.com")
    assert account is not None
    assert account.subject == "ravi"


def test_an_address_that_is_not_verified_is_pointed_out(house: House, ada: Browser) -> None:
    house.developer("dana")
    house.signed_in("eve", email="dana@example.com", email_verified=False)
    answer = ada.get(f"{page(house)}/link")
    assert "Make sure who this is" in answer.text


def test_sessions_are_ended_one_by_one_or_all(house: House, dana: Browser, ada: Browser) -> None:
    house.clock.advance(60)
    other = house.signed_in("dana")
    shown = page(house)
    buttons = [item.get("value") for item in ada.get(shown).page.all("button", name="session")]
    assert len(buttons) == 2
    answer = ada.post(f"{shown}/sessions", {"session": buttons[0] or ""})
    assert "The session has ended." in ada.follow(answer).text
    assert other.get("/account").status == 302
    assert dana.get("/account").status == 200
    assert ada.post(f"{shown}/sessions", {"session": buttons[0] or ""}).status == 404
    assert "Ended 1 session." in ada.follow(ada.post(f"{shown}/sessions")).text
    assert dana.get("/account").status == 302


def test_a_session_of_somebody_else_is_not_ended_through_an_account(
    house: House, dana: Browser, ada: Browser
) -> None:
    house.signed_in("ravi")
    [button] = ada.get(page(house)).page.all("button", name="session")
    other = page(house, "ravi@example.com")
    assert ada.post(f"{other}/sessions", {"session": button.get("value") or ""}).status == 404
    assert dana.get("/account").status == 200


DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
RAVI = {"first_name": "Ravi", "last_name": "Rao", "user_name": "ravi"}


def test_who_waits_is_found_and_approved_or_refused_with_a_reason(build: Build) -> None:
    house = build(registration={"policy": "approval"})
    ada, ravi, zoe = house.administrator(), house.signed_in("ravi"), house.signed_in("zoe")
    for browser in (ravi, zoe):
        assert browser.submit("/register", RAVI).status == 303
    assert len(rows(ada.get("/admin/accounts?state=waiting"))) == 2
    shown = page(house, "ravi@example.com")
    assert ada.post(f"{shown}/registration", {"decision": "refuse"}).status == 422
    answer = ada.post(f"{shown}/registration", {"decision": "refuse", "reason": "Ask Ben first."})
    assert "is refused." in ada.follow(answer).text
    assert "Ask Ben first." in ravi.get("/account").text
    assert not house.apigee.by_email["ravi@example.com"].is_active
    shown = page(house, "zoe@example.com")
    answer = ada.submit(shown, {"decision": "approve"}, action=f"{shown}/registration")
    assert "is approved." in ada.follow(answer).text
    assert house.apigee.by_email["zoe@example.com"].is_active
    assert rows(ada.get("/admin/accounts?state=waiting")) == []
    assert ada.post(f"{shown}/registration", {"decision": "approve"}).status == 409


def test_who_was_refused_is_found_and_can_be_approved_all_the_same(build: Build) -> None:
    house = build(registration={"policy": "approval"})
    ada, ravi = house.administrator(), house.signed_in("ravi")
    assert ravi.submit("/register", RAVI).status == 303
    path = page(house, "ravi@example.com")
    fields = {"decision": "refuse", "reason": "Ask <b>Ben</b> first."}
    assert ada.post(f"{path}/registration", fields).status == 303
    listed = ada.get("/admin/accounts?state=refused")
    assert (rows(listed), "Registration refused" in listed.text) == (["Ravi Rao"], True)
    shown = ada.get(path)
    assert "The person reads: Ask <b>Ben</b> first." in shown.text
    assert "Can sign in" in shown.text
    assert not shown.page.all("input", name="reason")
    sam = support(house).get(path)
    assert "Ask <b>Ben</b> first." in sam.text
    assert f"{path}/registration" not in {form.action for form in sam.page.forms}
    answer = ada.submit(path, {"decision": "approve"}, action=f"{path}/registration")
    assert "is approved." in ada.follow(answer).text
    assert house.apigee.by_email["ravi@example.com"].is_active
    assert "Registration refused" not in ada.get(path).text


def test_who_was_refused_a_link_by_hand_is_let_in_by_a_link(build: Build) -> None:
    house = build(registration={"existing": "administrator"})
    house.developer("ravi")
    ravi, ada = house.signed_in("ravi"), house.administrator()
    assert ravi.submit("/register", RAVI).status == 303
    path = page(house, "ravi@example.com")
    assert ada.post(f"{path}/registration", {"decision": "refuse", "reason": "No."}).status == 303
    shown = ada.get(path)
    assert "link the account to a developer" in shown.text
    assert f"{path}/registration" not in {form.action for form in shown.page.forms}
    assert ada.submit(f"{path}/link", {"email": "ravi@example.com"}).status == 303
    assert ravi.get("/apps").status == 200


def test_a_registration_under_way_is_told_with_its_next_try(house: House, ada: Browser) -> None:
    ravi = house.signed_in("ravi")
    house.apigee.fail("developers.create", DOWN)
    assert ravi.submit("/register", RAVI).status == 303
    path = page(house, "ravi@example.com")
    listed = ada.get("/admin/accounts?state=setting_up")
    assert (rows(listed), "Being set up" in listed.text) == (["Ravi Rao"], True)
    for browser in (ada, support(house)):
        shown = browser.get(path)
        assert (shown.status, shown.calls) == (200, 0)
        assert "Being set up" in shown.text
        assert "Next try" in shown.text
        assert "Tries so far" in shown.text
        assert "/admin/jobs" in shown.page.links
    [job] = [job for job in house.jobs.page().jobs if job.about.startswith("registration")]
    assert house.jobs.cancel(job.job_id)
    assert "No job goes on with it any more." in ada.get(path).text
    assert ravi.submit("/register").location == "/apps"
    assert "Being set up" not in ada.get(path).text


def test_nothing_is_offered_on_the_own_account_that_is_always_refused(build: Build) -> None:
    house = build()
    house.developer("boss")
    boss = house.signed_in("boss")
    run = house.flask.test_cli_runner().invoke
    for role in ("administrator", "support"):
        assert run(args=["accounts", "grant", "boss@example.com", role]).exit_code == 0
    path = page(house, "boss@example.com")
    shown = boss.get(path)
    assert "This is your own account." in shown.text
    buttons = {button.get("value") for button in shown.page.all("button", name="role")}
    assert buttons == {"support"}
    offered = {form.action for form in shown.page.forms}
    assert offered & {f"{path}/{what}" for what in ("sign-in", "registration")} == set()
    assert f"{path}/sessions" in offered
    developer = boss.get(f"/admin/developers/{house.public_id('boss@example.com')}")
    assert f"{path}/sign-in" not in {form.action for form in developer.page.forms}


def test_nothing_is_offered_about_rights_that_one_does_not_have(build: Build) -> None:
    rights = ["change_accounts", "end_sessions", "read_accounts", "read_developers"]
    house = build(roles={"desk": {"permissions": rights}})
    house.developer("ada")
    house.administrator()
    dana = house.signed_in("dana")
    assert dana.get("/account").status == 200
    desk = house.signed_in("desk", roles=frozenset({"desk"}))
    path = page(house, "ada@example.com")
    developer = f"/admin/developers/{house.public_id('ada@example.com')}"
    assert "has rights that you do not have" in desk.get(path).text
    for address in (path, developer):
        actions = {form.action for form in desk.get(address).page.forms}
        assert not any(action.startswith((path, developer)) for action in actions)
    other = desk.get(page(house))
    choices = {option.get("value") for option in other.page.all("option")}
    assert choices == {"", "desk"}
    assert f"{page(house)}/sign-in" in {form.action for form in other.page.forms}


def test_who_waits_for_a_link_by_hand_is_linked_or_refused(build: Build) -> None:
    house = build(registration={"existing": "administrator"})
    house.developer("ravi")
    ravi, ada = house.signed_in("ravi"), house.administrator()
    assert ravi.submit("/register", RAVI).status == 303
    shown = page(house, "ravi@example.com")
    assert "Waiting for a decision" in ada.get(shown).text
    assert ada.post(f"{shown}/registration", {"decision": "approve"}).status == 404
    assert ada.post(f"{shown}/link", {"email": "ravi@example.com"}).status == 303
    assert "Waiting for a decision" not in ada.get(shown).text
    assert ravi.get("/apps").status == 200


def test_support_reads_and_changes_nothing(house: House, dana: Browser) -> None:
    sam = support(house)
    shown = page(house)
    assert sam.get("/admin/accounts").status == 200
    actions = {form.action for form in sam.get(shown).page.forms}
    assert not any(action.startswith(shown) for action in actions)
    for what in ("sign-in", "roles", "sessions", "link", "unlinking"):
        assert sam.post(f"{shown}/{what}", {"sign_in": "blocked"}).status == 403
    assert dana.get("/account").status == 200


def test_what_a_provider_calls_somebody_is_text_everywhere(house: House, ada: Browser) -> None:
    """Abuse case 25: names come from outside."""
    evil = '<img src=x onerror=alert(1)>{{7*7}}"><script>alert(2)</script>'
    house.signed_in("eve", first_name=evil, last_name=evil, user_name=evil)
    for answer in (ada.get("/admin/accounts"), ada.get(page(house, "eve@example.com"))):
        assert answer.status == 200
        assert evil in "".join(answer.page.text.splitlines())
        assert "<script>alert(2)" not in answer.body


@pytest.mark.parametrize(
    "number", ["9" * 30, "9" * 5000, "2147483648", "\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_a_number_that_no_account_can_have_leads_nowhere(ada: Browser, number: str) -> None:
    for path in (f"/admin/accounts/{number}", f"/admin/accounts/{number}/link"):
        assert ada.get(path).status == 404
    for action in ("link", "roles", "sign-in", "sessions", "registration", "unlinking"):
        fields = {"do": "grant", "role": "support", "email": "dana@example.com"}
        assert ada.post(f"/admin/accounts/{number}/{action}", fields).status == 404
    assert rows(ada.get(f"/admin/accounts?after={number}")) == ["ada@example.com"]


def test_who_may_only_end_sessions_ends_none_of_an_administrator(build: Build) -> None:
    rules = {"desk": {"permissions": ["end_sessions", "read_accounts", "read_developers"]}}
    house = build(roles=rules)
    ada, dana = house.administrator(), house.signed_in("dana")
    desk = house.signed_in("desk", roles=frozenset({"desk"}))
    path = f"{page(house, 'ada@example.com')}/sessions"
    shown = desk.get(page(house, "ada@example.com"))
    assert path not in {form.action for form in shown.page.forms}
    with house.context():
        account = house.portal.accounts.office.get(number(house, "ada@example.com")).account
        [session] = house.portal.session_office.of(account)
    for fields in ({}, {"session": session.public_id}):
        answer = desk.post(path, fields)
        assert answer.status == 403
        assert "This person has rights that you do not have" in answer.text
    assert ada.get("/admin/accounts").status == 200
    assert house.told()[-1] == "session.end failed"
    assert desk.post(f"{page(house)}/sessions").status == 303
    assert dana.get("/account").status == 302
