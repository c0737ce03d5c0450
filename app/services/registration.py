"""Registration: how a person becomes a developer on Apigee, exactly once."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import uuid4

from app.domain.audit import SYSTEM, Action, Actor, Phase
from app.domain.clock import Clock
from app.domain.errors import (
    AlreadyExists,
    InvalidInput,
    NotAllowed,
    NotFound,
    Upstream,
)
from app.domain.jobs import Job, JobKind, NewJob
from app.domain.people import Account
from app.domain.registrations import Existing, RegistrationRequest, Standing
from app.services.account_port import AccountBook
from app.services.job_port import Jobs
from app.services.ports import ABANDONED_AFTER, Accounts, DeveloperIndex
from app.services.refusals import on_record
from app.services.registration_office import UNDECIDED, RegistrationOffice
from app.services.registration_port import Registrations
from app.services.registration_rules import (
    NOT_INVITED,
    NOT_LINKABLE,
    RegistrationForm,
    RegistrationRules,
)
from app.services.registration_setup import NeedsHandError, RegistrationSetUp
from app.services.trail import Target, Trail

ACCOUNT: Final = "account_id"


class Step(StrEnum):
    """What somebody has to do before My Apps opens; each is an endpoint's name."""

    REGISTER = "account.register"
    TERMS = "terms.show"


