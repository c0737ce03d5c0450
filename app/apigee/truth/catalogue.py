"""Every question by the switch of the local Apigee that stands for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.apigee.flavor import Flavor
from app.apigee.truth import access, figures, groups, keys, listing, objects
from app.apigee.truth.ground import Ground
from app.domain.truth import Setting

Probe = Callable[[Ground], Setting]
X: Final = frozenset({Flavor.X})
EDGE: Final = frozenset({Flavor.EDGE})
BOTH: Final = X | EDGE


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words, and the probe that answers it on the flavours it is about."""

    switch: str
    text: str
    probe: Probe
    flavors: frozenset[Flavor] = BOTH


# In this order: a question may use what an earlier one made, and some change it.
QUESTIONS: Final = (
    Question("replica_lag_seconds", "How long is a new object not shown?",
             objects.replica_lag_seconds),
    Question("app_stub_fields", "Which fields has an app in a list that is not expanded?",
             listing.app_stub_fields, X),
    Question("x_app_family", "Does a new app say its family?", objects.x_app_family, X),
    Question("key_length", "How long is a generated key?", keys.key_length),
    Question("secret_length", "How long is a generated secret?", keys.secret_length),
    Question("pending_keys", "Is a key itself pending where a product waits?", keys.pending_keys),
    Question("shallow_has_credentials", "Does a shallow list of apps hold the credentials?",
             listing.shallow_has_credentials),
    Question("credentials_unasked", "Does everybody's list of apps hold credentials unasked?",
             listing.credentials_unasked),
    Question("apps_default_status", "Are revoked apps left out where no status is named?",
             listing.apps_default_status, X),
    Question("page_token_inclusive", "Does a page repeat what its token stands for?",
             listing.page_token_inclusive, X),
    Question("missing_start_key", "What becomes of a startKey that names nothing?",
             listing.missing_start_key),
    Question("bad_count", "What becomes of a count of zero?", listing.bad_count),
    Question("duplicate_app_code", "Which code has the 409 for a second app of a name?",
             objects.duplicate_app_code),
    Question("duplicate_product_code", "Which code has the 409 for a second product of a name?",
             objects.duplicate_product_code),
    Question("unknown_product_status", "How is an app with an unknown product refused?",
             objects.unknown_product_status),
    Question("unknown_action_status", "How is an unknown action refused?",
             objects.unknown_action_status),
    Question("products_required", "Must an app have a product?", objects.products_required),
    Question("name_mismatch_status", "How is another name in a replacement refused?",
             objects.name_mismatch_status, X),
    Question("refuse_unknown_names", "Are unknown parameters refused?",
             objects.refuse_unknown_names, X),
    Question("x_email_case_sensitive", "Do capitals in an address make another developer?",
             objects.email_case_sensitive, X),
    Question("edge_email_case_sensitive", "Do capitals in an address make another developer?",
             objects.email_case_sensitive, EDGE),
    Question("product_action_status", "How is the approval of a product answered?",
             keys.product_action_status),
    Question("readded_product", "What becomes of the approval of a product that is added again?",
             keys.readded_product),
    Question("product_name_required", "Must a product have a name?",
             objects.product_name_required, X),
    Question("default_approval_type", "How is a product approved that does not say it?",
             objects.default_approval_type, X),
    Question("product_in_use", "Is a product deleted that a key names?", objects.product_in_use),
    Question("group_create_status", "How is the creation of an AppGroup answered?",
             groups.group_create_status, X),
    Question("duplicate_group_code", "Which code has the 409 for a second group of a name?",
             groups.duplicate_group_code),
    Question("group_action_status", "How is a new status of an AppGroup answered?",
             groups.group_action_status, X),
    Question("group_action_by_post", "Can the status of an AppGroup be set with POST?",
             groups.group_action_by_post, X),
    Question("group_key_expires_in", "In which unit is the life of an AppGroup's key?",
             groups.group_key_expires_in, X),
    Question("company_members_status", "How is a new member of a company answered?",
             groups.company_members_status, EDGE),
    Question("removed_member_has_role", "Does a removed member still have a role?",
             groups.removed_member_has_role, EDGE),
    Question("stats_without_time_range", "What becomes of figures without a range of time?",
             figures.stats_without_time_range),
    Question("stats_without_data", "How are no figures written?", figures.stats_without_data),
    Question("stats_time_units", "Are hours named in which nothing was counted?",
             figures.stats_time_units),
    Question("x_stats_write_empties", "Do figures hold empty lists?",
             figures.x_stats_write_empties, X),
    Question("edge_unknown_organization_status", "How is an unknown organization refused?",
             access.edge_unknown_organization_status, EDGE),
    Question("edge_lists_organizations", "Does it list the organizations?",
             access.edge_lists_organizations, EDGE),
    Question("edge_bad_login_status", "How is a stranger refused?",
             access.edge_bad_login_status, EDGE),
    Question("enforce_limits", "Do the limits of the documents hold?", access.enforce_limits),
    Question("limit_status", "How is too much refused?", access.limit_status),
    Question("limit_code", "Which code has the refusal of too much?", access.limit_code),
    Question("enforce_planned_limits", "Do the limits hold that are called planned?",
             access.enforce_planned_limits),
    Question("update_needs_names", "Must a replacement name the developer?",
             objects.update_needs_names),
    Question("deletion_seconds", "How long is an app found after its developer was deleted?",
             objects.deletion_seconds),
    Question("denied_names_permission", "Does a 403 name the missing permission?",
             access.denied_names_permission, X),
)  # fmt: skip

_TRAFFIC: Final = "it takes calls of an API through a gateway, which this check does not make"
_THROTTLE: Final = "it takes thousands of calls a minute, which would disturb others"
_TOKENS: Final = "this check does not look into tokens"
# What is not asked, and why; the settings file leaves these out.
NOT_ASKED: Final[Mapping[str, str]] = {
    "group_apps_token_unasked": "it takes more than 1,000 apps in one AppGroup",
    "developer_apps_page": "it takes more than 100 apps of one developer",
    "runtime_cache_seconds": _TRAFFIC,
    "quota_fault_status": _TRAFFIC,
    "attribute_refused_calls": _TRAFFIC,
    "stats_delay_seconds": _TRAFFIC,
    "appgroup_in_stats": _TRAFFIC,
    "stats_default_limit": "it takes figures of more than 1,000 apps",
    "rate_limit_retry_after": _THROTTLE,
    "edge_rate_limit_code": _THROTTLE,
    "edge_token_seconds": _TOKENS,
    "edge_refresh_seconds": _TOKENS,
    "edge_refresh_rotates": _TOKENS,
}
