"""A call in Go with its standard library."""

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


def go(call: Call) -> str:
    """Return a program."""
    packages = {"fmt", "io", "net/http"} | ({"os"} if call.slots else set())
    before, body = _body(call.body, packages) if call.body else ("", "nil")
    address = quoted(call.url)
    if call.slots_in(Place.QUERY):
        packages.add("net/url")
        key = f'url.QueryEscape(os.Getenv("{VARIABLES[Proof.KEY]}"))'
        address = f"{quoted(before_query_key(call))}+{key}"
    said = "".join(f"\t{each}\n" for each in _headers(call))
    imports = "".join(f"\t{quoted(each)}\n" for each in sorted(packages))
    return (
        f"package main\n\nimport (\n{imports})\n\nfunc main() {{\n{before}"
        f"\trequest, err := http.NewRequest({quoted(call.method)}, {address}, {body})\n"
        "\tif err != nil {\n\t\tpanic(err)\n\t}\n"
        f"{said}"
        "\tresponse, err := http.DefaultClient.Do(request)\n"
        "\tif err != nil {\n\t\tpanic(err)\n\t}\n"
        "\tdefer response.Body.Close()\n"
        "\ttext, _ := io.ReadAll(response.Body)\n"
        "\tfmt.Println(response.Status, string(text))\n}"
    )


def _headers(call: Call) -> list[str]:
    found = []
    if basic(call):
        user, secret = VARIABLES[Proof.BASIC], SECRET
        found.append(f'request.SetBasicAuth(os.Getenv("{user}"), os.Getenv("{secret}"))')
    for slot in shown_in_header(call):
        prefix = f"{quoted(slot.prefix)}+" if slot.prefix else ""
        value = f'{prefix}os.Getenv("{VARIABLES[slot.proof]}")'
        found.append(f"request.Header.Set({quoted(slot.name)}, {value})")
    found += [
        f"request.Header.Set({quoted(name)}, {quoted(value)})" for name, value in call.headers
    ]
    if call.body and call.body.is_multipart:
        found.append('request.Header.Set("Content-Type", form.FormDataContentType())')
    return found


def _body(body: Body, packages: set[str]) -> tuple[str, str]:
    """Return the lines before the request and what it is given to send."""
    if body.is_multipart:
        packages |= {"bytes", "mime/multipart"}
        lines = ["var content bytes.Buffer", "form := multipart.NewWriter(&content)"]
        for each in body.fields:
            if each.is_file:
                packages.add("os")
                lines += [
                    f"part, _ := form.CreateFormFile({quoted(each.name)}, {quoted(each.value)})",
                    f"file, _ := os.ReadFile({quoted(each.value)})",
                    "part.Write(file)",
                ]
            else:
                lines.append(f"form.WriteField({quoted(each.name)}, {quoted(each.value)})")
        lines.append("form.Close()")
        return "".join(f"\t{each}\n" for each in lines), "&content"
    text = body.written
    if not text:
        return "", "nil"
    packages.add("strings")
    is_raw = "\n" in text and "`" not in text
    return "", f"strings.NewReader({f'`{text}`' if is_raw else quoted(text)})"
