"""Google's own Python client works on the local Apigee as it does on Apigee X."""

import pytest
from googleapiclient.errors import HttpError

from tests.conformance.conftest import Resource
from tests.conformance.plugin import INSPECTOR

ORG = "organizations/demo"
EMAIL = "ana@example.com"
DEVELOPER = f"{ORG}/developers/{EMAIL}"
# The client leaves a "#" in a name as it is, and so loses what follows it.
APP = f"{DEVELOPER}/apps/50% off"
PRODUCT = {
    "name": "gold",
    "displayName": "Gold",
    "approvalType": "manual",
    "proxies": ["weather"],
    "apiResources": ["/**"],
    "attributes": [{"name": "access", "value": "public"}],
}


@pytest.fixture
def ana(organizations: Resource) -> Resource:
    """A product, a developer and an app with a key of the product, made by the client."""
    organizations.apiproducts().create(parent=ORG, body=PRODUCT).execute()
    person = {"email": EMAIL, "firstName": "Ana", "lastName": "Ruiz", "userName": "ana"}
    organizations.developers().create(parent=ORG, body=person).execute()
    body = {"name": "50% off", "apiProducts": ["gold"], "keyExpiresIn": "60000"}
    return organizations.developers().apps().create(parent=DEVELOPER, body=body).execute()


def key_of(app: Resource) -> str:
    return f"{APP}/keys/{app['credentials'][0]['consumerKey']}"


def test_the_organisation_is_read(organizations: Resource) -> None:
    assert organizations.get(name=ORG).execute()["runtimeType"] == "CLOUD"
    assert organizations.list(parent="organizations").execute()["organizations"]
    mapping = organizations.getProjectMapping(name=ORG).execute()
    assert (mapping["organization"], mapping["location"]) == ("demo", "global")
    environment = organizations.environments().get(name=f"{ORG}/environments/prod").execute()
    assert environment["name"] == "prod"


def test_what_is_created_is_read_back(organizations: Resource, ana: Resource) -> None:
    developers = organizations.developers()
    assert developers.get(name=DEVELOPER).execute()["apps"] == ["50% off"]
    assert developers.apps().get(name=APP).execute() == ana
    assert organizations.apps().get(name=f"{ORG}/apps/{ana['appId']}").execute() == ana
    assert developers.apps().keys().get(name=key_of(ana)).execute() == ana["credentials"][0]
    product = organizations.apiproducts().get(name=f"{ORG}/apiproducts/gold").execute()
    assert PRODUCT.items() <= product.items()
    listed = organizations.developers().list(parent=ORG, expand=True).execute()
    assert [each["email"] for each in listed["developer"]] == [EMAIL]
    found = organizations.apps().list(parent=ORG, filter=f"developerEmail={EMAIL}").execute()
    assert found == {"app": [{"appId": ana["appId"]}]}


def test_everything_is_revoked_and_approved(organizations: Resource, ana: Resource) -> None:
    developers = organizations.developers()
    apps, keys = developers.apps(), developers.apps().keys()
    developers.setDeveloperStatus(name=DEVELOPER, action="inactive").execute()
    assert developers.get(name=DEVELOPER).execute()["status"] == "inactive"
    developers.setDeveloperStatus(name=DEVELOPER, action="active").execute()
    for action, status in (("revoke", "revoked"), ("approve", "approved")):
        apps.generateKeyPairOrUpdateDeveloperAppStatus(name=APP, action=action, body={}).execute()
        keys.updateDeveloperAppKey(name=key_of(ana), action=action, body={}).execute()
        product = f"{key_of(ana)}/apiproducts/gold"
        keys.apiproducts().updateDeveloperAppKeyApiProduct(name=product, action=action).execute()
        app = apps.get(name=APP).execute()
        [key] = app["credentials"]
        assert [app["status"], key["status"], key["apiProducts"][0]["status"]] == [status] * 3


