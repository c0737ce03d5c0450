"""Putting the checks together."""

from app.services.ingredients import Ports, Rules
from app.services.status.inside import InsideChecks
from app.services.status.mail import MailChecks
from app.services.status.office import StatusOffice
from app.services.status.outside import ApigeeChecks, ProviderChecks


def status_office(ports: Ports, rules: Rules) -> StatusOffice:
    """Build what looks at the portal and asks those that it depends on."""
    apigee, store, advice = ports.apigee, ports.store, ports.advice
    inside = InsideChecks(
        rules.setting, store.ready, ports.cache_answers, store.jobs, store.audit_keeper, ports.clock
    )
    rights = ApigeeChecks(
        apigee.organization,
        apigee.developers,
        apigee.apps,
        apigee.organization_apps,
        apigee.products,
        apigee.stats,
        advice.apigee,
        ports.clock,
    )
    providers = ProviderChecks(tuple(ports.providers.values()), advice.sign_in)
    mail = MailChecks(ports.mail)
    return StatusOffice(inside=(inside.run,), outside=(rights.run, providers.run, mail.run))
