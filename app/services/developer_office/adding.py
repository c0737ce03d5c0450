"""A developer added by an administrator, with an invitation where one is wanted."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Developer, NewDeveloper
from app.domain.emails import folded_email
from app.domain.errors import AlreadyExists, InvalidInput, NotFound, OutcomeUnknown, Upstream
from app.domain.mail import is_address
from app.services.apigee_port import ApigeeDevelopers
from app.services.developer_office.editing import name_problems
from app.services.developer_port import IndexedDeveloper
from app.services.ports import DeveloperIndex
from app.services.registration_office import RegistrationOffice, can_be_invited
from app.services.trail import Target, Trail

NO_ADDRESS: Final = "Enter an e-mail address, such as ravi@example.com."
EXISTS: Final = "There is a developer with this address already."
UNREADABLE: Final = (
    "Apigee has this address already, but does not show the developer. Try again in a minute."
)
# Who was made so lately with the very same words, was made by this form, sent once before.
LATELY: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DeveloperAdding:
    """Adds developers to Apigee and to the index; ``lower_case`` as Apigee X wants addresses."""

    apigee: ApigeeDevelopers
    index: DeveloperIndex
    invitations: RegistrationOffice
    trail: Trail
    clock: Clock
    lower_case: bool

    def add(self, actor: Actor, new: NewDeveloper, *, invites: bool = False) -> IndexedDeveloper:
        """Add a developer, who is active at once; without a user name it is the address.

        Where the answer is lost, or the form is sent once more, whoever is there as it was sent
        is who was added. Raises ``InvalidInput`` with the fields, also where somebody has the
        address already, ``Upstream`` and ``OutcomeUnknown``.
        """
        asked = self._asked(new, invites=invites)
        target = Target("developer", asked.email)
        try:
            with self.trail.around(actor, Action.DEVELOPER_CREATE, target):
                made = self._sent(asked)
        except AlreadyExists:
            raise InvalidInput({"email": EXISTS}) from None
        row = self._save(replace(made, apps_count=0))  # nobody has an app before there is somebody
        if invites:
            self.invitations.invite(actor, made.email)
        return row

    def known(self, email: str) -> IndexedDeveloper | None:
        """Return who has the address in the index, but for case, or None."""
        return next(iter(self.index.by_folded_email(email.strip())), None)

    def _sent(self, asked: NewDeveloper) -> Developer:
        try:
            return self.apigee.create(asked)
        except AlreadyExists:
            found = self._read(asked.email)
            since = found.created_at
            if not _is(found, asked) or since is None or since < self.clock.now() - LATELY:
                self._save(found)
                raise
            return found
        except OutcomeUnknown:
            seen = self._if_seen(asked.email)
            if seen is None or not _is(seen, asked):
                raise
            return seen

    def _read(self, email: str) -> Developer:
        try:
            return self.apigee.get(email)
        except NotFound:
            raise InvalidInput({"email": UNREADABLE}) from None

    def _if_seen(self, email: str) -> Developer | None:
        try:
            return self.apigee.get(email)
        except (NotFound, Upstream):
            return None

    def _asked(self, new: NewDeveloper, *, invites: bool) -> NewDeveloper:
        email = folded_email(new.email.strip()) if self.lower_case else new.email.strip()
        names = {
            "first_name": new.first_name.strip(),
            "last_name": new.last_name.strip(),
            "user_name": new.user_name.strip() or email or "none",
        }
        problems = dict(name_problems(names))
        if not (can_be_invited if invites else is_address)(email):
            problems["email"] = NO_ADDRESS
        elif self.known(email) is not None:
            problems["email"] = EXISTS
        if problems:
            raise InvalidInput(problems)
        return NewDeveloper(email, names["first_name"], names["last_name"], names["user_name"])

    def _save(self, developer: Developer) -> IndexedDeveloper:
        self.index.save((developer,), self.clock.now())
        same = self.index.by_folded_email(developer.email)
        return next(row for row in same if row.email == developer.email)


def _is(found: Developer, asked: NewDeveloper) -> bool:
    """Tell whether a developer is as the form said."""
    names = found.first_name, found.last_name, found.user_name
    return names == (asked.first_name, asked.last_name, asked.user_name)
