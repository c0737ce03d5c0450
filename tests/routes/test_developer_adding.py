"""Adding a developer in the administration, and deleting one."""

from app.domain.developers import DeveloperStatus
from app.domain.errors import AlreadyExists, OutcomeUnknown, Upstream, UpstreamKind
from app.domain.jobs import JobKind, NewJob
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.page import words

DANA = "dana@example.com"
NEW = "/admin/developers/new"
LOST = OutcomeUnknown(UpstreamKind.TIMEOUT, "The answer was lost.")
ZOE = {"first_name": "Zoe", "last_name": "Ferro", "email": "Zoe@Example.com"}


def deletion(house: House, email: str = DANA) -> str:
    return f"/admin/developers/{house.public_id(email)}/deletion"


def delete(house: House, browser: Browser, typed: str = DANA) -> Answer:
    """Type an address on the page of Dana's deletion."""
    return browser.submit(deletion(house), {"confirm_email": typed}, action=deletion(house))


def test_a_developer_is_added_and_found_at_once(house: House, ada: Browser) -> None:
    answer = ada.submit(NEW, {**ZOE, "user_name": ""})
    assert (answer.status, answer.calls) == (303, 1)
    made = house.apigee.by_email["zoe@example.com"]
    assert (made.first_name, made.last_name) == ("Zoe", "Ferro")
    assert (made.user_name, made.status) == ("zoe@example.com", DeveloperStatus.ACTIVE)
    assert ada.follow(answer).page.heading == "Zoe Ferro"
    found = ada.get("/admin/developers?q=ferro")
    assert "Zoe Ferro" in found.text
    assert [words(item) for item in found.page.all("td", data_label="Apps")] == ["0"]
    assert house.told()[-4:] == [
        "developer.create intent",
        "developer.create done",
        "developer.invite intent",
        "developer.invite done",
    ]


def test_an_invitation_lets_in_where_registration_is_by_invitation(build: Build) -> None:
    house = build(registration={"policy": "invited"})
    ada = house.administrator()
    assert ada.submit(NEW, ZOE).status == 303
    with house.context():
        assert house.portal.registration.requests.is_invited("zoe@example.com")
    other = {**ZOE, "email": "max@example.com", "csrf_token": ada.token}
    assert ada.post(NEW, other).status == 303
    with house.context():
        assert not house.portal.registration.requests.is_invited("max@example.com")


def test_an_address_that_looks_like_another_is_pointed_out(house: House, ada: Browser) -> None:
    added = ada.submit(NEW, {**ZOE, "email": "zo\u0435@example.com"})
    assert "easily read as zoe@example.com" in ada.follow(added).text
    house.developer("dana")
    assert "easily read as" not in ada.get(f"/admin/developers/{house.public_id()}").text
    cyrillic = "d\u0430na@example.com"
    house.signed_in("mal", email=cyrillic)
    linking = ada.get(f"/admin/accounts/{house.account_number(cyrillic)}/link")
    assert "easily read as dana@example.com" in linking.text


def test_who_is_there_already_is_said_with_a_link(house: House, ada: Browser) -> None:
    house.developer("dana")
    answer = ada.submit(NEW, {**ZOE, "email": "DANA@example.com"})
    assert answer.status == 422
    assert "There is a developer with this address already." in answer.text
    assert f"/admin/developers/{house.public_id()}" in answer.page.links
    assert answer.calls == 0


def test_who_is_on_apigee_only_is_found_and_taken_into_the_index(
    house: House, ada: Browser
) -> None:
    house.apigee.add_developer("zoe@example.com", "Zoe", "Elder")
    answer = ada.submit(NEW, ZOE)
    assert answer.status == 422
    assert f"/admin/developers/{house.public_id('zoe@example.com')}" in answer.page.links
    assert house.apigee.by_email["zoe@example.com"].last_name == "Elder"
    assert house.told()[-1] == "developer.create failed"


def invited(house: House, email: str = "zoe@example.com") -> bool:
    with house.context():
        return house.portal.registration.requests.is_invited(email)


def test_a_lost_answer_adds_the_developer_and_invites_all_the_same(
    house: House, ada: Browser
) -> None:
    house.apigee.fail("developers.create", LOST, after=True)
    answer = ada.submit(NEW, ZOE)
    assert (answer.status, invited(house)) == (303, True)
    assert "Zoe Ferro is added and invited." in ada.follow(answer).text
    assert "developer.create done" in house.told()


def test_while_nobody_knows_the_form_is_kept_and_sent_again_it_adds_and_invites(
    house: House, ada: Browser
) -> None:
    house.apigee.fail("developers.create", LOST, after=True)
    house.apigee.fail("developers.get", Upstream(UpstreamKind.UNREACHABLE, "Apigee is away."))
    answer = ada.submit(NEW, ZOE)
    form = answer.page.form(NEW)
    assert (answer.status, form.values["last_name"]) == (503, ["Ferro"])
    assert "The answer was lost." in answer.text
    again = ada.post(NEW, form.values)
    assert (again.status, invited(house)) == (303, True)


def test_who_was_there_long_before_with_the_same_names_is_not_added(
    house: House, ada: Browser
) -> None:
    house.apigee.add_developer("zoe@example.com", "Zoe", "Ferro")
    house.clock.advance(900)
    answer = ada.submit(NEW, ZOE)
    assert (answer.status, invited(house)) == (422, False)


