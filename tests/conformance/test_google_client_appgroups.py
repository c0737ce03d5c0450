"""Google's own Python client lives the whole life of AppGroups on the local Apigee."""

import json

import pytest
from googleapiclient.errors import HttpError

from tests.conformance.conftest import Resource

ORG = "organizations/demo"
TEAM = f"{ORG}/appgroups/team"
APP = f"{TEAM}/apps/maps"
KEY = f"{APP}/keys/own"
MEMBERS = [{"developer": "ana@example.com", "roles": ["admin"]}]
GROUP = {
    "name": "team",
    "displayName": "The Team",
    "channelId": "devportal",
    "channelUri": "https://portal.example.com",
    "attributes": [
        {"name": "__apigee_reserved__developer_details", "value": json.dumps(MEMBERS)},
    ],
}


@pytest.fixture
def groups(organizations: Resource) -> Resource:
    """The client's AppGroups, with `team` and its app `maps` made by it."""
    found = organizations.appgroups()
    found.create(parent=ORG, body=GROUP).execute()
    body = {"name": "maps", "apiProducts": ["free"], "keyExpiresIn": "60"}
    found.apps().create(parent=TEAM, body=body).execute()
    return found


def test_an_appgroup_is_read_listed_changed_and_stopped(groups: Resource) -> None:
    group = groups.get(name=TEAM).execute()
    assert GROUP.items() <= group.items()
    assert groups.list(parent=ORG, filter="channelId=devportal").execute() == {
        "appGroups": [group],
        "totalSize": 1,
    }
    changed = {**GROUP, "displayName": "Us"}
    assert groups.update(name=TEAM, body=changed).execute()["displayName"] == "Us"
    for action in ("inactive", "active"):
        groups.update(name=TEAM, action=action).execute()
        assert groups.get(name=TEAM).execute()["status"] == action


def test_an_app_of_an_appgroup_is_read_listed_changed_and_revoked(
    organizations: Resource, groups: Resource
) -> None:
    apps = groups.apps()
    app = apps.get(name=APP).execute()
    [key] = app["credentials"]
    assert int(key["expiresAt"]) - int(key["issuedAt"]) == 60_000
    assert apps.list(parent=TEAM, pageSize=10).execute() == {"appGroupApps": [app]}
    assert organizations.apps().get(name=f"{ORG}/apps/{app['appId']}").execute() == app
    found = organizations.apps().list(parent=ORG, filter="appGroup=team").execute()
    assert found == {"app": [{"appId": app["appId"]}]}
    changed = apps.update(name=APP, body={"name": "maps", "apiProducts": ["free"]}).execute()
    assert len(changed["credentials"]) == 2
    for action, status in (("revoke", "revoked"), ("approve", "approved")):
        apps.update(name=APP, action=action).execute()
        assert apps.get(name=APP).execute()["status"] == status


def test_a_key_of_an_appgroups_app_is_brought_changed_and_revoked(groups: Resource) -> None:
    keys = groups.apps().keys()
    own = {"consumerKey": "own", "consumerSecret": "secret", "expiresInSeconds": "60"}
    assert keys.create(parent=APP, body=own).execute()["status"] == "approved"
    note = {"attributes": [{"name": "note", "value": "mine"}]}
    key = keys.updateAppGroupAppKey(
        name=KEY, body={"apiProducts": ["free"], "appGroupAppKey": note}
    ).execute()
    assert key["apiProducts"] == [{"apiproduct": "free", "status": "approved"}]
    assert key["attributes"] == note["attributes"]
    assert keys.get(name=KEY).execute() == key
    product = f"{KEY}/apiproducts/free"
    for action, status in (("revoke", "revoked"), ("approve", "approved")):
        keys.updateAppGroupAppKey(name=KEY, body={"action": action}).execute()
        keys.apiproducts().updateAppGroupAppKeyApiProduct(name=product, action=action).execute()
        key = keys.get(name=KEY).execute()
        assert (key["status"], key["apiProducts"][0]["status"]) == (status, status)
    assert "apiProducts" not in keys.apiproducts().delete(name=product).execute()


def test_an_appgroup_is_deleted_from_the_key_up(groups: Resource) -> None:
    apps = groups.apps()
    [key] = apps.get(name=APP).execute()["credentials"]
    apps.keys().delete(name=f"{APP}/keys/{key['consumerKey']}").execute()
    assert "credentials" not in apps.get(name=APP).execute()
    apps.delete(name=APP).execute()
    assert apps.list(parent=TEAM).execute() == {}
    assert groups.delete(name=TEAM).execute()["name"] == "team"
    assert groups.list(parent=ORG).execute() == {}
    with pytest.raises(HttpError) as refused:
        groups.get(name=TEAM).execute()
    assert refused.value.status_code == 404
