"""The confirm page for another e-mail address, on Edge, and what X says instead."""

import pytest

from app.domain.developers import DeveloperStatus
from app.domain.errors import InvalidInput, OutcomeUnknown, Upstream, UpstreamKind
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House

OLD, NEW = "dana@example.com", "dana.novak@example.com"
PATH = "/account/email"
LOST = OutcomeUnknown(UpstreamKind.TIMEOUT, "The answer was lost.")
DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
EDGE = {
    "flavor": "edge",
    "auth": "basic",
    "organization": "demo",
    "endpoint": "http://127.0.0.1:9/v1",
    "username": "ops@example.com",
    "password": "a-password",
}


@pytest.fixture
def edge(build: Build) -> House:
    """A portal over Edge, Dana's developer with an app there, and Dana signed in once."""
    house = build(apigee=EDGE)
    house.apigee.flavor = "edge"
    house.developer("dana")
    house.apigee.add_app(OLD, "trip", house.apigee.new_key("weather-free"))
    house.signed_in("dana")
    return house


@pytest.fixture
def moved(edge: House) -> Browser:
    """Dana, whose provider sends another verified address by now."""
    return edge.signed_in("dana", email=NEW)


def test_the_account_page_leads_to_the_confirm_page(edge: House, moved: Browser) -> None:
    page = moved.get("/account")
    assert f"Your sign-in provider says {NEW}, and Apigee has you as {OLD}" in page.text
    assert PATH in page.page.links
    assert "account.email done" in edge.told()
    asked = moved.get(PATH)
    assert (asked.status, asked.calls) == (200, 0)
    assert asked.page.form(PATH).values["new_email"] == [NEW]
    assert list(edge.apigee.by_email) == [OLD]


def test_the_address_changes_and_apps_link_and_session_stay(edge: House, moved: Browser) -> None:
    before = edge.account()
    public_id = edge.public_id()
    answer = moved.submit(PATH, {})
    assert (answer.status, answer.location) == (303, "/account")
    assert answer.calls <= 4
    page = moved.follow(answer)
    assert f"Apigee has you as {NEW} now." in page.text
    assert "Two e-mail addresses" not in page.text
    assert list(edge.apigee.by_email) == [NEW]
    after = edge.account(NEW)
    assert before is not None
    assert after is not None
    assert (after.account_id, after.developer_id) == (before.account_id, before.developer_id)
    assert "/apps/trip" in moved.get("/apps").page.links
    assert edge.public_id(NEW) == public_id
    assert edge.told()[-4:] == [
        "developer.email intent",
        "developer.email done",
        "developer.link intent",
        "developer.link done",
    ]
    edge.clock.advance(61)
    edge.work()
    assert edge.told()[-1] == "developer.link done"


def test_nothing_is_asked_where_both_addresses_are_the_same(edge: House) -> None:
    dana = edge.signed_in("dana")
    assert PATH not in dana.get("/account").page.links
    assert "Apigee has the address of your sign-in provider." in dana.get(PATH).text
    assert dana.post(PATH, {"new_email": "boss@example.com"}).status == 403
    assert list(edge.apigee.by_email) == [OLD]


def test_letters_make_no_other_address(edge: House) -> None:
    dana = edge.signed_in("dana", email="Dana@Example.com")
    assert PATH not in dana.get("/account").page.links


def test_only_the_providers_own_address_is_taken(edge: House, moved: Browser) -> None:
    """Abuse case 27: the form names another address than it showed."""
    assert moved.post(PATH, {"new_email": "boss@example.com"}).status == 409
    assert moved.post(PATH, {}).status == 409
    assert list(edge.apigee.by_email) == [OLD]
    assert "developer.email intent" not in edge.told()


