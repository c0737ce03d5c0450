"""What the portal writes by mail: one method for each, called once the thing itself is done.

A method only puts the mail into the outbox, with a job that sends it: it neither waits for a mail
server nor fails because of one. Where mail is off nothing happens.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from app.domain.approvals import Wanted
from app.domain.apps import DeveloperApp
from app.domain.clock import Clock
from app.domain.jobs import JobKind, NewJob
from app.domain.keys import Key
from app.domain.mail import Letter, MailKind, Recipient, is_address
from app.domain.people import Account
from app.domain.registrations import Standing
from app.services.job_port import Jobs
from app.services.mail.port import Outbox
from app.services.mail.recipients import Recipients
from app.services.mail.sending import NUMBER, MailSending
from app.services.mail.wording import Wording

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mail:
    """Puts mails into the outbox; an event that is told twice makes one mail."""

    outbox: Outbox | None
    jobs: Jobs
    to: Recipients
    say: Wording
    clock: Clock

    def invitation(self, email: str, by: str) -> None:
        """Invite the holder of an address to register, once a day; ``by`` may be empty.

        Whoever is an active developer already is invited to sign in.
        """
        known = self.to.known(email)
        values = {
            "by": by,
            "url": self.say.address("register"),
            "is_developer": "yes" if known and known.is_active else "",
        }
        to = Recipient(email, known.name if known and known.name != known.email else "")
        self._post(MailKind.INVITATION, to, values, self._today())

    def developer_activated(self, email: str) -> None:
        """Tell developers that their keys work again."""
        self._status(MailKind.DEVELOPER_ACTIVATED, email)

    def developer_deactivated(self, email: str) -> None:
        """Tell developers that their keys stop."""
        self._status(MailKind.DEVELOPER_DEACTIVATED, email)

    def registration_waiting(self, account: Account, request_id: str) -> None:
        """Tell those who decide that somebody waits for them."""
        values = {
            "person": account.name,
            "email": account.email,
            "by_hand": "yes" if account.standing is Standing.BY_HAND else "",
            "url": self.say.address("admin", "accounts", str(account.account_id)),
        }
        for one in self.to.deciders():
            self._post(MailKind.REGISTRATION_WAITING, one, values, request_id)

    def registration_approved(self, account: Account) -> None:
        """Tell the person that they can begin."""
        values = {"url": self.say.address("apps")}
        self._post_to(MailKind.REGISTRATION_APPROVED, account, values, self._now())

    def registration_refused(self, account: Account, reason: str) -> None:
        """Tell the person why not."""
        self._post_to(MailKind.REGISTRATION_REFUSED, account, {"reason": reason}, self._now())

    def access_requested(
        self, app: DeveloperApp, email: str, products: Iterable[str], key_id: str = ""
    ) -> None:
        """Tell the owners of products, each of theirs, that an app asks for them on a key.

        For products without an owner these are the people who decide about registrations, too.
        """
        by_owner: dict[Recipient, list[str]] = {}
        for product in products:
            for one in self.to.owners_of(product):
                by_owner.setdefault(one, []).append(product)
        about = {
            **self.say.about_app(app),
            "person": self.to.developer(email).name or email,
        }
        for one, asked in by_owner.items():
            url = self.say.request(Wanted(app.app_id, key_id, asked[0]), is_only=len(asked) == 1)
            values = {**about, "url": url, "products": self.say.products(asked)}
            self._post(MailKind.ACCESS_REQUESTED, one, values, app.app_id, *asked, self._now())

    def access_approved(self, app: DeveloperApp, email: str, product: str, lacks: str = "") -> None:
        """Tell the developer that a product opens for the app.

        ``lacks`` is what stops its calls all the same: developer, app or key.
        """
        about = {"product": product, "lacks": lacks}
        self._decision(MailKind.ACCESS_APPROVED, app, email, about)

    def access_refused(self, app: DeveloperApp, email: str, product: str, reason: str) -> None:
        """Tell the developer why the app does not get a product."""
        about = {"product": product, "reason": reason}
        self._decision(MailKind.ACCESS_REFUSED, app, email, about)

    def key_expiring(
        self, app: DeveloperApp, email: str, key: Key, days: int, label: str = ""
    ) -> None:
        """Tell the developer that a key ends; once for each of the ``days`` that are notices.

        It says how many days are left. After the end it would be of no use and is not sent.
        """
        ends = key.expires_at
        if ends is None:
            return
        left = ceil((ends - self.clock.now()) / timedelta(days=1))
        about = {"days": str(left), "ends": ends.isoformat()}
        values = {**self._about_key(app, key, label), **about}
        unique = app.app_id, key.key_id, ends.isoformat(), str(days)
        self._post(MailKind.KEY_EXPIRING, self.to.developer(email), values, *unique, until=ends)

    def key_retired(self, app: DeveloperApp, email: str, key: Key, label: str = "") -> None:
        """Tell the developer that a key that was replaced is off by now."""
        values = self._about_key(app, key, label)
        unique = app.app_id, key.key_id, self._today()
        self._post(MailKind.KEY_RETIRED, self.to.developer(email), values, *unique)

    def email_changed(self, name: str, before: str, now: str) -> None:
        """Tell somebody at both addresses that theirs was changed; one may be empty."""
        values = {"before": before, "now": now}
        for address in dict.fromkeys(filter(None, (before, now))):
            self._post(MailKind.EMAIL_CHANGED, Recipient(address, name), values, self._now())

    def _status(self, kind: MailKind, email: str) -> None:
        values = {"url": self.say.address("apps")}
        self._post(kind, self.to.developer(email), values, self._now())

    def _decision(
        self, kind: MailKind, app: DeveloperApp, email: str, about: Mapping[str, str]
    ) -> None:
        product = {"product": self.say.products((about["product"],))}
        values = {**self.say.about_app(app), **about, **product}
        to = self.to.developer(email)
        self._post(kind, to, values, app.app_id, about["product"], self._now())

    def _about_key(self, app: DeveloperApp, key: Key, label: str) -> Mapping[str, str]:
        return {**self.say.about_app(app), "key": label, "ending": key.ending}

    def _today(self) -> str:
        return f"{self.clock.now():%Y-%m-%d}"

    def _now(self) -> str:
        return self.clock.now().isoformat()

    def _post_to(
        self, kind: MailKind, account: Account, values: Mapping[str, str], *unique: str
    ) -> None:
        one = self.to.person(account)
        if one is not None:
            self._post(kind, one, values, *unique)

    def _post(
        self,
        kind: MailKind,
        to: Recipient,
        values: Mapping[str, str],
        *unique: str,
        until: datetime | None = None,
    ) -> None:
        """Keep the mail: what it is about is done, so nothing that goes wrong here undoes it."""
        if self.outbox is None or not is_address(to.address):
            return
        reference = self.say.reference(kind.value, to.address, *unique)
        try:
            letter = Letter(kind, to, reference, values, until)
            number = self.outbox.add(letter, self.clock.now())
            if number is not None:
                self._let_send(self.outbox, number, kind)
        except Exception:
            LOG.exception("the mail %s could not be put into the outbox", kind.value)

    def _let_send(self, outbox: Outbox, number: int, kind: MailKind) -> None:
        facts = {NUMBER: str(number), "about": kind.value}
        unique = f"{JobKind.SEND_MAIL.value} {number}"
        self.jobs.add(NewJob(JobKind.SEND_MAIL, self.clock.now(), facts, unique))
        outbox.waits(number)


@dataclass(frozen=True, slots=True)
class MailServices:
    """What others call to write to people, and what sends it later."""

    mail: Mail
    sending: MailSending
