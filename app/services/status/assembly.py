"""Putting the checks together."""

from app.services.ingredients import Ports, Rules
from app.services.status.content import ContentChecks
from app.services.status.further import FurtherChecks
from app.services.status.inside import InsideChecks
from app.services.status.mail import MailChecks
from app.services.status.office import StatusOffice
from app.services.status.outside import ApigeeChecks, ProviderChecks
from app.services.status.roles import RoleChecks


def status_office(ports: Ports, rules: Rules) -> StatusOffice:
    """Build what looks at the portal and asks those that it depends on."""
    apigee, store, advice = ports.apigee, ports.store, ports.advice
    inside = InsideChecks(
        rules.setting,
        store.ready,
        ports.sharing.answers,
        store.jobs,
        store.audit_keeper,
        ports.clock,
    )
    rights = ApigeeChecks(
        apigee.organization,
        apigee.developers,
        apigee.apps,
        apigee.keys,
        apigee.organization_apps,
        apigee.products,
        apigee.stats,
        advice.apigee,
        ports.clock,
    )
    providers = ProviderChecks(tuple(ports.providers.values()), advice.sign_in)
    mail = MailChecks(ports.mail)
    elsewhere = {name: there.apigee.developers for name, there in ports.further.items()}
    further = FurtherChecks(elsewhere, ports.at_once, advice.apigee)
    roles = RoleChecks(rules.roles)
    content = ContentChecks(ports.reading.checked)
    outside = (rights.run, further.run, providers.run, mail.run)
    return StatusOffice(inside=(inside.run, roles.run, content.run), outside=outside)