@dataclass(frozen=True, slots=True)
class Registration:
    """Creates or links the developer of an account; never a second one.

    A job stands behind every registration before anything is sent to Apigee, so that one which
    breaks off at any step is finished later.
    """

    set_up: RegistrationSetUp
    office: RegistrationOffice
    accounts: Accounts
    book: AccountBook
    index: DeveloperIndex
    requests: Registrations
    jobs: Jobs
    trail: Trail
    clock: Clock
    rules: RegistrationRules

    def next_step(self, account: Account) -> Step | None:
        """Return what the person has to do before My Apps opens, or None."""
        if not account.is_developer or account.standing is Standing.REFUSED:
            return Step.REGISTER
        return Step.TERMS if self.rules.wants_terms_of(account) else None

    def obstacle(self, account: Account) -> str | None:
        """Return why this person cannot register, or None when they can."""
        shut_out = self.rules.shuts_out(account)
        if shut_out:
            return shut_out
        if self.set_up.lacks_invitation(account.email) and not self._is_known(account):
            return NOT_INVITED
        return NOT_LINKABLE if self._was_unlinked(account) or self._is_taken(account) else None

    def _is_known(self, account: Account) -> bool:
        """Tell whether a developer has the address whom the rules link: they were let in once."""
        is_linked = self.rules.existing is Existing.LINK
        return is_linked and bool(self.index.by_folded_email(account.email))

    def _was_unlinked(self, account: Account) -> bool:
        """Tell whether an account of the address was unlinked: only hands link another to it."""
        same = self.book.of_email(account.email)
        return account.is_unlinked or any(other.is_unlinked for other in same)

    def _is_taken(self, account: Account) -> bool:
        """Tell whether the address is somebody else's."""
        if self.requests.holder(account.email) not in {None, account.account_id}:
            return True
        known = self.index.by_folded_email(account.email)
        holders = [self.accounts.of_developer(row.email) for row in known]
        return any(
            holder is not None and holder.account_id != account.account_id for holder in holders
        )

    def link_existing(self, account: Account, actor: Actor) -> Account | None:
        """Link the account to the developer who has its verified address; None if there is none.

        With terms to accept nothing happens in passing: the registration page asks first.
        """
        in_passing = self.rules.existing is Existing.LINK and not self.rules.terms_version
        if not in_passing or self._has_asked(account) or self.obstacle(account):
            return None
        return self._link_known(account, actor)

    def _has_asked(self, account: Account) -> bool:
        """Tell whether the person registered: then a link is one step of that and not the first."""
        if account.standing is Standing.SETTING_UP:
            return self.requests.get(account.account_id) is not None
        return account.standing is not Standing.NOTHING

    def link_later(self, account: Account) -> Account:
        """Let a job link the account, because Apigee did not answer in time."""
        job = self._behind(account)
        self.requests.stand(account.account_id, Standing.SETTING_UP)
        self.jobs.hasten(job.job_id)
        return replace(account, standing=Standing.SETTING_UP)

    @on_record(Action.DEVELOPER_REGISTER)
    def register(self, account: Account, actor: Actor, form: RegistrationForm) -> Account:
        """Create the developer, or link the one that exists by the operator's rule.

        While Apigee does not answer the account is ``SETTING_UP``, and a job goes on. Raises
        ``NotAllowed`` with the reason, or ``InvalidInput`` per field.
        """
        if account.is_developer:
            return account
        obstacle = self.obstacle(account)
        if obstacle:
            raise NotAllowed(obstacle)
        self.rules.check(form, account)
        if self.rules.wants_terms_of(account):
            self.accept_terms(account, actor, form.accepted)
        job = self._behind(account)
        try:
            request = self.requests.begin(self._request(account, form), self.clock.now())
        except AlreadyExists:
            raise NotAllowed(NOT_LINKABLE) from None
        self._keep_names(account, actor, request)
        return self._tried(account, actor, request, job)

    def resume(self, account: Account, actor: Actor) -> Account:
        """Try a registration that is under way once more, now."""
        if account.standing is not Standing.SETTING_UP or account.is_developer:
            return account
        request, job = self.requests.get(account.account_id), self._behind(account)
        return self._tried(account, actor, request, job, anew=True)

    def under_way(self, account: Account) -> Job | None:
        """Return the job that goes on with somebody who is being set up, or None."""
        if account.standing is not Standing.SETTING_UP:
            return None
        return next(iter(self.jobs.about(_about(account))), None)

    def accept_terms(self, account: Account, actor: Actor, accepted: str) -> None:
        """Note that the person accepts the terms; raise ``InvalidInput`` for another version."""
        version = self.rules.terms_version
        if accepted != version:
            raise InvalidInput({"accept_terms": "Accept the terms to continue."})
        self.trail.event(actor, Action.TERMS_ACCEPT, Target("terms", version), Phase.DONE)
        self.requests.accept_terms(account.account_id, version, self.clock.now())

    def run(self, job: Job) -> None:
        """Finish what a person began; done already, or given up, it does nothing."""
        try:
            account = self.accounts.get(int(job.facts[ACCOUNT]))
        except NotFound:
            return
        if account.blocked or account.is_developer:
            return
        if account.standing is not Standing.SETTING_UP:
            return
        request = self.requests.get(account.account_id)
        try:
            self._finished(account, SYSTEM, request, anew=True)
        except (NotAllowed, InvalidInput) as error:
            target = Target("developer", account.email, account_id=account.account_id)
            self.trail.refusal(SYSTEM, Action.DEVELOPER_REGISTER, target, type(error).__name__)
            self.requests.release(account.account_id, error.message)

    def _request(self, account: Account, form: RegistrationForm) -> RegistrationRequest:
        first_name, last_name = self.rules.names(form, account)
        return RegistrationRequest(
            account_id=account.account_id,
            request_id=uuid4().hex,
            email=self.rules.spelled(account.email),
            first_name=first_name,
            last_name=last_name,
            user_name=form.user_name.strip(),
            attributes=self.rules.answers(form),
        )

    def _keep_names(self, account: Account, actor: Actor, request: RegistrationRequest) -> None:
        """Keep names that the person wrote in the place of the provider's, here as on Apigee."""
        names = request.first_name, request.last_name
        if self.rules.own_names and names != (account.first_name, account.last_name):
            target = Target.of(account)
            with self.trail.around(actor, Action.ACCOUNT_NAMES, target):
                self.book.rename(account.account_id, *names)

    def _behind(self, account: Account) -> Job:
        """Return the job that goes on where the request of the moment breaks off."""
        number = str(account.account_id)
        return self.jobs.add(
            NewJob(
                JobKind.REGISTER_DEVELOPER,
                self.clock.now() + ABANDONED_AFTER,
                {ACCOUNT: number},
                unique_key=f"{JobKind.REGISTER_DEVELOPER}:{number}",
                about=_about(account),
            )
        )

    def _tried(
        self,
        account: Account,
        actor: Actor,
        request: RegistrationRequest | None,
        job: Job,
        *,
        anew: bool = False,
    ) -> Account:
        try:
            return self._finished(account, actor, request, anew=anew)
        except Upstream:
            self.jobs.hasten(job.job_id)
            return self.accounts.get(account.account_id)
        except (NotAllowed, InvalidInput) as error:
            self.requests.release(account.account_id, error.message)
            raise

    def _finished(
        self, account: Account, actor: Actor, request: RegistrationRequest | None, *, anew: bool
    ) -> Account:
        if request is None:
            linked = None if self.obstacle(account) else self._link_known(account, actor)
            if linked is None:
                self.requests.stand(account.account_id, Standing.NOTHING)
            return linked or self.accounts.get(account.account_id)
        try:
            ended = self.set_up.finish(account, actor, request, anew=anew)
        except NeedsHandError:
            target = Target("account", request.email, account_id=account.account_id)
            self.trail.note(actor, Action.REGISTRATION_BY_HAND, target)
            self.requests.stand(account.account_id, Standing.BY_HAND)
            ended = self.accounts.get(account.account_id)
        if ended.standing in UNDECIDED:
            self.office.mail.registration_waiting(ended, request.request_id)
        return ended

    def _link_known(self, account: Account, actor: Actor) -> Account | None:
        """Link the one developer whom the index knows by the address, if they are still there."""
        known = self.index.by_folded_email(account.email)
        developer = self.set_up.read(known[0].email) if len(known) == 1 else None
        return self.set_up.link(account, actor, developer) if developer else None


def _about(account: Account) -> str:
    return f"registration {account.account_id}"
