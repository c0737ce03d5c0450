"""Files of the content folder, sent so that they can do nothing in a browser."""

from typing import Final

from flask import Response, send_file

from app.domain.documentation import ContentFile

# A drawing brings its own style; nothing else of what it could ask for is there.
FILE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)


def sent(found: ContentFile) -> Response:
    """Answer a file."""
    answer = send_file(
        found.location,
        mimetype=found.media_type,
        as_attachment=not found.is_shown,
        conditional=True,
        etag=found.digest,
        last_modified=found.modified,
    )
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    return answer
