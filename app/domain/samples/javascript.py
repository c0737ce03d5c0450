"""A call in JavaScript with fetch, for Node.js: a key has no place in a browser."""

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


def javascript(call: Call) -> str:
    """Return a module."""
    options = [f"method: {quoted(call.method)}"]
    headers = _headers(call)
    if headers:
        options.append("headers: {\n" + "".join(f"    {each},\n" for each in headers) + "  }")
    before = ""
    if call.body and call.method not in {"GET", "HEAD"}:
        before, said = _body(call.body)
        options += said
    inside = "".join(f"  {each},\n" for each in options)
    return (
        f"{before}const response = await fetch({_address(call)}, {{\n{inside}}});\n"
        "console.log(response.status);\nconsole.log(await response.text());"
    )


def _address(call: Call) -> str:
    if not call.slots_in(Place.QUERY):
        return quoted(call.url)
    key = f"encodeURIComponent(process.env.{VARIABLES[Proof.KEY]})"
    return f"{quoted(before_query_key(call))} + {key}"


def _headers(call: Call) -> list[str]:
    found = []
    if basic(call):
        pair = f"`${{process.env.{VARIABLES[Proof.BASIC]}}}:${{process.env.{SECRET}}}`"
        found.append(f'"Authorization": "Basic " + Buffer.from({pair}).toString("base64")')
    for slot in shown_in_header(call):
        prefix = f"{quoted(slot.prefix)} + " if slot.prefix else ""
        found.append(f"{quoted(slot.name)}: {prefix}process.env.{VARIABLES[slot.proof]}")
    return found + [f"{quoted(name)}: {quoted(value)}" for name, value in call.headers]


def _body(body: Body) -> tuple[str, list[str]]:
    """Return the lines before the call and the option for it."""
    if body.is_multipart:
        lines = ["const form = new FormData();"]
        for each in body.fields:
            if each.is_file:
                content = f"new Blob([await readFile({quoted(each.value)})])"
                lines.append(f"form.append({quoted(each.name)}, {content}, {quoted(each.value)});")
            else:
                lines.append(f"form.append({quoted(each.name)}, {quoted(each.value)});")
        has_file = any(each.is_file for each in body.fields)
        needed = 'import { readFile } from "node:fs/promises";\n\n' if has_file else ""
        return needed + "\n".join(lines) + "\n", ["body: form"]
    text = body.written
    if not text:
        return "", []
    if "\n" in text and not set("`\\") & set(text) and "${" not in text:
        return "", [f"body: `{text}`"]
    return "", [f"body: {quoted(text)}"]
