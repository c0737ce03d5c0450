"""Putting the services of mail together over whatever provides their ports."""

from collections.abc import Callable, Mapping

from app.services.ingredients import Ports, Rules
from app.services.mail.mail import Mail, MailServices
from app.services.mail.recipients import Recipients
from app.services.mail.sending import MailSending
from app.services.mail.wording import Wording


def mail_services(
    ports: Ports, rules: Rules, titles: Callable[[], Mapping[str, str]]
) -> MailServices:
    """Build them; ``titles`` says what products are called without asking Apigee."""
    store = ports.store
    mail = Mail(
        outbox=ports.mail.outbox if ports.mail else None,
        jobs=store.jobs,
        to=Recipients(
            store.index,
            store.book,
            store.accounts,
            rules.roles,
            rules.mail_office,
            rules.product_owners.who,
        ),
        say=Wording(rules.presentation.public_url, titles, ports.fingerprint),
        clock=ports.clock,
    )
    return MailServices(mail, MailSending(ports.mail, ports.clock))
