"""What one use of Try-it is asked, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.domain.apis import Api
from app.domain.audit import Actor
from app.domain.call import Call
from app.domain.developers import Owner
from app.domain.exchanges import Failure
from app.domain.reference import OperationReference
from app.domain.styles import Pair
from app.domain.trial_answer import ShownAnswer
from app.domain.trial_form import TrialForm
from app.services.doctor import Consultation
from app.services.try_it.own_keys import OwnKey

OFF: Final = "Try-it is turned off on this portal."
NOT_ALLOWED: Final = (
    "The portal may not call this API: its address is not among those that the portal's operator "
    "allows. The code samples work from your own machine."
)
NO_METHOD: Final = "The portal does not make calls of this method."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who tries it: the developer, the roles that decide what they see, and for the record."""

    owner: Owner
    roles: frozenset[str]
    actor: Actor


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody sent: values by the fields' names, and a key by reference.

    ``server`` counts the addresses of the form from 0.
    """

    values: Mapping[str, str] = field(repr=False)
    key_id: str = ""
    server: int = 0
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """An operation that can be tried, or why it cannot.

    ``asks_sure``: the call writes to production. ``keys`` are None while Apigee does not tell;
    ``idle`` ones would open the operation, but do not work.
    """

    api: Api
    found: OperationReference
    form: TrialForm
    servers: tuple[str, ...] = ()
    keys: tuple[OwnKey, ...] | None = ()
    idle: tuple[OwnKey, ...] = ()
    hindrance: str = ""
    asks_sure: bool = False

    @property
    def call(self) -> Call:
        """The example call, which every trial has."""
        if self.found.call is None:
            raise ValueError("a webhook is not called")
        return self.found.call

    @property
    def needs_key(self) -> bool:
        """Whether the call shows a key or a token."""
        return bool(self.call.slots)


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent and what came back, without secrets.

    ``is_token`` says that the answer is the token address's, and the API was not called.
    ``finding`` is what the key doctor says of a refusal of the gateway's.
    """

    method: str
    url: str
    headers: tuple[Pair, ...]
    milliseconds: int
    answer: ShownAnswer | None = None
    failure: Failure | None = None
    key: OwnKey | None = None
    is_token: bool = False
    is_refused: bool = False
    finding: Consultation | None = None
