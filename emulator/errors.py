"""Refusals of the management API: status, Apigee's code and message.

The codes are those Apigee has been seen to use. Where none was ever recorded the constant's
comment says so; a client should then go by the status.
"""

from collections.abc import Mapping

from emulator.model import Flavor
from emulator.switches import Switches

# Never recorded; a client can only go by the status.
BAD_REQUEST = "rest.interceptor.bad_request"
ATTRIBUTE_MISSING = "keymanagement.service.attribute_doesnot_exist"
APPGROUP_MISSING = "keymanagement.service.appgroup_doesnot_exist"
MEMBER_MISSING = "developer.service.DeveloperNotInCompany"
INVALID_SCOPE = "keymanagement.service.invalid_scope"

Info = tuple[str, Mapping[str, str]]


class ApiError(Exception):
    """A refusal; `rpc` is Google's status word where the usual one for the status is wrong.

    `info` is a reason with its metadata (X: google.rpc.ErrorInfo), `retry_after` seconds to wait.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        rpc: str = "",
        *,
        info: Info | None = None,
        retry_after: int = 0,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.rpc = rpc
        self.info = info
        self.retry_after = retry_after


def bad_request(message: str, code: str = BAD_REQUEST) -> ApiError:
    """400 for a body or a parameter that cannot be understood."""
    return ApiError(400, code, message)


def bad_action(action: str, switches: Switches) -> ApiError:
    """Refusal of an `action` that the call does not know."""
    return ApiError(switches.unknown_action_status, BAD_REQUEST, f"Invalid action {action}")


def unauthenticated(flavor: Flavor) -> ApiError:
    """401 without, or with a wrong, credential; Edge's code for it was never recorded."""
    if flavor == "edge":
        return ApiError(401, "", "Unauthorized")
    return ApiError(
        401,
        "",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, "
        "login cookie or other valid authentication credential.",
    )


def organization_missing(flavor: Flavor, organization: str, switches: Switches) -> ApiError:
    """An organisation that is not here: on X the same 403 as a missing permission."""
    if flavor == "x":
        message = f'Permission denied on resource "organizations/{organization}"'
        return ApiError(403, "", f"{message} (or it may not exist)")
    return ApiError(
        switches.edge_unknown_organization_status,
        "messaging.config.beans.OrganizationDoesNotExist",
        f"Organization {organization} does not exist",
    )


def organizations_forbidden() -> ApiError:
    """Edge: 403 for a caller who may not list organisations; its code was never recorded."""
    return ApiError(403, "", "Forbidden")


def environment_missing(name: str) -> ApiError:
    """404 for an unknown environment."""
    return ApiError(
        404,
        "messaging.config.beans.EnvironmentDoesNotExist",
        f"Environment {name} does not exist",
    )


def developer_missing(ref: str, organization: str) -> ApiError:
    """404 for an unknown developer when reading, deleting or reaching into one."""
    return ApiError(
        404,
        "developer.service.DeveloperIdDoesNotExist",
        f"DeveloperId {ref} does not exist in organization {organization}",
    )


def developer_not_found(ref: str) -> ApiError:
    """404 for an unknown developer in the other calls, which use another code."""
    return ApiError(
        404,
        "developer.service.DeveloperDoesNotExist",
        f"Developer with id [{ref}] does not exist",
    )


def developer_exists(email: str) -> ApiError:
    """409 for an e-mail that is taken."""
    return ApiError(
        409,
        "developer.service.DeveloperAlreadyExists",
        f"Developer already exists with email {email}",
    )


def group_missing(name: str, flavor: Flavor) -> ApiError:
    """404 for an unknown AppGroup or company; the code is recorded for companies only."""
    if flavor == "x":
        return ApiError(404, APPGROUP_MISSING, f"AppGroup {name} does not exist")
    code = "developer.service.CompanyDoesNotExist"
    return ApiError(404, code, f"Company {name} does not exist")


def group_exists(name: str, switches: Switches) -> ApiError:
    """409 for the name of an AppGroup or company that is taken."""
    return ApiError(409, switches.duplicate_group_code, f"{name} already exists")


def member_missing(email: str, company: str) -> ApiError:
    """404 for a developer who is not a member of the company."""
    return ApiError(404, MEMBER_MISSING, f"Developer {email} is not in company {company}")


def app_missing(name: str, owner: str) -> ApiError:
    """404 for an app its owner does not have."""
    return ApiError(
        404,
        "developer.service.AppDoesNotExist",
        f"App named {name} does not exist under {owner}",
    )


