"""Fields that no form has: they reach neither Apigee nor the portal's own tables."""

from app.domain.developers import DeveloperStatus
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.desk import Desk
from tests.routes.house import House

EXTRA = {
    "status": "approved",
    "credentials": "x",
    "consumerKey": "my-own-key",
    "consumer_key": "my-own-key",
    "keyExpiresIn": "-1",
    "expires_at": "-1",
    "scopes": "admin",
    "appId": "1",
    "app_id": "1",
    "developerId": "1",
    "developer_id": "1",
    "developerEmail": "bob@example.com",
    "email": "bob@example.com",
    "owner": "bob@example.com",
    "apiProducts": "ledger",
    "attributes": "x",
    "attributes[DisplayName]": "Mine",
    "attributes[admin]": "1",
    "roles": "administrator",
    "role": "administrator",
    "granted_roles": "administrator",
    "blocked": "",
    "issuer": "https://evil.example",
    "subject": "ada",
    "account_id": "1",
}


def test_an_edited_app_takes_what_its_form_has_and_no_more(desk: Desk) -> None:
    """Abuse case 27: editing."""
    house, dana = desk.house, desk.dana
    house.developer("bob")
    before = house.apigee.by_app["dana@example.com", "trip"]
    answer = dana.submit("/apps/trip/edit", {**EXTRA, "display_name": "A better name"})
    assert answer.status == 303
    after = house.apigee.by_app["dana@example.com", "trip"]
    assert set(house.apigee.by_app) == {("dana@example.com", "trip")}
    assert (after.app_id, after.scopes, after.status) == (
        before.app_id,
        before.scopes,
        before.status,
    )
    assert after.keys == before.keys
    assert {item.name for item in after.attributes} - {item.name for item in before.attributes} <= {
        "DisplayName"
    }


def test_a_further_key_is_of_what_may_be_requested_and_made_by_apigee(desk: Desk) -> None:
    """Abuse case 27: adding a key."""
    house, dana = desk.house, desk.dana
    fields = {**EXTRA, "products": "weather-free"}
    answer = dana.submit("/apps/trip/keys/new", fields, shows_keys=True)
    assert answer.status == 200
    newest = house.apigee.by_app["dana@example.com", "trip"].keys[-1]
    assert [item.name for item in newest.products] == ["weather-free"]
    assert newest.expires_at is None
    assert "my-own-key" not in answer.body


def test_a_registration_is_of_the_person_who_signed_in(house: House) -> None:
    """Abuse case 27: registration."""
    ravi = house.signed_in("ravi")
    names = {"first_name": "Ravi", "last_name": "Rao", "user_name": "ravi"}
    assert ravi.submit("/register", {**EXTRA, **names}).status == 303
    assert set(house.apigee.by_email) == {"ravi@example.com"}
    made = house.apigee.by_email["ravi@example.com"]
    assert {item.name for item in made.attributes} == {"portal_request_id"}
    account = house.account("ravi@example.com")
    assert account is not None
    assert (account.issuer, account.subject) == ("https://idp.example", "ravi")
    assert account.roles == frozenset()
    assert ravi.get("/admin").status == 403


def test_a_switched_status_is_of_the_developer_of_the_page(house: House) -> None:
    """Abuse case 27: administration."""
    for login in ("dana", "bob"):
        house.developer(login)
    ada = house.administrator()
    page = f"/admin/developers/{house.public_id()}/status"
    assert ada.post(page, {**EXTRA, "status": "inactive"}).status == 303
    assert house.apigee.by_email["dana@example.com"].status is DeveloperStatus.INACTIVE
    assert house.apigee.by_email["bob@example.com"].status is DeveloperStatus.ACTIVE


def test_an_address_does_not_say_whose_app_it_is(build: Build) -> None:
    """Abuse case 27 and 1: fields of the address and headers choose no owner."""
    house = build()
    for login in ("dana", "bob"):
        house.developer(login)
        house.apigee.add_app(f"{login}@example.com", f"app-of-{login}")
    dana: Browser = house.signed_in("dana")
    for query in ("developer=bob@example.com", "email=bob@example.com", "owner=2"):
        answer = dana.get(f"/apps?{query}", X_Developer="bob@example.com")
        assert "app-of-dana" in answer.body
        assert "app-of-bob" not in answer.body
