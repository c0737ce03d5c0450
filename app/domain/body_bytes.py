"""A call's body as it goes over the wire. Follows RFC 7578 for forms in parts."""

import re
from typing import Final
from uuid import uuid4

from app.domain.call import Body

ESCAPED: Final = {'"': "%22", "\r": "%0D", "\n": "%0A"}
BREAKS: Final = re.compile('["\r\n]')


def body_bytes(body: Body) -> tuple[bytes, str]:
    """Return a body with its media type, which for parts names their boundary."""
    if not body.is_multipart:
        return body.written.encode(), body.media_type
    boundary = uuid4().hex
    parts = [_part(boundary, each.name, each.value, each.is_file) for each in body.fields]
    ending = f"--{boundary}--\r\n".encode()
    return b"".join(parts) + ending, f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, name: str, value: str, is_file: bool) -> bytes:
    shown = BREAKS.sub(lambda found: ESCAPED[found[0]], name)
    file = f'; filename="{shown}.txt"\r\nContent-Type: text/plain; charset=utf-8' * is_file
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{shown}"{file}\r\n\r\n'
    return f"{head}{value}\r\n".encode()