def test_an_address_that_is_taken_by_whom_apigee_does_not_show_is_said(
    house: House, ada: Browser
) -> None:
    house.apigee.fail("developers.create", AlreadyExists("There is one."))
    answer = ada.submit(NEW, ZOE)
    assert (answer.status, answer.page.form(NEW).values["last_name"]) == (422, ["Ferro"])
    assert "does not show the developer" in answer.text


def test_an_address_that_nobody_can_be_invited_at_adds_nobody(house: House, ada: Browser) -> None:
    answer = ada.submit(NEW, {**ZOE, "email": "zoe@localhost"})
    assert (answer.status, house.apigee.by_email) == (422, {})


def test_what_cannot_be_a_developer_is_said_field_by_field(house: House, ada: Browser) -> None:
    answer = ada.submit(NEW, {"first_name": "", "last_name": "a\u202eb", "email": "nobody"})
    assert answer.status == 422
    for text in ("Enter a first name.", "all of them visible", "Enter an e-mail address"):
        assert text in answer.text
    assert house.apigee.calls == []


def test_a_developer_is_deleted_once_the_address_is_typed(house: House, ada: Browser) -> None:
    developer = house.developer("dana")
    house.signed_in("dana")
    app = house.apigee.add_app(DANA, "trip", house.apigee.new_key("weather-free"))
    facts = {"developer_id": developer.developer_id, "app_id": app.app_id, "key_id": "f" * 16}
    about = developer.developer_id
    job = house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now(), facts, about=about))
    shown = ada.get(deletion(house))
    assert "1 app with 1 key" in shown.text
    assert shown.calls == 1
    assert delete(house, ada, "dana").status == 422
    assert DANA in house.apigee.by_email
    answer = delete(house, ada, " Dana@example.com ")
    assert (answer.status, answer.location, answer.calls) == (303, "/admin/developers", 2)
    assert "Dana Reyes is deleted." in ada.follow(answer).text
    assert DANA not in house.apigee.by_email
    assert house.apigee.by_app == {}
    assert not house.jobs.get(job.job_id).is_unfinished
    with house.context():
        assert house.portal.developers.index.by_folded_email(DANA) == ()
        account = house.portal.accounts.office.book.of_email(DANA)[0]
    assert (account.is_developer, account.is_unlinked) == (False, True)
    assert house.told()[-4:] == [
        "developer.delete intent",
        "developer.delete done",
        "developer.unlink intent",
        "developer.unlink done",
    ]


def test_deactivating_is_offered_instead(house: House, ada: Browser) -> None:
    house.developer("dana")
    status = f"/admin/developers/{house.public_id()}/status"
    shown = ada.get(deletion(house))
    assert "Deactivating may be enough" in shown.text
    form = shown.page.form(status)
    assert ada.post(form.action, {**form.values, "status": "inactive"}).status == 303
    assert "Deactivating may be enough" not in ada.get(deletion(house)).text


def test_nobody_deletes_themselves_as_a_developer(house: House) -> None:
    house.developer("ada")
    ada = house.administrator()
    path = deletion(house, "ada@example.com")
    assert "You cannot delete yourself" in ada.get(path).text
    assert ada.post(path, {"confirm_email": "ada@example.com"}).status == 403
    assert "ada@example.com" in house.apigee.by_email
    assert house.told()[-1] == "developer.delete failed"


def test_a_lost_answer_is_said_and_asking_again_ends_it(house: House, ada: Browser) -> None:
    house.developer("dana")
    house.apigee.fail("developers.delete", LOST)
    answer = delete(house, ada)
    assert (answer.status, answer.location) == (303, deletion(house))
    assert "Deleting once more does no harm." in ada.follow(answer).text
    assert house.told()[-1] == "developer.delete unknown"
    del house.apigee.by_email[DANA]
    assert delete(house, ada).location == "/admin/developers"
    with house.context():
        assert house.portal.developers.index.by_folded_email(DANA) == ()


def test_who_may_only_change_developers_deletes_none(build: Build) -> None:
    rights = {"permissions": ["read_developers", "change_developers"]}
    house = build(roles={"clerk": rights})
    house.developer("dana")
    clerk = house.signed_in("cleo", roles=frozenset({"clerk"}))
    shown = clerk.get(f"/admin/developers/{house.public_id()}")
    assert deletion(house) not in shown.page.links
    assert clerk.get(deletion(house)).status == 403
    assert clerk.post(deletion(house), {"confirm_email": DANA}).status == 403
    assert DANA in house.apigee.by_email


def test_what_was_done_about_a_developer_is_on_the_page(house: House, ada: Browser) -> None:
    house.developer("dana")
    dana = house.signed_in("dana")
    trip = {"display_name": "Trip", "products": "weather-free", "request_id": "r"}
    assert dana.post("/apps/new", trip, shows_keys=True).status == 200
    path = f"/admin/developers/{house.public_id()}"
    ada.submit(path, {"user_name": "dd"}, action=f"{path}/details")
    shown = ada.get(path)
    (activity,) = shown.page.all("section", aria_labelledby="activity")
    text = " ".join("".join(activity.itertext()).split())
    assert "Changed a developer" in text
    assert "Created an app: trip" in text
    assert text.index("Changed a developer") < text.index("Created an app")
    assert shown.calls <= 3


def test_who_may_not_read_the_audit_log_sees_no_activity(build: Build) -> None:
    house = build(roles={"clerk": {"permissions": ["read_developers"]}})
    house.developer("dana")
    clerk = house.signed_in("cleo", roles=frozenset({"clerk"}))
    shown = clerk.get(f"/admin/developers/{house.public_id()}")
    assert shown.page.by_id("activity") is None
