"""A developer's names and custom attributes, changed by an administrator.

Every change may carry the revision that the person saw: one who comes second is told, and nothing
is overwritten unseen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.attributes import Attribute, value_of
from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Developer, DeveloperChange
from app.domain.errors import Conflict, InvalidInput, NotFound, Refused
from app.domain.names import MAX_NAME, is_blank, unprintable
from app.domain.registrations import is_reserved
from app.services.account_port import AccountBook
from app.services.apigee_port import ApigeeDevelopers
from app.services.app_admission import attribute_problem
from app.services.changes import Counted
from app.services.developer_port import IndexedDeveloper
from app.services.ports import Accounts, DeveloperIndex
from app.services.trail import Target, Trail

GONE: Final = "This developer is no longer on Apigee."
CHANGED: Final = "This developer was changed in the meantime. Nothing was overwritten."
# What Apigee X allows for each developer; a name may have so many bytes.
MOST_ATTRIBUTES: Final = 18
LONGEST_ATTRIBUTE_NAME: Final = 1000
REQUIRED: Final[Mapping[str, str]] = {
    "first_name": "Enter a first name.",
    "last_name": "Enter a last name.",
    "user_name": "Enter a user name.",
}
NO_ATTRIBUTE: Final = "The developer has no attribute of this name any more."
IS_RESERVED: Final = "This name means something to Apigee or to the portal. Choose another one."
IS_FULL: Final = (
    f"The developer has {MOST_ATTRIBUTES} attributes, the most that Apigee keeps. Delete one first."
)


@dataclass(frozen=True, slots=True)
class DeveloperEditing:
    """Changes names and attributes on Apigee and in the index; everything else is kept.

    Every method raises ``NotFound``, ``InvalidInput`` with the fields, ``Conflict`` where the
    developer is not of the given revision any more, ``Upstream`` and ``OutcomeUnknown``.
    """

    apigee: ApigeeDevelopers
    accounts: Accounts
    book: AccountBook
    index: DeveloperIndex
    trail: Trail
    clock: Clock

    def change_names(
        self, actor: Actor, public_id: str, names: Mapping[str, str], revision: str = ""
    ) -> Developer:
        """Change those of first, last and user name that are given.

        The portal account follows, which would else send its own names to Apigee again.
        """
        row = self.index.get(public_id)
        given = {name: names[name].strip() for name in REQUIRED if name in names}
        problems = dict(name_problems(given))
        if problems:
            raise InvalidInput(problems)
        first, last, user = (given.get(name) for name in REQUIRED)
        change = DeveloperChange(first, last, user)
        changed = self._write(actor, row, change, revision, ", ".join(given))
        if {"first_name", "last_name"} & given.keys():
            self._rename_account(actor, changed)
        return changed

    def has_attribute(self, public_id: str, name: str) -> bool:
        """Tell whether the developer has an attribute of this name."""
        held = self._current(self.index.get(public_id), "").attributes
        return value_of(held, name) is not None

    def add_attribute(
        self, actor: Actor, public_id: str, new: Attribute, revision: str = ""
    ) -> Developer:
        """Add an attribute; one of that name must not be there yet."""
        row, name = self.index.get(public_id), new.name.strip()
        problems = dict(_attribute_problems(name, new.value.strip()))
        if problems:
            raise InvalidInput(problems)
        held = self._current(row, revision).attributes
        if value_of(held, name) is not None:
            raise InvalidInput({"attribute_name": "The developer has an attribute of this name."})
        if len(held) >= MOST_ATTRIBUTES:
            raise Refused({"": IS_FULL})
        change = DeveloperChange(attributes={name: new.value.strip()})
        return self._write(actor, row, change, revision, f"attribute {name} added")

    def set_attribute(
        self, actor: Actor, public_id: str, changed: Attribute, revision: str = ""
    ) -> Developer:
        """Give an attribute that is there another value."""
        row, name, value = self.index.get(public_id), changed.name, changed.value.strip()
        problem = _value_problem(value)
        if problem:
            raise InvalidInput({name: problem})
        self._check_held(self._current(row, revision), name)
        change = DeveloperChange(attributes={name: value})
        return self._write(actor, row, change, revision, f"attribute {name} changed")

    def remove_attribute(
        self, actor: Actor, public_id: str, name: str, revision: str = ""
    ) -> Developer:
        """Take an attribute away."""
        row = self.index.get(public_id)
        self._check_held(self._current(row, revision), name)
        change = DeveloperChange(attributes={name: None})
        return self._write(actor, row, change, revision, f"attribute {name} deleted")

    def _current(self, row: IndexedDeveloper, revision: str) -> Developer:
        """Read the developer, whose attributes are as the person saw them."""
        try:
            developer = self.apigee.get(row.email)
        except NotFound:
            raise NotFound(GONE) from None
        if revision and revision != developer.revision:
            raise Conflict(CHANGED)
        return developer

    def _check_held(self, developer: Developer, name: str) -> None:
        if is_reserved(name):
            raise Refused({"": IS_RESERVED})
        if value_of(developer.attributes, name) is None:
            raise Conflict(NO_ATTRIBUTE)

    def _write(
        self,
        actor: Actor,
        row: IndexedDeveloper,
        change: DeveloperChange,
        revision: str,
        detail: str,
    ) -> Developer:
        target, counted = Target("developer", row.email), Counted(self.accounts, row.email)
        try:
            with self.trail.around(actor, Action.DEVELOPER_UPDATE, target, detail, counted):
                changed = self.apigee.update(row.email, change, revision)
        except NotFound:
            raise NotFound(GONE) from None
        self.index.save((changed,), self.clock.now())
        return changed

    def _rename_account(self, actor: Actor, developer: Developer) -> None:
        account = self.accounts.of_developer(developer.email)
        names = developer.first_name, developer.last_name
        if account is None or (account.first_name, account.last_name) == names:
            return
        with self.trail.around(actor, Action.ACCOUNT_NAMES, Target.of(account)):
            self.book.rename(account.account_id, *names)


def name_problems(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with first, last or user name, by field."""
    for name, value in names.items():
        if is_blank(value):
            yield name, REQUIRED[name]
        elif len(value) > MAX_NAME or unprintable(value):
            yield name, f"Use at most {MAX_NAME} characters, all of them visible."


def shown_attributes(attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """Return the attributes that people see and change: names with a meaning of their own are not.

    Of two with one name the first counts.
    """
    first = {item.name: item for item in reversed(tuple(attributes)) if not is_reserved(item.name)}
    return tuple(reversed(first.values()))


def _attribute_problems(name: str, value: str) -> Iterator[tuple[str, str]]:
    if is_blank(name):
        yield "attribute_name", "Enter a name."
    elif is_reserved(name):
        yield "attribute_name", IS_RESERVED
    elif len(name.encode()) > LONGEST_ATTRIBUTE_NAME or unprintable(name):
        text = f"Use at most {LONGEST_ATTRIBUTE_NAME} characters, all of them visible."
        yield "attribute_name", text
    problem = _value_problem(value)
    if problem:
        yield "attribute_value", problem


def _value_problem(value: str) -> str | None:
    if is_blank(value):
        return "Enter a value. To have none, delete the attribute."
    return attribute_problem(value)
