"""The call that a filled form of Try-it means.

The form says values only. Where the call goes and which parameters there are comes from the
published document, so a field that it does not know is refused.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from app.domain.call import Body, Call, Field
from app.domain.call_checks import problem_of
from app.domain.errors import InvalidInput
from app.domain.exchanges import MOST_SENT
from app.domain.reference import OperationReference
from app.domain.styles import Given, Value
from app.domain.trial_form import BODY, Control, Kind, TrialForm, example_of, name_of

TOO_LARGE: Final = "At most 1 MB is sent."
NEEDED: Final = "The API needs a value here."
NOT_JSON: Final = "This is not JSON: line {line}, column {column}."
NO_OBJECT: Final = 'Write an object in JSON, such as {"name": "value"}.'
UNREADABLE: Final = "This JSON cannot be read: a number is too long or it is nested too deep."
MOST_NESTED: Final = 200
FOREIGN: Final = "The form has a field that this operation does not have. Open the page again."


def call_of(
    found: OperationReference, example: Call, form: TrialForm, values: Mapping[str, str]
) -> Call:
    """Return the call that the values mean; raise ``InvalidInput`` by the fields' names."""
    known = {each.name for each in form.controls}
    if values.keys() - known:
        raise InvalidInput({"": FOREIGN})
    problems: dict[str, str] = {}
    given = tuple(_given(found, form, values, problems))
    body = _body(found, form, values, problems)
    if problems:
        raise InvalidInput(problems)
    return replace(example, given=given, body=body)


def _given(
    found: OperationReference,
    form: TrialForm,
    values: Mapping[str, str],
    problems: dict[str, str],
) -> Iterator[Given]:
    parameters = {name_of(each): each for each in found.parameters}
    for control in form.parameters:
        parameter = parameters[control.name]
        try:
            value = _value(control, values.get(control.name, ""))
        except ValueError as error:
            problems[control.name] = f"{error}"
            continue
        if value is None:
            continue
        given = parameter.given(value)
        if problem := problem_of(given):
            problems[control.name] = problem
        yield given


def _value(control: Control, typed: str) -> "Value | None":
    """Return what was typed as the call carries it, None for nothing; raise ``ValueError``."""
    text = typed.replace("\r\n", "\n")
    if not text.strip():
        if control.is_required:
            raise ValueError(NEEDED)
        return None
    if len(text) > MOST_SENT:
        raise ValueError(TOO_LARGE)
    if control.kind is Kind.LINES:
        return [line.strip() for line in text.split("\n") if line.strip()]
    return _object(text) if control.kind is Kind.OBJECT else text


def _object(text: str) -> Value:
    value = _loaded(text) if sum(map(text.count, "[{")) <= MOST_NESTED else None
    if not isinstance(value, dict):
        raise ValueError(NO_OBJECT)  # noqa: TRY004 - what is typed wrongly, not a program's mistake
    return _members(value)


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(NOT_JSON.format(line=error.lineno, column=error.colno)) from None
    except (ValueError, RecursionError):
        raise ValueError(UNREADABLE) from None


def _plain(value: object) -> Value:
    if isinstance(value, dict):
        return _members(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, str):
        return _whole(value)
    return "" if value is None else json.dumps(value)


def _members(value: Mapping[str, object]) -> Mapping[str, Value]:
    return {_whole(name): _plain(each) for name, each in value.items()}


def _whole(text: str) -> str:
    """Return the text without halves of letters, which escapes in JSON can be and no call can."""
    return text.encode(errors="replace").decode()


def _body(
    found: OperationReference,
    form: TrialForm,
    values: Mapping[str, str],
    problems: dict[str, str],
) -> Body | None:
    example = example_of(found, form.media_type)
    if example is None:
        return None
    fields = [each for control in form.body for each in _sent(control, values, problems)]
    files = {each.name for each in example.fields if each.is_file}
    if example.is_form or example.is_multipart:
        fields = [replace(each, is_file=each.name in files) for each in fields]
        return Body(example.media_type, fields=tuple(fields)) if fields else None
    text = fields[0].value if fields else ""
    if text and example.is_json:
        try:
            _loaded(text)
        except ValueError as error:
            problems[BODY] = f"{error}"
    return Body(example.media_type, text) if text else None


def _sent(control: Control, values: Mapping[str, str], problems: dict[str, str]) -> Iterator[Field]:
    typed = values.get(control.name, "")
    try:
        value = _value(control, typed)
    except ValueError as error:
        problems[control.name] = f"{error}"
        return
    if value is None:
        return
    if control.kind is Kind.OBJECT:
        value = typed
    for each in [value] if isinstance(value, str) else value:
        yield Field(
            control.label, each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)
        )