def app_id_missing(app_id: str) -> ApiError:
    """404 for an app looked up by its id."""
    return ApiError(
        404, "keymanagement.service.app_doesnot_exist", f"App with id {app_id} does not exist"
    )


def app_exists(name: str, switches: Switches) -> ApiError:
    """409 for a name its owner has used."""
    return ApiError(409, switches.duplicate_app_code, f"App with name {name} already exists")


def key_missing() -> ApiError:
    """404 for a key that is not this app's."""
    return ApiError(
        404,
        "keymanagement.service.InvalidClientIdForGivenApp",
        "Invalid consumer key for Given App",
    )


def key_exists() -> ApiError:
    """409 for a consumer key used anywhere in the organisation."""
    return ApiError(
        409, "keymanagement.service.ConsumerKeyAlreadyExists", "ConsumerKey already exists"
    )


def product_missing(name: str) -> ApiError:
    """404 for an unknown API product that was asked for itself."""
    return ApiError(
        404,
        "keymanagement.service.apiproduct_doesnot_exist",
        f"API Product [{name}] does not exist for  tenant [default] and id [null]",
    )


def product_unknown(name: str, switches: Switches) -> ApiError:
    """Refusal of an app or a key that names an unknown API product."""
    return ApiError(
        switches.unknown_product_status,
        "cps.kms.ApiProductDoesNotExist",
        f"API Product [{name}] does not exist for  tenant [default] and id [null]",
    )


def products_required() -> ApiError:
    """400 for an app without products where the organisation forbids them."""
    message = "An app must be associated with an API product"
    return bad_request(message, "keymanagement.service.ApiProductsRequired")


def product_exists(name: str, switches: Switches) -> ApiError:
    """409 for a product name that is taken."""
    return ApiError(
        409, switches.duplicate_product_code, f"ApiProduct with name {name} already exists"
    )


def product_not_on_key(flavor: Flavor) -> ApiError:
    """The key does not hold that product: 500 on Edge, 400 on X."""
    return ApiError(
        500 if flavor == "edge" else 400,
        BAD_REQUEST,
        "APIProduct is not associated with consumer key",
        rpc="FAILED_PRECONDITION",
    )


def product_in_use(name: str) -> ApiError:
    """400 for deleting a product an app still uses, where that is refused."""
    return ApiError(
        400,
        "mint.stillReferenced",
        f"Cannot delete Product [{name}] used in Application",
        rpc="FAILED_PRECONDITION",
    )


def start_key_missing(entity: str, key: str) -> ApiError:
    """404 for a `startKey` that names nothing; `entity` is developer, app or apiproduct."""
    return ApiError(
        404, f"keymanagement.service.{entity}_doesnot_exist", f"{entity} {key} does not exist"
    )


def attribute_missing(name: str) -> ApiError:
    """404 for an attribute the entity does not have."""
    return ApiError(404, ATTRIBUTE_MISSING, f"Attribute {name} does not exist")


def name_mismatch(switches: Switches) -> ApiError:
    """X: the name in the address is not the one in the body."""
    return ApiError(
        switches.name_mismatch_status,
        "rest.interceptor.name_mismatch",
        "Name in the URL does not match the name in the payload",
    )


def limit_exceeded(what: str, limit: int, switches: Switches) -> ApiError:
    """Refusal of an entity that holds too many of something; status and code are a doubt."""
    message = f"The limit of {limit} {what} is exceeded"
    status = switches.limit_status
    rpc = "FAILED_PRECONDITION" if status == 400 else ""  # noqa: PLR2004 - the status itself
    return ApiError(status, switches.limit_code, message, rpc)


def rate_exceeded(kind: str, limit: int, flavor: Flavor, switches: Switches) -> ApiError:
    """429 for too many calls of a kind in a minute, in Google's general words on X."""
    wait = switches.rate_limit_retry_after
    if flavor == "edge":
        message = f"More than {limit} {kind} a minute"
        return ApiError(429, switches.edge_rate_limit_code, message, retry_after=wait)
    metric, consumer = f"apigee.googleapis.com/{kind}", "project_number:1"
    name = f"{kind} per minute"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{name}' of service "
        f"'apigee.googleapis.com' for consumer '{consumer}'."
    )
    details = {
        "service": "apigee.googleapis.com",
        "consumer": consumer,
        "quota_metric": metric,
        "quota_limit": name,
        "quota_limit_value": str(limit),
    }
    return ApiError(429, "", message, info=("RATE_LIMIT_EXCEEDED", details), retry_after=wait)
