"""Counts every answer, where somebody watches."""

import time

from flask import Flask, Response, g, request

from app.services.figures.port import Answered
from app.web.context import portal

NOWHERE = "none"  # an address that leads nowhere is whatever somebody typed


def install(app: Flask) -> None:
    """Count by the route's template; the log's hooks, which take the time, come before."""
    app.after_request(_count)


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else NOWHERE
    seconds = time.perf_counter() - g.begun_at
    answer = Answered(route, request.method, response.status_code, seconds)
    portal().figures.figures.answered(answer)
    return response
