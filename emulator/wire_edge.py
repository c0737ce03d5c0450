"""Answers in the shape of Apigee Edge: numbers, empty lists, and who made and changed it."""

from emulator.errors import ApiError
from emulator.model import (
    ApiProduct,
    Attributes,
    Credential,
    Developer,
    DeveloperApp,
    Flavor,
    Group,
    Stamp,
)
from emulator.organization import Organization
from emulator.wire import MAX_APP_NAMES, Json, Names, pairs

_PRODUCT_LISTS: Json = {"apiResources": [], "environments": [], "proxies": [], "scopes": []}


class EdgeWire:
    """Edge public cloud."""

    flavor: Flavor = "edge"
    content_type = "application/json"

    def organization(self, organization: Organization) -> Json:
        return {
            **_created(organization),
            "displayName": organization.display_name,
            "environments": list(organization.environments),
            "name": organization.name,
            "properties": {"property": [{"name": "features.isCpsEnabled", "value": "true"}]},
            "type": "paid",
        }

    def organizations(self, organization: Organization) -> list[str]:
        return [organization.name]

    def environment(self, organization: Organization, name: str) -> Json:
        return {**_created(organization), "name": name, "properties": {"property": []}}

    def developer(self, developer: Developer, names: Names, organization: Organization) -> Json:
        return {
            **developer.extra,
            "apps": list(names.apps[:MAX_APP_NAMES]),
            "companies": list(names.companies),
            "email": developer.email,
            "developerId": developer.developer_id,
            "firstName": developer.first_name,
            "lastName": developer.last_name,
            "userName": developer.user_name,
            "organizationName": organization.name,
            "status": developer.status,
            "attributes": pairs(developer.attributes),
            **_audit(developer.stamp),
        }

    def group(self, group: Group, names: Names, organization: Organization) -> Json:
        return {
            "displayName": "",
            **group.settings,
            "apps": list(names.apps[:MAX_APP_NAMES]),
            "name": group.name,
            "organization": organization.name,
            "status": group.status,
            "attributes": pairs(group.attributes),
            **_audit(group.stamp),
        }

    def app(self, app: DeveloperApp, *, credentials: bool = True) -> Json:
        owner = (
            {"developerId": app.developer_id} if app.developer_id else {"companyName": app.group}
        )
        shape = {
            "appFamily": "default",
            **app.extra,
            **owner,
            "appId": app.app_id,
            "attributes": pairs(app.attributes),
            "callbackUrl": app.callback_url,
            "name": app.name,
            "scopes": list(app.scopes),
            "status": app.status,
            **_audit(app.stamp),
        }
        if credentials:
            shape["credentials"] = [self.credential(each) for each in app.credentials]
        return shape

    def credential(self, credential: Credential) -> Json:
        return {
            **credential.extra,
            "apiProducts": [
                {"apiproduct": each.name, "status": each.status} for each in credential.products
            ],
            "attributes": pairs(credential.attributes),
            "consumerKey": credential.consumer_key,
            "consumerSecret": credential.consumer_secret,
            "expiresAt": credential.expires_at,
            "issuedAt": credential.issued_at,
            "scopes": list(credential.scopes),
            "status": credential.status,
        }

    def new_key(self, credential: Credential) -> Json:
        """The answer to a key the caller brought: recorded without its expiry."""
        shape = self.credential(credential)
        del shape["expiresAt"]
        return shape

    def product(self, product: ApiProduct) -> Json:
        return {
            **_PRODUCT_LISTS,
            **product.settings,
            "name": product.name,
            "attributes": pairs(product.attributes),
            **_audit(product.stamp),
        }

    def attributes(self, attributes: Attributes) -> Json:
        return {"attribute": pairs(attributes)}

    def attribute(self, name: str, value: str) -> Json:
        return {"name": name, "value": value}

    def page(self, kind: str, items: list[Json]) -> Json:
        return {kind: items}

    def stubs(self, kind: str, items: list[Json]) -> Json | list[str]:  # noqa: ARG002 - X names it
        return [next(iter(each.values())) for each in items]

    def error(self, error: ApiError, path: str, *, old_format: bool) -> Json:  # noqa: ARG002 - X
        return {"code": error.code, "message": error.message, "contexts": []}


def _created(organization: Organization) -> Json:
    at, by = organization.created_at, organization.created_by
    return {"createdAt": at, "createdBy": by, "lastModifiedAt": at, "lastModifiedBy": by}


def _audit(stamp: Stamp) -> Json:
    return {
        "createdAt": stamp.created_at,
        "createdBy": stamp.created_by,
        "lastModifiedAt": stamp.modified_at,
        "lastModifiedBy": stamp.modified_by,
    }
