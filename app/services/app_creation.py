"""Creating an app once, however often its form arrives and whichever answer is lost."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.apps import CreatedApp, DeveloperApp, NewApp
from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Owner
from app.domain.errors import (
    AlreadyExists,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    PortalError,
    Upstream,
    UpstreamKind,
)
from app.services.apigee_port import ApigeeApps
from app.services.app_admission import AppAdmission
from app.services.app_names import NAME_TAKEN, AppNames
from app.services.changes import Counted
from app.services.key_ledger import KeyLedger
from app.services.keys import Keys
from app.services.ports import ABANDONED_AFTER, Accounts, Creations
from app.services.refusals import on_record
from app.services.trail import Target, Trail
from app.services.waiting import looks

WAIT_STEP_SECONDS: Final = 0.25
STILL_CREATED: Final = (
    "This app is still being created. Look at the list of apps in a minute; no second one is made."
)
GONE: Final = "This form was sent before, and the app it made is gone. Start a new one."


class _Claimed(Exception):
    """Another one has claimed the request."""


@dataclass(frozen=True, slots=True)
class AppCreation:
    """Creates apps: a request id is claimed before anything is sent to Apigee.

    The claim is released when surely nothing was made, and stays pending while that is unknown.
    A repeat then looks for the app by its request id. Where there is none, the repeat sends it
    once more: at once under the same name, of which Apigee takes only one even when the lost
    request arrives late, under another name after 60 seconds.
    """

    apigee: ApigeeApps
    creations: Creations
    accounts: Accounts
    keys: Keys
    admission: AppAdmission
    names: AppNames
    trail: Trail
    clock: Clock
    ledger: KeyLedger
    sleep: Callable[[float], None] = time.sleep

    @on_record(Action.APP_CREATE)
    def create(self, owner: Owner, actor: Actor, roles: frozenset[str], new: NewApp) -> CreatedApp:
        """Create the app, or show the one that the same request made before.

        Raises ``InvalidInput`` per field, ``NotFound`` when that one is gone, and
        ``OutcomeUnknown`` when Apigee's answer was lost and the app cannot be found yet.
        """
        new = self.admission.admitted(new, owner, roles)
        for _ in looks(self.sleep, step=WAIT_STEP_SECONDS):
            try:
                return self._claimed(owner, actor, roles, new, self._begin)
            except _Claimed:
                app = self._finished(owner, new)
            if app is not None:
                return self._with_key(owner, actor, app)
            if self._has_ended(owner, new):
                break
        return self._resumed(owner, actor, roles, new)

    def _claimed(
        self,
        owner: Owner,
        actor: Actor,
        roles: frozenset[str],
        new: NewApp,
        begin: Callable[[Owner, NewApp], bool],
    ) -> CreatedApp:
        """Create the app; raise ``_Claimed`` where the request cannot be claimed."""
        target = Target("app", new.name, owner.email)
        claim = _Claim(self, owner, new, begin)
        with self.trail.around(actor, Action.APP_CREATE, target, beside=claim):
            created = self._allowed(owner, roles, new)
            claim.made = created.app.app_id
        self._tell(owner, actor, created.app)
        return created if created.pair else self._with_key(owner, actor, created.app)

    def _begin(self, owner: Owner, new: NewApp) -> bool:
        return self.creations.begin(owner.developer_id, new.request_id, self.clock.now())

    def _take_over(self, owner: Owner, new: NewApp) -> bool:
        now = self.clock.now()
        return self.creations.take_over(
            owner.developer_id,
            new.request_id,
            begun_before=now - ABANDONED_AFTER,
            at=now,
            ended_as=_plan(new),
        )

    def _allowed(self, owner: Owner, roles: frozenset[str], new: NewApp) -> CreatedApp:
        self.admission.check_room(self.apigee, owner)
        self.names.check_new(owner, new.display_name, new.request_id)
        values = self.admission.values(new)
        write = Action.APP_CREATE, new.name
        with self.admission.operator.around(owner, roles, write, new.products, values):
            return self._sent(owner, new)

    def _sent(self, owner: Owner, new: NewApp) -> CreatedApp:
        try:
            return self.apigee.create(owner.email, new)
        except AlreadyExists:
            found = self._named(owner, new.name)
            if found is None:
                raise InvalidInput({"display_name": NAME_TAKEN}) from None
        except OutcomeUnknown:
            found = self._named_if_seen(owner, new.name)
            if found is None:
                raise
        if found.request_id != new.request_id:
            raise InvalidInput({"display_name": NAME_TAKEN})
        return CreatedApp(found, None)

    def _resumed(
        self, owner: Owner, actor: Actor, roles: frozenset[str], new: NewApp
    ) -> CreatedApp:
        found = self._search(owner, new.name, lambda app: app.request_id == new.request_id)
        if found is not None:
            target = Target("app", found.name, owner.email)
            self.trail.note(actor, Action.APP_CREATE, target, "found")
            self.creations.finished(owner.developer_id, new.request_id, found.app_id)
            self.accounts.developer_changed(owner.email, apps=1)
            self._tell(owner, actor, found)
            return self._with_key(owner, actor, found)
        try:
            return self._claimed(owner, actor, roles, new, self._take_over)
        except _Claimed:
            raise OutcomeUnknown(UpstreamKind.TIMEOUT, STILL_CREATED) from None

    def _tell(self, owner: Owner, actor: Actor, app: DeveloperApp) -> None:
        """Who decides about products is told of those that the new app asks for."""
        if key := app.first_key:
            waiting = key.awaiting(app.products)
            self.ledger.requested(app, owner.email, actor, key.key_id, waiting)

    def _has_ended(self, owner: Owner, new: NewApp) -> bool:
        return self.creations.planned(owner.developer_id, new.request_id) == _plan(new)

    def _finished(self, owner: Owner, new: NewApp) -> DeveloperApp | None:
        app_id = self.creations.app_id(owner.developer_id, new.request_id)
        if app_id is None:
            return None
        found = self._search(owner, new.name, lambda app: app.app_id == app_id)
        if found is None:
            raise NotFound(GONE)
        return found

    def _with_key(self, owner: Owner, actor: Actor, app: DeveloperApp) -> CreatedApp:
        """Show what the request made before, with its key: a reload must not lose it.

        The app is there even where its key cannot be read: then its page shows the key later.
        """
        key = app.first_key
        try:
            pair = self.keys.repeat(owner, actor, app.name, key.key_id) if key else None
        except (Upstream, NotFound):
            pair = None
        return CreatedApp(app, pair)

    def _search(
        self, owner: Owner, name: str, is_it: Callable[[DeveloperApp], bool]
    ) -> DeveloperApp | None:
        """Look at the app of that name first, then at all: the form's name may have changed."""
        named = self._named(owner, name)
        if named is not None and is_it(named):
            return named
        return next(filter(is_it, self._every(owner)), None)

    def _named(self, owner: Owner, name: str) -> DeveloperApp | None:
        try:
            return self.apigee.get(owner.email, name)
        except NotFound:
            return None

    def _named_if_seen(self, owner: Owner, name: str) -> DeveloperApp | None:
        try:
            return self._named(owner, name)
        except Upstream:
            return None

    def _every(self, owner: Owner) -> Iterator[DeveloperApp]:
        page = self.apigee.page(owner.email)
        yield from page.apps
        while page.next_start is not None:
            page = self.apigee.page(owner.email, start=page.next_start)
            yield from page.apps


@dataclass(slots=True)
class _Claim:
    """``trail.Beside``: the request is claimed with the intent, and settled with the outcome.

    ``made`` is the new app's id.
    """

    creation: AppCreation
    owner: Owner
    new: NewApp
    begin: Callable[[Owner, NewApp], bool]
    made: str = ""

    def begun(self) -> None:
        """Claim the request; raise ``_Claimed`` where another one has."""
        if not self.begin(self.owner, self.new):
            raise _Claimed

    def ended(self, error: BaseException | None) -> None:
        """Count the app; finish the request, or release it where surely nothing was made."""
        Counted(self.creation.accounts, self.owner.email, apps=1).ended(error)
        creations, request = self.creation.creations, (self.owner.developer_id, self.new.request_id)
        if error is None:
            creations.finished(*request, self.made)
        elif isinstance(error, OutcomeUnknown):
            creations.ended(*request, _plan(self.new))
        elif isinstance(error, PortalError):
            # Another error than the portal's own may come after the app was made.
            creations.failed(*request)


def _plan(new: NewApp) -> str:
    """Return what is noted of the name: names of apps are Apigee's to keep."""
    return hashlib.sha256(f"{new.request_id} {new.name}".encode(errors="replace")).hexdigest()[:16]
