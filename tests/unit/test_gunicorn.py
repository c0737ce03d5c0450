"""How connections end under gunicorn."""

import runpy
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.flask_options import LARGEST_FORM

CONFIGURATION = Path(__file__).parents[2] / "gunicorn.conf.py"


@dataclass
class Request:
    """What gunicorn knows of a request before the application does."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    must_close: bool = False


@pytest.mark.parametrize(
    ("headers", "closes"),
    [
        ([], False),
        ([("CONTENT-LENGTH", str(LARGEST_FORM))], False),
        ([("CONTENT-LENGTH", str(LARGEST_FORM + 1))], True),
        ([("TRANSFER-ENCODING", "chunked")], True),
    ],
    ids=["none", "the largest", "too large", "of unknown length"],
)
def test_a_form_that_is_refused_unread_ends_its_connection(
    headers: list[tuple[str, str]], *, closes: bool
) -> None:
    request = Request(headers)
    runpy.run_path(str(CONFIGURATION))["pre_request"](None, request)
    assert request.must_close == closes
