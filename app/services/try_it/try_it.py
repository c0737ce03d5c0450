"""Try-it: the developer says which operation, values and key; the portal makes the call.

The address comes from the published API, the key from Apigee, and neither reaches the browser.
"""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from app.domain.apis import Api
from app.domain.audit import Action
from app.domain.call import Call, Proof
from app.domain.call_checks import METHODS, READING
from app.domain.developers import Owner
from app.domain.errors import InvalidInput, NotFound, NotPossible, Upstream
from app.domain.faults import LONGEST_PASTE, read_fault
from app.domain.reference import OperationReference
from app.domain.trial_answer import FAILED, plain_text, shown_answer
from app.domain.trial_call import call_of
from app.domain.trial_form import form_of
from app.services.apigee_port import ApigeeKeys
from app.services.apps import Apps
from app.services.doctor import Consultation, Doctor, Question
from app.services.reading.apis import ApiReading, SeenApi, giving
from app.services.trail import Target, Trail
from app.services.try_it.exchange import Exchange, Exchanges
from app.services.try_it.own_keys import OwnKey, OwnKeys, own_keys
from app.services.try_it.places import Places
from app.services.try_it.port import TryItPolicy, TryItPorts
from app.services.try_it.servers import servers_of
from app.services.try_it.trials import (
    NO_METHOD,
    NOT_ALLOWED,
    OFF,
    Attempt,
    Caller,
    Trial,
    Tried,
)

SURE: Final = "This calls production and may change data there. Tick the box if you mean it."
NO_KEY: Final = "Choose one of your own keys that works for this API."
NO_SERVER: Final = "Choose one of the addresses."
REFUSALS: Final = frozenset({401, 403, 429})


@dataclass(frozen=True, slots=True)
class Around:
    """The services that Try-it asks."""

    apis: ApiReading
    apps: Apps
    doctor: Doctor
    keys: ApigeeKeys
    trail: Trail