@pytest.mark.parametrize("address", ["boss@example.com", "Boss@Example.com"])
def test_the_address_of_another_developer_is_refused(edge: House, address: str) -> None:
    """Abuse case 29: the address at the provider becomes a colleague's."""
    edge.developer("boss")
    edge.signed_in("boss")
    moved = edge.signed_in("dana", email=address)
    page = moved.get("/account")
    assert PATH not in page.page.links
    assert "Somebody else has this address already" in page.text
    assert moved.post(PATH, {"new_email": address}).status == 403
    assert sorted(edge.apigee.by_email) == ["boss@example.com", OLD]
    assert edge.account() is not None


def test_the_verified_address_of_another_account_is_refused(edge: House) -> None:
    edge.signed_in("ravi", email=NEW)
    moved = edge.signed_in("dana", email=NEW)
    assert "Somebody else has this address already" in moved.get(PATH).text


def test_an_unverified_claim_of_somebody_else_keeps_nobody_from_it(edge: House) -> None:
    edge.signed_in("eve", email=NEW, email_verified=False)
    moved = edge.signed_in("dana", email=NEW)
    assert moved.submit(PATH, {}).status == 303


def test_an_address_that_is_not_verified_is_refused(edge: House) -> None:
    moved = edge.signed_in("dana", email=NEW, email_verified=False)
    assert "has not verified the new address" in moved.get("/account").text
    assert moved.post(PATH, {"new_email": NEW}).status == 403
    assert list(edge.apigee.by_email) == [OLD]


@pytest.mark.parametrize("policy", ["open", "invited"])
def test_an_address_of_a_domain_that_may_not_register_is_refused(build: Build, policy: str) -> None:
    rules = {"policy": policy, "domains": ["example.com"]}
    house = build(apigee=EDGE, registration=rules)
    house.apigee.flavor = "edge"
    house.developer("dana")
    house.signed_in("dana")
    moved = house.signed_in("dana", email="dana@private.example")
    assert "Developers cannot have an address of this domain here." in moved.get(PATH).text
    assert moved.post(PATH, {"new_email": "dana@private.example"}).status == 403


def test_an_inactive_developer_keeps_the_address(edge: House, moved: Browser) -> None:
    edge.apigee.developers.set_status(OLD, DeveloperStatus.INACTIVE)
    answer = moved.submit(PATH, {})
    assert answer.status == 403
    assert "Your developer account is inactive" in answer.text
    assert list(edge.apigee.by_email) == [OLD]


def test_who_is_known_to_be_inactive_is_offered_no_button(edge: House, moved: Browser) -> None:
    edge.apigee.developers.set_status(OLD, DeveloperStatus.INACTIVE)
    with edge.context():
        edge.portal.sync.run()
    edge.apigee.calls.clear()
    page = moved.get(PATH)
    assert "so its address stays as it is" in page.text
    assert PATH not in [form.action for form in page.page.forms]
    assert PATH not in moved.get("/account").page.links
    assert moved.post(PATH, {"new_email": NEW}).status == 403
    assert "developers.update" not in edge.apigee.calls


@pytest.mark.parametrize("is_refused", [False, True])
def test_while_a_registration_waits_or_was_refused_the_address_stays(
    build: Build, is_refused: bool
) -> None:
    house = build(apigee=EDGE, registration={"policy": "approval"})
    house.apigee.flavor = "edge"
    ravi = house.signed_in("ravi")
    ravi.submit("/register", {"first_name": "Ravi", "last_name": "Iyer", "user_name": "ravi"})
    if is_refused:
        run = house.flask.test_cli_runner().invoke
        refusal = ["developers", "refuse", "ravi@example.com", "--reason", "No"]
        assert run(args=refusal).exit_code == 0
    moved = house.signed_in("ravi", email=NEW)
    wanted = "Your developer account is inactive" if is_refused else "is not decided yet"
    assert wanted in moved.get(PATH).text
    assert moved.post(PATH, {"new_email": NEW}).status == 403
    assert list(house.apigee.by_email) == ["ravi@example.com"]


