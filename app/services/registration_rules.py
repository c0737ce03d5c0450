"""The operator's rules about becoming a developer, and what is said to whom they keep out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.domain.emails import folded_email
from app.domain.errors import InvalidInput
from app.domain.mail import is_address
from app.domain.names import MAX_NAME, is_blank, unprintable
from app.domain.people import Account
from app.domain.registrations import Existing, ExtraField, Policy

NOT_VERIFIED: Final = (
    "Your sign-in provider has not verified your e-mail address, so you cannot register here yet. "
    "Verify the address there, then sign in again."
)
NO_ADDRESS: Final = (
    "Your sign-in provider sent no e-mail address, so you cannot register here. "
    "Add one there, then sign in again."
)
UNFIT: Final = (
    "Your e-mail address cannot be a developer's on Apigee, so you cannot register with it. "
    "Have your sign-in provider send another one, then sign in again."
)
WRONG_DOMAIN: Final = "People with your e-mail domain cannot register here."
NOT_INVITED: Final = (
    "Registration here is by invitation, and your e-mail address has none. "
    "An administrator can invite you."
)
NOT_LINKABLE: Final = (
    "A developer account for your e-mail address cannot be connected automatically. "
    "An administrator has to do it."
)
EXISTS: Final = (
    "There is a developer account with your e-mail address already, and this portal does not "
    "connect existing ones. An administrator can tell you what to do."
)
REQUIRED: Final[Mapping[str, str]] = {
    "first_name": "Enter your first name.",
    "last_name": "Enter your last name.",
    "user_name": "Enter a user name.",
}


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """What the person filled in; ``accepted`` is the version of the terms they ticked."""

    first_name: str
    last_name: str
    user_name: str
    accepted: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegistrationRules:
    """Who may register, and what becomes of them; without ``terms_version`` there are no terms.

    ``domains`` are the only ones that may register (none: every domain); under ``INVITED`` they
    are those that need no invitation. ``lower_case``: Apigee knows addresses in small letters
    only. Who begins inactive waits for an administrator to activate them. Without ``own_names``
    the provider's first and last names are registered, whatever the form says.
    """

    policy: Policy = Policy.OPEN
    existing: Existing = Existing.LINK
    domains: frozenset[str] = frozenset()
    inactive_first: bool = False
    fields: tuple[ExtraField, ...] = ()
    terms_version: str = ""
    terms_url: str = ""
    lower_case: bool = False
    own_names: bool = True

    @property
    def begins_inactive(self) -> bool:
        """Whether a developer whom the portal makes is turned off at once."""
        return self.inactive_first or self.policy is Policy.APPROVAL

    def wants_terms_of(self, account: Account) -> bool:
        """Tell whether the person has yet to accept the terms as they are now."""
        return bool(self.terms_version) and account.terms_version != self.terms_version

    def spelled(self, email: str) -> str:
        """Return the address as Apigee is to have it."""
        return folded_email(email) if self.lower_case else email

    def shuts_out(self, account: Account) -> str | None:
        """Return why the address as such may not register, or None."""
        if not account.email:
            return NO_ADDRESS
        if not account.email_verified:
            return NOT_VERIFIED
        if not is_address(account.email):
            return UNFIT
        if self.domains and self.policy is not Policy.INVITED and not self.lists(account.email):
            return WRONG_DOMAIN
        return None

    def lists(self, email: str) -> bool:
        """Tell whether the address is of one of the domains, which are written in ASCII.

        Nothing but capital letters is folded: straße.de and strasse.de are of two owners.
        """
        domain = email.rpartition("@")[2]
        return folded_email(domain) in self.domains

    def needs_invitation(self, email: str) -> bool:
        """Tell whether somebody with the address becomes a developer by invitation only."""
        return self.policy is Policy.INVITED and not self.lists(email)

    def check(self, form: RegistrationForm, account: Account) -> None:
        """Raise ``InvalidInput`` with everything that is wrong with the form."""
        problems: dict[str, str] = {}
        for name, missing in REQUIRED.items():
            value = str(getattr(form, name)).strip()
            if is_blank(value):
                problems[name] = missing
            elif len(value) > MAX_NAME or unprintable(value):
                problems[name] = f"Use at most {MAX_NAME} characters, all of them visible."
        for extra in self.fields:
            problem = extra.problem(form.attributes.get(extra.name, "").strip())
            if problem:
                problems[extra.field] = problem
        if self.wants_terms_of(account) and form.accepted != self.terms_version:
            problems["accept_terms"] = "Accept the terms to continue."
        if problems:
            raise InvalidInput(problems)

    def names(self, form: RegistrationForm, account: Account) -> tuple[str, str]:
        """Return first and last name as they are to be registered."""
        typed = form.first_name.strip(), form.last_name.strip()
        if self.own_names:
            return typed
        return account.first_name or typed[0], account.last_name or typed[1]

    def answers(self, form: RegistrationForm) -> Mapping[str, str]:
        """Return the answers to the further questions, and to nothing that was not asked."""
        typed = ((extra.name, form.attributes.get(extra.name, "").strip()) for extra in self.fields)
        return {name: value for name, value in typed if value}
