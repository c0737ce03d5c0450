"""A call as a shell line for curl."""

import shlex

from app.domain.call import Body, Call, Proof
from app.domain.samples.words import SECRET, VARIABLES, basic, before_query_key
from app.domain.styles import Place


def curl(call: Call) -> str:
    """Return the line, its arguments under each other."""
    lines = [f"curl {_method(call)}{_address(call)}"]
    if basic(call):
        lines.append(f'-u "${VARIABLES[Proof.BASIC]}:${SECRET}"')
    for slot in call.slots_in(Place.HEADER):
        if slot.proof is not Proof.BASIC:
            variable = VARIABLES[slot.proof]
            lines.append(f'-H "{_inside(f"{slot.name}: {slot.prefix}")}${variable}"')
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in call.headers]
    lines += _body(call.body) if call.body else []
    return " \\\n  ".join(lines)


def _method(call: Call) -> str:
    if call.method == "HEAD":
        return "--head "
    return "" if call.method == "GET" else f"-X {call.method} "


def _address(call: Call) -> str:
    """An address with braces needs no ``-g`` where each is encoded; an open hole is one."""
    braces = "-g " if set("{}[]") & set(call.url) else ""
    if call.slots_in(Place.QUERY):
        return f'{braces}"{_inside(before_query_key(call))}${VARIABLES[Proof.KEY]}"'
    return braces + shlex.quote(call.url)


def _inside(text: str) -> str:
    """Return a text as it stands inside double quotes."""
    return "".join(f"\\{each}" if each in '\\"$`' else each for each in text)


def _body(body: Body) -> list[str]:
    if body.is_multipart:
        pairs = [(each.name, "@" if each.is_file else "", each.value) for each in body.fields]
        return [f"-F {shlex.quote(f'{name}={mark}{value}')}" for name, mark, value in pairs]
    if body.is_form:
        return [
            f"--data-urlencode {shlex.quote(f'{each.name}={each.value}')}" for each in body.fields
        ]
    return [f"--data-raw {shlex.quote(body.text)}"] if body.text else []