def test_while_apigee_is_down_nothing_changes(edge: House, moved: Browser) -> None:
    edge.apigee.fail("developers.get", DOWN)
    assert moved.submit(PATH, {}).status == 503
    assert list(edge.apigee.by_email) == [OLD]
    assert "developer.email intent" not in edge.told()


def test_what_apigee_does_not_accept_is_told(edge: House, moved: Browser) -> None:
    no = InvalidInput({"email": "Apigee does not accept this e-mail address."})
    edge.apigee.fail("developers.update", no)
    answer = moved.submit(PATH, {})
    assert answer.status == 422
    assert "Apigee does not accept this e-mail address." in answer.text
    assert edge.told()[-1] == "developer.email failed"


def test_a_lost_answer_is_told_and_a_job_follows(edge: House, moved: Browser) -> None:
    edge.apigee.fail("developers.update", LOST, after=True)
    page = moved.follow(moved.submit(PATH, {}))
    assert "The portal looks again by itself." in page.text
    assert edge.told()[-1] == "developer.email unknown"
    assert edge.account() is not None
    edge.work()
    assert edge.account(NEW) is not None
    assert "/apps/trip" in moved.get("/apps").page.links


def test_an_address_that_was_changed_on_apigee_is_followed_after_the_next_sign_in(
    edge: House,
) -> None:
    known = edge.apigee.by_email.pop(OLD)
    edge.apigee.by_app.clear()
    developer = type(known)(
        NEW,
        known.developer_id,
        known.first_name,
        known.last_name,
        known.user_name,
        known.status,
    )
    edge.apigee.put_developer(developer)
    with edge.context():
        edge.portal.sync.run()
    edge.signed_in("dana", email=NEW)
    edge.work()
    account = edge.account(NEW)
    assert account is not None
    assert account.developer_id == known.developer_id


def test_a_fresh_sign_in_is_asked_for_where_the_operator_says_so(build: Build) -> None:
    house = build(apigee=EDGE, step_up={"actions": ["developer.email"]})
    house.apigee.flavor = "edge"
    house.developer("dana")
    house.signed_in("dana")
    moved = house.signed_in("dana", email=NEW)
    assert moved.submit(PATH, {}).location == "/sign-in/again"
    page = moved.get("/sign-in/confirmation")
    for told in ("Change your address on Apigee?", OLD, NEW):
        assert told in page.text
    assert list(house.apigee.by_email) == [OLD]


def test_on_x_the_page_says_that_it_cannot_be(house: House) -> None:
    house.developer("dana")
    house.signed_in("dana")
    moved = house.signed_in("dana", email=NEW)
    assert PATH not in moved.get("/account").page.links
    assert "Apigee cannot change the address of a developer." in moved.get(PATH).text
    assert moved.post(PATH, {"new_email": NEW}).status == 403
    assert list(house.apigee.by_email) == [OLD]


def test_full_deletion_forgets_the_former_address_too(build: Build) -> None:
    house = build(apigee=EDGE, accounts={"deletion": "delete"})
    house.apigee.flavor = "edge"
    house.developer("dana")
    house.signed_in("dana")
    moved = house.signed_in("dana", email=NEW)
    assert moved.submit(PATH, {}).status == 303
    moved.submit("/account/deletion", {"confirm_name": NEW})
    house.work()
    told = " ".join(f"{row.actor.name} {row.target} {row.on_behalf_of}" for row in house.trail())
    assert OLD not in told
    assert NEW not in told


def test_the_copy_of_the_data_holds_rows_under_the_former_address(
    edge: House, moved: Browser
) -> None:
    ada = edge.administrator()
    ada.post(f"/admin/developers/{edge.public_id()}/status", {"status": "inactive"})
    ada.post(f"/admin/developers/{edge.public_id()}/status", {"status": "active"})
    moved.submit(PATH, {})
    assert "developer.deactivate" in moved.post("/account/data").body
