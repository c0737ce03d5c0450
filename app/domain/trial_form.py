"""The form of Try-it: its fields, with the example values of the document."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.domain.call import Body, Field
from app.domain.call_checks import may_be_sent
from app.domain.reference import OperationReference, Parameter
from app.domain.reference_schemas import Member, Schema
from app.domain.styles import Value

BODY: Final = "body"
IN_BODY: Final = "body."


class Kind(StrEnum):
    """How a value is typed in."""

    LINE = "line"
    CHOICE = "choice"
    LINES = "lines"  # a list, one value a line
    OBJECT = "object"  # as JSON
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Control:
    """One field of the form; ``choices`` are all that its value can be."""

    name: str
    label: str
    place: str
    kind: Kind
    value: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class TrialForm:
    """What is asked for a call; parameters that are ``left_out`` the portal never sends."""

    parameters: tuple[Control, ...] = ()
    body: tuple[Control, ...] = ()
    media_type: str = ""
    media_types: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def controls(self) -> tuple[Control, ...]:
        """All fields, as they stand on the page."""
        return (*self.parameters, *self.body)

    def filled(self, values: Mapping[str, str]) -> "TrialForm":
        """Return the form with what somebody typed."""
        return replace(
            self,
            parameters=tuple(_filled(each, values) for each in self.parameters),
            body=tuple(_filled(each, values) for each in self.body),
        )


def form_of(found: OperationReference, media_type: str = "") -> TrialForm:
    """Return the form of an operation, filled with the document's examples."""
    sent = [each for each in found.parameters if may_be_sent(each.name, each.place)]
    body = example_of(found, media_type)
    return TrialForm(
        parameters=tuple(_control(each) for each in sent),
        body=tuple(_body_controls(found, body)) if body else (),
        media_type=body.media_type if body else "",
        media_types=_media_types(found),
        left_out=tuple(each.name for each in found.parameters if each not in sent),
    )


def _filled(control: Control, values: Mapping[str, str]) -> Control:
    return replace(control, value=values.get(control.name, ""))


def name_of(parameter: Parameter) -> str:
    """Return the name of a parameter's field: two places may have one of the same name."""
    return f"{parameter.place.value}.{parameter.name}"


def _control(parameter: Parameter) -> Control:
    kind, choices = _kind(parameter.schema, parameter.value, parameter.media_type)
    is_filled = parameter.is_required or (parameter.is_given and not parameter.is_deprecated)
    return Control(
        name=name_of(parameter),
        label=parameter.name,
        place=parameter.place.value,
        kind=kind,
        value=_typed(kind, parameter.value) if is_filled else "",
        choices=choices,
        is_required=parameter.is_required,
        said=parameter.schema.kind if parameter.schema else "",
    )


def _kind(
    schema: Schema | None, value: Value, media_type: str = ""
) -> tuple[Kind, tuple[str, ...]]:
    """Return how a value is typed in: the document's own value tells more than its schema."""
    said = schema.kind if schema else ""
    if media_type:
        return Kind.TEXT, ()
    if isinstance(value, Mapping) or said.startswith("object"):
        return Kind.OBJECT, ()
    if not isinstance(value, str) or said.startswith("array"):
        return Kind.LINES, ()
    if schema and schema.values:
        return Kind.CHOICE, schema.values
    if said == "boolean":
        return Kind.CHOICE, ("true", "false")
    return Kind.LINE, ()


def _typed(kind: Kind, value: Value) -> str:
    if isinstance(value, str):
        return value
    if kind is Kind.LINES and not isinstance(value, Mapping):
        return "\n".join(each if isinstance(each, str) else _json(each) for each in value)
    return _json(value, indent=2)


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _media_types(found: OperationReference) -> tuple[str, ...]:
    """Return the ways to write the body that the form can offer: the first, and texts."""
    if found.call is None or found.call.body is None or found.body is None:
        return ()
    first = found.call.body.media_type
    texts = [each.media_type for each in found.body.media if not _has_fields(each.media_type)]
    return tuple(dict.fromkeys([first, *(each for each in texts if "*" not in each)]))


def _has_fields(media_type: str) -> bool:
    return media_type.startswith(("multipart/", "application/x-www-form-urlencoded"))


def example_of(found: OperationReference, media_type: str) -> Body | None:
    """Return the body of a media type as the document's examples have it."""
    first = found.call.body if found.call else None
    if first is None or media_type in {"", first.media_type} or found.body is None:
        return first
    if media_type not in _media_types(found):
        return first
    media = next(each for each in found.body.media if each.media_type == media_type)
    return Body(media_type, next((each.text for each in media.examples if each.text), ""))


def _body_controls(found: OperationReference, body: Body) -> Iterator[Control]:
    is_required = found.body is not None and found.body.is_required
    if not (body.is_form or body.is_multipart):
        name = body.media_type
        yield Control(BODY, "Body", BODY, Kind.TEXT, body.text, is_required=is_required, said=name)
        return
    examples: dict[str, list[Field]] = {}
    for each in body.fields:
        examples.setdefault(each.name, []).append(each)
    members = {each.name: each for each in _members(found, body)}
    for name in dict.fromkeys([*examples, *members]):
        yield _body_control(name, examples.get(name, []), members.get(name))


def _body_control(name: str, given: Sequence[Field], member: Member | None) -> Control:
    values = [each.value for each in given]
    kind, choices = _kind(member.schema if member else None, values if len(values) > 1 else "")
    if any(each.is_file for each in given) or (member and "binary" in member.schema.kind):
        kind, choices = Kind.TEXT, ()
    return Control(
        name=f"{IN_BODY}{name}",
        label=name,
        place=BODY,
        kind=kind,
        value="\n".join(values),
        choices=choices,
        is_required=bool(member and member.is_required),
        said=member.schema.kind if member else "",
    )


def _members(found: OperationReference, body: Body) -> tuple[Member, ...]:
    every = found.body.media if found.body else ()
    kind = body.media_type.partition("/")[0] if body.is_multipart else body.media_type
    media = next((each for each in every if each.media_type.startswith(kind)), None)
    members = media.schema.members if media and media.schema else ()
    return tuple(each for each in members if not (each.schema.is_read_only or each.is_pattern))
