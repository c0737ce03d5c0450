"""The form of Try-it as a template shows it: first with examples, then with what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import request
from werkzeug.http import HTTP_STATUS_CODES

from app.domain.html import Html
from app.domain.reference import OperationReference
from app.domain.trial_form import TrialForm
from app.services.reading.apis import SeenApi
from app.services.try_it.own_keys import OwnKey
from app.services.try_it.trials import Attempt, Caller, Trial, Tried
from app.web import forms
from app.web.context import account, actor, portal, roles, signed_in

OWN_FIELDS: Final = frozenset({"csrf_token", "key", "media", "server", "sure"})
MOST_COLORED: Final = 20_000  # characters; coloring more takes longer than the call


@dataclass(frozen=True, slots=True)
class Trying:
    """A trial on a page, with what was typed and what came of it, if anything did."""

    trial: Trial
    form: TrialForm
    key_id: str = ""
    server: int = 0
    sure: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    tried: Tried | None = None
    colored: Html | None = None

    @property
    def key(self) -> OwnKey | None:
        """The first key that can be used."""
        return next(iter(self.trial.keys or ()), None)

    @property
    def phrase(self) -> str:
        """What the answer's status is called."""
        answer = self.tried.answer if self.tried else None
        return HTTP_STATUS_CODES.get(answer.status, "") if answer else ""

    @property
    def is_developer(self) -> bool:
        """Whether the reader has apps at all."""
        return signed_in() and account().is_developer


def first_shown(seen: SeenApi, found: OperationReference) -> Trying | None:
    """Return the form of an operation with its examples; None for a webhook."""
    if found.call is None:
        return None
    owner = account().owner if signed_in() and account().is_developer else None
    trial = portal().try_it.trial(seen, found, owner, forms.value("media"))
    return Trying(trial, trial.form)


def sent(trying: Trying) -> tuple[Trying, Attempt]:
    """Return the form as it was sent, and what it asks for."""
    typed = {name: text for name, text in request.form.items() if name not in OWN_FIELDS}
    shown = {name: forms.visible(text) for name, text in typed.items()}
    number = request.form.get("server", "0")
    attempt = Attempt(
        values=typed,
        key_id=request.form.get("key", ""),
        server=int(number) if number.isascii() and number.isdigit() and len(number) < 3 else -1,  # noqa: PLR2004 - there are ten at most
        sure=request.form.get("sure", "") == "yes",
    )
    again = Trying(
        trying.trial,
        trying.form.filled(shown),
        key_id=attempt.key_id,
        server=attempt.server,
        sure=attempt.sure,
    )
    return again, attempt


def caller() -> Caller:
    """Return who tries it; only behind a guard."""
    return Caller(account().owner, roles(), actor())


def colored(tried: Tried) -> Html | None:
    """Return the answer's text in colors where it is known what it is, and short enough."""
    answer = tried.answer
    if answer is None or not answer.language or len(answer.text) > MOST_COLORED:
        return None
    return portal().reading.apis.colored(answer.text, answer.language)
