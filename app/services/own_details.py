"""The operator's own questions about a developer: answered at registration, changed later."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import DeveloperChange
from app.domain.errors import InvalidInput, NotAllowed, NotFound
from app.domain.people import Account
from app.domain.registrations import ExtraField
from app.services.apigee_port import ApigeeDevelopers
from app.services.changes import Counted
from app.services.ports import Accounts, DeveloperIndex
from app.services.trail import Target, Trail

NO_DEVELOPER = "Register as a developer first: these details belong to that."


@dataclass(frozen=True, slots=True)
class OwnDetails:
    """Reads and changes the attributes that the questions stand for, and no other one.

    Every method raises ``Upstream`` while Apigee, which keeps them, does not answer, and
    ``NotFound`` where the operator asks nothing.
    """

    apigee: ApigeeDevelopers
    accounts: Accounts
    index: DeveloperIndex
    fields: tuple[ExtraField, ...]
    trail: Trail
    clock: Clock

    def answers(self, account: Account) -> Mapping[str, str]:
        """Return what Apigee has by the name of each question; raise ``NotAllowed``."""
        self._check(account)
        developer = self.apigee.get(account.developer_email)
        held = {item.name: item.value for item in developer.attributes}
        return {extra.name: held.get(extra.name, "") for extra in self.fields}

    def change(self, account: Account, actor: Actor, answers: Mapping[str, str]) -> None:
        """Keep the answers; raise ``InvalidInput`` per field. An empty one takes it away."""
        self._check(account)
        given = {extra: answers.get(extra.name, "").strip() for extra in self.fields}
        problems = {extra.field: extra.problem(value) for extra, value in given.items()}
        told = {field: problem for field, problem in problems.items() if problem}
        if told:
            raise InvalidInput(told)
        email = account.developer_email
        change = DeveloperChange(
            attributes={extra.name: value or None for extra, value in given.items()}
        )
        target, counted = Target("developer", email), Counted(self.accounts, email)
        with self.trail.around(actor, Action.DEVELOPER_UPDATE, target, beside=counted):
            changed = self.apigee.update(email, change)
        self.index.save((changed,), self.clock.now())

    def _check(self, account: Account) -> None:
        if not self.fields:
            raise NotFound("The portal asks for no further details.")
        if not account.is_developer:
            raise NotAllowed(NO_DEVELOPER)
