"""Forms: WTForms reads what was sent, the services judge it, templates get values and errors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectMultipleField, StringField

from app.domain.errors import InvalidInput
from app.domain.names import unprintable

LONGEST_ARGUMENT: Final = 500
LINES: Final = "\r\n\t"
UNKNOWN_FILTER: Final = "The address asks for something that this list cannot be filtered by."
T = TypeVar("T")
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """The base of every form; the CSRF token is checked for all of them at once, before."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc] # Flask-WTF has no types
        """No second CSRF field, and nothing but a form's fields: no JSON, no files."""

        csrf = False

        def wrap_formdata(self, _form: FlaskForm, _formdata: object) -> MultiDict[str, str] | None:
            return request.form if request.method == "POST" else None


class RegistrationFields(Form):
    """A developer's registration."""

    first_name = StringField()
    last_name = StringField()
    user_name = StringField()
    accept_terms = StringField()
    next = StringField()


class TermsFields(Form):
    """The terms of use, accepted in a version."""

    accept_terms = StringField()
    next = StringField()


class AppFields(Form):
    """A new app."""

    display_name = StringField()
    description = StringField()
    callback_url = StringField()
    products = SelectMultipleField(validate_choice=False)
    expires_in_days = StringField()
    request_id = StringField()


class FindFields(Form):
    """What a developer or an app is looked for by."""

    clue = StringField()
    text = StringField()


class EditFields(Form):
    """An app that exists; its custom attributes are read by their names."""

    display_name = StringField()
    description = StringField()
    callback_url = StringField()
    revision = StringField()


class RepeatableFields(Form):
    """A form that may arrive twice and is to work once."""

    request_id = StringField()


class KeyFields(RepeatableFields):
    """A new key."""

    label = StringField()
    expires_in_days = StringField()
    products = SelectMultipleField(validate_choice=False)


class RotationFields(RepeatableFields):
    """Replacing a key; ``do`` is extend, stop or cancel where that goes on already."""

    do = StringField()
    overlap = StringField()
    expires_in_days = StringField()
    sure = BooleanField()


class EndingFields(Form):
    """Turning a key off, on or away; ``sure`` is asked for where it is the last one."""

    do = StringField()
    sure = BooleanField()


class KeyProductsFields(Form):
    """The products of a key; with ``do`` it is about the one ``product``."""

    do = StringField()
    product = StringField()
    products = SelectMultipleField(validate_choice=False)


class NameFields(Form):
    """A person's own first and last name."""

    first_name = StringField()
    last_name = StringField()


class LinkFields(Form):
    """The developer that an account is to be."""

    email = StringField()


class SyncFields(Form):
    """Which developers are compared, and whose values win."""

    direction = StringField()
    only = StringField()


class LabelFields(Form):
    """What a key is called."""

    label = StringField()


class ComparisonFields(Form):
    """A secret to compare with a key's."""

    secret = StringField()


class NewDeveloperFields(Form):
    """A developer whom an administrator adds."""

    first_name = StringField()
    last_name = StringField()
    email = StringField()
    user_name = StringField()
    invite = BooleanField()


class DeletionFields(Form):
    """The confirmation of an app's deletion."""

    confirm_name = StringField()


class FaultFields(Form):
    """The answer of a call that failed, as it was pasted."""

    fault = StringField()


class AuditExportFields(Form):
    """Which rows of the audit log are wanted, and how."""

    format = StringField()
    action = StringField()
    actor = StringField()
    target = StringField()
    since = StringField()
    until = StringField()


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as a template shows it."""

    value: Any
    error: str | None = None


class FormView:
    """A form as a template shows it: ``form.<name>.value``, ``.error``, ``form.errors``."""

    def __init__(self, values: Mapping[str, object], problems: Mapping[str, str]) -> None:
        self._fields = {
            name: FieldView(value, problems.get(name)) for name, value in values.items()
        }
        order = list(values)  # as the fields stand on the page, whatever was judged first
        self.errors = tuple(
            sorted(
                problems.items(),
                key=lambda problem: order.index(problem[0]) if problem[0] in values else -1,
            )
        )

    def __getattr__(self, name: str) -> FieldView:
        try:
            return self._fields[name]
        except KeyError:
            raise AttributeError(name) from None


def shown(form: FlaskForm, problems: Mapping[str, str], **fixed: object) -> FormView:
    """Return what the template shows of a form that was sent, with its problems.

    What is ``fixed`` comes after the other fields, in its own order.
    """
    values = {field.name: _value(field) for field in form if field.name not in fixed}
    return FormView({**values, **fixed}, problems)


def first_shown(values: Mapping[str, object]) -> FormView:
    """Return an untouched form with these values."""
    return FormView(values, {})


def new_app(products: Iterable[str], attributes: Mapping[str, str]) -> FormView:
    """Return an empty form of a new app with these products ticked, and fields of attributes."""
    empty = {"display_name": "", "description": "", "callback_url": "", **attributes}
    chosen = {"products": tuple(products), "expires_in_days": "", "request_id": ""}
    return first_shown({**empty, **chosen})


def new_key(products: Iterable[str]) -> FormView:
    """Return an empty form of a new key with these products ticked."""
    empty = {"label": "", "expires_in_days": "", "request_id": ""}
    return first_shown({**empty, "products": tuple(products)})


def visible(text: str) -> str:
    """Return the text without characters that a page may not or should not hold."""
    return "".join(char for char in text if char in LINES or not unprintable(char))


def argument(name: str) -> str:
    """Return a query argument, cut to what a search can use."""
    asked = request.args
    return visible(asked[name]).strip()[:LONGEST_ARGUMENT] if name in asked else ""


def choice(name: str, known: Mapping[str, T]) -> T | None:
    """Return what a query argument chooses, None where it says nothing.

    Raises ``InvalidInput`` for anything else: a filter that is not heeded would look like one.
    """
    asked = argument(name)
    if asked and asked not in known:
        raise InvalidInput({name: UNKNOWN_FILTER})
    return known.get(asked)


def fields() -> MultiDict[str, str]:
    """Return what counts: of a request that only reads the address, of every other the form.

    A fresh sign-in is good for what the form says, so the address must not say something else.
    """
    return request.args if request.method in SAFE_METHODS else request.form


def value(name: str) -> str:
    """Return the value of a field that counts, cut to what a choice can be."""
    return visible(fields().get(name, "")).strip()[:LONGEST_ARGUMENT]


def text(field: StringField) -> str:
    """Return a text field's value without the spaces around it."""
    return (field.data or "").strip()


def chosen(field: SelectMultipleField) -> tuple[str, ...]:
    """Return the values that were ticked."""
    return tuple(field.data or ())


def _value(field: Any) -> object:  # noqa: ANN401 - WTForms' fields are untyped
    if isinstance(field, SelectMultipleField):
        return chosen(field)
    if isinstance(field, BooleanField):
        return bool(field.data)
    return visible(field.data or "")
