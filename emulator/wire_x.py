"""Answers in the shape of Apigee X and hybrid: proto3 JSON, Google's error envelope."""

import secrets
from typing import Any

from emulator.errors import ApiError
from emulator.model import (
    ApiProduct,
    Attributes,
    Credential,
    Developer,
    DeveloperApp,
    Flavor,
    Group,
)
from emulator.organization import Organization
from emulator.wire import MAX_APP_NAMES, Json, Names, pairs, prune

_RPC = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_REASONS = {400: "badRequest", 401: "authError", 403: "forbidden", 404: "notFound", 409: "aborted"}
_TYPE = "type.googleapis.com/google.rpc."


class XWire:
    """X and hybrid."""

    flavor: Flavor = "x"
    content_type = "application/json; charset=UTF-8"

    def organization(self, organization: Organization) -> Json:
        at = str(organization.created_at)
        return prune(
            {
                "name": organization.name,
                "displayName": organization.display_name,
                "createdAt": at,
                "lastModifiedAt": at,
                "environments": list(organization.environments),
                "properties": {"property": [{"name": "features.hybrid.enabled", "value": "true"}]},
                "analyticsRegion": "europe-west1",
                "runtimeType": "CLOUD",
                "subscriptionType": "PAID",
                "billingType": "SUBSCRIPTION",
                "projectId": organization.name,
                "state": "ACTIVE",
            }
        )

    def organizations(self, organization: Organization) -> Json:
        return {"organizations": [project_of(organization)]}

    def environment(self, organization: Organization, name: str) -> Json:
        at = str(organization.created_at)
        return {
            "name": name,
            "displayName": name,
            "createdAt": at,
            "lastModifiedAt": at,
            "state": "ACTIVE",
            "deploymentType": "PROXY",
            "apiProxyType": "PROGRAMMABLE",
            "type": "COMPREHENSIVE",
        }

    def developer(self, developer: Developer, names: Names, organization: Organization) -> Json:
        return prune(
            {
                **developer.extra,
                "email": developer.email,
                "firstName": developer.first_name,
                "lastName": developer.last_name,
                "userName": developer.user_name,
                "developerId": developer.developer_id,
                "organizationName": organization.name,
                "status": developer.status,
                "attributes": pairs(developer.attributes),
                "apps": names.apps[:MAX_APP_NAMES],
                "createdAt": str(developer.stamp.created_at),
                "lastModifiedAt": str(developer.stamp.modified_at),
            }
        )

    def group(self, group: Group, names: Names, organization: Organization) -> Json:  # noqa: ARG002 - Edge lists apps
        return prune(
            {
                **group.settings,
                "appGroupId": group.group_id,
                "name": group.name,
                "organization": organization.name,
                "status": group.status,
                "attributes": pairs(group.attributes),
                "createdAt": str(group.stamp.created_at),
                "lastModifiedAt": str(group.stamp.modified_at),
            }
        )

    def app(self, app: DeveloperApp, *, credentials: bool = True) -> Json:
        owner = {"developerId": app.developer_id} if app.developer_id else {"appGroup": app.group}
        shape: Json = {
            **app.extra,
            **owner,
            "appId": app.app_id,
            "createdAt": str(app.stamp.created_at),
            "lastModifiedAt": str(app.stamp.modified_at),
            "name": app.name,
            "status": app.status,
        }
        if app.attributes:
            shape["attributes"] = _pruned_pairs(app.attributes)
        if app.callback_url:
            shape["callbackUrl"] = app.callback_url
        if app.scopes:
            shape["scopes"] = list(app.scopes)
        if credentials and app.credentials:
            shape["credentials"] = [self.credential(each) for each in app.credentials]
        return shape

    def credential(self, credential: Credential) -> Json:
        shape: Json = {
            **credential.extra,
            "consumerKey": credential.consumer_key,
            "consumerSecret": credential.consumer_secret,
            "expiresAt": str(credential.expires_at),
            "issuedAt": str(credential.issued_at),
            "status": credential.status,
        }
        if credential.products:
            shape["apiProducts"] = [
                {"apiproduct": each.name, "status": each.status} for each in credential.products
            ]
        if credential.attributes:
            shape["attributes"] = _pruned_pairs(credential.attributes)
        if credential.scopes:
            shape["scopes"] = list(credential.scopes)
        return shape

    def new_key(self, credential: Credential) -> Json:
        return self.credential(credential)

    def product(self, product: ApiProduct) -> Json:
        return prune(
            {
                "name": product.name,
                **product.settings,
                "attributes": pairs(product.attributes),
                "createdAt": str(product.stamp.created_at),
                "lastModifiedAt": str(product.stamp.modified_at),
            }
        )

    def attributes(self, attributes: Attributes) -> Json:
        return prune({"attribute": pairs(attributes)})

    def attribute(self, name: str, value: str) -> Json:
        return prune({"name": name, "value": value})

    def page(self, kind: str, items: list[Json]) -> Json:
        return {kind: items} if items else {}

    def stubs(self, kind: str, items: list[Json]) -> Json | list[str]:
        return self.page(kind, items)

    def error(self, error: ApiError, path: str, *, old_format: bool) -> Json:
        status = error.rpc or _RPC.get(error.status, "UNKNOWN")
        body: dict[str, Any] = {"code": error.status, "message": error.message, "status": status}
        if old_format:
            reason = _REASONS.get(error.status, "backendError")
            old = {"message": error.message, "domain": "global", "reason": reason}
            body["errors"] = [old]
        elif error.code:
            violation = {
                "type": error.code,
                "subject": f"[127.0.0.1]:8443:{path}",
                "description": error.message,
            }
            number = str(secrets.randbelow(10**19))
            body["details"] = [
                {"@type": f"{_TYPE}PreconditionFailure", "violations": [violation]},
                {"@type": f"{_TYPE}RequestInfo", "requestId": number},
            ]
        elif error.info:
            reason, details = error.info
            domain = "apigee.googleapis.com"
            info = {"reason": reason, "domain": domain, "metadata": dict(details)}
            body["details"] = [{"@type": f"{_TYPE}ErrorInfo", **info}]
        return {"error": body}


def _pruned_pairs(attributes: Attributes) -> list[Json]:
    return [
        {"name": name, "value": value} if value else {"name": name}
        for name, value in attributes.items()
    ]


def project_of(organization: Organization) -> Json:
    """Which Google Cloud project an organisation belongs to, and where its data is."""
    name = organization.name
    return {
        "organization": name,
        "projectId": name,
        "projectIds": [name],
        "location": organization.location,
    }
