"""Editing an app: only what was changed is written, everything else on Apigee stays as it is."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.domain.apps import AppChange, DeveloperApp
from app.domain.audit import Action, Actor
from app.domain.developers import Owner
from app.domain.errors import Conflict, InvalidInput
from app.domain.names import name_problem
from app.domain.policy import AppPolicy
from app.services.apigee_port import ApigeeApps
from app.services.app_admission import attribute_problem, description_problem, field_of
from app.services.app_names import AppNames
from app.services.changes import Counted
from app.services.hindsight import Hindsight
from app.services.operator import Operator
from app.services.ports import Accounts
from app.services.refusals import on_record
from app.services.trail import Target, Trail

CHANGED: Final = "This app was changed by somebody else since you opened the form."


@dataclass(frozen=True, slots=True)
class AskedEdit:
    """A form as it was sent; ``revision`` stands for the values that it showed."""

    display_name: str
    description: str
    callback_url: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    revision: str = ""


@dataclass(frozen=True, slots=True)
class AppEditing:
    """Changes the owner's apps within the operator's policy."""

    apigee: ApigeeApps
    accounts: Accounts
    trail: Trail
    hindsight: Hindsight
    names: AppNames
    policy: AppPolicy = field(default_factory=AppPolicy)
    operator: Operator = field(default_factory=Operator)

    def read(self, owner: Owner, name: str) -> DeveloperApp:
        """Read the app; raise ``NotFound`` when the owner has none such."""
        return self.apigee.get(owner.email, name)

    def values(self, held: DeveloperApp) -> dict[str, str]:
        """Return what the form edits, by field."""
        own = {"display_name": held.display_name, "description": held.description}
        if self.policy.asks_for_callback:
            own["callback_url"] = held.callback_url
        return own | {
            field_of(name): value for name, _, value in self.policy.fields(held.attributes)
        }

    def revision(self, held: DeveloperApp) -> str:
        """Return 16 hex characters that differ once anything that the form edits has changed."""
        shown = {key: _lines(value) for key, value in self.values(held).items()}
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]

    @on_record(Action.APP_UPDATE)
    def update(
        self, owner: Owner, actor: Actor, roles: frozenset[str], name: str, asked: AskedEdit
    ) -> bool:
        """Write what differs; False when nothing does, and then nothing is written.

        Raises ``NotFound``, ``InvalidInput`` per field, and ``Conflict`` when something that the
        form edits changed since it was opened. Whatever else changed meanwhile is kept.
        """
        held = self.read(owner, name)
        values = self._differing(held, asked)
        if not values:
            return False
        self._check_revision(asked, held)
        self._check(values)
        if "display_name" in values:
            self.names.check_change(owner, name, values["display_name"])
        write = Action.APP_UPDATE, name
        target, counted = Target("app", name, owner.email), Counted(self.accounts, owner.email)
        with (
            self.trail.around(actor, Action.APP_UPDATE, target, beside=counted),
            self.operator.around(owner, roles, write, values=values),
        ):
            self._written(owner, asked, held, self._change(values))
        return True

    def _written(
        self, owner: Owner, asked: AskedEdit, held: DeveloperApp, change: AppChange
    ) -> None:
        """Write onto what was read; what a job of somebody's changed since is read once more."""
        self.hindsight.before_change(held)
        try:
            self.apigee.update(owner.email, held.name, change, held.revision)
        except Conflict:
            fresh = self.read(owner, held.name)
            self._check_revision(asked, fresh)
            self.hindsight.before_change(fresh)
            self.apigee.update(owner.email, held.name, change, fresh.revision)
        finally:
            self.hindsight.changed(held)

    def _check_revision(self, asked: AskedEdit, held: DeveloperApp) -> None:
        if asked.revision != self.revision(held):
            raise Conflict(CHANGED)

    def _differing(self, held: DeveloperApp, asked: AskedEdit) -> dict[str, str]:
        """Return what was typed anew by field; a browser sends other line ends than it got."""
        typed = {
            "display_name": asked.display_name,
            "description": asked.description,
            "callback_url": asked.callback_url,
            **{field_of(name): value for name, value in asked.attributes.items()},
        }
        known = ((key, _lines(old)) for key, old in self.values(held).items() if key in typed)
        return {key: _lines(typed[key]) for key, old in known if old != _lines(typed[key])}

    def _check(self, values: Mapping[str, str]) -> None:
        rules = {
            "display_name": name_problem,
            "description": description_problem,
            "callback_url": self.policy.callback_problem,
        }
        found = {key: rules.get(key, attribute_problem)(value) for key, value in values.items()}
        problems = {key: problem for key, problem in found.items() if problem}
        if problems:
            raise InvalidInput(problems)

    def _change(self, values: Mapping[str, str]) -> AppChange:
        attributes = {
            name: values[field_of(name)] or None
            for name in self.policy.editable
            if field_of(name) in values
        }
        return AppChange(
            display_name=values.get("display_name"),
            description=values.get("description"),
            callback_url=values.get("callback_url"),
            attributes=attributes,
        )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
