"""Registration: how a person becomes a developer on Apigee, exactly once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Developer, NewDeveloper
from app.domain.errors import (
    AlreadyExists,
    InvalidInput,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
    Upstream,
)
from app.domain.names import MAX_NAME, is_blank, unprintable
from app.domain.people import Account
from app.services.apigee_port import ApigeeDevelopers
from app.services.ports import Accounts, DeveloperIndex
from app.services.refusals import on_record
from app.services.registration_port import Registrations
from app.services.trail import Target, Trail

NOT_VERIFIED: Final = (
    "Your sign-in provider has not verified your e-mail address, so you cannot register here yet. "
    "Verify the address there, then sign in again."
)
NO_ADDRESS: Final = (
    "Your sign-in provider sent no e-mail address, so you cannot register here. "
    "Add one there, then sign in again."
)
WRONG_DOMAIN: Final = "People with your e-mail domain cannot register here."
NOT_LINKABLE: Final = (
    "A developer account for your e-mail address cannot be connected automatically. "
    "An administrator has to do it."
)
JUST_MADE: Final = timedelta(minutes=1)
REQUIRED: Final[Mapping[str, str]] = {
    "first_name": "Enter your first name.",
    "last_name": "Enter your last name.",
    "user_name": "Enter a user name.",
}


@dataclass(frozen=True, slots=True)
class RegistrationRules:
    """Who may register; empty ``domains`` mean every domain, no ``terms_version`` no terms."""

    links_existing: bool = True
    domains: frozenset[str] = frozenset()
    terms_version: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """What the person filled in; ``accepted`` is the version of the terms they ticked."""

    first_name: str
    last_name: str
    user_name: str
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """Creates or links the developer of an account; never a second one."""

    apigee: ApigeeDevelopers
    accounts: Accounts
    index: DeveloperIndex
    requests: Registrations
    trail: Trail
    clock: Clock
    rules: RegistrationRules

    def obstacle(self, account: Account) -> str | None:
        """Return why this person cannot register, or None when they can."""
        if not account.email:
            return NO_ADDRESS
        if not account.email_verified:
            return NOT_VERIFIED
        domain = account.email.rpartition("@")[2].casefold()
        if self.rules.domains and domain not in self.rules.domains:
            return WRONG_DOMAIN
        return NOT_LINKABLE if self._is_taken(account) else None

    def _is_taken(self, account: Account) -> bool:
        """Tell whether the developer of this address is held by somebody else's account."""
        known = self.index.by_folded_email(account.email)
        holders = [self.accounts.of_developer(row.email) for row in known]
        return len(known) > 1 or any(
            holder is not None and holder.account_id != account.account_id for holder in holders
        )

    def link_existing(self, account: Account, actor: Actor) -> Account | None:
        """Link the account to the developer who has its verified address; None if there is none.

        With terms to accept nothing happens in passing: the registration page asks first.
        """
        if account.is_unlinked or not self.rules.links_existing or self.rules.terms_version:
            return None
        if self.obstacle(account):
            return None
        known = self.index.by_folded_email(account.email)
        if len(known) != 1:
            return None
        try:
            developer = self.apigee.get(known[0].email)
        except NotFound:
            return None
        return self._link(account, actor, developer)

    @on_record(Action.DEVELOPER_REGISTER)
    def register(self, account: Account, actor: Actor, form: RegistrationForm) -> Account:
        """Create the developer, or link the one that exists by the operator's rule.

        Raises ``NotAllowed`` with the reason, or ``InvalidInput`` per field.
        """
        if account.is_developer:
            return account
        obstacle = self.obstacle(account)
        if obstacle:
            raise NotAllowed(obstacle)
        self._check(form)
        if self.rules.terms_version:
            self.requests.accept_terms(
                account.account_id, self.rules.terms_version, self.clock.now()
            )
        known = self.index.by_folded_email(account.email)
        if len(known) > 1:
            raise NotAllowed(NOT_LINKABLE)
        new = NewDeveloper(
            email=known[0].email if known else account.email,
            first_name=form.first_name.strip(),
            last_name=form.last_name.strip(),
            user_name=form.user_name.strip(),
        )
        existing = self._existing(new.email) if known and self.rules.links_existing else None
        return self._link(account, actor, existing or self._created(actor, new))

    def _check(self, form: RegistrationForm) -> None:
        problems: dict[str, str] = {}
        for field, missing in REQUIRED.items():
            value = str(getattr(form, field)).strip()
            if is_blank(value):
                problems[field] = missing
            elif len(value) > MAX_NAME or unprintable(value):
                problems[field] = f"Use at most {MAX_NAME} characters, all of them visible."
        if self.rules.terms_version and form.accepted != self.rules.terms_version:
            problems["accept_terms"] = "Accept the terms to continue."
        if problems:
            raise InvalidInput(problems)

    def _created(self, actor: Actor, new: NewDeveloper) -> Developer:
        try:
            with self.trail.around(
                actor, Action.DEVELOPER_REGISTER, Target("developer", new.email)
            ):
                return self._sent(new)
        except AlreadyExists:
            existing = self._existing(new.email)
            if existing is None:
                raise
            if self._may_link(existing, new):
                return existing
            raise NotAllowed(NOT_LINKABLE) from None

    def _sent(self, new: NewDeveloper) -> Developer:
        try:
            return self.apigee.create(new)
        except OutcomeUnknown:
            existing = self._existing_if_seen(new.email)
            if existing is None or not self._may_link(existing, new):
                raise
            return existing

    def _existing(self, email: str) -> Developer | None:
        """Read the developer; Apigee X knows the address in small letters only."""
        for spelling in dict.fromkeys((email, email.lower())):
            try:
                return self.apigee.get(spelling)
            except NotFound:
                continue
        return None

    def _existing_if_seen(self, email: str) -> Developer | None:
        try:
            return self._existing(email)
        except Upstream:
            return None

    def _may_link(self, existing: Developer, new: NewDeveloper) -> bool:
        """By the operator's rule, or because a lost or doubled request just made it."""
        if self.rules.links_existing:
            return True
        names = (existing.first_name, existing.last_name, existing.user_name)
        just_made = existing.created_at is not None and (
            self.clock.now() - existing.created_at <= JUST_MADE
        )
        return just_made and names == (new.first_name, new.last_name, new.user_name)

    def _link(self, account: Account, actor: Actor, developer: Developer) -> Account:
        with self.trail.around(actor, Action.DEVELOPER_LINK, Target("developer", developer.email)):
            try:
                linked = self.accounts.link(account.account_id, developer)
            except AlreadyExists:
                raise NotAllowed(NOT_LINKABLE) from None
        self.index.save((developer,), self.clock.now())
        return linked
