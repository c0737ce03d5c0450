"""A call in Python with the library requests."""

from app.domain.call import Body, Call, Proof
from app.domain.samples.words import (
    SECRET,
    VARIABLES,
    basic,
    before_query_key,
    quoted,
    shown_in_header,
)
from app.domain.styles import Place


def python(call: Call) -> str:
    """Return a script."""
    environment = "import os\n\n" if call.slots else ""
    arguments = [quoted(call.method), _address(call)]
    headers = _headers(call)
    if headers:
        arguments.append(
            "headers={\n" + "".join(f"        {each},\n" for each in headers) + "    }"
        )
    if basic(call):
        user, secret = VARIABLES[Proof.BASIC], SECRET
        arguments.append(f'auth=(os.environ["{user}"], os.environ["{secret}"])')
    arguments += _body(call.body) if call.body else []
    arguments.append("timeout=30")
    inside = "".join(f"    {each},\n" for each in arguments)
    return (
        f"{environment}import requests\n\n"
        f"response = requests.request(\n{inside})\n"
        "print(response.status_code)\nprint(response.text)"
    )


def _address(call: Call) -> str:
    if not call.slots_in(Place.QUERY):
        return quoted(call.url)
    return f'{quoted(before_query_key(call))} + os.environ["{VARIABLES[Proof.KEY]}"]'


def _headers(call: Call) -> list[str]:
    found = []
    for slot in shown_in_header(call):
        value = f'os.environ["{VARIABLES[slot.proof]}"]'
        prefix = f"{quoted(slot.prefix)} + " if slot.prefix else ""
        found.append(f"{quoted(slot.name)}: {prefix}{value}")
    return found + [f"{quoted(name)}: {quoted(value)}" for name, value in call.headers]


def _body(body: Body) -> list[str]:
    if body.is_multipart:
        parts = [
            f'({quoted(each.name)}, open({quoted(each.value)}, "rb"))'
            if each.is_file
            else f"({quoted(each.name)}, (None, {quoted(each.value)}))"
            for each in body.fields
        ]
        return [f"files=[{', '.join(parts)}]"]
    text = body.written
    if not text:
        return []
    if "\n" in text and '"""' not in text and "\\" not in text and not text.endswith('"'):
        return [f'data="""{text}""".encode()']
    return [f"data={quoted(text)}.encode()"]
