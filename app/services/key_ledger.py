"""What is written down whenever a key changes: the audit log, the count of changes, the notes.

Who decides about products that somebody asks for is told by mail.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.domain.apps import DeveloperApp
from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.notes import Author, Note, NoteKind, Subject
from app.services.changes import Counted
from app.services.hindsight import Hindsight
from app.services.mail.mail import Mail
from app.services.ports import Accounts, Notes
from app.services.trail import Target, Trail


@dataclass(frozen=True, slots=True)
class KeyLedger:
    """Records changes of keys, and what Apigee cannot remember of them."""

    accounts: Accounts
    notes: Notes
    trail: Trail
    clock: Clock
    mail: Mail

    @contextmanager
    def change(
        self, email: str, actor: Actor, action: Action, app: DeveloperApp, key_id: str
    ) -> Iterator[None]:
        """Record intent and outcome around a change of a key of the developer with that e-mail."""
        target = Target("key", f"{app.name} / {key_id}", email)
        with self.change_of(target, actor, action, app):
            yield

    @contextmanager
    def change_of(
        self, target: Target, actor: Actor, action: Action, app: DeveloperApp
    ) -> Iterator[None]:
        """Record the same around any change of an app, on behalf of the target's developer."""
        hindsight = Hindsight(self.notes, self.clock)
        hindsight.before_change(app)
        try:
            counted = Counted(self.accounts, target.on_behalf_of)
            with self.trail.around(actor, action, target, beside=counted):
                yield
        finally:
            hindsight.changed(app)

    def note(
        self,
        app: DeveloperApp,
        actor: Actor,
        kind: NoteKind,
        subject: Subject,
        author: Author | None = None,
        text: str = "",
    ) -> None:
        """Note something about a key of the app, or a product on it, by who acts or ``author``."""
        self.notes.put(self._note(app, actor, kind, subject, author, text=text))

    def requested(
        self, app: DeveloperApp, email: str, actor: Actor, key_id: str, products: Iterable[str]
    ) -> None:
        """Note that these wait on a key, if any do, and tell who decides."""
        asked = tuple(products)
        for product in asked:
            self.note(app, actor, NoteKind.REQUESTED, Subject(app.app_id, key_id, product))
        if asked:
            self.mail.access_requested(app, email, asked, key_id)

    def turned_off(
        self,
        app: DeveloperApp,
        actor: Actor,
        key_id: str,
        author: Author | None = None,
        replaced_by: str = "",
    ) -> None:
        """Note who turned a key off: that decides who may turn it on again."""
        subject = Subject(app.app_id, key_id)
        self.notes.put(
            self._note(app, actor, NoteKind.TURNED_OFF, subject, author, other=replaced_by)
        )

    def _note(
        self,
        app: DeveloperApp,
        actor: Actor,
        kind: NoteKind,
        subject: Subject,
        author: Author | None,
        **more: str,
    ) -> Note:
        at, who = self.clock.now(), actor.account_id
        part = author or (Author.ADMINISTRATOR if actor.for_another else Author.OWNER)
        return Note(kind, subject, app.developer_id, part, who, at, **more)
