"""What every route may cause at Apigee, and what a person would send to it.

A route that is not in ``ROUTES`` fails ``test_matrix.py``: one line is added with it. The
operations are named as the ports name them; what is missing here must never be seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from app.domain.people import Permission
from app.web.access import ADMIN_PAGES
from app.web.in_hand import NAME
from tests.architecture.test_guards import GUARDS


@dataclass(frozen=True)
class Route:
    """One endpoint: the Apigee ``calls`` that it may cause, and the ``fields`` of its form.

    With other input it may cause those in ``also``, which a test of its own shows.
    Those of them in ``own`` are about the person's own developer, so nobody else causes them.
    ``key`` names the key that it is tried on: one that is ``on`` or ``off``. ``form`` says that
    the form holds more than what is typed. ``status`` is what it answers to what is sent here, if
    it is no success.
    """

    calls: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)
    key: str = "on"
    form: bool = False
    status: int = 0
    own: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()

    def sends(self, **fields: str) -> "Route":
        """Return the route with what a person would type into its form."""
        return replace(self, fields=fields)

    def calls_of(self, who: str) -> frozenset[str]:
        """Return what a person may cause, who is registered as a developer or not."""
        every = self.calls | self.also
        return every if who == "developer" else every - self.own


def causes(*calls: str, key: str = "on", form: bool = False) -> Route:
    """Return a route that causes these calls, and never another one."""
    return Route(frozenset(calls), key=key, form=form)


NOTHING: Final = causes()
REFUSED: Final = replace(NOTHING, status=400)
UNPROVEN: Final = replace(NOTHING, status=404)  # a program with a token is let in, nobody else
PRODUCTS: Final = causes("products.all")
APP: Final = causes("apps.get")
KEY: Final = causes("apps.get", "developers.get")
ALL: Final = causes("apps.get", "developers.get", "products.all")
PERSON: Final = causes("apps.page", "developers.get", "products.all")
OWN_STATUS: Final = replace(causes("developers.get"), own=frozenset({"developers.get"}))
USAGE: Final = causes("apps.get", "environments.all", "stats.query")

# Each right is tried on a developer that nobody has.
STATUS: Final = causes(
    *("organization.get", "environments.all", "stats.query", "products.get"),
    *("developers.with_app", "developers.get", "developers.set_status", "developers.delete"),
    *("apps.page", "apps.create", "apps.delete", "apps.set_status", "keys.create"),
    *("organization_apps.get", "organization_apps.page"),
)

_ROUTES: Final[Mapping[str, Route]] = {
    "accounts.decide": replace(NOTHING, status=409).sends(decision="refuse", reason="No"),
    "accounts.index": NOTHING,
    "accounts.link": replace(causes("developers.get"), status=422).sends(email="No@example.com"),
    "accounts.linking": NOTHING,
    "accounts.roles": NOTHING.sends(do="grant", role="support"),
    "accounts.sessions": NOTHING,
    "accounts.show": NOTHING,
    "accounts.sign_in": NOTHING.sends(sign_in="blocked"),
    "accounts.unlink": replace(NOTHING, status=409),
    "accounts.unlinking": replace(NOTHING, status=409),
    "account.register": NOTHING,
    # By approval the portal turns off at once whom the registration made.
    "account.registration": causes(
        "developers.get", "developers.create", "developers.set_status"
    ).sends(first_name="Ravi", last_name="Iyer", user_name="ravi"),
    "account.show": OWN_STATUS,
    # The sample organization is an X, where an address is for ever.
    "address.change": replace(NOTHING, status=403).sends(new_email="new@example.com"),
    "address.show": NOTHING,
    "admin.developers_index": NOTHING,
    "admin.developers_sessions": NOTHING,
    "admin.developers_show": PERSON,
    "admin.developers_status": causes(*PERSON.calls, "developers.set_status").sends(
        status="inactive"
    ),
    "admin.index": NOTHING,
    "admin_registrations.decide": causes(*PERSON.calls, "developers.set_status").sends(
        decision="approve"
    ),
    "api_twins.operation": PRODUCTS,
    "api_twins.show": PRODUCTS,
    "apis.document": PRODUCTS,
    "apis.index": PRODUCTS,
    "apis.operation": replace(PERSON, own=frozenset({"apps.page", "developers.get"})),
    "apis.schema": PRODUCTS,
    "apis.show": PRODUCTS,
    "approvals.decide": causes(
        "organization_apps.some", "organization_apps.get", "products.all"
    ).sends(request="no-app/no-key/payments", decision="approve"),
    "approvals.index": causes("organization_apps.some", "products.all"),
    "approvals.scan": NOTHING,
    "audit.choose": NOTHING,
    "audit.index": NOTHING,
    "audit.export": NOTHING.sends(format="csv"),
    "auth.callback": REFUSED,
    "auth.sign_in": NOTHING,
    "auth.sign_out": NOTHING,
    "auth.sign_up": NOTHING,
    "auth.signed_out": NOTHING,
    "backchannel.logout": REFUSED,
    "csp_report.take": NOTHING,
    "details.change": replace(NOTHING, status=404),
    "details.show": replace(NOTHING, status=404),
    "developer_access.change": NOTHING.sends(sign_in="blocked"),
    "developer_access.invite": NOTHING,
    "developer_access.show": NOTHING,
    "developer_beginning.create": causes("developers.create").sends(
        first_name="Zoe", last_name="Reyes", email="zoe@example.com"
    ),
    "developer_beginning.new": NOTHING,
    "invitations.index": NOTHING,
    "invitations.send": replace(NOTHING, status=404).sends(email="zoe@example.com"),
    "invitations.withdraw": replace(NOTHING, status=404).sends(email="zoe@example.com"),
    "developer_bulk.begin": causes("developers.set_status"),
    "developer_bulk.plan": NOTHING.sends(to="inactive", every="yes"),
    "developer_bulk.show": NOTHING,
    "developer_deletion.delete": replace(causes("apps.page", "developers.get"), status=422).sends(
        confirm_email="nobody"
    ),
    "developer_deletion.show": causes("apps.page", "developers.get"),
    # A part of the page is read anew with everything that follows from what was saved.
    "developer_details.attributes": replace(
        causes("developers.get", "developers.before", "developers.update", form=True),
        also=PERSON.calls,
    ).sends(do="add", attribute_name="tier", attribute_value="gold"),
    "developer_details.names": replace(
        causes("developers.before", "developers.update", form=True), also=PERSON.calls
    ).sends(first_name="Inez"),
    # The sample organization is an X, where an address is for ever.
    "developer_email.change": replace(NOTHING, status=403).sends(new_email="new@example.com"),
    "developer_email.show": NOTHING,
    "doctor.answer": causes("apps.page").sends(fault="oauth.v2.InvalidApiKey"),
    "doctor.ask": NOTHING,
    "doctor.explain": ALL.sends(fault="oauth.v2.InvalidApiKey"),
    "doctor.show": ALL,
    # The sample portal has no further organization.
    "elsewhere.change": replace(NOTHING, status=404).sends(status="inactive"),
    "elsewhere.show": replace(NOTHING, status=404),
    "exports.begin": NOTHING,
    "exports.choose": NOTHING,
    "exports.download": NOTHING,
    "finding.ask": NOTHING,
    "finding.find": replace(
        causes("organization_apps.get"),
        also=frozenset({"developers.get", "organization_apps.all"}),
        status=422,
    ).sends(clue="app_id", text="1b4e28ba-2fa1-41d2-883f-0016d3cca427"),
    "health.livez": NOTHING,
    "health.metrics": UNPROVEN,
    "health.readyz": NOTHING,
    "jobs.cancel": NOTHING,
    "jobs.cancellation": NOTHING,
    "jobs.index": NOTHING,
    "jobs.retry": NOTHING,
    "key_addition.create": causes(*ALL.calls, "keys.create", "keys.add_products").sends(
        products="weather-free"
    ),
    "key_addition.new": ALL,
    "key_endings.delete": causes("apps.get", "keys.find", "keys.delete", key="off").sends(
        sure="yes"
    ),
    "key_endings.deletion": KEY,
    "key_endings.revocation": KEY,
    "key_endings.revoke": causes(*KEY.calls, "keys.find", "keys.set_status").sends(
        do="off", sure="yes"
    ),
    "key_products.change": causes(
        *ALL.calls, "keys.find", "keys.add_products", "keys.remove_product"
    ).sends(products="payments"),
    "key_products.show": ALL,
    "key_rotation.change": causes(*ALL.calls, "keys.create", "keys.add_products").sends(
        overlap="24h"
    ),
    "key_rotation.show": ALL,
    "keys.compare": causes("apps.get", "developers.get", "keys.pair").sends(secret="a-guess"),
    "keys.comparison": KEY,
    "keys.label": APP.sends(label="Berth 4"),
    "keys.naming": KEY,
    "keys.reveal": causes("apps.get", "developers.get", "keys.pair").sends(value="key"),
    "machines.llms": PRODUCTS,
    "machines.robots": NOTHING,
    "machines.site_map": PRODUCTS,
    "my_apps.create": causes("apps.create", "developers.get", "products.all").sends(
        display_name="Trip d", products="weather-free"
    ),
    "my_apps.delete": causes(*KEY.calls, "apps.delete").sends(confirm_name="trip-a"),
    "my_apps.deletion": KEY,
    "my_apps.edit": APP,
    "my_apps.index": causes("apps.page", "developers.get"),
    "my_apps.new": causes("developers.get", "products.all"),
    "my_apps.show": KEY,
    "my_apps.update": causes(
        "apps.get", "apps.page", "apps.before", "apps.update", form=True
    ).sends(display_name="Trip e"),
    "organization_apps.index": causes("organization_apps.page"),
    "organization_apps.set_access": causes(
        *("organization_apps.get", "developers.get", "keys.find", "keys.set_product_status")
    ).sends(product="weather-free", status="revoked", reason="No"),
    "organization_apps.set_key_status": causes(
        "organization_apps.get", "developers.get", "keys.find", "keys.set_status"
    ).sends(status="revoked"),
    "organization_apps.set_status": causes(
        "organization_apps.get", "developers.get", "apps.set_status"
    ).sends(status="revoked"),
    "organization_apps.show": causes("organization_apps.get", "products.all"),
    "docs.index": NOTHING,
    "docs.send": NOTHING,
    "docs.show": NOTHING,
    "docs.twin": NOTHING,
    "theme.changes": replace(NOTHING, status=404),
    "theme.send": NOTHING,
    "theme.style": NOTHING,
    "own_account.data": causes("apps.page"),
    "own_account.delete": replace(causes("apps.page"), status=422).sends(confirm_name="nobody"),
    "own_account.deletion": causes("apps.page"),
    "own_account.names": NOTHING,
    "own_account.rename": causes("developers.get", "developers.before", "developers.update").sends(
        first_name="Dee", last_name="Novak"
    ),
    "own_sessions.end": NOTHING,
    "own_sessions.end_all": NOTHING,
    "pages.home": PRODUCTS,
    "products.index": PRODUCTS,
    "search.show": NOTHING,
    "status.check": STATUS,
    "status.show": NOTHING,
    "products.show": replace(PERSON, own=frozenset({"apps.page", "developers.get"})),
    "step_up.again": NOTHING,
    "step_up.confirmation": replace(KEY, own=KEY.calls),
    # A synchronization that is over cannot be applied, canceled or gone on with.
    "sync.apply": replace(NOTHING, status=409),
    "sync.cancel": replace(NOTHING, status=409),
    "sync.compare": NOTHING.sends(direction="to_portal", only="*@example.com"),
    "sync.go_on": replace(NOTHING, status=409),
    "sync.index": NOTHING,
    "sync.show": NOTHING,
    "terms.accept": replace(NOTHING, status=422),
    "terms.show": NOTHING,
    "usage.download": USAGE,
    # Without a key that works for the operation nothing is called.
    "try_it.send": replace(PERSON, status=422, also=frozenset({"keys.pair", "apps.get"})),
    "usage.show": USAGE,
    "viewing.begin": NOTHING,
    "viewing.end": NOTHING,
}

# The pages of My Apps cause the same for the apps of the developer of the address.
IN_HAND: Final = {
    f"{NAME}.{endpoint}": _ROUTES[endpoint]
    for endpoint, guard in GUARDS.items()
    if guard == "developer" and endpoint != "try_it.send"  # nobody calls for somebody else
}
ROUTES: Final[Mapping[str, Route]] = {
    **_ROUTES,
    **IN_HAND,
    f"{NAME}.my_apps.delete": _ROUTES["my_apps.delete"].sends(confirm_name="trip-b"),
}

OPERATIONS: Final[Mapping[str, str]] = {
    "products.all": "GET /apiproducts?expand=true",
    "developers.get": "GET /developers/{developer}",
    "developers.create": "POST /developers",
    "developers.before": "GET /developers/{developer}, before a change",
    "developers.update": "PUT /developers/{developer}",
    "developers.set_status": "POST /developers/{developer}?action=active or inactive",
    "apps.page": "GET /developers/{developer}/apps?expand=true",
    "apps.get": "GET /developers/{developer}/apps/{app}",
    "apps.before": "GET /developers/{developer}/apps/{app}, before a change",
    "apps.create": "POST /developers/{developer}/apps",
    "apps.update": "PUT /developers/{developer}/apps/{app}",
    "apps.delete": "DELETE /developers/{developer}/apps/{app}",
    "keys.pair": "GET /developers/{developer}/apps/{app}, for one key and its secret",
    "keys.find": "GET /developers/{developer}/apps/{app}, for one key's own name",
    "keys.create": "POST …/apps/{app}/keys/create",
    "keys.add_products": "POST …/apps/{app}/keys/{key}",
    "keys.remove_product": "DELETE …/apps/{app}/keys/{key}/apiproducts/{product}",
    "keys.set_status": "POST …/apps/{app}/keys/{key}?action=approve or revoke",
    "keys.delete": "DELETE …/apps/{app}/keys/{key}",
    "organization_apps.all": "GET /apps?filter=consumerKey={key}, on X",
    "environments.all": "GET /environments",
    "organization.get": "GET /organizations/{organization}",
    "developers.with_app": "GET /developers?app=…",
    "developers.delete": "DELETE /developers/{developer}",
    "organization_apps.get": "GET /apps/{appId}",
    "organization_apps.page": "GET /apps?expand=true",
    "apps.set_status": "POST /developers/{developer}/apps/{app}?action=approve or revoke",
    "keys.set_product_status": "POST …/keys/{key}/apiproducts/{product}?action=approve or revoke",
    "organization_apps.some": "GET /apps?ids=…",
    "products.get": "GET /apiproducts/{product}",
    "stats.query": "GET /environments/{environment}/stats/…",
}

# Read beside the app by another thread, which is in time or not.
BESIDE: Final = frozenset({"developers.get", "environments.all"})
WRITES: Final = frozenset(
    {
        *("apps.create", "apps.update", "apps.delete", "apps.set_status"),
        *("attributes.set", "attributes.replace", "attributes.remove"),
        *("developers.create", "developers.update", "developers.set_status", "developers.delete"),
        *("keys.create", "keys.add_products", "keys.remove_product", "keys.delete"),
        *("keys.set_status", "keys.set_product_status", "products.create", "products.delete"),
    }
)


def is_let_in(guard: str, who: str, rights: Iterable[Permission]) -> bool:
    """Tell whether a guard lets somebody in: ``who`` is anonymous, a person or a developer."""
    if guard in {"public", "reading"}:
        return True
    if who == "anonymous":
        return False
    if guard == "administration":
        return bool(set(rights) & {GUARDS[page] for page in ADMIN_PAGES})
    return guard == "person" or guard in {who, *rights}
