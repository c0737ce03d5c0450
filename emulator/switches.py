"""The points on which Apigee's documents and recordings leave a doubt, each as one switch.

The defaults are the answers a careful client should be ready for first. Nothing else in the
package decides such a point, so an emulator can be made to behave like a real organisation by
changing values here. The README has a table of them: after a change put there what
`python -m emulator --list-switches` prints.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """Answers to what is not known for certain; every field names its doubt."""

    # X: which fields a developer app's stub has in an unexpanded list, first one first.
    app_stub_fields: tuple[Literal["name", "appId"], ...] = ("name", "appId")
    # X: whether the page named by `pageToken` repeats the entity the token stands for.
    page_token_inclusive: bool = False
    # The code of the 409 for a second app of the same name was never recorded.
    duplicate_app_code: str = "developer.service.AppAlreadyExists"
    # The code of the 409 for a second product of the same name was never recorded.
    duplicate_product_code: str = "keymanagement.service.apiproduct_already_exists"
    # The code of the 409 for a second AppGroup or company of the same name was never recorded.
    duplicate_group_code: str = "keymanagement.service.group_already_exists"
    # X: creating an AppGroup, or a key of an AppGroup's app: 201 as elsewhere, or 200.
    group_create_status: Literal[200, 201] = 201
    # X: `PUT ?action=` on an AppGroup or its app: 204, or 200 with the entity (the document's
    # response). The same for `POST ?action=` on a key of its app.
    group_action_status: Literal[200, 204] = 204
    # X: one client sends the status of an AppGroup and its apps with POST as for developers.
    group_action_by_post: bool = False
    # X: the list of an AppGroup's apps has been seen without `nextPageToken` unless `pageSize`
    # was sent.
    group_apps_token_unasked: bool = False
    # X: the text of `keyExpiresIn` says seconds for AppGroups and milliseconds for developers.
    group_key_expires_in: Literal["seconds", "milliseconds"] = "seconds"
    # Edge: adding members to a company: 200 as other changes, or 201.
    company_members_status: Literal[200, 201] = 200
    # Edge: whether the answer to removing a member repeats the role.
    removed_member_has_role: bool = True
    # Old texts know keys that are themselves pending when a product needs approval.
    pending_keys: bool = False
    # X: whether a product without a name is refused, or named after its display name.
    product_name_required: bool = True
    # X's text says that `status` and `keyStatus` of `/apps` default to "approved"; recordings
    # list others too. Empty means that nothing is left out.
    apps_default_status: Literal["", "approved"] = ""
    # X: whether a developer app says `appFamily` when none was sent.
    x_app_family: bool = False
    # X: whether a developer is found by an e-mail in other letters than its own.
    x_email_case_sensitive: bool = True
    # A developer replaced without one of the four names: refused, or the name is emptied.
    update_needs_names: bool = True
    # `count`, `rows` or `pageSize` that is zero or no number: 400, or as if it was not sent.
    bad_count: Literal["refuse", "ignore"] = "refuse"
    # An unknown `action`: 400 is assumed.
    unknown_action_status: Literal[400, 404] = 400
    # An organisation can forbid apps without products; the refusal is known from documents only.
    products_required: bool = False
    # Edge: whether `GET /v1/organizations` lists the caller's organisations or is forbidden.
    edge_lists_organizations: bool = True
    # Deleting a product that a key still names: only one monetised organisation is recorded
    # to refuse (400 mint.stillReferenced).
    product_in_use: Literal["delete", "refuse"] = "delete"
    # Approving or revoking a product of a key: 204, or 200 with an empty JSON object.
    product_action_status: Literal[200, 204] = 204
    # A `startKey` that names nothing: 404 on Edge with CPS, unknown on X; "next" goes on with
    # whatever follows it in order.
    missing_start_key: Literal["refuse", "next"] = "refuse"
    # Expanded list of the organisation's apps when `includeCred` is not sent.
    credentials_unasked: bool = False
    # Recordings of `shallowExpand=true` still hold the credentials.
    shallow_has_credentials: bool = True
    # Edge keeps the e-mail as typed; some clients suppose it is looked up without regard to case.
    edge_email_case_sensitive: bool = True
    # An app or a key that names a product which does not exist: 400 or 404.
    unknown_product_status: Literal[400, 404] = 400
    # X: the status of rest.interceptor.name_mismatch was not recorded.
    name_mismatch_status: int = 400
    # Edge: an organisation that does not exist, or is not the caller's.
    edge_unknown_organization_status: Literal[401, 403, 404] = 404
    # Edge: wrong password; an older recording has 500 usersandroles.SsoInternalServerError.
    edge_bad_login_status: Literal[401, 500] = 401
    # Adding a product that is already on the key: left alone, or put to its first status again.
    readded_product: Literal["keep", "restart"] = "keep"
    # X: what a product is approved by when `approvalType` is not sent.
    default_approval_type: Literal["auto", "manual"] = "auto"
    # Lengths of generated pairs; newer X samples show 48 and 64.
    key_length: int = 32
    secret_length: int = 16
    # Apps per page of one developer: the text says 100, the parameter's text says 1000.
    developer_apps_page: int = 100
    # X answers 400 to fields and parameters it does not know (seen for a query parameter).
    refuse_unknown_names: bool = True
    # The gateway keeps what it knows of a key for this long; Apigee keeps it 180 seconds.
    runtime_cache_seconds: float = 0.0
    # The gateway's answer to a used-up quota; Edge says 500 unless the organisation has the
    # feature isHTTPStatusTooManyRequestEnabled.
    quota_fault_status: Literal[429, 500] = 429
    # Whether the analytics know the app of a call whose key was refused; the runtime has no
    # variables of a refused key, so they should not.
    attribute_refused_calls: bool = False
    # How old a call must be before the analytics see it; Apigee speaks of ten minutes.
    stats_delay_seconds: float = 0.0
    # Rows of a stats answer when no `limit` is sent; Edge's default is said to be 1000.
    stats_default_limit: int = 1000
    # Stats without `timeRange`: refused, or the last 24 hours.
    stats_without_time_range: Literal["refuse", "last day"] = "refuse"
    # The optimized form when nothing was counted: no `stats` at all, or an empty list of data.
    stats_without_data: Literal["omit", "empty"] = "omit"
    # The optimized form's `TimeUnit`: every unit of the range, or those with data only.
    stats_time_units: Literal["all", "with data"] = "all"
    # X: what stands after "org@@@" in the dimension `developer` for an AppGroup's apps; for
    # companies of Edge it is the name.
    appgroup_in_stats: Literal["name", "id"] = "name"
    # X: whether stats hold empty lists and `false` as on Edge; proto3 JSON leaves them out.
    x_stats_write_empties: bool = False
    # Deleting a developer, group or app answers at once; its apps and keys are still found by
    # appId and still work at the gateway for this long (the documents: seconds to minutes).
    deletion_seconds: float = 0.0
    # Reads and lists show what was created or changed this much later; of what was deleted,
    # reads know at once, while its name stays taken this long (seen on Edge's replicas).
    replica_lag_seconds: float = 0.0
    # X: whether the 403 for a missing permission names it, as Google's general form does; the
    # recorded one of Apigee is the same as for an organisation that does not exist.
    denied_names_permission: bool = True
    # Whether Apigee's limits hold; tests that are not about them would only stumble.
    enforce_limits: bool = False
    # Whether the limits hold that Apigee calls planned, such as ten keys for an app.
    enforce_planned_limits: bool = False
    # Status and code for one attribute, app, key or product too many were never recorded.
    limit_status: Literal[400, 429] = 400
    limit_code: str = "keymanagement.service.limit_exceeded"
    # Seconds in the Retry-After of a 429; 0 sends none. No recording has one.
    rate_limit_retry_after: int = 0
    # Edge: the code in the 429 of the management API was never recorded.
    edge_rate_limit_code: str = "policies.ratelimit.QuotaViolation"
    # Edge: seconds an access token is good for; 43199 is recorded too.
    edge_token_seconds: int = 1799
    # Edge: seconds a refresh token is good for, and whether using it gives another one.
    edge_refresh_seconds: float = 86_400.0
    edge_refresh_rotates: bool = True
