"""The part of a registration that Apigee sees: one developer, created or found, linked last.

It can be begun again at any step: what it made before carries the request's id.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.domain.apps import REQUEST_ID
from app.domain.attributes import Attribute, value_of
from app.domain.audit import SYSTEM, Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Developer, DeveloperStatus, NewDeveloper
from app.domain.emails import folded_email
from app.domain.errors import AlreadyExists, NotAllowed, NotFound, OutcomeUnknown, Upstream
from app.domain.people import Account
from app.domain.registrations import Existing, Policy, RegistrationRequest, Standing
from app.services.apigee_port import ApigeeDevelopers
from app.services.ports import Accounts, DeveloperIndex
from app.services.registration_port import Registrations
from app.services.registration_rules import EXISTS, NOT_INVITED, NOT_LINKABLE, RegistrationRules
from app.services.trail import Target, Trail


class NeedsHandError(Exception):
    """An administrator has to say which developer the person is."""


@dataclass(frozen=True, slots=True)
class RegistrationSetUp:
    """Creates or finds the developer of a request, and links the account to it as the last step.

    Apigee makes every developer active. Where they are to begin inactive the account is linked
    only after Apigee has confirmed that they are: until then no app can be made.
    """

    apigee: ApigeeDevelopers
    accounts: Accounts
    index: DeveloperIndex
    requests: Registrations
    trail: Trail
    clock: Clock
    rules: RegistrationRules

    def finish(
        self, account: Account, actor: Actor, request: RegistrationRequest, *, anew: bool = False
    ) -> Account:
        """Return the linked account; with ``anew`` what an earlier try made is looked for first.

        Raises ``NeedsHandError``, ``NotAllowed`` or ``InvalidInput`` where it cannot be done, and
        ``Upstream`` while it cannot be known.
        """
        found = self._there(request.email, everywhere=anew)
        if not found and self.lacks_invitation(request.email):
            raise NotAllowed(NOT_INVITED)
        developer = self._only(found, request) if found else self._created(actor, request)
        if not is_ours(developer, request):
            return self.link(account, actor, developer)
        if self.rules.begins_inactive and developer.is_active:
            developer = self._inactive(developer)
        waits = self.rules.policy is Policy.APPROVAL
        return self.link(account, actor, developer, Standing.WAITING if waits else Standing.NOTHING)

    def lacks_invitation(self, email: str) -> bool:
        """Tell whether nobody may be made a developer with the address."""
        return self.rules.needs_invitation(email) and not self.requests.is_invited(email)

    def link(
        self,
        account: Account,
        actor: Actor,
        developer: Developer,
        standing: Standing = Standing.NOTHING,
    ) -> Account:
        """Tie the account to the developer; raise ``NotAllowed`` if another one holds them."""
        target = Target("developer", developer.email, account_id=account.account_id)
        with self.trail.around(actor, Action.DEVELOPER_LINK, target):
            try:
                linked = self.accounts.link(account.account_id, developer, standing)
            except AlreadyExists:
                raise NotAllowed(NOT_LINKABLE) from None
        self.requests.settle(account.account_id)
        self.requests.invitation_used(account.email, self.clock.now())
        self.index.save((developer,), self.clock.now())
        return linked

    def read(self, email: str) -> Developer | None:
        """Read the developer of exactly this address."""
        try:
            return self.apigee.get(email)
        except NotFound:
            return None

    def _there(self, email: str, *, everywhere: bool) -> list[Developer]:
        """Return the developers who have the address, in whatever letters.

        Edge cannot be asked without regard to case: the index knows what it saw, and the
        spelling in small letters is the likeliest of the others.
        """
        known = [row.email for row in self.index.by_folded_email(email)]
        likely = [folded_email(email)] if email != folded_email(email) else []
        found = self._read(dict.fromkeys([*known, *likely, *([email] if everywhere else [])]))
        if found and email not in {*known, *likely} and not everywhere:
            found += self._read([email])
        # Where Apigee does not mind the case, two spellings are one developer.
        return list({developer.email: developer for developer in found}.values())

    def _read(self, spellings: Iterable[str]) -> list[Developer]:
        return [developer for email in spellings if (developer := self.read(email))]

    def _only(self, found: list[Developer], request: RegistrationRequest) -> Developer:
        """Return the developer who is the person, by the operator's rule."""
        ours = next((developer for developer in found if is_ours(developer, request)), None)
        if ours is not None:
            return ours
        if self.rules.existing is Existing.REFUSE:
            raise NotAllowed(EXISTS)
        if len(found) > 1 or self.rules.existing is Existing.ADMINISTRATOR:
            raise NeedsHandError(NOT_LINKABLE)
        return found[0]

    def _created(self, actor: Actor, request: RegistrationRequest) -> Developer:
        target = Target("developer", request.email, account_id=request.account_id)
        try:
            with self.trail.around(actor, Action.DEVELOPER_REGISTER, target):
                return self._sent(request)
        except AlreadyExists:
            found = self._read([request.email])
            if not found:
                raise NotAllowed(NOT_LINKABLE) from None
            return self._only(found, request)

    def _sent(self, request: RegistrationRequest) -> Developer:
        attributes = {**request.attributes, REQUEST_ID: request.request_id}
        new = NewDeveloper(
            email=request.email,
            first_name=request.first_name,
            last_name=request.last_name,
            user_name=request.user_name,
            attributes=tuple(Attribute(name, value) for name, value in attributes.items()),
        )
        try:
            return self.apigee.create(new)
        except OutcomeUnknown:
            found = self._if_seen(request.email)
            if found is None or not is_ours(found, request):
                raise
            return found

    def _if_seen(self, email: str) -> Developer | None:
        try:
            return self.read(email)
        except Upstream:
            return None

    def _inactive(self, developer: Developer) -> Developer:
        """Turn the developer off, which is the portal's doing and not the person's."""
        target = Target("developer", developer.email, developer.email)
        with self.trail.around(SYSTEM, Action.DEVELOPER_DEACTIVATE, target):
            self.apigee.set_status(developer.email, DeveloperStatus.INACTIVE)
        return replace(developer, status=DeveloperStatus.INACTIVE)


def is_ours(developer: Developer, request: RegistrationRequest) -> bool:
    """Tell whether this very request made the developer."""
    return value_of(developer.attributes, REQUEST_ID) == request.request_id
