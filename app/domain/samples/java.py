"""A call in Java 15 or later with the client of its standard library."""

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


def java(call: Call) -> str:
    """Return a class."""
    imports = {"java.net.URI", "java.net.http.HttpClient", "java.net.http.HttpRequest"}
    imports.add("java.net.http.HttpResponse")
    address = quoted(call.url)
    if call.slots_in(Place.QUERY):
        imports |= {"java.net.URLEncoder", "java.nio.charset.StandardCharsets"}
        key = f'System.getenv("{VARIABLES[Proof.KEY]}")'
        encoded = f"URLEncoder.encode({key}, StandardCharsets.UTF_8)"
        address = f"{quoted(before_query_key(call))}\n            + {encoded}"
    if basic(call):
        imports.add("java.util.Base64")
    before, publisher = _body(call.body)
    said = "".join(f"        {each}\n" for each in _headers(call))
    listed = "".join(f"import {each};\n" for each in sorted(imports))
    return (
        f"{listed}\npublic class Call {{\n"
        "  public static void main(String[] arguments) throws Exception {\n"
        f"{before}"
        f"    var request = HttpRequest.newBuilder(URI.create({address}))\n"
        f"        .method({quoted(call.method)}, {publisher})\n"
        f"{said}"
        "        .build();\n"
        "    var response = HttpClient.newHttpClient()\n"
        "        .send(request, HttpResponse.BodyHandlers.ofString());\n"
        '    System.out.println(response.statusCode() + " " + response.body());\n'
        "  }\n}"
    )


def _headers(call: Call) -> list[str]:
    found = []
    if basic(call):
        user, secret = VARIABLES[Proof.BASIC], SECRET
        pair = f'(System.getenv("{user}") + ":" + System.getenv("{secret}")).getBytes()'
        encoded = f"Base64.getEncoder().encodeToString({pair})"
        found.append(f'.header("Authorization", "Basic " + {encoded})')
    for slot in shown_in_header(call):
        prefix = f"{quoted(slot.prefix)} + " if slot.prefix else ""
        value = f'{prefix}System.getenv("{VARIABLES[slot.proof]}")'
        found.append(f".header({quoted(slot.name)}, {value})")
    found += [f".header({quoted(name)}, {quoted(value)})" for name, value in call.headers]
    if call.body and call.body.is_multipart:
        found.append('.header("Content-Type", "multipart/form-data; boundary=" + boundary)')
    return found


def _body(body: Body | None) -> tuple[str, str]:
    """Return the lines before the request and its publisher."""
    if body is None or not (body.is_multipart or body.written):
        return "", "HttpRequest.BodyPublishers.noBody()"
    if body.is_multipart:
        return _parts(body), "HttpRequest.BodyPublishers.ofString(content.toString())"
    text = body.written
    if "\n" in text and '"""' not in text and "\\" not in text:
        indented = "\n".join(f"        {line}" for line in text.split("\n"))
        block = f'    var content = """\n{indented}""";\n'
        return block, "HttpRequest.BodyPublishers.ofString(content.toString())"
    return (
        f"    var content = {quoted(text)};\n",
        "HttpRequest.BodyPublishers.ofString(content.toString())",
    )


def _parts(body: Body) -> str:
    lines = ['    var boundary = "----part-of-the-call";', "    var content = new StringBuilder();"]
    for each in body.fields:
        name = each.name.replace('"', "%22")
        file = '; filename=\\"' + each.value.replace('"', "%22") + '\\"' if each.is_file else ""
        head = f'Content-Disposition: form-data; name=\\"{name}\\"{file}\\r\\n\\r\\n'
        lines.append(f'    content.append("--" + boundary + "\\r\\n{head}");')
        lines.append(
            "    content.append(java.nio.file.Files.readString("
            f'java.nio.file.Path.of({quoted(each.value)}))).append("\\r\\n");'
            if each.is_file
            else f'    content.append({quoted(each.value)}).append("\\r\\n");'
        )
    lines.append('    content.append("--" + boundary + "--\\r\\n");')
    return "\n".join(lines) + "\n"
