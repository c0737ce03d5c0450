"""Every blueprint of the portal, in the order in which they are registered."""

from typing import Final

from app.blueprints import account, admin, apis, auth, health, pages, products
from app.blueprints.account import address, details, own, own_sessions, terms
from app.blueprints.admin import (
    accounts,
    approvals,
    audit,
    developer_access,
    developer_beginning,
    developer_bulk,
    developer_deletion,
    developer_details,
    developer_email,
    developer_export,
    elsewhere,
    finding,
    invitations,
    jobs,
    organization_apps,
    registrations,
    status,
    sync,
    viewing,
)
from app.blueprints.apis import try_it, twins
from app.blueprints.auth import backchannel, step_up
from app.blueprints.my_apps import apps as my_apps
from app.blueprints.my_apps import (
    doctor,
    key_addition,
    key_endings,
    key_products,
    key_rotation,
    keys,
    usage,
)
from app.blueprints.pages import csp_report, docs, machines, search, theme
from app.web import in_hand
from app.web.sides import OWN

TWO_SIDED: Final = (
    my_apps.pages,
    keys.pages,
    key_addition.pages,
    key_rotation.pages,
    key_endings.pages,
    key_products.pages,
    usage.pages,
    doctor.pages,
)
BLUEPRINTS: Final = (
    health.bp,
    pages.bp,
    csp_report.bp,
    docs.bp,
    theme.bp,
    machines.bp,
    search.bp,
    auth.bp,
    backchannel.bp,
    step_up.bp,
    account.bp,
    address.bp,
    details.bp,
    own.bp,
    own_sessions.bp,
    terms.bp,
    products.bp,
    apis.bp,
    twins.bp,
    try_it.bp,
    *(pages.behind(OWN) for pages in TWO_SIDED),
    in_hand.blueprint(TWO_SIDED),
    admin.bp,
    developer_access.bp,
    developer_beginning.bp,
    invitations.bp,
    developer_bulk.bp,
    developer_deletion.bp,
    developer_details.bp,
    developer_email.bp,
    elsewhere.bp,
    registrations.bp,
    accounts.bp,
    organization_apps.bp,
    approvals.bp,
    developer_export.bp,
    finding.bp,
    audit.bp,
    jobs.bp,
    sync.bp,
    viewing.bp,
    status.bp,
)