class TryIt:
    """Calls of published operations with the developer's own keys."""

    def __init__(self, around: Around, ports: TryItPorts, policy: TryItPolicy) -> None:
        self._around = around
        self._policy = policy
        self._exchanges = Exchanges(around.keys, ports)
        self._places = Places(policy.most_at_once, policy.most_each)

    def trial(
        self,
        seen: SeenApi,
        found: OperationReference,
        owner: Owner | None,
        media_type: str = "",
    ) -> Trial:
        """Return the form of an operation; raise ``NotFound`` for a webhook."""
        if found.call is None:
            raise NotFound("There is no such operation in this API.")
        own = self._keys(seen, found, owner)
        return Trial(
            api=seen.api,
            found=found,
            form=form_of(found, media_type),
            servers=self._servers(seen.api, found),
            keys=own.working if own else None,
            idle=own.idle if own else (),
            hindrance=self._hindrance(seen.api, found),
            asks_sure=self._asks_sure(seen.api, found),
        )

    def send(self, caller: Caller, trial: Trial, attempt: Attempt) -> Tried:
        """Make the call and return what came of it.

        Raises ``InvalidInput`` by the form's fields, ``NotPossible`` where the operation cannot
        be called from here, ``NotFound`` when the key is gone, ``TooMany`` and ``Upstream``.
        """
        if trial.hindrance:
            raise NotPossible(trial.hindrance)
        call, key = _chosen(trial, attempt)
        with self._places.place(caller.owner.email):
            found = self._recorded(caller, trial, call, key)
            return self._told(caller, trial, found, key)

    def _recorded(self, caller: Caller, trial: Trial, call: Call, key: OwnKey | None) -> Exchange:
        """Make the call on the record: who, which operation, which key, how it went; no more."""
        operation = trial.found.operation
        target = Target(
            "operation", f"{trial.api.slug} / {operation.operation_id}", caller.owner.email
        )
        said = operation.method
        if key is not None:
            said = f"{said} with {key.app_name} / {key.key_id}"
        with self._around.trail.around(caller.actor, Action.API_TRY, target, said) as ending:
            found = self._exchanges.make(caller.owner, trial.api, call, key)
            ending.detail = f"{said}: {found.outcome} in {round(found.came.seconds * 1000)} ms"
        return found

    def _told(self, caller: Caller, trial: Trial, made: Exchange, key: OwnKey | None) -> Tried:
        tried = Tried(
            method=made.sent.method,
            url=made.redaction.only_ours(made.sent.url),
            headers=tuple(
                (name, made.redaction.header(name, value)) for name, value in made.sent.headers
            ),
            milliseconds=round(made.came.seconds * 1000),
            failure=made.failure,
            key=key,
            is_token=made.is_token,
        )
        received = made.received
        if received is None:
            return tried
        text = plain_text(received)
        is_known = received.status >= FAILED and read_fault(text).is_known
        is_refused = key is not None and (is_known or received.status in REFUSALS)
        path = "" if made.is_token else urlsplit(made.sent.url).path
        return replace(
            tried,
            answer=shown_answer(received, made.redaction),
            is_refused=is_refused,
            finding=self._finding(caller, trial, key, (path, text))
            if key is not None and is_known
            else None,
        )

    def _finding(
        self, caller: Caller, trial: Trial, key: OwnKey, answered: tuple[str, str]
    ) -> Consultation | None:
        """Ask the key doctor; None where Apigee does not answer it."""
        path, text = answered
        question = Question(trial.api.slug, trial.found.operation.method if path else "", path)
        which = (key.app_name, key.key_id)
        try:
            return self._around.doctor.diagnose(
                caller.owner, caller.roles, which, question, text[:LONGEST_PASTE]
            )
        except (Upstream, NotFound, InvalidInput):
            return None

    def _servers(self, api: Api, found: OperationReference) -> tuple[str, ...]:
        destinations = self._policy.destinations
        if not (destinations.hosts or destinations.internal):
            return servers_of(api.base_url, (), destinations)
        named = found.servers or self._around.apis.overview(api).servers
        return servers_of(api.base_url, named, destinations)

    def _keys(
        self, seen: SeenApi, found: OperationReference, owner: Owner | None
    ) -> OwnKeys | None:
        if owner is None:
            return OwnKeys()
        products = giving(seen, found.operation)
        names = {each.name for each in products} if seen.api.products else None
        if names is not None and not names:
            return OwnKeys()
        try:
            return own_keys(self._around.apps, owner, names)
        except Upstream:
            return None

    def _hindrance(self, api: Api, found: OperationReference) -> str:
        if not self._policy.is_on:
            return OFF
        if found.operation.method not in METHODS:
            return NO_METHOD
        slots = found.call.slots if found.call else ()
        needs_token = any(slot.proof is Proof.TOKEN for slot in slots)
        called = (api.base_url, api.token_url) if needs_token else (api.base_url,)
        is_admitted = all(self._policy.destinations.admits(each, called) for each in called)
        return "" if is_admitted else NOT_ALLOWED

    def _asks_sure(self, api: Api, found: OperationReference) -> bool:
        """Tell whether the call writes where that counts; an unnamed environment does."""
        served = {name.lower() for name in api.environments}
        is_production = not served or bool(served & self._policy.production)
        return is_production and found.operation.method not in READING


def _chosen(trial: Trial, attempt: Attempt) -> tuple[Call, OwnKey | None]:
    problems: dict[str, str] = {}
    call = trial.call
    try:
        call = call_of(trial.found, trial.call, trial.form, attempt.values)
    except InvalidInput as error:
        problems.update(error.fields)
    if not 0 <= attempt.server < len(trial.servers):
        problems["server"] = NO_SERVER
    key = next((each for each in trial.keys or () if each.key_id == attempt.key_id), None)
    if trial.needs_key and key is None:
        problems["key"] = NO_KEY
    if trial.asks_sure and not attempt.sure:
        problems["sure"] = SURE
    if problems:
        raise InvalidInput(problems)
    return replace(call, base_url=trial.servers[attempt.server]), key if trial.needs_key else None