def test_the_products_of_a_key_are_changed(organizations: Resource, ana: Resource) -> None:
    keys = organizations.developers().apps().keys()
    name = key_of(ana)
    key = keys.updateDeveloperAppKey(name=name, body={"apiProducts": ["free"]}).execute()
    assert key["apiProducts"] == [
        {"apiproduct": "gold", "status": "pending"},
        {"apiproduct": "free", "status": "approved"},
    ]
    key = keys.apiproducts().delete(name=f"{name}/apiproducts/gold").execute()
    assert [each["apiproduct"] for each in key["apiProducts"]] == ["free"]
    own = {"consumerKey": "own", "consumerSecret": "secret", "expiresInSeconds": "60"}
    made = keys.create().create(parent=APP, body=own).execute()
    assert (made["consumerKey"], made["status"]) == ("own", "approved")
    pair = {"attributes": [{"name": "note", "value": "mine"}]}
    assert keys.replaceDeveloperAppKey(name=f"{APP}/keys/own", body=pair).execute()["attributes"]


def test_attributes_are_changed_everywhere(organizations: Resource, ana: Resource) -> None:
    developers = organizations.developers()
    assert ana["name"] == "50% off"
    product = f"{ORG}/apiproducts/gold"
    owners = (
        (developers.attributes(), DEVELOPER, "updateDeveloperAttribute"),
        (developers.apps().attributes(), APP, "updateDeveloperAppAttribute"),
        (organizations.apiproducts().attributes(), product, "updateApiProductAttribute"),
    )
    for attributes, name, update in owners:
        one = f"{name}/attributes/b"
        assert getattr(attributes, update)(name=one, body={"value": "2"}).execute()["value"] == "2"
        assert attributes.get(name=one).execute() == {"name": "b", "value": "2"}
        assert {"name": "b", "value": "2"} in attributes.list(parent=name).execute()["attribute"]
        assert attributes.delete(name=one).execute()["name"] == "b"


def test_updates_replace_and_new_pairs_are_generated(
    organizations: Resource, ana: Resource
) -> None:
    developers = organizations.developers()
    person = {"email": EMAIL, "firstName": "Anna", "lastName": "Ruiz", "userName": "ana"}
    changed = developers.update(name=DEVELOPER, body=person).execute()
    assert changed["firstName"] == "Anna"
    body = {"name": "50% off", "callbackUrl": "https://example.com"}
    app = developers.apps().update(name=APP, body=body).execute()
    assert app["credentials"] == ana["credentials"]
    generate = developers.apps().generateKeyPairOrUpdateDeveloperAppStatus
    app = generate(name=APP, body={"apiProducts": ["free"]}).execute()
    assert len(app["credentials"]) == 2
    product = {"name": "gold", "approvalType": "auto"}
    name = f"{ORG}/apiproducts/gold"
    assert organizations.apiproducts().update(name=name, body=product).execute()["approvalType"]


def test_products_are_listed_and_moved(organizations: Resource, ana: Resource) -> None:
    assert ana["credentials"]
    products = organizations.apiproducts()
    listed = products.list(parent=ORG, attributename="access", attributevalue="public").execute()
    assert listed == {"apiProduct": [{"name": "gold"}]}
    moved = products.move(name=f"{ORG}/apiproducts/gold", body={"space": "shop"}).execute()
    assert moved["space"] == "shop"
    assert products.list(parent=ORG, space="shop").execute() == listed


def test_everything_is_deleted(organizations: Resource, ana: Resource) -> None:
    developers = organizations.developers()
    developers.apps().keys().delete(name=key_of(ana)).execute()
    assert "credentials" not in developers.apps().get(name=APP).execute()
    developers.apps().delete(name=APP).execute()
    assert developers.apps().list(parent=DEVELOPER).execute() == {}
    developers.delete(name=DEVELOPER).execute()
    organizations.apiproducts().delete(name=f"{ORG}/apiproducts/gold").execute()
    assert organizations.developers().list(parent=ORG).execute() == {}
    with pytest.raises(HttpError) as refused:
        developers.get(name=DEVELOPER).execute()
    assert refused.value.status_code == 404
    violation = refused.value.error_details[0]["violations"][0]
    assert violation["type"] == "developer.service.DeveloperIdDoesNotExist"


def test_the_check_of_every_answer_saw_these_calls(organizations: Resource, ana: Resource) -> None:
    assert ana["appId"]
    organizations.developers().get(name=DEVELOPER).execute()
    assert {
        "organizations.developers.create",
        "organizations.developers.get",
        "organizations.developers.apps.create",
        "organizations.apiproducts.create",
    } <= INSPECTOR.seen
