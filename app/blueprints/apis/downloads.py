"""Sending a document as a file that browsers keep until it changes."""

from flask import Response, request

from app.domain.reference import Document


def send(document: Document, name: str) -> Response:
    """Answer with the document, or with 304 where the reader has it."""
    response = Response(document.content, mimetype=document.media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.set_etag(document.digest)
    return response.make_conditional(request)  # type: ignore[return-value] # Flask's own class comes back
